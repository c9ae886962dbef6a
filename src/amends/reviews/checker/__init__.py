"""The privacy checker of public replies: pure, with its words in `lexicons/`. `check` is the way in."""

from amends.reviews.checker.check import check
from amends.reviews.checker.lexicon import Lexicon, LexiconError, read_lexicon, shipped
from amends.reviews.checker.values import (
    Case,
    Category,
    Context,
    Finding,
    Level,
    Practice,
    Review,
    Verdict,
)

__all__ = [
    "Case",
    "Category",
    "Context",
    "Finding",
    "Level",
    "Lexicon",
    "LexiconError",
    "Practice",
    "Review",
    "Verdict",
    "check",
    "read_lexicon",
    "shipped",
]
