"""The replies that press, on My work of whoever must do something about them: what gives something away in public, what
was taken down and is public still, what a site refused and no case minds, and what a site has kept too long; and the
reviews whose case keeps them at an office that is not their profile's."""

from collections.abc import Collection
from datetime import datetime

from django.urls import reverse

from amends import clock
from amends.access import Right, scope
from amends.cases.work_besides import Besides
from amends.practice.directory import Directory, directory
from amends.practice.models import Person
from amends.protocol.words import Role
from amends.reviews import queries
from amends.reviews.models import Reply, Review
from amends.reviews.needed import still_public, stuck_since, takes_long, tells
from amends.reviews.refusals import refusal

HEADING = "Replies that press"
WRONG_OFFICE = "Reviews of another office"
_AT_ONCE = 20
_LADDER = (Role.OFFICE_MANAGER, Role.REGIONAL_MANAGER, Role.LEADER)


def replies_that_press(person: Person) -> list[Besides]:
    """Those for this person: the worst first, of each kind the longest waiting first."""
    offices, known, now = scope(person, Right.SEE_REVIEWS), directory(), clock.now()
    if offices is not None and not offices:
        return []
    who = _Who(person, known)
    return [
        *(
            _shown(reply, tells(reply), reply.live_at or reply.written_at, known)
            for reply in queries.telling(offices)[:_AT_ONCE]
            if who.has(reply.review, Role.PRIVACY_OFFICER) or who.answers(reply.review)
        ),
        *(
            _shown(reply, still_public(reply), reply.ended_at or now, known)
            for reply in queries.to_delete(offices)[:_AT_ONCE]
            if who.answers(reply.review)
        ),
        *(
            _shown(reply, _refused(reply), reply.ended_at or now, known)
            for reply in queries.refused(offices)[:_AT_ONCE]
            if who.answers(reply.review)
        ),
        *(
            _shown(reply, takes_long(), reply.pending_since or now, known)
            for reply in queries.stuck(offices, stuck_since(now))[:_AT_ONCE]
            if who.answers(reply.review) or (_goes_up(reply, now) and who.answers(reply.review, Role.REGIONAL_MANAGER))
        ),
    ]


def reviews_at_the_wrong_office(person: Person) -> list[Besides]:
    """Those whose case this person can set aside, so that they go to the office of their profile."""
    offices, known = scope(person, Right.SEE_REVIEWS), directory()
    if offices is not None and not offices:
        return []
    who = _Who(person, known)
    return [
        Besides(
            key=f"wrong-office-{review.pk}",
            title=f"This review is of {known.offices[str(review.belongs_at_id)].name}. "
            "Set its case aside as reported by mistake; the review goes there within a day.",
            url=reverse("review", args=[review.pk]),
            office=known.offices[str(review.office_id)].name,
            what=f"{review.said} on {review.get_site_display()}",
            since=review.last_seen_at,
            zone=known.offices[str(review.office_id)].zone,
            heading=WRONG_OFFICE,
        )
        for review in queries.at_the_wrong_office(offices)[:_AT_ONCE]
        if who.answers(review)
    ]


class _Who:
    """Who this person is at the office of a review."""

    def __init__(self, person: Person, known: Directory) -> None:
        self._roles = known.roles_of(str(person.pk))
        self._known = known

    def has(self, review: Review, role: Role) -> bool:
        return role in self._at(review)

    def answers(self, review: Review, level: Role = Role.OFFICE_MANAGER) -> bool:
        """Whether they answer at this level, or at the next one that has anybody."""
        office = self._known.offices[str(review.office_id)]
        for role in _LADDER[_LADDER.index(level) :]:
            if self._known.holders(role, office):
                return role in self._at(review)
        return False

    def _at(self, review: Review) -> Collection[Role]:
        return self._roles.get(str(review.office_id), ())


def _refused(reply: Reply) -> str:
    """What the site says of a reply that it refused, and what to do."""
    told = refusal(reply.problem)
    return f"The site refused the reply: {told.reason}. {told.mend}"


def _goes_up(reply: Reply, now: datetime) -> bool:
    """Whether the site has had it for twice the limit, so that the level above the manager has it, too."""
    return reply.pending_since is not None and reply.pending_since <= stuck_since(now, times=2)


def _shown(reply: Reply, title: str, since: datetime, known: Directory) -> Besides:
    office = known.offices[str(reply.review.office_id)]
    return Besides(
        key=f"pressing-{reply.pk}",
        title=title,
        url=reverse("review", args=[reply.review_id]),
        office=office.name,
        what=f"{reply.review.said} on {reply.review.get_site_display()}",
        since=since,
        zone=office.zone,
        heading=HEADING,
    )
