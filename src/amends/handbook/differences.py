"""What changed between two texts, in words: what was taken out, what was put in, and a little around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_PIECE = re.compile(r"\n\s*|\S+[^\S\n]*|[^\S\n]+")  # a word with the space after it, or where a line ends
_AROUND = 12  # words shown on each side of a change
_MOST_PIECES = 20_000  # beyond these, comparing word by word would take seconds


class Kind(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    LEFT_OUT = "left_out"  # unchanged words that are not shown


@dataclass(frozen=True)
class Piece:
    kind: Kind
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The changes in order, with some unchanged words around each; nothing where the texts are the same."""
    if before == after:
        return []
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    if len(old) + len(new) > _MOST_PIECES:
        return [Piece(Kind.REMOVED, before), Piece(Kind.ADDED, after)]
    return list(_shortened(list(_compared(old, new))))


def _compared(old: list[str], new: list[str]) -> Iterator[Piece]:
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece(Kind.SAME, "".join(old[a:b]))
            continue
        if b > a:
            yield Piece(Kind.REMOVED, "".join(old[a:b]))
        if d > c:
            yield Piece(Kind.ADDED, "".join(new[c:d]))


def _shortened(pieces: list[Piece]) -> Iterator[Piece]:
    for at, piece in enumerate(pieces):
        words = _PIECE.findall(piece.text)
        first, last = at == 0, at == len(pieces) - 1
        if piece.kind is not Kind.SAME or len(words) <= _AROUND * 2:
            yield piece
            continue
        if not first:
            yield Piece(Kind.SAME, "".join(words[:_AROUND]))
        yield Piece(Kind.LEFT_OUT, "")
        if not last:
            yield Piece(Kind.SAME, "".join(words[-_AROUND:]))
