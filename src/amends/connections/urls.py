from django.urls import path

from amends.connections import pages

app_name = "connections"
urlpatterns = [
    path("", pages.connections, name="list"),
    path("<str:key>/test", pages.test, name="test"),
    path("<str:key>/same-practice", pages.same_practice, name="same_practice"),
]
