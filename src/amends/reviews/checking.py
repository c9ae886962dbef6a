"""The privacy checker with everything that Amends knows of a review: its case, its patient's record, the practice.

What is read here is read in order to keep it out of public text, and goes nowhere else.
"""

from collections.abc import Iterator, Sequence

from amends.cases.actions import cases_taken_in, events_of
from amends.integrations.open_dental.record_keeping import kept_record
from amends.practice.directory import directory
from amends.practice.models import Group
from amends.protocol import events as e
from amends.protocol.events import Event
from amends.protocol.fold import fold
from amends.protocol.words import Role, Stage
from amends.reviews.checker.check import check
from amends.reviews.checker.values import Case as CaseFacts
from amends.reviews.checker.values import Context, Practice, Verdict
from amends.reviews.checker.values import Review as ReviewFacts
from amends.reviews.intake import case_of
from amends.reviews.models import Review

# The fields in which people write freely: those of anybody's account, and those that Amends fills by itself as well.
_ACCOUNTS, _REASONS = ("account", "accounts", "text", "note"), ("why", "tried", "what", "change", "reason")
# These tell what Amends or a site says, whoever pressed for it.
_OF_AMENDS = (e.DeliveryProven, e.DeliveryLeftToHand, e.DeliveryDropped, e.ReplyRefused, e.ReviewRewritten)


def verdict_for(review: Review, text: str, recent: Sequence[str]) -> Verdict:
    """What this text would give away under this review. `recent` are the newest replies of the group."""
    return check(text, context_of(review, recent))


def context_of(review: Review, recent: Sequence[str]) -> Context:
    """Everything that a reply to this review is judged against."""
    row = case_of(review)
    said = "\n".join(filter(None, (review.text, review.text_translated)))
    return Context(
        platform=review.site,
        review=ReviewFacts(reviewer=review.reviewer, stars=review.stars, text=said),
        practice=_practice(review),
        case=_facts(row.pk) if row else None,
        recent_replies=tuple(recent),
    )


def _practice(review: Review) -> Practice:
    known = directory()
    office = known.offices[str(review.office_id)]
    group = Group.objects.first()
    return Practice(
        name=" · ".join(filter(None, (group.name if group else "", office.name))),
        phones=(office.phone,) if office.phone else (),
        emails=(office.email,) if office.email else (),
        staff=tuple(person.name for person in known.people.values()),
    )


def _facts(number: int) -> CaseFacts:
    """Everything of the case, of those it has taken in and of its patient's record that must not show in public."""
    told = [events_of(number)]
    told += [events_of(other) for other in cases_taken_in(fold(told[0]))]
    cases = [fold(events) for events in told]
    patient = next((case.patient for case in cases if case.patient), None)
    record = kept_record(patient).record if patient else None
    visits = record.visits if record else ()
    days = [visit.at for visit in visits]
    for case in cases:
        tries, talks = (one.at for one in case.attempts), (one.at for one in case.conversations)
        days += [case.happened_at, case.opened_at, *tries, *talks]
    remedies = [remedy for case in cases for remedy in case.remedies]
    return CaseFacts(
        patient=patient.name if patient else "",
        family=tuple(relative.name for relative in record.family) if record else (),
        procedures=tuple(dict.fromkeys(visit.procedures for visit in visits if visit.procedures)),
        staff=tuple(dict.fromkeys(visit.provider for visit in visits if visit.provider)),
        dates=tuple(dict.fromkeys(day.date().isoformat() for day in days)),
        amounts=tuple(f"{remedy.amount:.2f}" for remedy in remedies if remedy.amount is not None),
        notes="\n".join(dict.fromkeys(text for events in told for event in events for text in _written(event))),
        contacts=(patient.phone,) if patient and patient.phone else (),
    )


def _written(event: Event) -> Iterator[str]:
    """What people wrote in this event, in whichever field."""
    if isinstance(event.fact, _OF_AMENDS) or (isinstance(event.fact, e.Reopened) and _is_made(event.fact)):
        return
    fields = _ACCOUNTS if event.by.role is Role.SYSTEM else (*_ACCOUNTS, *_REASONS)
    for name in fields:
        value = getattr(event.fact, name, ())
        # Words of the protocol are texts, too, and no free ones.
        yield from (text for text in (value if isinstance(value, tuple) else (value,)) if type(text) is str and text)


def _is_made(reopened: e.Reopened) -> bool:
    """Whether Amends says why: something of the record is missing after all."""
    return reopened.stage is Stage.ADDRESSED
