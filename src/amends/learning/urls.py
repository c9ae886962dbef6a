from django.urls import path

from amends.learning import before, pages
from amends.learning.lessons import library_pages
from amends.learning.people import pages as people

app_name = "learning"
urlpatterns = [
    path("", pages.learning, name="charts"),
    path("<str:number>/before", before.page, name="before"),
    path("library", library_pages.library, name="library"),
    path("library/<str:number>/<int:no>", library_pages.copy, name="copy"),
    path("people", people.people, name="people"),
    path("<str:number>/<int:no>", pages.action, name="action"),
    path("<str:number>/<int:no>/done", pages.done, name="done"),
]
