"""What Slack's answers and silences mean (slack.md 9, 11)."""

import errno
import http.client
import socket
import ssl
import urllib.error

from slack_sdk.errors import SlackApiError, SlackClientError

from amends.deliveries.channel import (
    Configuration,
    DeliveryError,
    OfficeOffline,
    Permanent,
    RetryAfter,
    UnknownOutcome,
)

# All that a call of slack_sdk may raise: two types of its own, the rest from the standard library.
TROUBLE = (SlackClientError, OSError, http.client.HTTPException, UnicodeError)

_SLOW_DOWN = {"ratelimited", "rate_limited", "message_limit_exceeded"}
_MAY_HAVE_HAPPENED = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
OUR_CONTENT = {
    "msg_too_long",
    "msg_blocks_too_long",
    "invalid_blocks",
    "invalid_blocks_format",
    "no_text",
    "too_many_attachments",
    "metadata_too_large",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "invalid_arguments",
    "markdown_text_conflict",
}
_SET_UP = {
    "invalid_auth": "Slack does not accept the bot's token.",
    "not_authed": "No bot token is set for Slack.",
    "token_revoked": "The app was removed from Slack.",
    "token_expired": "The bot's token has expired.",
    "account_inactive": "The bot's account is not active in Slack any more.",
    "missing_scope": "The Slack app needs a permission that it does not have: install it again.",
    "channel_not_found": "The channel does not exist, or the app is not invited to it.",
    "not_in_channel": "The app is not a member of the channel: invite it.",
    "is_archived": "The channel is archived.",
    "is_inactive": "The channel is archived.",
    "user_not_found": "That person is not in this Slack workspace.",
    "user_disabled": "That person's Slack account is switched off.",
    "cannot_dm_bot": "That Slack account is a bot.",
}
_UNREACHED = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError, TimeoutError)


def error_of(trouble: Exception) -> DeliveryError:
    """The error that this trouble with one call means, taking it for a call that writes."""
    match trouble:
        case SlackApiError():
            return _refused(trouble)
        case urllib.error.URLError() if isinstance(trouble.reason, _UNREACHED) or _no_route(trouble.reason):
            # urllib wraps only what happens up to the sending. A time-out there is one of connecting: a message of a
            # few kilobytes never waits to be sent.
            return OfficeOffline("Slack cannot be reached.")
        case SlackClientError():
            return Permanent("The message could not be put into the form that Slack takes.")
        case _:
            return UnknownOutcome("Slack did not answer. The message may have been posted.")


def code_of(trouble: Exception) -> str:
    """Slack's own word for what is wrong; "" where it gave none."""
    return str(trouble.response.get("error") or "") if isinstance(trouble, SlackApiError) else ""


def _no_route(reason: object) -> bool:
    return isinstance(reason, OSError) and reason.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH)


def _refused(refusal: SlackApiError) -> DeliveryError:
    response = refusal.response
    status, told = response.status_code, str(response.get("error", "") or "")
    if status == 429 or told in _SLOW_DOWN:
        return RetryAfter("Slack asked for a pause.", _seconds(response.headers))
    if status >= 500 or told in _MAY_HAVE_HAPPENED or " " in told or not told:
        # An error of several words is slack_sdk's own, for an answer that is not JSON.
        return UnknownOutcome("Slack had a failure of its own. The message may have been posted.")
    if told in _SET_UP or told.startswith("restricted_action"):
        return Configuration(_SET_UP.get(told, "A rule of this Slack workspace forbids the message."))
    if told in OUR_CONTENT:
        return Permanent(f"Slack refuses what the message holds ({told}).")
    return Permanent(f"Slack refused the message ({told}).")


def _seconds(headers: object) -> float | None:
    values = {str(name).lower(): value for name, value in dict(headers).items()} if isinstance(headers, dict) else {}
    try:
        return max(0.0, float(str(values["retry-after"])))
    except (KeyError, ValueError):
        return None
