"""`{% load connections %}`: the place of a neighbor on the page."""

from django import template

from amends.connections.pages import anchor

register = template.Library()
register.filter("anchor", anchor)
