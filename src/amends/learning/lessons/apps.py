from django.apps import AppConfig


class LessonsConfig(AppConfig):
    name = "amends.learning.lessons"
    label = "lessons"
