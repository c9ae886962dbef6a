"""The wordings that the editor offers for a review. It is given the review's public words, the pool, what was posted
lately, and what the practice publishes of itself: it cannot know a case or a patient.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from amends.reviews.checker.lexicon import shipped
from amends.reviews.wordings import Pool, choose

_WORD = re.compile(r"[^\W\d_]+")
_USUAL = "en"
_AT_ONCE = 3


@dataclass(frozen=True)
class Offered:
    """One wording, filled in. `number` is its place in the pool of its language."""

    language: str
    number: int
    text: str


def language_of(text: str, pool: Pool) -> str:
    """The language of the pool of which the text has the most small words; English where it does not tell."""
    words = [word.casefold() for word in _WORD.findall(text)]
    known = shipped().languages
    told = {language: sum(word in known[language] for word in words) for language in pool if language in known}
    most = max(told.values(), default=0)
    if not most or told.get(_USUAL) == most:
        return _USUAL
    return next(language for language, count in told.items() if count == most)


def offered(
    said: str, *, pool: Pool, recent: Sequence[str], turn: int, practice: str, phone: str, most: int = _AT_ONCE
) -> list[Offered]:
    """The wordings that are least like what was posted lately, in the language of `said`; none without a phone.

    `recent` is newest first; with `turn` the choice goes round.
    """
    language = language_of(said, pool)
    left = list(pool.get(language, ()))
    found: list[Offered] = []
    while left and phone and len(found) < most:
        best = choose({language: tuple(left)}, language, recent, turn)
        left.remove(best)
        found.append(Offered(language, best.number, best.filled(practice=practice, phone=phone)))
    return found
