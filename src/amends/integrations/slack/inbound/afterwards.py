"""Threads in which things are seen to after Slack was answered. There is nothing in them that may not get lost.

Whoever pressed a button sees that nothing came of it, and presses again; a form that was sent is written down before it
is acknowledged (`app.py`).
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TypeVar

import structlog
from django.db import connection

T = TypeVar("T")

log = structlog.get_logger(__name__)

# Few, because each that works takes the interpreter from the requests that are to be acknowledged.
_executor: Executor = ThreadPoolExecutor(4, thread_name_prefix="slack")
# For what somebody waits for: a form to be written down, and a modal, whose trigger lasts three seconds.
_urgent: Executor = ThreadPoolExecutor(8, thread_name_prefix="slack-urgent")


def afterwards(work: Callable[[], T], *, urgent: bool = False) -> "Future[T | None]":
    """Does it in another thread. Its result is None where it failed by our own fault, which is logged."""
    return (_urgent if urgent else _executor).submit(_guarded, work)


def _guarded(work: Callable[[], T]) -> T | None:
    try:
        return work()
    except Exception:
        log.exception("slack.fault")
        return None
    finally:
        if not connection.in_atomic_block:  # a thread that waits for hours keeps none open
            connection.close()
