from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "amends.practice"
    label = "practice"
