"""What Slack sends over HTTP: public, and answered only where it is signed with a workspace's secret (slack.md 8)."""

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from slack_bolt import App, BoltRequest
from slack_sdk.signature import SignatureVerifier

from amends.integrations.slack.models import SlackWorkspace

from . import traffic
from .app import app_of

log = structlog.get_logger(__name__)

_SIGNATURE, _TIMESTAMP = "x-slack-signature", "x-slack-request-timestamp"
# No other header is Slack's to set: Bolt has some of its own, and the signature covers none.
_HEADERS = ("content-type", _SIGNATURE, _TIMESTAMP, "x-slack-retry-num", "x-slack-retry-reason")


@csrf_exempt
@login_not_required
@require_POST
def events(request: HttpRequest) -> HttpResponse:
    """One address for commands, buttons, forms and events: 401 for what is not signed, 400 for what is none of them."""
    raw = request.body
    headers = {name: request.headers[name] for name in _HEADERS if name in request.headers}
    workspace = _signed_by(raw, headers)
    if workspace is None:
        return HttpResponse(status=401)
    try:
        answer = _app(workspace).dispatch(BoltRequest(body=raw.decode(), headers=dict(headers)))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as wrong:
        # Bolt expects payloads of Slack's shape, and reads others with whatever error comes of it.
        log.warning("slack.not_understood", error=type(wrong).__name__)
        return HttpResponse(status=400)
    if answer.status == 404:
        log.warning("slack.nobody_listens")  # the app in Slack was made from another manifest
    response = HttpResponse(answer.body, status=400 if answer.status == 500 else answer.status)
    response["Content-Type"] = answer.first_headers().get("content-type", "text/plain")
    return response


_apps: dict[int, tuple[tuple[str, str], App]] = {}  # of each workspace: the tokens it was built with, and it


def _app(workspace: SlackWorkspace) -> App:
    """The app of the workspace, built once: that takes as long as all the rest of an acknowledgement."""
    key = (workspace.bot_token, workspace.signing_secret)
    built = _apps.get(workspace.pk)
    if built is None or built[0] != key:
        built = _apps[workspace.pk] = (key, app_of(workspace))
    return built[1]


def _signed_by(raw: bytes, headers: dict[str, str]) -> SlackWorkspace | None:
    """The workspace whose secret signed it within the last five minutes."""
    listening = [row for row in SlackWorkspace.objects.all() if row.signing_secret]
    for row in listening:
        try:
            if SignatureVerifier(row.signing_secret).is_valid(
                body=raw, timestamp=headers.get(_TIMESTAMP, ""), signature=headers.get(_SIGNATURE, "")
            ):
                return row
        except (ValueError, TypeError, OverflowError):  # no time, no text in UTF-8 or ASCII: nothing of Slack's
            continue
    traffic.refused([row.pk for row in listening])
    return None
