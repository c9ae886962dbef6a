"""What Open Dental's answers mean: one sentence and a status become one of the errors of a channel.

A 400 is not always the caller's fault, so it is told apart by its text (open-dental-api.md 2.8, 5.3).
"""

import json

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
_OLD = ("version", "is not a valid method", "is not a valid resource")


class NotFound(Permanent):
    """There is no such row: a patient, a procedure or a definition is gone."""


class KeyRefused(Configuration):
    """The key itself is not accepted, as far as its words tell."""


class PermissionMissing(Configuration):
    """The key is accepted, and may not do this."""


class TooOld(Configuration):
    """This version of Open Dental does not have it."""


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


def error_of(answer: Answer, *, writing: bool) -> DeliveryError | None:
    """The error that this answer is; None for one of success. `writing`: whether the request could change anything."""
    if 200 <= answer.status < 300:
        return None
    text = said(answer)
    quote = f" It said: “{text}”" if text else ""
    match answer.status:
        case 400:
            return _bad_request(text, quote, writing=writing)
        case 401 | 403:
            return _unauthorized(text, quote)
        case 404 if "not a valid resource" in text.casefold():
            return TooOld(f"This Open Dental does not know the address called.{quote}")
        case 404:
            return NotFound(f"Open Dental did not find it.{quote}")
        case 429:
            return RetryAfter("Open Dental asked for a pause.", answer.retry_after)
        case status if status >= 500 or status == 408:
            return _unclear(f"Open Dental answered with status {status}.", writing=writing)
        case status if 300 <= status < 400:
            return Configuration("The address answers with a redirection. It must be Open Dental's own address.")
        case status:
            return Permanent(f"Open Dental refused it with status {status}.{quote}")


def _bad_request(text: str, quote: str, *, writing: bool) -> DeliveryError:
    folded = text.casefold()
    offline = OfficeOffline(f"The office's Open Dental cannot be reached.{quote}")
    if any(word in folded for word in _TIMEOUT):
        # The office stopped answering in the middle: what was asked may have been done before that.
        return UnknownOutcome(f"The office's Open Dental stopped answering.{quote}") if writing else offline
    if "econnector" in folded:
        return offline
    if any(words in folded for words in _OLD):
        return TooOld(f"The office's Open Dental is too old for this.{quote}")
    return Permanent(f"Open Dental refused it.{quote}")


def _unauthorized(text: str, quote: str) -> DeliveryError:
    if "permission" in text.casefold():
        return PermissionMissing(f"The key of this office lacks a permission.{quote}")
    return KeyRefused(f"Open Dental refused the key of this office.{quote} Check both keys, and that it is enabled.")


def _unclear(why: str, *, writing: bool) -> DeliveryError:
    return UnknownOutcome(f"{why} It may have been written.") if writing else RetryAfter(why)
