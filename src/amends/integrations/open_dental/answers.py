"""What Open Dental's answers mean: one sentence and a status become one of the errors of a channel.

A 400 is not always the caller's fault, so it is told apart by its text; full stops and capitals vary
(open-dental-api.md 2.7, 2.8, 5.3).
"""

import json
from collections.abc import Callable

from amends.deliveries.channel import (
    Configuration,
    DeliveryError,
    OfficeOffline,
    Permanent,
    RetryAfter,
    UnknownOutcome,
)
from amends.integrations.http import Answer

_LONGEST_QUOTE = 200
_TIMEOUT = ("timeout", "timed out", "time out", "connection")
_OFFLINE = ("econnector",)  # also “two eConnectors”, which only the office can mend
_KEY = ("authorization", "developer key", "customer key", "credential")
_OLD = ("version", "is not a valid method", "is not a valid resource", "is not a valid parameter")
_GENERIC = ("unexpected error", "internal error")
_DELETED = ("has been deleted",)
_NOT_READ_ONLY = ("read-only", "read only", "readonly")


class NotFound(Permanent):
    """There is no such row: a patient, a procedure or a definition is gone."""


class KeyRefused(Configuration):
    """The key itself is not accepted, as far as its words tell."""


class PermissionMissing(Configuration):
    """The key is accepted, and may not do this."""


class TooOld(Configuration):
    """This version of Open Dental does not have it: a resource, a method or a parameter."""


class Retired(Configuration):
    """This version of Open Dental no longer has it."""


def said(answer: Answer) -> str:
    """The sentence of an error body, which is a JSON string, an object with `message`, or bare text; cut at 200."""
    text = answer.text
    try:
        body = json.loads(text)
    except ValueError:
        body = text
    if isinstance(body, dict):
        body = next((body[name] for name in ("message", "Message", "error") if name in body), text)
    return " ".join(str(body).split())[:_LONGEST_QUOTE]


def is_silence(answer: Answer) -> bool:
    """Whether the office itself did not answer, and somebody on the way did in its place."""
    return answer.status in (408, 504) or (answer.status == 400 and _has(said(answer), _OFFLINE + _TIMEOUT))


def error_of(answer: Answer, *, writing: bool, hide: Callable[[str], str] = str) -> DeliveryError | None:
    """The error that this answer is; None for one of success.

    `writing`: whether the request could change anything. `hide` takes out of Open Dental's sentence what a person
    or a log must not see before it is quoted.
    """
    if 200 <= answer.status < 300:
        return None
    text = said(answer)
    shown = hide(text)
    quote = f" It said: “{shown}”" if shown else ""
    match answer.status:
        case 400:
            return _bad_request(text, quote, writing=writing)
        case 401 | 403:
            return _unauthorized(text, quote)
        case 404 if _has(text, ("not a valid resource",)):
            return TooOld(f"This Open Dental does not know the address called.{quote}")
        case 404:
            return NotFound(f"Open Dental did not find it.{quote}")
        case 410:
            return Retired(f"This version of Open Dental no longer has this. Update Amends.{quote}")
        case 429:
            return RetryAfter("Open Dental asked for a pause.", answer.retry_after)
        case status if status >= 500 or status == 408:
            return _unclear(f"Open Dental answered with status {status}.", writing=writing)
        case status if 300 <= status < 400:
            return Configuration("The address answers with a redirection. It must be Open Dental's own address.")
        case status:
            return Permanent(f"Open Dental refused it with status {status}.{quote}")


def _bad_request(text: str, quote: str, *, writing: bool) -> DeliveryError:
    offline = OfficeOffline(f"The office's Open Dental cannot be reached.{quote}")
    if _has(text, _TIMEOUT):
        # The office stopped answering in the middle: what was asked may have been done before that.
        return UnknownOutcome(f"The office's Open Dental stopped answering.{quote}") if writing else offline
    if _has(text, _OFFLINE):
        return offline
    if _has(text, _GENERIC):
        # Long lists fail so half way (2.6). Of a write nobody knows how far it came.
        return _unclear(f"Open Dental failed.{quote}", writing=writing)
    if _has(text, ("permission",)):
        return PermissionMissing(f"The key of this office lacks a permission.{quote}")
    if _has(text, _KEY):
        return _unauthorized(text, quote)
    if _has(text, _OLD):
        return TooOld(f"The office's Open Dental is too old for this.{quote}")
    if _has(text, _DELETED):
        return NotFound(f"It has been deleted in Open Dental.{quote}")
    return Permanent(f"Open Dental refused it.{quote}")


def _unauthorized(text: str, quote: str) -> DeliveryError:
    if _has(text, _NOT_READ_ONLY):
        return Permanent(f"Open Dental takes this query for one that writes.{quote}")
    if _has(text, ("permission",)):
        return PermissionMissing(f"The key of this office lacks a permission.{quote}")
    return KeyRefused(f"Open Dental refused the keys of this office. Check both, and that they are enabled.{quote}")


def _unclear(why: str, *, writing: bool) -> DeliveryError:
    return UnknownOutcome(f"{why} It may have been written.") if writing else RetryAfter(why)


def _has(text: str, fragments: tuple[str, ...]) -> bool:
    folded = text.casefold()
    return any(fragment in folded for fragment in fragments)
