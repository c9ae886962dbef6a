"""Whose the bot token is. What stands in one workspace is never touched with the token of another.

A message's number, a channel and a person are those of one workspace. So after another token was entered nothing is
said with it until Slack tells whose it is; and where that is another workspace, its people, channels and agreement are
entered anew. Cards stay where they stand: each knows its workspace (`SlackCard.team`), and is kept true only there.
"""

from django.db import transaction
from django.utils import timezone

from amends.deliveries.channel import RetryAfter, UnknownOutcome

from .answers import TROUBLE, error_of
from .client import client_of
from .models import SlackPerson, SlackWorkspace
from .outbound.models import SlackAgreement, SlackCard, SlackChannel, SlackTrouble

NOT_TOLD = "Slack has not told yet which workspace the new bot token is of."


def settle(workspace: SlackWorkspace) -> None:
    """Asks Slack whose a new token is. Raises a `DeliveryError` where it does not tell now."""
    if not workspace.token_is_new:
        return
    try:
        team = str(client_of(workspace).auth_test().get("team_id") or "")
    except TROUBLE as trouble:
        error = error_of(trouble)
        raise RetryAfter(NOT_TOLD) if isinstance(error, UnknownOutcome) else error from None
    if not team:
        raise RetryAfter(NOT_TOLD)
    keep_team(workspace, team)
    if workspace.token_is_new:
        raise RetryAfter(NOT_TOLD)  # another one was entered meanwhile


def keep_team(workspace: SlackWorkspace, team: str) -> bool:
    """Notes whose the token is that this row holds; True where that is another workspace than before."""
    team = team[:20]
    with transaction.atomic():
        row = SlackWorkspace.objects.select_for_update().filter(pk=workspace.pk).first()
        if row is None or row.bot_token != workspace.bot_token or not team:
            return False
        moved = row.team_id != team and bool(row.team_id or row.token_is_new)
        if moved:
            forget(row, "it is another workspace now")
        elif not row.team_id:
            SlackCard.objects.filter(team="").update(team=team)
        said = {"team_id": team, "token_is_new": False, "may_carry_patients": row.may_carry_patients and not moved}
        SlackWorkspace.objects.filter(pk=row.pk).update(**said)
    for name, value in said.items():
        setattr(workspace, name, value)
    return moved


def forget(row: SlackWorkspace, because: str) -> None:
    """Takes away what was true of this workspace alone, and says of its agreement why. In a transaction."""
    SlackPerson.objects.filter(workspace=row).delete()
    SlackChannel.objects.filter(workspace=row).delete()
    SlackTrouble.objects.all().delete()
    if row.may_carry_patients:
        SlackAgreement.objects.create(
            at=timezone.now(),
            workspace=row.key,
            may_carry_patients=False,
            person="",
            person_name=f"Amends, because {because}",
        )
