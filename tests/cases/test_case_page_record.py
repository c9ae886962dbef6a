"""What the record says on the case page: shown from what is kept, asked for in the background, never waited for."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from tests.cases.acting import DANA, SPOKE, a_case, closed, does
from tests.cases.test_full_disk import full_disk
from tests.conftest import Cast, make_cast
from tests.integrations.servers import StubServer

from amends.cases.actions import patient_key
from amends.cases.models import CaseRow
from amends.integrations.http import close_connections
from amends.integrations.open_dental.models import OpenDentalDatabase, PatientRecord
from amends.integrations.open_dental.office import forget_offices
from amends.integrations.open_dental.record import Balance, Record, Relative, Visit
from amends.integrations.open_dental.record_keeping import AFTER_TROUBLE, FRESH, read_wanted_records
from amends.practice.models import Person
from amends.protocol.values import Patient
from amends.protocol.words import PatientStatus

ClientFor = Callable[[Person], Client]
NEW_YORK = ZoneInfo("America/New_York")
BRUNO = Patient("main", 1002, "Bruno Quillfeather")
POLLS = "/record?asked="


@pytest.fixture
def omar(group: Cast, client_for: ClientFor) -> Client:
    return client_for(group.omar)


@pytest.fixture
def open_dental(db: None) -> Iterator[StubServer]:
    """The office's Open Dental, which counts what it is asked."""
    with StubServer("/api/v1") as stub:
        OpenDentalDatabase.objects.create(
            key="main", name="Main", mode="service", base_url=stub.url, developer_key="dev", customer_key="key"
        )
        yield stub
    close_connections()
    forget_offices()


def page_of(client: Client, row: CaseRow, more: str = "") -> str:
    answer = client.get(f"/cases/{row.number}{more}")
    assert answer.status_code == 200
    return str(answer.content.decode()).split("<main")[-1]


def fragment(client: Client, row: CaseRow, asked: str) -> Any:
    headers = {"HX-Request": "true", "X-Amends-Refresh": "1"}
    return client.get(f"/cases/{row.number}/record", {"asked": asked}, headers=headers)


def words(page: str, part: str = "record") -> str:
    """What a person reads in one part of the page."""
    found = re.search(rf'id="{part}".*?(?=</section>|<form|</main>|$)', page, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])) if found else ""


def ago(**span: int) -> datetime:
    return timezone.now() - timedelta(**span)


def local(moment: datetime) -> datetime:
    return moment.astimezone(NEW_YORK).replace(tzinfo=None, microsecond=0)


def a_visit(number: int = 1, *, days: int = 0, **told: Any) -> Visit:
    at = datetime.combine(local(timezone.now()).date() + timedelta(days=days), datetime.min.time()).replace(hour=9)
    values = {"AptNum": number, "AptStatus": "Complete", "at": at, "provider": "HALE1", "procedures": "Crown"}
    values |= {"arrived": at.replace(minute=5), "seated": at.replace(minute=52)} if days <= 0 else {}
    return Visit.model_validate({**values, **told})


def kept(record: Record | None = None, *, patient: Patient = DANA, **row: Any) -> PatientRecord:
    """A copy as a worker keeps it, read just now unless the test says otherwise."""
    now = timezone.now()
    values: dict[str, Any] = {"database": "main", "PatNum": str(patient.pat_num), "zone": "America/New_York"}
    values |= {"since": date(2000, 1, 1), "read_at": now, "tried_at": now}
    values["record"] = record.model_dump(mode="json") if record else None
    row_of, _ = PatientRecord.objects.update_or_create(patient_key=patient_key(patient), defaults={**values, **row})
    return row_of


def a_record(**told: Any) -> Record:
    return Record.model_validate({"since": date(2000, 1, 1), "PatStatus": "Patient", "visits": (a_visit(),), **told})


def balance(own: str, family: str | None = None, *, at: datetime | None = None) -> Balance:
    moment = at or timezone.now()
    return Balance(
        first_read=moment, last_read=moment, own=Decimal(own), family=Decimal(family) if family is not None else None
    )


# --- never waiting -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", ["", "/print", "/record?asked=1", "/record?part=call", "/rail?v=old"])
def test_no_page_asks_open_dental_anything(group: Cast, omar: Client, open_dental: StubServer, more: str) -> None:
    row = a_case(group)
    page_of(omar, row)
    page_of(omar, row, more)
    assert open_dental.asked == []
    assert PatientRecord.objects.get().wanted_at is not None


def test_the_first_look_asks_and_the_page_looks_for_the_answer(
    group: Cast, omar: Client, open_dental: StubServer
) -> None:
    row = a_case(group)
    page = page_of(omar, row)
    assert "Amends is reading it from Open Dental." in words(page)
    assert re.search(r'id="record-poller"[^>]*asked=1"[^>]*hx-trigger="load delay:3s"', page)
    waiting = fragment(omar, row, "1")
    assert re.search(r'id="record-poller"[^>]*asked=2"', waiting.content.decode())
    assert 'id="record"' not in waiting.content.decode()

    open_dental.on("GET", "patients/1001", {"PatNum": 1001, "PatStatus": "Patient", "EstBalance": 12})
    open_dental.on("GET", "appointments", [])
    open_dental.on("GET", "histappointments", [])
    open_dental.on("GET", "securityperms", [{"Permission": "ApiReadAll", "HasPermission": "true"}])
    open_dental.on("GET", "preferences", [{"PrefName": "ProgramVersion", "ValueString": "25.4.48.0"}])
    assert read_wanted_records(3) == 1
    there = fragment(omar, row, "2")
    assert there.headers["HX-Trigger-After-Settle"] == "record-read"
    page = there.content.decode()
    assert POLLS not in page
    assert 'id="record" aria-labelledby="the-record" hx-swap-oob="true"' in page
    assert "Balance $12.00" in words(page)
    assert "Balance $12.00" in words(page_of(omar, row, "/record?part=call"), "before-call")
    assert POLLS not in page_of(omar, row), "it is fresh"


def test_the_page_looks_for_about_a_minute_and_then_says_so(group: Cast, omar: Client) -> None:
    row = a_case(group)
    page_of(omar, row)
    polls = 0
    asked: str | None = "1"
    while asked is not None:
        polls += 1
        answer = fragment(omar, row, asked).content.decode()
        found = re.search(r"asked=(\d+)", answer)
        asked = found[1] if found else None
    assert polls == 20
    assert "Open Dental has not answered yet. Look again" in words(answer)


@pytest.mark.parametrize("asked", ["", "-1", "x", "99999999999", "٣"])
def test_a_count_that_is_none_ends_the_looking(group: Cast, omar: Client, asked: str) -> None:
    row = a_case(group)
    page_of(omar, row)
    assert POLLS not in fragment(omar, row, asked).content.decode()


def test_a_full_disk_hides_nothing_that_is_kept(
    committed: None, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = make_cast()
    row, omar = a_case(group), client_for(group.omar)
    kept(a_record(), tried_at=ago(hours=1))
    omar.get("/handbook/")  # so that his session has noted the minute
    monkeypatch.setattr("amends.cases.case_page._note_look", lambda *asked: None)  # that one must be written
    with full_disk():
        page = page_of(omar, row)
    assert "completed" in words(page)
    assert POLLS not in page


# --- what is shown ---------------------------------------------------------------------------------------------------


def test_the_record_is_shown_with_its_source_and_its_time_at_the_office(group: Cast, omar: Client) -> None:
    row = a_case(group)
    stamp = timezone.now()
    kept(a_record(), read_at=stamp)
    page = words(page_of(omar, row))
    clock = local(stamp).strftime("%I:%M %p").lstrip("0").lower()
    assert "What the record says" in page
    assert f"read {clock}" in page
    assert "Not the patient’s words." in page
    assert "9:00 am completed, HALE1 Crown Arrived 9:05 am (5 min late), seated 9:52 am (after 47 min)" in page
    assert "Next visit None is booked." in page


def test_before_the_call_stands_what_matters(group: Cast, omar: Client) -> None:
    row = a_case(group, ago=timedelta(hours=30))
    to_come = a_visit(2, days=9, AptStatus="Scheduled", entered=timezone.now())
    balances = (balance("0", at=ago(hours=29)), balance("184.5", "402.10"))
    kept(a_record(visits=(a_visit(days=-1), to_come), balances=balances, do_not_call=True, do_not_text=True))
    short = words(page_of(omar, row), "before-call")
    for said in ("Do not call", "Do not send texts", "9:00 am, waited 47 min", "booked after it happened"):
        assert said in short
    assert "$184.50 (was $0.00, " in short
    assert "the family $402.10" in short
    assert short.index("Do not call") < short.index("Call Dana Quillfeather")


def test_whoever_has_died_is_not_to_be_called(group: Cast, omar: Client) -> None:
    row = a_case(group)
    kept(a_record(PatStatus="Deceased"))
    short = words(page_of(omar, row), "before-call")
    assert "has died. Stop all outreach." in short
    assert "tel:" not in page_of(omar, row).split('id="before-call"')[1].split("</form")[0]


def test_after_the_conversation_the_card_tells_no_more_of_the_record(group: Cast, omar: Client) -> None:
    row = does(group.omar, a_case(group), SPOKE)
    kept(a_record())
    page = page_of(omar, row)
    assert 'id="before-call"' not in page
    assert "What the record says" in page


def test_a_visit_at_an_unknown_time_has_its_day_only(group: Cast, omar: Client) -> None:
    midnight = datetime.combine(local(timezone.now()).date(), datetime.min.time())
    kept(a_record(visits=(a_visit(at=midnight, arrived=None, seated=None),)))
    page = words(page_of(omar, a_case(group)))
    assert "12:00 am" not in page
    assert f"{midnight.day} completed" in page


def test_what_the_office_does_not_tell_is_one_line(group: Cast, omar: Client) -> None:
    kept(a_record(visits=(), not_told=("visits", "the family"), balances=(balance("-20"),)))
    page = words(page_of(omar, a_case(group)))
    assert "This Open Dental does not tell: visits; the family." in page
    assert "Visits around" not in page
    assert "Next visit" not in page
    assert "Balance $20.00 credit" in page


def test_an_empty_record_says_so(group: Cast, omar: Client) -> None:
    kept(a_record(visits=()))
    page = page_of(omar, a_case(group))
    assert "None from 30 days before to 14 days after." in words(page)
    assert "Last visit None in a year." in words(page, "before-call")


@pytest.mark.parametrize("more", ["", "/print", "/record?asked=1", "/record?part=call"])
def test_whatever_stands_in_a_chart_is_shown_as_text(group: Cast, omar: Client, more: str) -> None:
    nasty = "<script>alert(1)</script>{{ 7|add:7 }}"
    visits = (
        a_visit(provider=nasty, procedures=nasty, AptStatus=nasty),
        a_visit(2, days=3, AptStatus="Scheduled", procedures=nasty),
    )
    kept(a_record(visits=visits, family=(Relative(PatNum=1002, name=nasty),), not_told=(nasty,)), trouble=nasty)
    page = page_of(omar, a_case(group), more)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_print_holds_the_record_and_its_exact_time(group: Cast, omar: Client) -> None:
    row = closed(group)
    kept(a_record(family=(Relative(PatNum=1002, name="Bruno Quillfeather"),)))
    page = words(page_of(omar, row, "/print"))
    assert re.search(r"read \w{3}, \w{3} \d+ \d{4}, \d+:\d\d [ap]m E[SD]T\.", page)
    assert "seated 9:52 am (after 47 min)" in page
    assert "Same family Bruno Quillfeather" in page


def test_a_case_without_a_chart_has_no_record(group: Cast, omar: Client) -> None:
    row = a_case(group, patient=None, patient_status=PatientStatus.UNKNOWN)
    for more in ("", "/print", "/record?asked=1", "/record?part=call"):
        assert "What the record says" not in page_of(omar, row, more)
    group.maple.open_dental = ""
    group.maple.save()
    typed = a_case(group, patient=Patient("", 0, "Typed Name"))
    assert "What the record says" not in page_of(omar, typed)
    assert PatientRecord.objects.count() == 0


# --- trouble ---------------------------------------------------------------------------------------------------------

TROUBLES = (
    "The office's Open Dental cannot be reached. It said: “The office's eConnector is not running”",
    "Open Dental refused the key.",
    "Open Dental gave an answer that cannot be read.",
    "No Open Dental database is set up under the name “main”.",
)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_is_told_beside_what_was_read_before(group: Cast, omar: Client, trouble: str) -> None:
    row = a_case(group)
    kept(a_record(), read_at=ago(hours=2), trouble=trouble)
    page = words(page_of(omar, row))
    assert "It could not be read again (" in page
    assert trouble.replace("'", "&#x27;") in page
    assert "completed" in page
    assert POLLS not in page_of(omar, row), "Open Dental is left alone for a minute"


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_without_anything_read_before(group: Cast, omar: Client, trouble: str) -> None:
    row = a_case(group)
    kept(None, read_at=None, trouble=trouble)
    page = words(page_of(omar, row))
    assert "Open Dental could not be read (" in page
    assert trouble.replace("'", "&#x27;") in page
    assert "before-call" in page_of(omar, row)


def test_what_is_old_is_shown_while_it_is_read_again(group: Cast, omar: Client) -> None:
    row = a_case(group)
    kept(a_record(), read_at=timezone.now() - FRESH, tried_at=timezone.now() - FRESH)
    page = page_of(omar, row)
    assert "A fresh reading is on its way." in words(page)
    assert "completed" in words(page)
    assert POLLS in page


def test_after_a_minute_of_trouble_it_is_tried_again(group: Cast, omar: Client) -> None:
    row = a_case(group)
    kept(a_record(), trouble="Away.", tried_at=timezone.now() - AFTER_TROUBLE)
    assert POLLS in page_of(omar, row)


# --- cases beside this one -------------------------------------------------------------------------------------------


def test_open_cases_of_the_patient_are_shown_from_both_sides(group: Cast, omar: Client) -> None:
    first, second = a_case(group), a_case(group)
    assert f"{second.number}</a>" in page_of(omar, first)
    assert f"{first.number}</a>" in page_of(omar, second)
    ended = closed(group)
    assert f"{ended.number}</a>" not in page_of(omar, first), "later and closed is of no use here"


def test_cases_of_the_family_are_shown_to_whom_may_see_them(group: Cast, client_for: ClientFor, omar: Client) -> None:
    row = a_case(group)
    here = a_case(group, patient=BRUNO)
    away = a_case(group, patient=BRUNO, by=group.nick, office=group.harbor)
    a_case(group, patient=Patient("elsewhere", 1002, "Another Database"))
    assert "Cases of the family" not in page_of(omar, row), "who is family is known from the record alone"
    kept(a_record(family=(Relative(PatNum=1002, name="Bruno Quillfeather"),)))
    page = page_of(omar, row)
    assert f"{here.number}</a> Bruno Quillfeather: Billing surprise" in page
    assert away.number not in page
    assert "Another Database" not in page
    assert f"{away.number}</a>" in page_of(client_for(group.lee), row)


def test_the_record_of_another_office_is_not_there(group: Cast, client_for: ClientFor) -> None:
    row = a_case(group)
    kept(a_record())
    for name in ("nick", "alex"):
        assert client_for(group.people[name]).get(f"/cases/{row.number}/record").status_code == 404
    for name in ("ana", "pia"):
        assert "completed" in words(page_of(client_for(group.people[name]), row))
