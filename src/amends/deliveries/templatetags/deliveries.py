"""`{% load deliveries %}`: a delivery in words."""

from django import template

from amends.deliveries import in_words
from amends.deliveries.models import Delivery

register = template.Library()
register.filter("place", in_words.place)
register.filter("how", in_words.how)
register.filter("chart", in_words.chart)
register.filter("task_to", in_words.to)
register.filter("which", in_words.which)
register.filter("ends", in_words.ends)
register.filter("link", in_words.link)
register.filter("page", in_words.page)
register.filter("did", in_words.did)
register.filter("asks_number", in_words.asks_number)


@register.filter
def state_in_words(delivery: Delivery) -> str:
    """`{{ delivery|state_in_words }}`"""
    return in_words.STATES[delivery.state]


@register.filter
def purpose_in_words(delivery: Delivery) -> str:
    """`{{ delivery|purpose_in_words }}`"""
    return in_words.PURPOSES[delivery.purpose]
