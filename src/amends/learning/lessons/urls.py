from django.urls import path

from amends.learning.lessons import pages, writing_pages

app_name = "huddle"
urlpatterns = [
    path("", pages.huddle, name="list"),
    path("sheet", pages.sheet, name="sheet"),
    path("new", writing_pages.new, name="new"),
    path("<int:pk>", pages.lesson, name="lesson"),
    path("<int:pk>/read", pages.read, name="read"),
    path("<int:pk>/edit", writing_pages.edit, name="edit"),
    path("<int:pk>/withdraw", writing_pages.withdraw, name="withdraw"),
]
