"""Where Slack sends what happens there."""

from django.urls import path

from .inbound import web

urlpatterns = [path("slack/events", web.events, name="slack_events")]
