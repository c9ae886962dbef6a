"""Pieces of the huddle on other pages."""

from typing import Any

from django import template

from amends.learning.lessons.huddle import unread
from amends.practice.models import Person

register = template.Library()


@register.inclusion_tag("lessons/unread.html")
def unread_lessons(person: Person) -> dict[str, Any]:
    """`{% unread_lessons person %}`: how many lessons of their own huddle this person has not read yet."""
    return {"unread": unread(person)}
