"""By which ways somebody is reached at once, beside the page that they have open: those that the group has set up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from amends.deliveries import nudges
from amends.deliveries.models import Delivery
from amends.deliveries.telling import MANAGERS_TASKS, Told, link_to, slack_user
from amends.practice.entries import PersonEntry
from amends.protocol.card import Happening, card_of, lines_of
from amends.protocol.card_words import card_words, line_words
from amends.protocol.messages import PageMessage, TaskMessage
from amends.protocol.wording import page_text
from amends.protocol.words import Purpose

PERSON = "person"  # a delivery to one person has no other target


@dataclass(frozen=True)
class Direct:
    """One message to one person, by one way."""

    purpose: Purpose
    about: int
    channel: str
    payload: dict[str, Any]


def direct(message: PageMessage, person: PersonEntry, number: str, office: str) -> Iterator[Direct]:
    """The message by every way by which this person is reached."""
    link = f"{settings.BASE_URL}/cases/{number}/come"
    words = {"person": person.name, "text": page_text(number, office, link)}
    if user := slack_user(person.id):
        yield Direct(message.purpose, message.about, "slack.message", {**words, "channel": user, "come": number})
    if person.email and settings.EMAIL_HOST:
        subject = f"Still here: {office}, {number}"
        yield Direct(message.purpose, message.about, "email", {**words, "to": [person.email], "subject": subject})


def by_email_instead(told: Told) -> Iterator[Direct]:
    """What a manager's card in Slack would say, by e-mail to whoever is nobody there: no more is said than in Slack.

    Nothing where the group has no Slack: there managers have their Tasks.
    """
    tasks = [one for one in told.messages if isinstance(one, TaskMessage) and one.purpose in MANAGERS_TASKS]
    if not tasks or not told.channels or not settings.EMAIL_HOST:
        return
    number, office = told.row.number, told.office.name
    words = card_words(card_of(told.case), number, office, told.policy)
    # The card alone would not say why it comes.
    soon = [line_words(line, told.policy) for line in lines_of(told.events) if line.what is Happening.DUE_SOON]
    said = {"subject": f"{number} · {office}", "text": "\n".join([*soon, *words.lines, link_to(number)])}
    for person in {task.to.id: told.known.people.get(task.to.id) for task in tasks}.values():
        if person and person.email and not slack_user(person.id):
            yield Direct(
                Purpose.CARD, told.case.version, "email", {**said, "person": person.name, "to": [person.email]}
            )


def write_to_slack(
    person: PersonEntry, purpose: Purpose, marker: str, text: str, *, now: datetime, due: datetime | None = None
) -> bool:
    """Writes a direct message that belongs to no case, once, to be sent at `due` (None: now).

    Whether it is written, now or before; False for who is not known in Slack.
    """
    user = slack_user(person.id)
    if user:
        payload = {"person": person.name, "text": text, "channel": user}
        write_once(marker, "slack.message", PERSON, purpose, payload, now=now, due=due)
    return bool(user)


def write_to(
    person: PersonEntry, purpose: Purpose, marker: str, subject: str, text: str, *, now: datetime, due: datetime
) -> bool:
    """As `write_to_slack`; who has no Slack gets it by e-mail, where that is set up."""
    if slack_user(person.id):
        return write_to_slack(person, purpose, marker, text, now=now, due=due)
    if not person.email or not settings.EMAIL_HOST:
        return False
    payload = {"person": person.name, "text": text, "to": [person.email], "subject": subject}
    write_once(marker, "email", PERSON, purpose, payload, now=now, due=due)
    return True


def write_once(
    marker: str,
    channel: str,
    target: str,
    purpose: Purpose,
    payload: dict[str, Any],
    *,
    now: datetime,
    due: datetime | None = None,
) -> bool:
    """Writes a delivery that belongs to no case, to be sent at `due` (None: now).

    Whether it is new: the marker makes it once, also where two processes come to it together.
    """
    row = {
        "channel": channel,
        "target": target,
        "purpose": purpose.value,
        "about": 0,
        "payload": payload,
        "created_at": now,
        "due_at": due or now,
    }
    with transaction.atomic():
        is_new = Delivery.objects.get_or_create(marker=marker, defaults=row)[1]
        if is_new:
            nudges.nudge()
    return is_new
