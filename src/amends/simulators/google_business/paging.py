"""Pages, and tokens that tell nothing and fit only the query that they came from (review-platforms.md 1.5)."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from typing import TypeVar

from amends.simulators.google_business.refusals import bad_field

Row = TypeVar("Row")
_SIGNED = 16


def page(
    rows: Sequence[Row],
    *,
    size: int,
    token: str,
    query: Sequence[object],
    secret: bytes,
    key: Callable[[Row], str],
    by_offset: bool = False,
) -> tuple[list[Row], str]:
    """One page of `rows` and the token of the next, empty on the last. A page goes on behind the row that the one
    before ended with (where that is gone, at its place), or `by_offset` at its number. Raises GoogleError.
    """
    start = 0
    if token:
        place, last = _read(token, query, secret)
        keys = [] if by_offset else [key(row) for row in rows]
        start = keys.index(last) + 1 if last in keys else place
    shown = list(rows[start : start + size])
    end = start + len(shown)
    return shown, _write((end, key(shown[-1])), query, secret) if end < len(rows) else ""


def _write(place: tuple[int, str], query: Sequence[object], secret: bytes) -> str:
    body = json.dumps(place).encode()
    mask = _mask(query, secret, len(body))
    hidden = bytes(one ^ other for one, other in zip(body, mask, strict=True))
    return base64.urlsafe_b64encode(_sign(body, query, secret) + hidden).decode().rstrip("=")


def _read(token: str, query: Sequence[object], secret: bytes) -> tuple[int, str]:
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    mask = _mask(query, secret, max(0, len(raw) - _SIGNED))
    body = bytes(one ^ other for one, other in zip(raw[_SIGNED:], mask, strict=True))
    if not hmac.compare_digest(raw[:_SIGNED], _sign(body, query, secret)):
        raise bad_field("page_token", "Invalid page token.")
    number, last = json.loads(body)
    return int(number), str(last)


def _sign(body: bytes, query: Sequence[object], secret: bytes) -> bytes:
    return hmac.digest(secret, json.dumps(list(query)).encode() + b"\0" + body, "sha256")[:_SIGNED]


def _mask(query: Sequence[object], secret: bytes, length: int) -> bytes:
    return hashlib.shake_256(secret + json.dumps(list(query)).encode()).digest(length)
