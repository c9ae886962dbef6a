"""Who might have written a review? Shown to whoever manages its case, logged as a look, and never near the reply."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from amends.access import Right, offices_with
from amends.audit.models import record_look
from amends.cases import actions
from amends.cases.actions import patient_key
from amends.cases.models import CaseRow
from amends.cases.queries import keys_with_open_case
from amends.integrations.open_dental.patients_near import Near, NearPatient, patients_near
from amends.integrations.open_dental.record_keeping import KeptRecord, kept_under
from amends.integrations.open_dental.rows import Appointment
from amends.protocol import commands as c
from amends.protocol.case import Case
from amends.protocol.decide import Refused
from amends.protocol.values import Patient
from amends.protocol.words import PatientStatus
from amends.reviews.matching.match import LIKELY, who_might_it_be
from amends.reviews.matching.values import Match, Visit
from amends.reviews.matching.values import Patient as Candidate
from amends.reviews.matching.values import Review as Written
from amends.reviews.seeing import Before, before

# Who writes a review was mostly there in the days before.
_DAYS = timedelta(days=30)
_WHY = "Chosen from those who were there in the days before the review."


@dataclass(frozen=True, repr=False)
class Shown:
    """One patient who may have written it: who, how sure in words, why, and their visits, the newest first."""

    pat_num: int
    name: str
    sure: str
    reasons: tuple[str, ...]
    visits: tuple[Appointment, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel with its candidates, on a page of its own or within the review's; and the answer to it."""
    at = before(request, pk)
    case = unknown_writer(at)
    if case is None or at.case is None:
        raise Http404
    if request.method == "POST":
        return _answer(request, at, at.case)
    record_look(at.person, "who", case=at.case.number, address=request.META.get("REMOTE_ADDR", ""))
    near = _near(at)
    match = who_might_it_be(_written(at), _candidates(near, at))
    context = {
        "at": at,
        "review": at.review,
        "zone": at.zone,
        "found": _shown(match, near),
        "near": near,
        "days": _DAYS.days,
    }
    within = request.headers.get("HX-Request") == "true"
    return render(request, "reviews/who_found.html" if within else "reviews/who.html", context)


def unknown_writer(at: Before) -> Case | None:
    """The case of a review of which nobody has said who wrote it, where this person may say so; else None."""
    if at.case is None or not at.may_act_on_case:
        return None
    case = actions.state_of(at.case.pk)
    is_unknown = case.patient_status is PatientStatus.UNKNOWN and case.patient is None
    return case if is_unknown and case.review is not None and case.is_open else None


def _near(at: Before) -> Near:
    if not at.office.open_dental:
        return Near(trouble="This office is not connected to Open Dental, so nobody can be looked for there.")
    last = at.review.posted_at.astimezone(at.zone).date()
    return patients_near(at.office.open_dental, at.office.ClinicNum, last - _DAYS, last)


def _written(at: Before) -> Written:
    review = at.review
    return Written(review.reviewer, review.text, review.stars, review.posted_at.astimezone(at.zone))


def _candidates(near: Near, at: Before) -> list[Candidate]:
    """The patients with what Amends itself keeps of them: an open case that this person may see, and the balance."""
    keys = {one.patient.PatNum: patient_key(_as_patient(one, at)) for one in near.patients}
    offices = list(offices_with(at.person, Right.ACT_ON_CASE, at.known))
    with_case = keys_with_open_case(keys.values(), offices)
    kept = kept_under(keys.values())
    found = []
    for one in near.patients:
        of, key = one.patient, keys[one.patient.PatNum]
        found.append(
            Candidate(
                number=of.PatNum,
                first=of.FName,
                preferred=of.Preferred,
                last=of.LName,
                family=one.family,
                visits=tuple(map(_visit, one.visits)),
                balance_change=_balance_change(kept.get(key)),
                open_case=key in with_case,
            )
        )
    return found


def _balance_change(kept: KeptRecord | None) -> Decimal | None:
    """By how much the patient's balance changed while Amends read it; None where it was read only once."""
    told = [one.own for one in (kept.record.balances if kept and kept.record else ()) if one.own is not None]
    return told[-1] - told[0] if len(told) > 1 else None


def _as_patient(one: NearPatient, at: Before) -> Patient:
    return Patient(at.office.open_dental, one.patient.PatNum, one.name, one.phone)


def _visit(row: Appointment) -> Visit:
    assert row.AptDateTime is not None  # noqa: S101  the list of those days holds no other
    described = tuple(filter(None, [" ".join(row.ProcDescript.split())]))  # one text: see matching.descriptions
    arrived, seated = (
        moment.time() if moment and moment.date() == row.AptDateTime.date() and moment.time().hour else None
        for moment in (row.DateTimeArrived, row.DateTimeSeated)
    )
    return Visit(row.AptDateTime.date(), row.AptStatus.lower(), described, row.provAbbr, arrived, seated)


def _shown(match: Match, near: Near) -> list[Shown]:
    by_number = {one.patient.PatNum: one for one in near.patients}
    return [
        Shown(
            pat_num=candidate.number,
            name=by_number[candidate.number].name,
            sure="Likely" if candidate.score >= LIKELY else "Possible",
            reasons=candidate.reasons,
            visits=by_number[candidate.number].visits[::-1],
        )
        for candidate in match.candidates
    ]


def _answer(request: HttpRequest, at: Before, case: CaseRow) -> HttpResponse:
    answer = request.POST.get("answer", "")
    if answer == "cannot":
        command = c.IdentifyPatient(patient_status=PatientStatus.UNKNOWN, why="Looked at who was there; cannot tell.")
    elif answer == "not":
        command = c.IdentifyPatient(patient_status=PatientStatus.NOT_A_PATIENT, why="No patient of this office.")
    else:
        chosen = next((one for one in _near(at).patients if str(one.patient.PatNum) == answer), None)
        if chosen is None:
            messages.warning(request, "That patient is not on the list any more. Look again; nothing was changed.")
            return _led(reverse("review", args=[at.review.pk]))
        command = c.IdentifyPatient(patient_status=PatientStatus.KNOWN, patient=_as_patient(chosen, at), why=_WHY)
    try:
        actions.perform(command=command, by=at.actor, case=case.pk)
    except Refused as refused:
        messages.warning(request, str(refused))
        return _led(reverse("review", args=[at.review.pk]))
    if answer == "cannot":
        messages.info(request, "The case stays without a name. If nobody knows how to reach them, say so here.")
        return _led(reverse("case_act", args=[case.number, "settle"]))
    messages.success(request, "The case says so now. The public reply stays the same for everybody.")
    return _led(reverse("review", args=[at.review.pk]))


def _led(url: str) -> HttpResponseRedirect:
    answer = redirect(url)
    answer.status_code = 303
    return answer
