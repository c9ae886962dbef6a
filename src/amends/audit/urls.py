from django.urls import path

from amends.audit import pages

app_name = "audit"
urlpatterns = [path("", pages.looks, name="looks")]
