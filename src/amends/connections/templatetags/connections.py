"""`{% load connections %}`: the place of a neighbor on the page, and commands as they are typed."""

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from amends.connections.pages import anchor

register = template.Library()
register.filter("anchor", anchor)


@register.filter
def commands(words: str) -> SafeString:
    """`{{ check.repair|commands }}`: what stands between backticks looks like a command, as in the terminal."""
    return mark_safe(re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(words)))  # noqa: S308  escaped just before
