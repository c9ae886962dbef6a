"""Logs as one JSON line an event, with one redaction step at the end: no patient data, no note bodies, no keys."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# What may be logged at all; every other field shows only that it was there.
_ALLOWED = frozenset(
    {"event", "level", "timestamp", "logger", "delivery", "channel", "case", "what", "where", "error", "seconds"}
    | {"exception", "count", "status", "method", "route", "database", "threads"}
)
_SECRET = re.compile(r"(xox[a-z]-[\w-]+|xapp-[\w-]+|ODFHIR \S+|Bearer \S+|gAAAA[\w=-]+)")
_LONG_DIGITS = re.compile(r"\d[\d\s().-]{6,}\d")


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keeps the allowed fields, and takes keys and long numbers (phones) out of their texts."""
    return {key: _clean(value) if key in _ALLOWED else "…" for key, value in event.items()}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _LONG_DIGITS.sub("…", _SECRET.sub("…", value)) if not _is_time(value) else value
    return value if isinstance(value, int | float | bool) or value is None else "…"


def _is_time(value: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value))


def _traceback_only(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception as its type and the places it passed; its message may quote what a person wrote."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info
    if isinstance(error, BaseException):
        places, trace = [], error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            places.append(f"{code.co_filename.rpartition('/amends/')[2]}:{trace.tb_lineno} {code.co_name}")
            trace = trace.tb_next
        event["exception"] = f"{type(error).__name__} at {' > '.join(places)}"
    return event


def configure_logs(level: str) -> None:
    """Sends structlog and the standard library's loggers through the same steps to standard error."""
    steps: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _traceback_only,
        redact,
    ]
    structlog.configure(
        processors=[*steps, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping().get(level, logging.INFO)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(allow=[])],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *steps,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
