"""Whoever asks for something in Slack, and what comes of it: the person, their rights, the change, and the answer."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from http import HTTPStatus

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.http import Http404
from slack_sdk import WebClient, WebhookClient

from amends.cases.models import pk_of
from amends.integrations.slack.answers import TROUBLE
from amends.integrations.slack.client import SILENT, client_of
from amends.integrations.slack.models import SlackWorkspace
from amends.integrations.slack.people import learn_team, person_of, recognise
from amends.practice.away.said import CannotBe
from amends.practice.directory import held
from amends.practice.models import Person
from amends.protocol.decide import Refused

from . import home
from .answer import Answer, Block, View, actions, case_link, modal, section
from .once import claim, may_come_again
from .said import Said

log = structlog.get_logger(__name__)

_SECONDS = 10  # for one call of Slack, while a person waits
NOT_KNOWN = (
    "Amends does not know yet who you are in Slack, so nothing was done. Ask an administrator of Amends to match you "
    "under Connections, Slack; until then use the site itself."
)
NOT_SAVED = "Amends could not save that just now, so nothing was done. Please try again in a minute."
KEPT = "Amends could not do that just now. It is kept, and you are told here what became of it."
FAULT = "Amends failed at that, so nothing was done. Please do it on the site itself."
NOT_FOUND = "There is no such case, or it is not one of your offices."
_ONE_MOMENT = "One moment…"


@dataclass(frozen=True)
class Asking:
    """What was said, in which workspace, and who said it."""

    said: Said
    workspace: SlackWorkspace
    person: Person


Act = Callable[[Asking], Answer]


def answer_to(said: Said, act: Act) -> Answer | None:
    """Does what is kept (`once.keep`) once, in one transaction and with the rights of whoever asks.

    None for what was seen to before. What the database does not take now stays kept.
    """
    try:
        with held(), transaction.atomic():
            workspace = workspace_of(said)
            if workspace is None or not claim(said):
                return None
            answer = _answer(said, act, workspace)
            if answer.refused and said.is_form:
                may_come_again(said)
            return answer
    except (OperationalError, InterfaceError):
        log.exception("slack.not_saved")
        return Answer(KEPT)


def _answer(said: Said, act: Act, workspace: SlackWorkspace) -> Answer:
    """Does it; of what is refused nothing is left but the answer."""
    person = person_of(said.team, said.user) if said.team == workspace.team_id else None
    if person is None:
        return Answer(NOT_KNOWN, refused=True)
    try:
        with transaction.atomic():
            return act(Asking(said, workspace, person))
    except (Refused, CannotBe) as refused:
        return Answer(str(refused), _page_of(said), refused=True, block=getattr(refused, "block", ""))
    except Http404:
        return Answer(NOT_FOUND, refused=True)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("slack.fault")
        return Answer(FAULT, _page_of(said), refused=True)


def _page_of(said: Said) -> tuple[Block, ...]:
    """The way to the case of a button: what cannot be done by a press, its page may explain."""
    return (actions(case_link(said.value)),) if pk_of(said.value) else ()


def see_to(said: Said, act: Act, written: "Future[bool]", *, in_modal: bool = False, may_open: bool = False) -> None:
    """Does it once it is kept and answers: in a modal, or with `may_open` in one only where patient information may be
    in Slack.

    A modal is opened at once, since its trigger lasts three seconds, and filled when it is known with what.
    """
    workspace = workspace_of(said)
    client = client_of_said(said)
    if workspace is None or client is None:
        return
    view = _open(client, said) if in_modal or (may_open and workspace.may_carry_patients) else ""
    answer = answer_to(said, act) if written.result() else Answer(NOT_SAVED, refused=True)
    if answer is not None:
        show(client, said, answer, view)


def show(client: WebClient, said: Said, answer: Answer, view: str = "") -> None:
    """Shows the answer to whoever asked, in the modal with that id or for them alone. What fails is not repeated."""
    try:
        if view:
            client.views_update(view_id=view, view=answer.modal)
        elif said.response_url:
            _respond(said.response_url, answer)
        elif said.channel:
            client.chat_postEphemeral(channel=said.channel, user=said.user, **answer.message)
    except TROUBLE as trouble:
        log.warning("slack.answer_not_shown", error=type(trouble).__name__)
    if answer.text == NOT_KNOWN:
        workspace = workspace_of(said)
        if workspace is not None and said.team == workspace.team_id and said.user:
            recognise(workspace, said.user, client)
    if answer.refresh:
        refresh_home(client, said)


def tell_sender(said: Said, answer: Answer) -> None:
    """What became of a form that was acknowledged before it was seen to: in it, or directly where it is closed.

    What was refused keeps its words, where they may be in Slack.
    """
    workspace, client = workspace_of(said), client_of_said(said)
    if workspace is None or client is None:
        return
    typed = (
        [said.typed(block) for block in said.fields or {}] if answer.refused and workspace.may_carry_patients else []
    )
    told = replace(answer, blocks=(*answer.blocks, *(section(words) for words in typed if words)))
    try:
        client.views_update(view_id=said.view, view=told.modal)
    except TROUBLE:
        try:
            client.chat_postMessage(channel=said.user, unfurl_links=False, **told.message)
        except TROUBLE as trouble:
            log.warning("slack.answer_not_shown", error=type(trouble).__name__)
    if answer.refresh:
        refresh_home(client, said)


def refresh_home(client: WebClient, said: Said) -> None:
    """The Home tab of whoever asked, as it is now."""
    with held():
        workspace = workspace_of(said)
        if workspace is None or said.team != workspace.team_id or not said.user:
            return
        person = person_of(said.team, said.user)
        shown = home.view_for(person, workspace) if person else _stranger()
    try:
        client.views_publish(user_id=said.user, view=shown)
    except TROUBLE as trouble:
        log.warning("slack.home_not_shown", error=type(trouble).__name__)
    if person is None:
        recognise(workspace, said.user, client)


def _stranger() -> View:
    return {"type": "home", "blocks": [section(NOT_KNOWN)]}


def client_of_said(said: Said) -> WebClient | None:
    """A client for the workspace in which it was said, of which Amends knows from now on which one it is."""
    workspace = workspace_of(said)
    if workspace is None or not workspace.bot_token:
        return None
    client = client_of(workspace, seconds=_SECONDS)
    if workspace.token_is_new or not workspace.team_id:
        learn_team(workspace, client)
    return client


def workspace_of(said: Said) -> SlackWorkspace | None:
    return SlackWorkspace.objects.filter(pk=said.workspace).first()


def _open(client: WebClient, said: Said) -> str:
    """The id of a modal that was opened; "" where Slack did not open one, and the answer goes another way."""
    try:
        view = client.views_open(trigger_id=said.trigger, view=modal([section(_ONE_MOMENT)])).get("view")
    except TROUBLE as trouble:
        log.warning("slack.modal_not_opened", error=type(trouble).__name__)
        return ""
    return str(view.get("id") or "") if isinstance(view, dict) else ""


def _respond(address: str, answer: Answer) -> None:
    hook = WebhookClient(address, timeout=_SECONDS, retry_handlers=[], logger=SILENT)
    hook.proxy = None  # as in `client_of`
    told = hook.send(**answer.message, response_type="ephemeral", replace_original=False)
    if told.status_code != HTTPStatus.OK:
        log.warning("slack.answer_refused", status=told.status_code)
