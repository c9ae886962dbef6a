from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "amends.connections"
    label = "connections"
