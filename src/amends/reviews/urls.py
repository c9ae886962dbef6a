"""Addresses of the pages about reviews."""

from django.urls import path

from amends.reviews import acts, page, wall, who

urlpatterns = [
    path("reviews", wall.reviews, name="reviews"),
    path("reviews/<int:pk>", page.review, name="review"),
    path("reviews/<int:pk>/check", page.check, name="review_check"),
    path("reviews/<int:pk>/reply", page.reply, name="review_reply"),
    path("reviews/<int:pk>/moved", page.moved, name="review_moved"),
    path("reviews/<int:pk>/act/<slug:action>", acts.act, name="review_act"),
    path("reviews/<int:pk>/who", who.who, name="review_who"),
]
