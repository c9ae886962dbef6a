"""The replies that wait for a second look, as My work and the wall show them to whoever may look."""

from django.http import Http404
from django.urls import reverse

from amends.access import Right, actor_at, scope
from amends.cases.work_besides import Besides
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.protocol.reply import Risk
from amends.protocol.words import BEFORE_ADDRESSED, Stage
from amends.reviews import queries
from amends.reviews.editor import doing
from amends.reviews.intake import case_of
from amends.reviews.models import Reply, ReplyState
from amends.reviews.replying import signs_as, writers_of

_AT_ONCE = 50


def replies_to_look_at(person: Person) -> list[Besides]:
    """The replies that this person may let out, and somebody else may not; the longest waiting first."""
    offices, known = scope(person, Right.SEE_REVIEWS), directory()
    if offices is not None and not offices:
        return []
    return [
        Besides(
            key=f"reply-{reply.pk}",
            title=f"A reply on {reply.review.get_site_display()} waits for your look",
            url=reverse("review", args=[reply.review_id]),
            office=known.offices[str(reply.review.office_id)].name,
            what=f"{reply.review.said}, written by {reply.written_by.name if reply.written_by else 'somebody'}",
            since=reply.written_at,
            zone=known.offices[str(reply.review.office_id)].zone,
            heading="Replies that wait for your look",
        )
        for reply in queries.for_a_person(ReplyState.TO_APPROVE, offices)[:_AT_ONCE]
        if may_look(reply, person)
    ]


def may_look(reply: Reply, person: Person) -> bool:
    """Whether the rules would let this person send the reply, as it is written."""
    case = case_of(reply.review)
    stage = Stage(case.stage) if case else None
    try:
        by = actor_at(person, str(reply.review.office_id), stage)
    except Http404:  # an office that has closed since
        return False
    risk = Risk(reply.level or "pass")
    return doing(risk, writers_of(reply), stage not in BEFORE_ADDRESSED, signs_as(by, reply.review, risk)).send
