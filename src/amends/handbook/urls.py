from django.urls import path

from amends.handbook import pages

app_name = "handbook"
urlpatterns = [
    path("", pages.index, name="index"),
    path("<slug:slug>", pages.topic, name="topic"),
]
