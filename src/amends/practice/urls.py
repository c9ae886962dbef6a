"""Addresses of the pages about offices and people."""

from django.urls import path

from amends.practice.hours import pages as hours

urlpatterns = [
    path("offices/<int:office>/hours", hours.hours, name="hours"),
    path("offices/<int:office>/hours/days", hours.add_days, name="hours_add_days"),
    path("offices/<int:office>/hours/days/<str:day>/remove", hours.remove_day, name="hours_remove_day"),
    path("offices/<int:office>/hours/copy", hours.copy, name="hours_copy"),
    path("offices/<int:office>/holidays", hours.public_holidays, name="hours_holidays"),
]
