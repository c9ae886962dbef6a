"""Threads in which things are seen to after Slack was answered. Nothing is lost with them: what came in is kept before
(`once.py`), and what they leave is seen to later (`left_over.py`).
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
# One writer for all that is to be kept, so that what comes meanwhile is written together.
_keeper: Executor = ThreadPoolExecutor(1, thread_name_prefix="slack-keeper")


def afterwards(work: Callable[[], T], *, urgent: bool = False) -> "Future[T | None]":
    """Does it in another thread. Its result is None where it failed by our own fault, which is logged."""
    return (_urgent if urgent else _executor).submit(_guarded, work)


def keeping(work: Callable[[], None]) -> None:
    """Does it in the thread that writes down what came in."""
    _keeper.submit(_guarded, work)


def _guarded(work: Callable[[], T]) -> T | None:
    try:
        return work()
    except Exception:
        log.exception("slack.fault")
        return None
    finally:
        if not connection.in_atomic_block:  # a thread that waits for hours keeps none open
            connection.close()
