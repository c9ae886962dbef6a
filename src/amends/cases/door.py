"""The lock on the door: rows of a case are written by `actions.py` and by nothing else.

A model that inherits `Guarded` refuses every write while the door is shut. It is a guard against mistakes, not against
malice; the database's own triggers refuse changes to events whatever Python says.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import models

_open = ContextVar("cases_door_open", default=False)


class WriteElsewhereError(RuntimeError):
    """Something tried to write a case's rows without `cases.actions`."""


@contextmanager
def opened() -> Iterator[None]:
    """Opens the door for the block. Only `cases.actions` may call this; a test looks for other callers."""
    token = _open.set(True)
    try:
        yield
    finally:
        _open.reset(token)


def _check() -> None:
    if not _open.get():
        raise WriteElsewhereError("Cases change through amends.cases.actions.perform, and nowhere else.")


Row = TypeVar("Row", bound=models.Model)


class GuardedQuerySet(models.QuerySet[Row]):
    def update(self, **kwargs: Any) -> int:
        _check()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise WriteElsewhereError("Nothing of a case is ever deleted.")

    def bulk_create(self, objs: Iterable[Row], *args: Any, **kwargs: Any) -> list[Row]:
        _check()
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise WriteElsewhereError("A case's row is refreshed one at a time, with its events.")


class Guarded(models.Model):
    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        _check()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise WriteElsewhereError("Nothing of a case is ever deleted.")
