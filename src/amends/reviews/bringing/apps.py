from django.apps import AppConfig


class BringingConfig(AppConfig):
    name = "amends.reviews.bringing"
    label = "bringing"
