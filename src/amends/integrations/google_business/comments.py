"""The two languages in one comment (review-platforms.md 1.12). There is no language field, and the order varies."""

import re
from dataclasses import dataclass

_TRANSLATED = re.compile(r"[ \t]*\(Translated by Google\)[ \t]*\n?")
_ORIGINAL = re.compile(r"[ \t]*\(Original\)[ \t]*\n?")


@dataclass(frozen=True)
class Comment:
    """`original` is what was written, `translated` Google's translation of it, "" for none."""

    original: str
    translated: str = ""


def split(comment: str) -> Comment:
    """The comment in its parts. It needs both markers, each at the beginning of a line; else it is one text.

    The first part begins the comment: what a reviewer quotes in the middle of a sentence is no marker.
    """
    text = comment.replace("\r\n", "\n")
    translated, original = _first(_TRANSLATED, text), _first(_ORIGINAL, text)
    if translated is None or original is None:
        return Comment(comment)
    first, second = sorted((translated, original), key=lambda found: found.start())
    if text[: first.start()].strip():
        return Comment(comment)
    before, after = text[first.end() : second.start()].strip(), text[second.end() :].strip()
    return Comment(after, before) if first is translated else Comment(before, after)


def _first(marker: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next((found for found in marker.finditer(text) if _begins_a_line(text, found.start())), None)


def _begins_a_line(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] == "\n"
