"""Patient identity and secrets at rest: sealed with keys that live outside the database.

`AMENDS_SEALING_KEYS` holds Fernet keys, newest first: the first seals, all of them open, so keys can be
rotated. `blind` gives a keyed digest for equality ("is there an open case for this patient?") that says
nothing without the key.
"""

import base64
import hashlib
import hmac
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class CannotUnseal(Exception):
    """None of the keys opens this value: the keys are not those that the database was written with."""


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


@lru_cache(maxsize=4)
def _blinding_key(keys: tuple[str, ...]) -> bytes:
    # The oldest key blinds: it stays when newer ones are put in front, so blind values survive a rotation.
    return hashlib.sha256(b"amends blind index" + base64.urlsafe_b64decode(keys[-1])).digest()


def _keys() -> tuple[str, ...]:
    return tuple(settings.SEALING_KEYS)


def seal(text: str) -> str:
    """The text, sealed; empty stays empty."""
    return _box(_keys()).encrypt(text.encode()).decode() if text else ""


def unseal(token: str) -> str:
    """The text of a sealed value; raises `CannotUnseal`."""
    try:
        return _box(_keys()).decrypt(token.encode()).decode() if token else ""
    except InvalidToken as wrong:
        raise CannotUnseal("The sealing keys do not open this value. Restore AMENDS_SEALING_KEYS.") from wrong


def blind(text: str) -> str:
    """A keyed digest of the text (22 characters), for equality without reading."""
    digest = hmac.digest(_blinding_key(_keys()), text.encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


if TYPE_CHECKING:
    _PlainTextField = models.TextField[str, str]
    _PlainJSONField = models.JSONField[Any, Any]
else:
    _PlainTextField = _PlainJSONField = models.TextField  # generic for the type checker only


class SealedTextField(_PlainTextField):
    """A text column that is sealed in the database and plain in Python."""

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return None if value is None else unseal(value)

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else seal(str(value))


class SealedJSONField(_PlainJSONField):
    """JSON values, sealed in the database and plain in Python."""

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Any:
        return None if value is None else json.loads(unseal(value))

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else seal(json.dumps(value, ensure_ascii=False))
