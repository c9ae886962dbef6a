"""The one Bolt app of a workspace, for both transports: it acknowledges, and hands over what is to be seen to.

Nothing here touches the network. What came in is kept before it is acknowledged, unless the database is busy: fifty
presses that wait for each other would take longer than Slack does. What cannot be kept is not acknowledged, and Slack
says that it failed. A form is kept in any case and seen to before, because one that closes has been sent, as far as its
sender knows; where that takes long, the form says so and tells the end of it later.
"""

import re
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import Any

import structlog
from django.db import transaction
from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult

from amends.integrations.slack.client import SILENT, client_of
from amends.integrations.slack.models import SlackWorkspace
from amends.integrations.slack.outbound.limits import cut

from . import reports, traffic
from .acts import AT_ONCE, FORMS, IN_MODAL, SHORTCUT
from .afterwards import afterwards
from .answer import OPEN_CASE, OPEN_PAGE, Answer, modal, section
from .asking import NOT_SAVED, Act, answer_to, client_of_said, refresh_home, see_to, tell_sender
from .command import COMMAND, is_report, upset
from .once import first_time, keep, kept_at_once
from .said import Said, of_command, of_event, of_form, of_press

HOME_OPENED = "app_home_opened"
Body = Mapping[str, Any]
Ack = Callable[..., BoltResponse]

_LONGEST_ERROR = 1000
_WAIT = 2.0  # seconds for a form to be kept and seen to, of the three that Slack waits
_TYPED = "…"  # instead of what was typed behind the command: words about a patient are not kept
_SENT_BEFORE = "This form was sent before, and what it said is written down."
_WRITING = "Writing it down…"

log = structlog.get_logger(__name__)


class _AtOnce(Executor):
    """Bolt's listeners run where they are called: they only hand over, and ten threads of theirs would be a queue."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def app_of(workspace: SlackWorkspace) -> App:
    """An app with every listener. Building it asks Slack nothing, and neither does a request."""
    pk = workspace.pk
    app = App(
        name="amends",
        client=client_of(workspace),
        signing_secret=workspace.signing_secret,
        # With a token Bolt would ask Slack who it is, at the start and again at the first request (slack.md 0.8).
        token_verification_enabled=False,
        authorize=partial(_authorized, workspace.bot_token),
        ssl_check_enabled=False,
        listener_executor=_AtOnce(),
        logger=SILENT,
    )
    app.use(partial(_heard, pk))
    app.error(_failed)
    app.command(COMMAND)(partial(_command, pk))
    app.shortcut({"type": "message_action", "callback_id": SHORTCUT})(partial(_press, pk, reports.begin, may_open=True))
    for action, act in AT_ONCE.items():
        app.action(action)(partial(_press, pk, act))
    for action, act in IN_MODAL.items():
        app.action(action)(partial(_press, pk, act, in_modal=True))
    app.action(re.compile(rf"^({OPEN_CASE}|{OPEN_PAGE})(_\d+)?$"))(_nothing)
    for callback, act in FORMS.items():
        app.view(callback)(partial(_form, pk, act))
    app.event(HOME_OPENED)(partial(_home, pk))
    return app


def _authorized(token: str, team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)


def _heard(workspace: int, next: Callable[[], None]) -> None:  # noqa: A002  Bolt gives its arguments by name
    traffic.heard(workspace)
    next()


class NotKept(Exception):
    """What came in could not be written down, so it is not acknowledged."""


def _failed(error: Exception) -> BoltResponse:
    if isinstance(error, NotKept):
        log.warning("slack.not_kept")
        return BoltResponse(status=503)
    log.warning("slack.not_understood", error=type(error).__name__)
    return BoltResponse(status=400)


def _nothing(ack: Ack) -> None:
    ack()


def _command(workspace: int, ack: Ack, body: Body) -> None:
    said = of_command(workspace, body)
    form = is_report(said)
    written = _acknowledge(ack, replace(said, text=_TYPED) if form and said.text else said)
    afterwards(partial(see_to, said, upset, written, may_open=form), urgent=form)


def _press(workspace: int, act: Act, ack: Ack, body: Body, **opening: bool) -> None:
    said = of_press(workspace, body)
    written = _acknowledge(ack, replace(said, text=""))
    afterwards(partial(see_to, said, act, written, **opening), urgent=bool(opening))


def _acknowledge(ack: Ack, said: Said) -> "Future[bool]":
    """Once it is kept; in a busy database while that goes on, and who pressed is told if it fails."""
    written = keep(said)
    if not kept_at_once(written):
        raise NotKept
    ack()
    return written


def _home(workspace: int, body: Body) -> None:
    said = of_event(workspace, body)
    afterwards(partial(_opened_home, said))


def _form(workspace: int, act: Act, ack: Ack, body: Body) -> None:
    said = of_form(workspace, body)
    until = monotonic() + _WAIT
    if not _in_time(keep(said)):
        _refuse(ack, said, Answer(NOT_SAVED, refused=True))
        return
    doing = afterwards(partial(answer_to, said, act), urgent=True)
    try:
        answer = doing.result(timeout=max(0.0, until - monotonic())) or Answer(_SENT_BEFORE)
    except TimeoutError:
        ack(response_action="update", view=modal([section(_WRITING)]))
        afterwards(lambda: tell_sender(said, doing.result() or Answer(_SENT_BEFORE)))
        return
    if answer.refused:
        _refuse(ack, said, answer)
    else:
        ack(response_action="update", view=answer.modal)
    if answer.refresh:
        afterwards(partial(_refresh, said))


def _in_time(written: "Future[bool]") -> bool:
    try:
        return written.result(timeout=_WAIT)
    except TimeoutError:
        return False


def _refuse(ack: Ack, said: Said, answer: Answer) -> None:
    """The form stays as it is and says why, at the question from which that comes or at its last one."""
    if not said.fields:
        ack(response_action="update", view=answer.modal)
        return
    block = answer.block if answer.block in said.fields else list(said.fields)[-1]
    ack(response_action="errors", errors={block: cut(answer.text, _LONGEST_ERROR)})


def _refresh(said: Said) -> None:
    client = client_of_said(said)
    if client is not None:
        refresh_home(client, said)


def _opened_home(said: Said) -> None:
    with transaction.atomic():
        new = first_time(said)
    if new and said.text == "home":
        _refresh(said)
