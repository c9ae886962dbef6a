"""Rows that are written once: what people have read stays as they read it."""

from typing import Any, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model, covariant=True)


class KeptError(Exception):
    """A version is never changed and never deleted."""


class _Kept(models.QuerySet[Row]):
    def update(self, **_: Any) -> int:
        raise KeptError

    def delete(self) -> tuple[int, dict[str, int]]:
        raise KeptError


class KeptRow(models.Model):
    """A row that is added and never changed or deleted."""

    objects = _Kept.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise KeptError
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise KeptError
