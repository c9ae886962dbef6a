"""What people have decided about a review: whose it is, and whether it is the same as another one; who, and when."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from amends.cases import codec
from amends.cases.models import EventRow
from amends.protocol import events as e
from amends.protocol.words import PatientStatus
from amends.reviews.models import SameDecision
from amends.reviews.seeing import Before

_WHOSE = {
    PatientStatus.KNOWN: "said whose it is; only the case has the name",
    PatientStatus.NOT_A_PATIENT: "said that whoever wrote it is not a patient",
    PatientStatus.UNKNOWN: "could not tell whose it is",
}
_SAME = {
    True: "said that it is the same review as this one:",
    False: "said that it is not the same review as this one:",
}


@dataclass(frozen=True)
class Decided:
    """One decision, without a patient's name. `by` is the person's name; `other` the number of the other review."""

    at: datetime
    by: str
    said: str
    other: int | None = None


def decided(at: Before) -> list[Decided]:
    """Every decision, the newest first."""
    found = [
        Decided(event.at, event.by.name, _WHOSE[event.fact.patient_status])
        for event in codec.from_rows(_identified(at))
        if isinstance(event.fact, e.PatientIdentified)
    ]
    found += [Decided(one.at, one.by.name, _SAME[one.is_same], one.other_id) for one in _same(at).select_related("by")]
    return sorted(found, key=lambda one: one.at, reverse=True)


def how_often(at: Before) -> int:
    """How many decisions there are, without reading them."""
    return _identified(at).count() + _same(at).count()


def _identified(at: Before) -> QuerySet[EventRow]:
    """What people said of its case, also before that was made one with the case of the same story."""
    cases = {at.review.case_id, at.case.pk if at.case else None} - {None}
    return EventRow.objects.filter(case_id__in=cases, kind=e.PatientIdentified.__name__).exclude(by="").order_by("pk")


def _same(at: Before) -> QuerySet[SameDecision]:
    return at.review.same_decisions.order_by("pk")
