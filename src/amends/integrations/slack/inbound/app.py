"""The one Bolt app of a workspace, for both transports: it acknowledges, and hands over what is to be seen to.

Nothing here touches the network. Only a form is written down before it is acknowledged, because a form that closes has
been sent, as far as its sender knows; where that takes long, the form says so and tells the end of it later.
"""

import re
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import replace
from functools import partial
from typing import Any

import structlog
from django.db import transaction
from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult

from amends.integrations.slack.channel import SILENT, client_of
from amends.integrations.slack.models import SlackWorkspace
from amends.integrations.slack.outbound.limits import cut
from amends.protocol import commands as c

from . import buttons, home, reports, traffic
from .afterwards import afterwards
from .answer import OPEN_CASE, OPEN_PAGE, Answer, modal, section
from .asking import Act, answer_to, client_of_said, refresh_home, see_to, show
from .command import COMMAND, is_report, upset
from .once import first_time
from .said import Said, of_command, of_event, of_form, of_press

SHORTCUT = "report_message"
HOME_OPENED = "app_home_opened"
Body = Mapping[str, Any]
Ack = Callable[..., BoltResponse]

_LONGEST_ERROR = 1000
_WAIT = 2.0  # seconds for a form to be written down, of the three that Slack waits
_SENT_BEFORE = "This form was sent before, and what it said is written down."
_WRITING = "Writing it down…"

# What asks for one thing at once, and what is said when it was done.
AT_ONCE: Mapping[str, tuple[Callable[[], c.Command], str]] = {
    "manager_acknowledge": (partial(c.Acknowledge, unless_taken=True), "you have it."),
    "manager_comes": (c.Come, "they know now that you are coming."),
    "leader_seen": (c.MarkSeen, "noted that you have seen it."),
    "leader_calls": (c.OfferCall, "noted that you call them."),
    "leader_wants_call": (c.AskForCall, "whoever has it is asked to call you."),
}
FORMS: Mapping[str, Act] = {
    reports.FORM: reports.send,
    buttons.SPOKE_FORM: buttons.send_spoke,
    buttons.ASK_REGION_FORM: buttons.send_ask_region,
}

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
    app.action(home.REPORT)(partial(_press, pk, reports.begin, in_modal=True))
    for action, (make, words) in AT_ONCE.items():
        app.action(action)(partial(_press, pk, buttons.pressed(make, words)))
    app.action("manager_spoke")(partial(_press, pk, buttons.spoke, in_modal=True))
    app.action("manager_ask_region")(partial(_press, pk, buttons.ask_region, in_modal=True))
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


def _failed(error: Exception) -> BoltResponse:
    log.warning("slack.not_understood", error=type(error).__name__)
    return BoltResponse(status=400)


def _nothing(ack: Ack) -> None:
    ack()


def _command(workspace: int, ack: Ack, body: Body) -> None:
    said = of_command(workspace, body)
    ack()
    form = is_report(said)
    afterwards(partial(see_to, said, upset, may_open=form), urgent=form)


def _press(workspace: int, act: Act, ack: Ack, body: Body, **opening: bool) -> None:
    said = of_press(workspace, body)
    ack()
    afterwards(partial(see_to, said, act, **opening), urgent=bool(opening))


def _home(workspace: int, body: Body) -> None:
    said = of_event(workspace, body)
    afterwards(partial(_opened_home, said))


def _form(workspace: int, act: Act, ack: Ack, body: Body) -> None:
    said = of_form(workspace, body)
    writing = afterwards(partial(answer_to, said, act), urgent=True)
    try:
        answer = writing.result(timeout=_WAIT)
    except TimeoutError:
        ack(response_action="update", view=modal([section(_WRITING)]))
        afterwards(partial(_tell_late, said, writing))
        return
    answer = answer or Answer(_SENT_BEFORE)
    if answer.refused and said.fields:
        block = answer.block if answer.block in said.fields else list(said.fields)[-1]
        ack(response_action="errors", errors={block: cut(answer.text, _LONGEST_ERROR)})
    else:
        ack(response_action="update", view=answer.modal)
    if answer.refresh:
        afterwards(partial(_refresh, said))


def _tell_late(said: Said, writing: "Future[Answer | None]") -> None:
    """The form was acknowledged before it was written down: says in it what became of it, and keeps its words."""
    answer = writing.result() or Answer(_SENT_BEFORE)
    client = client_of_said(said)
    if client is None:
        return
    typed = [said.typed(block) for block in said.fields or {}]
    kept = [section(words) for words in typed if words] if answer.refused else []
    told = modal([*answer.modal["blocks"], *kept])
    show(client, said, replace(answer, view=told), said.view)


def _refresh(said: Said) -> None:
    client = client_of_said(said)
    if client is not None:
        refresh_home(client, said)


def _opened_home(said: Said) -> None:
    with transaction.atomic():
        new = first_time(said)
    if new and said.text == "home":
        _refresh(said)
