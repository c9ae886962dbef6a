"""Pieces of the handbook on other pages."""

from typing import Any

from django import template

from amends.handbook import readers
from amends.practice.models import Person

register = template.Library()


@register.inclusion_tag("handbook/to_read.html")
def to_read(person: Person) -> dict[str, Any]:
    """`{% to_read person %}`: the pages that this person is asked to read and has not read yet."""
    return {"pages": readers.to_read(person)}
