"""Pages with a cursor, as Slack cuts them: `response_metadata.next_cursor` is empty on the last one."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeVar

from amends.simulators.slack.refusals import SlackError

Row = TypeVar("Row")


def page(rows: Sequence[Row], *, key: Callable[[Row], str], cursor: str, limit: int) -> tuple[list[Row], str]:
    """`limit` rows from the one that the cursor names, and the next cursor. Raises `invalid_cursor`."""
    start = 0
    if cursor:
        wanted = _opened(cursor)
        start = next((at for at, row in enumerate(rows) if key(row) == wanted), -1)
        if start < 0:
            raise SlackError("invalid_cursor")
    rest = rows[start + limit : start + limit + 1]
    return list(rows[start : start + limit]), _sealed(key(rest[0])) if rest else ""


def _sealed(key: str) -> str:
    return base64.b64encode(f"next:{key}".encode()).decode()


def _opened(cursor: str) -> str:
    try:
        word, _, key = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError) as unreadable:
        raise SlackError("invalid_cursor") from unreadable
    if word != "next":
        raise SlackError("invalid_cursor")
    return key
