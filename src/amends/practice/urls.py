"""Addresses of the pages about offices and people."""

from django.urls import path

from amends.practice import desk_page, offices
from amends.practice.away import pages as away
from amends.practice.hours import pages as hours

urlpatterns = [
    path("offices", offices.offices, name="offices"),
    path("offices/<int:office>/hours", hours.hours, name="hours"),
    path("offices/<int:office>/hours/days", hours.add_days, name="hours_add_days"),
    path("offices/<int:office>/hours/days/<str:day>/remove", hours.remove_day, name="hours_remove_day"),
    path("offices/<int:office>/hours/copy", hours.copy, name="hours_copy"),
    path("offices/<int:office>/holidays", hours.public_holidays, name="hours_holidays"),
    path("away", away.away, name="away"),
    path("away/<int:person>", away.away, name="away_of"),
    path("away/<int:person>/sick", away.sick, name="away_sick"),
    path("away/<int:person>/back", away.back, name="away_back"),
    path("away/<int:person>/remove/<int:absence>", away.remove, name="away_remove"),
    path("away/<int:person>/weekly", away.routine, name="away_routine"),
    path("away/<int:person>/desk", desk_page.hand_over, name="desk"),
]
