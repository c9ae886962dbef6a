from django.urls import path

from amends.audit import incidents, pages

app_name = "audit"
urlpatterns = [
    path("", pages.looks, name="looks"),
    path("incidents", incidents.incidents, name="incidents"),
    path("incidents/<int:pk>/close", incidents.close, name="incident_close"),
]
