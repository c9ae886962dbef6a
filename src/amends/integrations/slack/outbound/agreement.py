"""Whether a Slack workspace may carry patient information. By default it may not.

Slack allows it only under a signed agreement on its largest plan (slack.md 14), which nobody but the group's privacy
officer can vouch for. Each word of theirs is kept.
"""

from django.db import transaction
from django.utils import timezone

from amends.integrations.slack.models import SlackWorkspace
from amends.practice.directory import directory_now
from amends.practice.models import Person
from amends.protocol.decide import Refused
from amends.protocol.words import Role

from .models import SlackAgreement


def say_may_carry_patients(workspace: SlackWorkspace, person: Person, *, may: bool) -> None:
    """Switches it on or off, and keeps who said so. Raises `Refused` for anybody but the group's privacy officer."""
    if Role.PRIVACY_OFFICER not in directory_now().group_roles_of(str(person.pk)):
        raise Refused("Only the privacy officer can say whether this Slack may carry patient information.")
    with transaction.atomic():
        row = SlackWorkspace.objects.select_for_update().get(pk=workspace.pk)
        if row.may_carry_patients == may:
            return
        SlackWorkspace.objects.filter(pk=row.pk).update(may_carry_patients=may)
        SlackAgreement.objects.create(
            at=timezone.now(),
            workspace=row.key,
            may_carry_patients=may,
            person=str(person.pk),
            person_name=person.name,
        )
    workspace.may_carry_patients = may
