"""`{% load reviews %}`: stars as text and as a shape, and the text of a reply with what was found in it."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from amends.reviews.editor import Piece
from amends.reviews.models import Review, ReviewVersion

register = template.Library()


@register.filter
def stars(given: Review | ReviewVersion) -> SafeString:
    """`{{ review|stars }}`: five shapes, full or hollow, and the words; a recommendation in words with its sign."""
    if given.stars is not None:
        shapes = "★" * given.stars + "☆" * (5 - given.stars)
        words = f"{given.stars} star{'' if given.stars == 1 else 's'}"
    else:
        shapes, words = {
            True: ("✓", "Recommended"),
            False: ("✕", "Not recommended"),
            None: ("–", "No rating"),
        }[given.recommended]
    return format_html('<span class="stars"><span class="shapes" aria-hidden="true">{}</span> {}</span>', shapes, words)


@register.filter
def marked(pieces: tuple[Piece, ...]) -> SafeString:
    """`{{ checked.pieces|marked }}`: the text, each place of a finding marked and followed by its number at its end."""
    return format_html_join("", "{}", ((_piece(piece),) for piece in pieces))


def _piece(piece: Piece) -> SafeString | str:
    if not piece.is_found:
        return piece.text
    if not piece.ends:
        return format_html("<mark>{}</mark>", piece.text)
    numbers = ", ".join(map(str, piece.ends))
    return format_html('<mark>{}</mark><sup class="found">{}</sup>', piece.text, numbers)
