"""Addresses of the pages about what goes out to Slack."""

from django.urls import path

from . import pages

urlpatterns = [
    path("mine", pages.mine, name="slack_mine"),
    path("channels", pages.channels, name="slack_channels"),
    path("channels/<int:row>/remove", pages.remove_channel, name="slack_channel_remove"),
    path("agreement", pages.agreement, name="slack_agreement"),
    path("agreement/<slug:key>", pages.agreement, name="slack_agreement"),
]
