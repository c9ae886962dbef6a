from django.urls import path

from amends.deliveries import pages

app_name = "deliveries"
urlpatterns = [
    path("", pages.waiting, name="list"),
    path("<int:delivery_id>/pasted", pages.pasted, name="pasted"),
    path("<int:delivery_id>/again", pages.again, name="again"),
]
