from django.apps import AppConfig


class HandbookConfig(AppConfig):
    name = "amends.handbook"
    label = "handbook"
