"""Profiles of the practice that a site finds out of order, so that it refuses replies: administrators mend them, and
hear of it whether the review has a case or not."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.urls import reverse

from amends.cases.work_besides import Besides
from amends.practice.directory import Directory, OfficeEntry, directory
from amends.practice.models import Person
from amends.protocol.words import Role
from amends.reviews.models import Queue, Reply, ReplyState
from amends.reviews.refusals import PROFILE_REASONS, ProfileTrouble, profile_trouble

HEADING = "Profiles to put in order"


@dataclass(frozen=True)
class RefusingProfile:
    """The profile of one office at one site, why it takes no replies, and since when it refused the first of those that
    are refused now. `location` is the site's own name for the profile; empty where none is known."""

    office: OfficeEntry
    site: str
    location: str
    trouble: ProfileTrouble
    since: datetime


def refusing_profiles(known: Directory) -> list[RefusingProfile]:
    """Every one of which a refused reply has not been answered by another: each profile and reason once."""
    rows = Reply.objects.filter(
        review__queue=Queue.REFUSED.value,
        review__reply=F("pk"),
        state=ReplyState.REFUSED.value,
        problem__in=PROFILE_REASONS,
    )
    found: dict[tuple[int, str, str, str], RefusingProfile] = {}
    for reply in rows.select_related("review").order_by("ended_at", "pk"):
        review = reply.review
        found.setdefault(
            (review.office_id, review.site, review.location, reply.problem),
            RefusingProfile(
                known.offices[str(review.office_id)],
                review.get_site_display(),
                review.location,
                profile_trouble(reply.problem),
                reply.ended_at or reply.written_at,
            ),
        )
    return list(found.values())


def profiles_to_see_to(person: Person) -> list[Besides]:
    """Those at the offices of which this person is an administrator."""
    known = directory()
    mine = [office for office, roles in known.own_roles_of(str(person.pk)).items() if Role.ADMINISTRATOR in roles]
    if not mine:
        return []
    return [
        Besides(
            key=f"profile-{one.office.id}-{number}",
            title=f"Replies are refused: {one.trouble.says}. {one.trouble.mend}",
            url=reverse("connections:list"),
            office=one.office.name,
            what=f"The profile on {one.site}",
            since=one.since,
            zone=one.office.zone,
            heading=HEADING,
        )
        for number, one in enumerate(refusing_profiles(known))
        if one.office.id in mine
    ]
