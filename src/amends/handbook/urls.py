from django.urls import path

from amends.handbook import history_pages, pages, reading_pages, writing_pages

app_name = "handbook"
urlpatterns = [
    path("", pages.index, name="index"),
    path("card", pages.card, name="card"),
    path("new", writing_pages.new, name="new"),
    path("topics/<slug:slug>", pages.topic, name="topic"),
    path("<slug:slug>", pages.page, name="page"),
    path("<slug:slug>/edit", writing_pages.edit, name="edit"),
    path("<slug:slug>/place", writing_pages.place, name="place"),
    path("<slug:slug>/shipped", writing_pages.shipped, name="shipped"),
    path("<slug:slug>/history", history_pages.history, name="history"),
    path("<slug:slug>/history/<int:row>", history_pages.version, name="version"),
    path("<slug:slug>/history/<int:row>/restore", history_pages.restore, name="restore"),
    path("<slug:slug>/read", reading_pages.read, name="read"),
    path("<slug:slug>/readers", reading_pages.readers, name="readers"),
]
