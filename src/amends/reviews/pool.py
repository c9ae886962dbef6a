"""The pool of wordings in use: the group's own file where one is set, else the one that ships."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from amends.reviews.checker.check import check
from amends.reviews.checker.values import Context, Level, Practice
from amends.reviews.wordings import Pool, WordingsError, read_pool, shipped_pool

_PHONE = "(555) 555-0100"
_PRACTICE = Practice("Example Dental", (_PHONE,))


def current_pool() -> Pool:
    """The pool for new replies. Read once a process. Raises `WordingsError`, or OSError for a missing file."""
    return _in_use(settings.CONFIGURATION.wordings_file)


@lru_cache(maxsize=1)
def _in_use(path: Path | None) -> Pool:
    return checked_pool(path.read_text(encoding="utf-8")) if path else shipped_pool()


def checked_pool(text: str) -> Pool:
    """The pool in this TOML text. Raises `WordingsError` naming the first reply that the checker would stop."""
    pool = read_pool(text)
    if not pool:
        raise WordingsError("The pool of wordings is empty.")
    for language, wordings in pool.items():
        for one in wordings:
            verdict = check(one.filled(practice=_PRACTICE.name, phone=_PHONE), Context(practice=_PRACTICE))
            if verdict.level.rank > Level.NOTE.rank:
                worst = max(verdict.findings, key=lambda found: found.level.rank)
                raise WordingsError(f"{language}, reply {one.number + 1}, “{worst.text}”: {worst.why}")
    return pool
