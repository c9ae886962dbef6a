"""Addresses of the summary."""

from django.urls import path

from amends.learning.summary import pages

app_name = "summary"
urlpatterns = [
    path("summary", pages.summary, name="page"),
    path("summary/<slug:figure>", pages.listed, name="cases"),
]
