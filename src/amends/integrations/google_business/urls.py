"""Where Google tells that a review is new."""

from django.urls import path

from .pushes import pushed

urlpatterns = [path("hooks/google", pushed, name="google_pushes")]
