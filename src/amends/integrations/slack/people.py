"""Who a person of the group is in Slack, and the other way round. A match counts once somebody confirmed it.

Slack tells who has an e-mail address (`users.lookupByEmail`), but an address is no proof of a person: a shared one, or
one that somebody gave themselves, would lend its owner's rights to whoever sits there (slack.md 7).
"""

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone
from slack_sdk import WebClient

from amends.practice.models import Person

from .answers import TROUBLE, code_of
from .models import SlackPerson, SlackWorkspace
from .moving import keep_team
from .outbound.models import SlackTrouble

_ASKED_AGAIN_AFTER = 600  # seconds: somebody who presses ten buttons is looked up once


def slack_user(person_id: str) -> str | None:
    """The Slack user of this person; None where nobody confirmed one, or the person is not active."""
    matched = SlackPerson.objects.filter(person_id=int(person_id), person__is_active=True, confirmed_at__isnull=False)
    return matched.order_by("workspace__key").values_list("user_id", flat=True).first()


def person_of(team: str, user_id: str) -> Person | None:
    """The active person who is confirmed to be this user of that workspace."""
    matched = SlackPerson.objects.filter(
        workspace__team_id=team, user_id=user_id, confirmed_at__isnull=False, person__is_active=True
    ).exclude(workspace__team_id="")
    found = matched.select_related("person").first()
    return found.person if found else None


def learn_team(workspace: SlackWorkspace, client: WebClient) -> str:
    """Asks Slack which workspace the token is of, and keeps the answer; "" where Slack does not tell now."""
    try:
        keep_team(workspace, str(client.auth_test().get("team_id") or ""))
    except TROUBLE:
        return ""
    return workspace.team_id


def forget(row: SlackPerson) -> None:
    """That person is nobody there any more."""
    with transaction.atomic():
        row.delete()
        _no_trouble(row)


def _no_trouble(row: SlackPerson) -> None:
    """What was wrong with the user that this person was is not wrong any more."""
    SlackTrouble.objects.filter(target=f"person:{row.person_id}").delete()


def confirm(row: SlackPerson) -> None:
    """Somebody says that it is them."""
    row.confirmed_at = timezone.now()
    row.save(update_fields=["confirmed_at"])


def set_user(workspace: SlackWorkspace, person: Person, user_id: str, how: SlackPerson.How) -> SlackPerson | None:
    """Notes who a person is there: typed by an administrator, which confirms it, or found, which waits for one.

    None where that user is another person already. A confirmed match is not changed by what is found.
    """
    typed = how is SlackPerson.How.TYPED
    try:
        with transaction.atomic():
            row = SlackPerson.objects.filter(workspace=workspace, person=person).first()
            if row is None:
                row = SlackPerson(workspace=workspace, person=person)
            elif row.user_id == user_id or (row.confirmed_at and not typed):
                return row
            row.user_id, row.how = user_id, how
            row.confirmed_at = timezone.now() if typed else None
            row.save()
            _no_trouble(row)
            return row
    except IntegrityError:
        return None


def match(workspace: SlackWorkspace, person: Person, client: WebClient) -> SlackPerson | None:
    """Looks for the person by their e-mail address; None where Slack knows nobody. Raises what the client raises."""
    try:
        found = client.users_lookupByEmail(email=person.email)
    except TROUBLE as trouble:
        if code_of(trouble) in ("users_not_found", "user_not_found"):
            return None
        raise
    user = found.get("user")
    user_id = user.get("id") if isinstance(user, dict) and not user.get("deleted") else None
    return set_user(workspace, person, str(user_id), SlackPerson.How.EMAIL) if user_id else None


def recognise(workspace: SlackWorkspace, user_id: str, client: WebClient) -> None:
    """Looks up whose e-mail address an unknown user has, so that an administrator only needs to confirm it."""
    if not cache.add(f"slack.asked.{workspace.pk}.{user_id}", 1, _ASKED_AGAIN_AFTER):
        return
    try:
        user = client.users_info(user=user_id).get("user")
    except TROUBLE:
        return  # the administrator can still enter it by hand
    profile = user.get("profile") if isinstance(user, dict) else None
    email = profile.get("email") if isinstance(profile, dict) else None
    person = Person.objects.filter(email__iexact=email, is_active=True).first() if isinstance(email, str) else None
    if person is not None:
        set_user(workspace, person, user_id, SlackPerson.How.EMAIL)
