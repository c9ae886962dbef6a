"""What the record says is what Open Dental has of this one patient, and no figure that its times do not carry."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.integrations.open_dental.record import (
    Balance,
    LostVisit,
    Record,
    Relative,
    Visit,
    balances_after,
    family_of,
    lost_of,
    visits_of,
    wishes_of,
)
from amends.integrations.open_dental.record_summary import ShownLoss, Summary, Wait, summary_of
from amends.integrations.open_dental.rows import Appointment, HistAppointment, Patient

NEW_YORK = ZoneInfo("America/New_York")
INCIDENT = datetime.fromisoformat("2026-03-02 14:05")
HAPPENED = INCIDENT.replace(tzinfo=NEW_YORK)
NOW = datetime(2026, 3, 5, 10, 0, tzinfo=NEW_YORK)
SINCE = date(2025, 3, 2)
DANA, OTHER = 1, 2
IGNORED = {"", "None", "Planned", "PtNote", "PtNoteCompleted"}
NEVER = "0001-01-01 00:00:00"


def as_instant(moment: datetime) -> datetime:
    return moment.replace(tzinfo=NEW_YORK).astimezone(UTC)


# --- rows as an office may send them -----------------------------------------------------------------------------

statuses = st.sampled_from([*IGNORED, "Scheduled", "Complete", "UnschedList", "ASAP", "Broken", "SomethingNew"])
days = st.dates(date(2026, 1, 1), date(2026, 4, 30))
times = st.one_of(st.just(time()), st.times().map(lambda at: at.replace(microsecond=0)))
moments = st.one_of(st.just(NEVER), st.builds(datetime.combine, days, times).map(str), st.just("whenever"))


@st.composite
def an_appointment(draw: st.DrawFn) -> dict[str, Any]:
    """Steps lie near the visit or anywhere; each version of a row has a stamp of its own, so that one is newest."""
    at = draw(moments)
    near = at[:10] if at[:1] == "2" else "2026-03-02"
    step = st.one_of(moments, times.map(lambda clock: f"{near} {clock}"))
    return {
        "AptNum": draw(st.integers(1, 9)),
        "PatNum": draw(st.sampled_from([DANA, str(DANA), OTHER, 0])),
        "AptStatus": draw(statuses),
        "AptDateTime": at,
        "provAbbr": draw(st.sampled_from(["", "HALE1"])),
        "ProcDescript": draw(st.text(max_size=5)),
        "DateTimeArrived": draw(step),
        "DateTimeSeated": draw(step),
        "DateTimeDismissed": draw(step),
        "SecDateTEntry": draw(moments),
        "DateTStamp": str(INCIDENT + timedelta(seconds=draw(st.integers(0, 10**7)))),
    }


appointments = st.lists(an_appointment(), max_size=12, unique_by=lambda row: (row["AptNum"], row["DateTStamp"])).map(
    lambda rows: [Appointment.model_validate(row) for row in rows]
)


@given(appointments, st.randoms(use_true_random=False))
def test_visits_are_this_patients_each_once_and_as_changed_last(rows: list[Appointment], chance: Any) -> None:
    visits = visits_of(DANA, rows, SINCE, as_instant)
    newest = {row.AptNum: row for row in sorted(rows, key=lambda row: str(row.DateTStamp))}
    assert [visit.AptNum for visit in visits] == [
        row.AptNum
        for row in sorted(newest.values(), key=lambda row: (str(row.AptDateTime), row.AptNum))
        if row.PatNum == DANA and row.AptStatus not in IGNORED and row.AptDateTime
    ]
    overlapping = [*rows, *chance.sample(rows, len(rows) // 2)]
    chance.shuffle(overlapping)
    assert visits_of(DANA, overlapping, SINCE, as_instant) == visits


@given(appointments, appointments)
def test_rows_of_others_change_nothing(rows: list[Appointment], others: list[Appointment]) -> None:
    strangers = [row.model_copy(update={"PatNum": OTHER, "AptNum": row.AptNum + 100}) for row in others]
    assert visits_of(DANA, [*strangers, *rows], SINCE, as_instant) == visits_of(DANA, rows, SINCE, as_instant)


@given(appointments)
def test_what_is_kept_is_what_was_read(rows: list[Appointment]) -> None:
    record = Record(since=SINCE, visits=visits_of(DANA, rows, SINCE, as_instant))
    assert Record.model_validate(record.model_dump(mode="json")) == record


def minutes_of_day(clock: time) -> int:
    return clock.hour * 60 + clock.minute


@given(appointments, st.integers(-40, 40).map(lambda days: NOW + timedelta(days=days)))
def test_no_figure_is_guessed(rows: list[Appointment], now: datetime) -> None:
    """Waits follow from times of the same day that are known; midnight and year 1 are not known."""
    visits = visits_of(DANA, rows, SINCE, as_instant)
    record = Record(since=SINCE, visits=visits)
    summary = summary_of(record, happened_at=HAPPENED, opened_at=HAPPENED, zone=NEW_YORK, now=now)
    first, last = INCIDENT.date() - timedelta(days=30), INCIDENT.date() + timedelta(days=14)
    around = [visit.at.date() for visit in visits if first <= visit.at.date() <= last]
    assert [shown.day for shown in summary.visits] == sorted(around, reverse=True)
    for shown in (*summary.visits, summary.last, summary.next):
        before = {"arrived": shown.time if shown else None}
        for wait in shown.waits if shown else ():
            assert wait.at != time()
            since = before.get(wait.step)
            taken = minutes_of_day(wait.at) - minutes_of_day(since) if since else None
            plausible = taken is not None and (abs(taken) <= 180 if wait.step == "arrived" else taken >= 0)
            assert wait.minutes == (taken if plausible else None)
            before[{"arrived": "seated", "seated": "left", "left": ""}[wait.step]] = wait.at
    assert summary.last is None or summary.last.day <= now.date()
    if summary.next:
        assert summary.next.day >= now.date()
        assert {wait.step for wait in summary.next.waits} <= {"left"}, "who has arrived is no visit to come"


# --- in words ----------------------------------------------------------------------------------------------------


def visit(at: str = "2026-03-02 14:00", status: str = "Complete", number: int = 9, **known: str) -> Visit:
    """A visit; its steps are given as times of that day, `entered` as an instant."""
    steps = {name: told if name == "entered" else f"{at[:10]} {told}" for name, told in known.items()}
    return Visit.model_validate({"AptNum": number, "AptStatus": status, "at": at, **steps})


def on_that_day(times: dict[str, str]) -> dict[str, str]:
    return {name: f"2026-03-02 {clock}" for name, clock in times.items()}


def said(*visits: Visit, now: datetime = NOW, **of_record: Any) -> Summary:
    record = Record(since=SINCE, visits=tuple(sorted(visits, key=lambda one: one.at)), **of_record)
    return summary_of(record, happened_at=HAPPENED, opened_at=HAPPENED, zone=NEW_YORK, now=now)


def test_a_visit_tells_every_step_and_how_long_it_took() -> None:
    shown = said(visit(arrived="13:55:10", seated="14:42:05", dismissed="15:10")).visits[0]
    assert shown.waits == (
        Wait("arrived", time(13, 55, 10), -5),
        Wait("seated", time(14, 42, 5), 47),  # as both clocks show it, without their seconds
        Wait("left", time(15, 10), 28),
    )
    assert [wait.words for wait in shown.waits] == ["5 min early", "after 47 min", "after 28 min"]
    assert shown.waited == 47


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ({"arrived": "14:00"}, ["on time"]),
        ({"arrived": "14:10"}, ["10 min late"]),
        ({"arrived": "19:10"}, [""]),  # a server on UTC, or a slip: no wait
        ({"seated": "14:42"}, [""]),  # nobody noted the arrival, and the time of the visit is none
        ({"arrived": "14:10", "seated": "14:05"}, ["10 min late", ""]),  # noted in the wrong order
        ({"arrived": "13:50", "dismissed": "15:50"}, ["10 min early", ""]),
        ({"arrived": "13:55", "seated": "15:55"}, ["5 min early", "after 2 h"]),
    ],
)
def test_what_is_not_known_is_not_said(times: dict[str, str], words: list[str]) -> None:
    assert [
        wait.words
        for wait in said(Visit.model_validate({**visit().model_dump(), **on_that_day(times)})).visits[0].waits
    ] == words


def test_of_a_visit_at_midnight_only_the_day_is_known() -> None:
    shown = said(visit("2026-03-02 00:00", arrived="13:55")).visits[0]
    assert (shown.time, shown.waits[0].words) == (None, "")


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (visit(), "completed"),
        (visit(status="Broken"), "missed or cancelled"),
        (visit(status="UnschedList"), "taken off the schedule"),
        (visit("2026-03-06 09:00", "Scheduled"), "scheduled"),
        (visit("2026-03-06 09:00", "ASAP"), "scheduled, would come sooner"),
        (visit(status="Scheduled"), "still marked as scheduled"),
        (visit(status="Scheduled", arrived="13:55"), "came, not marked as completed"),
        (visit(status="Scheduled", arrived="13:55", dismissed="15:00"), "came and left, not marked as completed"),
        (visit("2026-03-05 09:40", "Scheduled", arrived="09:30"), "waiting"),
        (visit("2026-03-05 09:40", "Scheduled", seated="09:50"), "in the chair"),
        (visit("2026-03-05 11:00", "Scheduled"), "scheduled"),
        (visit("2026-03-05 00:00", "Scheduled"), "scheduled"),
        (visit("2026-03-05 09:00", "Scheduled"), "still marked as scheduled"),
        (visit(status="SomethingNew"), "SomethingNew"),
    ],
)
def test_each_status_in_words(given: Visit, status: str) -> None:
    assert said(given).visits[0].status == status


@pytest.mark.parametrize(("action", "status"), [("Missed", "missed"), ("Cancelled", "cancelled")])
def test_history_tells_missed_from_cancelled(action: str, status: str) -> None:
    broken = visit(status="Broken")
    summary = said(broken, lost=(LostVisit(AptNum=9, at=broken.at, HistApptAction=action),))
    assert summary.visits[0].status == status
    assert summary.lost == ()  # it is listed already


def test_what_did_not_take_place_elsewhere_in_the_year_is_listed_newest_first() -> None:
    moved = LostVisit(AptNum=9, at=datetime.fromisoformat("2026-01-07 09:00"), HistApptAction="Cancelled")
    gone = LostVisit(AptNum=7, at=datetime.fromisoformat("2025-11-03 09:00"), HistApptAction="Deleted")
    summary = said(visit(), visit("2025-08-04 09:00", "Broken", number=5), lost=(gone, moved))
    assert summary.lost == (
        ShownLoss(date(2026, 1, 7), "cancelled"),
        ShownLoss(date(2025, 11, 3), "deleted from the schedule"),
        ShownLoss(date(2025, 8, 4), "missed or cancelled"),
    )


def test_at_most_five_lost_visits_are_listed() -> None:
    lost = tuple(
        LostVisit(AptNum=n, at=datetime.fromisoformat(f"2025-06-0{n} 09:00"), HistApptAction="Missed")
        for n in range(1, 9)
    )
    assert [loss.day.day for loss in said(lost=lost).lost] == [8, 7, 6, 5, 4]


def test_only_visits_around_the_incident_are_listed_and_the_last_one_wherever_it_was() -> None:
    summary = said(
        visit("2025-12-01 09:00", number=1),
        visit("2026-01-30 09:00", "Broken", number=2),
        visit("2026-01-31 09:00", "Broken", number=3),
        visit("2026-03-16 09:00", "Scheduled", number=4),
        visit("2026-03-17 09:00", "Scheduled", number=5),
    )
    assert [shown.day.isoformat() for shown in summary.visits] == ["2026-03-16", "2026-01-31"]
    assert summary.last is not None
    assert summary.last.day == date(2025, 12, 1)


@pytest.mark.parametrize(
    ("entered", "booked_after"),
    [("2026-03-02T19:04:00Z", False), ("2026-03-02T19:06:00Z", True)],
)
def test_the_next_visit_was_booked_after_it_or_is_left_over(entered: str, booked_after: bool) -> None:
    summary = said(visit("2026-03-10 09:00", "Scheduled", entered=entered), visit("2026-03-20 09:00", "Scheduled"))
    assert summary.next is not None
    assert (summary.next.day, summary.next.booked_after) == (date(2026, 3, 10), booked_after)
    assert summary.visits[0].booked_after is booked_after


def test_who_is_here_has_no_next_visit_and_a_last_one() -> None:
    summary = said(visit("2026-03-05 10:20", "Scheduled", arrived="09:55"))
    assert summary.next is None
    assert summary.last is not None
    assert summary.last.status == "waiting"


# --- balances, wishes, family ---------------------------------------------------------------------------------------


def patient(number: int = DANA, guarantor: int = DANA, **told: Any) -> Patient:
    return Patient.model_validate(
        {"PatNum": number, "Guarantor": guarantor, "LName": "Moss", "FName": f"F{number}", **told}
    )


def read(*readings: tuple[datetime, object]) -> tuple[Balance, ...]:
    balances: Sequence[Balance] = ()
    for at, owed in readings:
        balances = balances_after(balances, patient(EstBalance=owed, BalTotal=owed), [], at)
    return tuple(balances)


def on(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def test_a_balance_that_stays_is_kept_once() -> None:
    balances = read((on(1), 10), (on(2), "10.00"), (on(3), 12.5))
    assert [(one.first_read, one.last_read, one.own) for one in balances] == [
        (on(1), on(2), Decimal("10.00")),
        (on(3), on(3), Decimal("12.5")),
    ]


def test_many_changes_of_a_balance_keep_the_newest() -> None:
    balances = read(*((on(1) + timedelta(hours=n), n) for n in range(100)))
    assert balances[-1].own == 99
    assert len(balances) == 24


@pytest.mark.parametrize(
    ("readings", "own", "was", "at"),
    [
        ([(on(2, 20), 0), (on(4), 184.5)], "184.5", "0", on(2, 20)),
        ([(on(1), 0), (on(2, 20), 0), (on(4), 50)], "50", "0", on(2, 20)),  # it was still so when the case was open
        ([(on(1), 0), (on(2, 20), 50)], "50", None, None),  # it moved before the case was opened, as far as is known
        ([(on(2, 20), 50), (on(3), 70), (on(4), 50)], "50", None, None),
        ([(on(2, 20), -20), (on(4), None)], None, None, None),
    ],
)
def test_the_balance_moved_since_the_case_was_opened(
    readings: list[tuple[datetime, object]], own: str | None, was: str | None, at: datetime | None
) -> None:
    record = Record(since=SINCE, balances=read(*readings))
    opened = on(2, 19)
    balance = summary_of(record, happened_at=opened, opened_at=opened, zone=NEW_YORK, now=on(5)).balance
    if own is None:
        assert balance is None
        return
    assert balance is not None
    assert (balance.own, balance.was, balance.was_at) == (Decimal(own), Decimal(was) if was else None, at)


def test_the_familys_balance_stands_in_the_row_of_its_guarantor() -> None:
    child = patient(3, guarantor=7, EstBalance=5, BalTotal=0)
    (balance,) = balances_after((), child, [patient(7, guarantor=7, EstBalance=1, BalTotal="406.00")], on(2))
    assert (balance.own, balance.family) == (Decimal(5), Decimal(406))
    (unknown,) = balances_after((), child, [], on(2))
    assert unknown.family is None


def test_the_family_are_those_with_the_same_guarantor_and_a_living_chart() -> None:
    rows = [
        patient(3, guarantor=7, Preferred="Bee"),
        patient(7, guarantor=7),
        patient(8, guarantor=8),
        patient(4, guarantor=7, PatStatus="Archived"),
        patient(5, guarantor=7, PatStatus="Inactive", FName="", LName=""),
        patient(7, guarantor=7),
    ]
    assert family_of(patient(3, guarantor=7), rows) == (
        Relative(PatNum=7, name="F7 Moss"),
        Relative(PatNum=5, name="Patient 5"),
    )
    assert family_of(patient(3, guarantor=0), [patient(4, guarantor=0)]) == ()


def test_lost_visits_are_this_patients_by_their_last_change() -> None:
    def row(number: int, action: str, minute: int, **more: Any) -> HistAppointment:
        values = {"HistApptNum": number, "HistApptAction": action, "HistDateTStamp": f"2026-03-01 09:{minute:02}:00"}
        values |= {"AptNum": 9, "PatNum": DANA, "AptDateTime": "2026-03-02 14:00:00"}
        return HistAppointment.model_validate({**values, **more})

    rows = [
        row(3, "Cancelled", 30),
        row(1, "Missed", 10),
        row(2, "Changed", 40),
        row(4, "Missed", 5, PatNum=OTHER, AptNum=10),
        row(5, "Missed", 5, AptNum=11, AptDateTime="2024-03-02 14:00:00"),
        row(6, "Missed", 5, AptNum=12, AptDateTime=NEVER),
    ]
    (lost,) = lost_of(DANA, rows, SINCE)
    assert (lost.AptNum, lost.at.isoformat(" "), lost.HistApptAction) == (9, "2026-03-02 14:00:00", "Cancelled")


@pytest.mark.parametrize("method", ["PreferContactMethod", "PreferConfirmMethod", "PreferRecallMethod"])
def test_do_not_call_is_heard_wherever_it_is_said(method: str) -> None:
    assert wishes_of(patient().model_copy(update={method: "DoNotCall"})) == (True, False)


def test_wishes_and_the_end_of_outreach_are_whole_sentences() -> None:
    assert wishes_of(patient(TxtMsgOk="No")) == (False, True)
    assert wishes_of(patient(TxtMsgOk="Unknown", PreferContactMethod="Mail")) == (False, False)
    summary = said(do_not_call=True, do_not_text=True)
    assert [wish.split(":")[0] for wish in summary.wishes] == ["Do not call", "Do not send texts"]
    assert said().stop == ""
    for status, word in (("Deceased", "died"), ("Archived", "merged"), ("Deleted", "deleted")):
        stop = said(PatStatus=status).stop
        assert word in stop
        assert "top" in stop


def test_nothing_of_a_record_shows_in_a_representation() -> None:
    record = Record(since=SINCE, family=(Relative(PatNum=7, name="Quillfeather"),), visits=(visit(),))
    assert "Quillfeather" not in f"{record!r}{record}{record.family!r}{said(family=record.family)!r}"
