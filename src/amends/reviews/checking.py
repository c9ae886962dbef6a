"""The privacy checker with everything that Amends knows of a review: its case, its patient's record, the practice.

What is read here is read in order to keep it out of public text, and goes nowhere else.
"""

from collections.abc import Iterable, Sequence

from amends.cases.actions import state_of
from amends.integrations.open_dental.record_keeping import kept_record
from amends.practice.directory import directory
from amends.practice.models import Group
from amends.protocol.case import Case
from amends.reviews.checker.check import check
from amends.reviews.checker.values import Case as CaseFacts
from amends.reviews.checker.values import Context, Practice, Verdict
from amends.reviews.checker.values import Review as ReviewFacts
from amends.reviews.intake import case_of
from amends.reviews.models import Review


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
        case=_facts(state_of(row.pk)) if row else None,
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


def _facts(case: Case) -> CaseFacts:
    """Everything of the case and of its patient's record that must not show in public."""
    record = kept_record(case.patient).record if case.patient else None
    visits = record.visits if record else ()
    told: Iterable[str] = (
        *(account.text for account in case.accounts),
        *(attempt.note for attempt in case.attempts),
        *(conversation.note for conversation in case.conversations),
        *(remedy.note for remedy in case.remedies),
        *(promise.text for promise in case.promises),
        *(action.what for action in case.actions),
        case.settled.note if case.settled else "",
        case.addressing.note if case.addressing else "",
        case.addressing.change if case.addressing else "",
    )
    tries, talks = (one.at for one in case.attempts), (one.at for one in case.conversations)
    dates = (case.happened_at, case.opened_at, *tries, *talks)
    return CaseFacts(
        patient=case.patient.name if case.patient else "",
        family=tuple(relative.name for relative in record.family) if record else (),
        procedures=tuple(dict.fromkeys(visit.procedures for visit in visits if visit.procedures)),
        staff=tuple(dict.fromkeys(visit.provider for visit in visits if visit.provider)),
        dates=tuple(
            dict.fromkeys(
                [*(visit.at.date().isoformat() for visit in visits), *(day.date().isoformat() for day in dates)]
            )
        ),
        amounts=tuple(f"{remedy.amount:.2f}" for remedy in case.remedies if remedy.amount is not None),
        notes="\n".join(filter(None, told)),
        contacts=(case.patient.phone,) if case.patient and case.patient.phone else (),
    )
