"""What the history relies on, put into the simulated Open Dental: its CommLogs, and the visit behind a review."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from amends.cases import actions
from amends.cases.models import CaseRow
from amends.deliveries.models import Delivery
from amends.demo import staff
from amends.demo.patients import adults_of
from amends.demo.simulated import Simulated
from amends.integrations.open_dental.commlog import PLACE
from amends.integrations.open_dental.models import Ear
from amends.integrations.open_dental.payloads import written
from amends.practice.directory import directory
from amends.protocol.case import Case
from amends.protocol.values import Proof
from amends.protocol.words import CHART_PURPOSES
from amends.reviews.models import Review

Row = dict[str, Any]
_COMM_TYPES, _UPSET = 27, "Upset patient"  # a definition's category, and its name in the simulator
_FIRST_VISIT = 800_000  # far above the numbers of the simulator's own
_AN_HOUR = timedelta(hours=1)
_ZONE = ZoneInfo(staff.NEW_YORK)  # of the simulated server's clock


def fill_charts(open_dental: Simulated) -> None:
    """Writes the history's CommLogs at their own times, unless Amends has begun to listen.

    From then on a CommLog that is missing was deleted by somebody, and must stay so. Raises `OSError`.
    """
    if Ear.objects.exclude(since="").exists():
        return
    there = {row["CommlogNum"] for row in open_dental.control("GET", "rows/commlog")}
    kinds = open_dental.control("GET", "rows/definition")
    upset = next(kind["DefNum"] for kind in kinds if (kind["Category"], kind["ItemName"]) == (_COMM_TYPES, _UPSET))
    missing = [{**row, "CommType": upset} for row in commlogs() if row["CommlogNum"] not in there]
    if missing:
        open_dental.control("POST", "rows/commlog", missing)
    seen = {row["AptNum"] for row in open_dental.control("GET", "rows/appointment")}
    if visits := [row for row in visits_before_reviews() if row["AptNum"] not in seen]:
        open_dental.control("POST", "rows/appointment", visits)


def commlogs() -> list[Row]:
    """What proves something of the cases, as rows of Open Dental but for their type; each number once."""
    payloads = {row.marker: row.payload for row in Delivery.objects.filter(proof_place=PLACE)}
    cases = [actions.state_of(pk) for pk in CaseRow.system.order_by("pk").values_list("pk", flat=True)]
    rows = (_row(case, proof, payloads) for case in cases for proof in _in_chart(case))
    return list({row["CommlogNum"]: row for row in rows}.values())


def visits_before_reviews() -> Iterator[Row]:
    """The visit before each review of which nobody knows yet who wrote it, with its long wait: whatever the hour at
    which the demo begins, it can be found out."""
    for review in Review.objects.filter(case__is_open=True, case__patient_key="").select_related("office"):
        clinic = review.office.ClinicNum
        writer = next((one for one in adults_of(clinic) if one.name.startswith(review.reviewer)), None)
        if review.reviewer and writer:
            yield _visit(_FIRST_VISIT + review.pk, clinic, writer.pat_num, review.posted_at - 2 * _AN_HOUR)


def _visit(number: int, clinic: int, patient: int, seated: datetime) -> Row:
    """A completed one; they were seated an hour after its time."""
    times = {"Arrived": seated - _AN_HOUR, "Seated": seated, "Dismissed": seated + timedelta(minutes=15)}
    return {
        "AptNum": number,
        "PatNum": patient,
        "AptStatus": "Complete",
        "ClinicNum": clinic,
        "Op": clinic,
        "ProvNum": clinic * 10 + 1,
        "AptDateTime": _at_the_office(seated - _AN_HOUR),
        **{f"DateTime{what}": _at_the_office(moment) for what, moment in times.items()},
    }


def _in_chart(case: Case) -> Iterator[Proof]:
    for proof in case.proofs:
        if proof.purpose in CHART_PURPOSES and proof.place == PLACE and proof.id.isdecimal():
            yield proof


def _row(case: Case, proof: Proof, payloads: Mapping[str, Row]) -> Row:
    """Amends wrote it, or somebody pasted it, as its delivery says; without one a person wrote it of themselves."""
    saved = _at_the_office(proof.at)
    common = {"CommlogNum": int(proof.id), "DateTEntry": saved, "DateTStamp": saved}
    if payload := payloads.get(proof.marker):
        return {
            **common,
            "PatNum": payload["PatNum"],
            "Note": payload["text"],
            "CommDateTime": _at_the_office(datetime.fromisoformat(payload["at"])),
            "Mode_": payload["Mode_"],
            "SentOrReceived": payload["SentOrReceived"],
        }
    assert case.patient is not None  # noqa: S101  it stands in somebody's chart
    return {
        **common,
        "PatNum": case.patient.pat_num,
        "Note": _told(case, proof.about),
        "CommDateTime": saved,
        "UserNum": _user(proof),
        "Mode_": "Phone",
        "SentOrReceived": "Received",
    }


def _told(case: Case, seq: int) -> str:
    """The words that this event brought."""
    accounts = {account.seq: account.text for account in case.accounts}
    attempts = {attempt.seq: attempt.note for attempt in case.attempts}
    conversations = {conversation.seq: conversation.note for conversation in case.conversations}
    return {**accounts, **attempts, **conversations}[seq]


def _user(proof: Proof) -> int:
    return directory().people[proof.by.id].user_in(staff.OPEN_DENTAL).UserNum


def _at_the_office(moment: datetime) -> str:
    return written(moment.astimezone(_ZONE).replace(tzinfo=None))
