"""The only door from a person to a review. What is not allowed looks like what is not there."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import cast
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest
from django.utils import timezone

from amends.access import Right, actor_at, offices_with
from amends.cases.models import CaseRow
from amends.practice.directory import Directory, OfficeEntry, directory
from amends.practice.models import Person
from amends.protocol.values import Actor
from amends.protocol.words import Stage
from amends.reviews import queries
from amends.reviews.intake import case_of
from amends.reviews.models import Review


@dataclass(frozen=True)
class Before:
    """One review and one person before it, at one moment (`now`, aware). `case` takes care of it now."""

    person: Person
    actor: Actor
    review: Review
    case: CaseRow | None
    known: Directory
    now: datetime

    @property
    def office(self) -> OfficeEntry:
        return self.known.offices[str(self.review.office_id)]

    @property
    def zone(self) -> ZoneInfo:
        return self.office.zone

    @cached_property
    def may_act_on_case(self) -> bool:
        """Whether they may act on the cases of the office, and post there by hand."""
        return self.office.id in offices_with(self.person, Right.ACT_ON_CASE, self.known)


def before(request: HttpRequest, pk: int) -> Before:
    """The review with that number before whoever asks. Raises Http404 where they have no right to it."""
    person, known = cast(Person, request.user), directory()
    review = queries.review_at(pk)
    if review is None or str(review.office_id) not in offices_with(person, Right.SEE_REVIEWS, known):
        raise Http404
    case = case_of(review)
    return Before(
        person=person,
        actor=actor_at(person, str(review.office_id), Stage(case.stage) if case else None),
        review=review,
        case=case,
        known=known,
        now=timezone.now(),
    )
