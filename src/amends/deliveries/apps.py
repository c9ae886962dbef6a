from django.apps import AppConfig


class DeliveriesConfig(AppConfig):
    name = "amends.deliveries"
    label = "deliveries"
