"""What was kept and not seen to, because the process that took it was stopped or the database did not take it then."""

from datetime import datetime, timedelta

from django.db import transaction

from amends.cases.models import pk_of
from amends.deliveries.telling import link_to
from amends.deliveries.ways import write_once
from amends.integrations.slack.models import SlackHeard, SlackWorkspace
from amends.integrations.slack.people import person_of
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.protocol.words import Purpose

from .acts import ACTS
from .asking import KEPT, answer_to, client_of_said, show, tell_sender, workspace_of
from .command import COMMAND
from .once import claim, digest
from .said import Said

_OURS = timedelta(seconds=20)  # for so long it is that of the process that took it
_ANSWERED = timedelta(minutes=30)  # Slack takes no answer to a press after that (slack.md 3)
_IN_ONE_ROUND = 20


def see_to_left_over(now: datetime) -> bool:
    """Sees to it, the oldest first; True when there was something.

    A form is seen to however late: its sender was told that it is being written down. Anything else only while Slack
    takes an answer to it, since people go on meanwhile; after that its person is told that it was not done.
    """
    rows = SlackHeard.objects.filter(waits__isnull=False, at__lt=now - _OURS).order_by("at")[:_IN_ONE_ROUND]
    for row in rows:
        said = Said(**row.waits)
        workspace = workspace_of(said)
        if workspace is None:
            claim(said)
        elif said.what in ACTS and (said.is_form or now - row.at < _ANSWERED):
            _see_to(said)
        else:
            _give_up(said, workspace, row.at, now)
    return bool(rows)


def _see_to(said: Said) -> None:
    answer = answer_to(said, ACTS[said.what])
    if answer is None or answer.text == KEPT:
        return
    client = client_of_said(said)
    if said.is_form:
        tell_sender(said, answer)
    elif client is not None:
        show(client, said, answer)


def _give_up(said: Said, workspace: SlackWorkspace, at: datetime, now: datetime) -> None:
    """Has its person told directly that it was not done, which waits for a Slack that is down; a stranger is not."""
    with transaction.atomic():
        person = person_of(said.team, said.user)
        if not claim(said) or person is None:
            return
        payload = {"person": person.name, "text": _not_done(said, person, at), "channel": said.user}
        write_once(f"press:{digest(said)[:20]}", "slack.message", workspace.key, Purpose.PRESS, payload, now=now)


def _not_done(said: Said, person: Person, at: datetime) -> str:
    local = at.astimezone(directory().zone_of(str(person.pk)))
    when = f"{local:%A, %B} {local.day}, {local:%H:%M}"
    if said.what == COMMAND:
        return f"What you typed behind {COMMAND} on {when} was not done: Amends was down. Please type it again."
    if pk_of(said.value):
        return (
            f"The button that you pressed for {said.value} on {when} was not done: Amends was down. Please look how "
            f"the case stands now: {link_to(said.value)}"
        )
    return f"What you asked for in Slack on {when} was not done: Amends was down. Please do it again."
