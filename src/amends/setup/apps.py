from django.apps import AppConfig


class SetupConfig(AppConfig):
    name = "amends.setup"
    label = "setup"
