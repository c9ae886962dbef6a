"""The replies that press, on My work of whoever must do something about them: what gives something away in public, what
was taken down and is public still, and what a site has kept too long."""

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
from amends.reviews.models import Reply
from amends.reviews.needed import still_public, stuck_since, takes_long, tells

HEADING = "Replies that press"
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
            if who.has(reply, Role.PRIVACY_OFFICER) or who.answers(reply)
        ),
        *(
            _shown(reply, still_public(reply), reply.ended_at or now, known)
            for reply in queries.to_delete(offices)[:_AT_ONCE]
            if who.answers(reply)
        ),
        *(
            _shown(reply, takes_long(), reply.pending_since or now, known)
            for reply in queries.stuck(offices, stuck_since(now))[:_AT_ONCE]
            if who.answers(reply) or (_goes_up(reply, now) and who.answers(reply, Role.REGIONAL_MANAGER))
        ),
    ]


class _Who:
    """Who this person is at the office of a reply."""

    def __init__(self, person: Person, known: Directory) -> None:
        self._roles = known.roles_of(str(person.pk))
        self._known = known

    def has(self, reply: Reply, role: Role) -> bool:
        return role in self._at(reply)

    def answers(self, reply: Reply, level: Role = Role.OFFICE_MANAGER) -> bool:
        """Whether they answer at this level, or at the next one that has anybody."""
        office = self._known.offices[str(reply.review.office_id)]
        for role in _LADDER[_LADDER.index(level) :]:
            if self._known.holders(role, office):
                return role in self._at(reply)
        return False

    def _at(self, reply: Reply) -> Collection[Role]:
        return self._roles.get(str(reply.review.office_id), ())


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
