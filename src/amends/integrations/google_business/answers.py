"""What Google's answers mean: a status and its envelope become one of the errors of a channel (1.2, 1.11)."""

import json
from collections.abc import Iterator, Mapping

from amends.deliveries.channel import Configuration, DeliveryError, Permanent, RetryAfter, UnknownOutcome
from amends.integrations.http import Answer

_LONGEST_QUOTE = 200
_QUOTA_PAUSE = 60.0  # quotas are by the minute


class NotFound(Permanent):
    """There is no such review, place or account: deleted, or never seen by this person."""


class NotSignedIn(Configuration):
    """The access token is not good (any more); certainly nothing was done."""


class NoPermission(Configuration):
    """A role that was lost, a profile that is not verified, an API that is not enabled."""


class QuotaSpent(RetryAfter):
    """Too many calls; `nothing`: the project may make none at all, so its access is not approved yet (1.2)."""

    def __init__(self, why: str, seconds: float, *, nothing: bool) -> None:
        super().__init__(why, seconds)
        self.nothing = nothing


def error_of(answer: Answer, *, writing: bool) -> DeliveryError | None:
    """The error that this answer is; None for one of success. `writing`: whether the call could change anything."""
    if 200 <= answer.status < 300:
        return None
    error = _envelope(answer)
    match answer.status:
        case 400:
            return Permanent(f"Google refuses it.{_quote(error)}")
        case 401:
            return NotSignedIn("Google does not take the access any more. Connect Google again.")
        case 403:
            return NoPermission(_forbidden(error))
        case 404:
            return NotFound("Google does not find it: it was deleted, or this account may not see it.")
        case 409:
            return RetryAfter("Google says that something else changes it at this moment.", answer.retry_after)
        case 429:
            return _quota(error, answer)
        case 503 if answer.retry_after is not None:
            return RetryAfter("Google asked for a pause.", answer.retry_after)
        case status if status >= 500 or status == 408:
            return unclear(f"Google answered with status {status}.", writing=writing)
        case status if 300 <= status < 400:
            return Configuration("The address answers with a redirection. It must be Google's own address.")
        case status:
            return Permanent(f"Google refused it with status {status}.{_quote(error)}")


def unclear(why: str, *, writing: bool) -> DeliveryError:
    """No clear answer: a write may have been done."""
    return UnknownOutcome(f"{why} It may have been done.") if writing else RetryAfter(why)


def _quota(error: Mapping[str, object], answer: Answer) -> QuotaSpent:
    allowed = next((str(told["quota_limit_value"]) for told in _metadata(error) if "quota_limit_value" in told), "")
    wait = _QUOTA_PAUSE if answer.retry_after is None else answer.retry_after
    return QuotaSpent("Google says that it was asked too often.", wait, nothing=allowed == "0")


def _forbidden(error: Mapping[str, object]) -> str:
    reasons = {str(detail.get("reason")) for detail in _details(error)}
    told = str(error.get("message") or "").casefold()
    if "SERVICE_DISABLED" in reasons or "disabled" in told:
        return "One of the four Google APIs is not enabled in the Google Cloud project."
    if "ACCESS_TOKEN_SCOPE_INSUFFICIENT" in reasons:
        return "The permission that was given does not cover reviews. Connect Google again, and tick all of it."
    if "verified" in told:
        return "This profile is not verified at Google, so its reviews cannot be read or answered there."
    if "suspended" in told:
        return "Google has suspended this profile."
    return "The Google account that was connected has no role on this profile any more."


def _envelope(answer: Answer) -> Mapping[str, object]:
    try:
        body = json.loads(answer.text)
    except (ValueError, RecursionError):
        return {}
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def _details(error: Mapping[str, object]) -> list[Mapping[str, object]]:
    details = error.get("details")
    return [one for one in details if isinstance(one, dict)] if isinstance(details, list) else []


def _metadata(error: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    for detail in _details(error):
        told = detail.get("metadata")
        if isinstance(told, dict):
            yield told


def _quote(error: Mapping[str, object]) -> str:
    """Google's own sentence: that of a `ValidationError` where there is one, for it names the field."""
    for detail in _details(error):
        listed = detail.get("errorDetails")
        if isinstance(listed, list) and listed and isinstance(listed[0], dict) and listed[0].get("message"):
            return _said(listed[0]["message"])
    return _said(error.get("message") or "")


def _said(text: object) -> str:
    words = " ".join(str(text).split())[:_LONGEST_QUOTE]
    return f" It said: “{words}”" if words else ""
