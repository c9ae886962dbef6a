"""Twenty seconds: nothing typed is lost, nothing is reported twice, and nobody waits for Open Dental."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from tests.cases.acting import DANA, a_case, closed, does, everything_arrives, its_task
from tests.conftest import Cast

from amends.audit.models import Look
from amends.cases import report
from amends.cases.actions import state_of
from amends.cases.models import CaseRow
from amends.integrations.open_dental.schedule import FoundPatient, Schedule
from amends.practice.models import Office, Person, Post
from amends.protocol import commands as c
from amends.protocol.case import Case
from amends.protocol.values import ChartRow
from amends.protocol.words import Moment, PatientStatus, Severity, Source, Stage, Trigger

TOKEN = "5f2b8a52-7c1e-4f0e-9a43-0b9a1f6f3d11"
ClientFor = Callable[[Person], Client]


@pytest.fixture
def ana(group: Cast, client_for: ClientFor) -> Client:
    return client_for(group.ana)


def typed(group: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "office": str(group.maple.pk),
        "token": TOKEN,
        "patient": "1001",
        "name_1001": "Dana Quillfeather",
        "phone_1001": "555-0142",
        "moment": "checkout",
        "kinds": ["billing", "wait"],
        "severity": "upset",
        "account": "The bill was twice the estimate.",
    } | changes


def the_case() -> Case:
    return state_of(CaseRow.system.get().pk)


# --- the form --------------------------------------------------------------------------------------------------------


def test_the_form_knows_the_office_and_shows_the_policys_words(group: Cast, ana: Client) -> None:
    page = ana.get("/report").content.decode()
    assert re.search(rf'name="office"[^>]*value="{group.maple.pk}"', page)
    assert "<select" not in page
    assert "Billing surprise" in page
    assert "During treatment · clinical note" in page
    assert "At checkout · CommLog" in page
    assert 'data-draft="report"' in page


def test_somebody_of_several_offices_chooses_one(group: Cast, client_for: ClientFor) -> None:
    page = client_for(group.lee).get(f"/report?office={group.maple.pk}").content.decode()
    assert f'<option value="{group.maple.pk}" selected>' in page
    assert f'<option value="{group.harbor.pk}">' in page


def test_whoever_comes_without_an_office_is_asked_for_it(group: Cast, ana: Client, client_for: ClientFor) -> None:
    lee = client_for(group.lee)
    page = lee.get("/report?office=").content.decode()
    assert '<option value="" selected>Choose the office</option>' in page
    answer = lee.post("/report", typed(group, office=""))
    assert answer.status_code == 422
    assert "Choose the office." in answer.content.decode()
    assert '<option value="" selected>' in answer.content.decode()
    assert "/report/patients?" not in page
    assert f'value="{group.maple.pk}" id="id_office"' in ana.get("/report?office=").content.decode()


def test_an_office_that_is_closed_for_good_is_not_offered(group: Cast, client_for: ClientFor) -> None:
    group.harbor.is_active = False
    group.harbor.save()
    assert "Harbor View" not in client_for(group.lee).get("/report").content.decode()
    assert client_for(group.nick).get("/report").status_code == 404


@pytest.mark.parametrize("name", ["pia", "alex"])
def test_who_may_not_report_finds_no_page(group: Cast, client_for: ClientFor, name: str) -> None:
    client = client_for(group.people[name])
    assert client.get("/report").status_code == 404
    assert client.post("/report", typed(group)).status_code == 404
    assert client.get(f"/report/patients?office={group.maple.pk}").status_code == 404


# --- the report ------------------------------------------------------------------------------------------------------


def test_a_report_opens_a_case_and_goes_to_who_was_told(group: Cast, ana: Client) -> None:
    answer = ana.post("/report", typed(group))
    number = CaseRow.system.get().number
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/report/{number}/told")
    case = the_case()
    assert (case.patient, case.patient_status) == (DANA, PatientStatus.KNOWN)
    assert case.patient is not None
    assert (case.patient.name, case.patient.phone) == ("Dana Quillfeather", "555-0142")
    assert (case.moment, case.kinds, case.severity) == (Moment.CHECKOUT, ("billing", "wait"), Severity.UPSET)
    assert case.stage is Stage.REPORTED
    assert CaseRow.system.get().origin == f"web:{group.ana.pk}:{TOKEN}"


def test_a_second_press_of_the_button_reports_nothing_twice(group: Cast, ana: Client) -> None:
    first, second = ana.post("/report", typed(group)), ana.post("/report", typed(group))
    assert first.headers["Location"] == second.headers["Location"]
    assert CaseRow.system.count() == 1


def test_another_story_under_the_same_token_is_not_lost(group: Cast, ana: Client) -> None:
    ana.post("/report", typed(group))
    number = CaseRow.system.get().number
    answer = ana.post("/report", typed(group, account="Another patient waited an hour."))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"that is {number}" in page
    assert "Another patient waited an hour." in page
    fresh = re.search(r'name="token" value="([^"]+)"', page)
    assert fresh is not None
    again = ana.post("/report", typed(group, account="Another patient waited an hour.", token=fresh[1]))
    assert again.status_code == 303
    assert CaseRow.system.count() == 2


def test_a_token_that_somebody_else_used_takes_nothing_away(group: Cast, ana: Client, client_for: ClientFor) -> None:
    ana.post("/report", typed(group))
    answer = client_for(group.nick).post("/report", typed(group, office=str(group.harbor.pk), account="Long wait."))
    assert answer.status_code == 303
    assert CaseRow.system.count() == 2


def test_a_form_without_a_usable_token_is_still_a_report(group: Cast, ana: Client) -> None:
    for token in ("", "x" * 500):
        assert ana.post("/report", typed(group, token=token)).status_code == 303
    assert CaseRow.system.count() == 2


def test_a_report_takes_few_questions_to_the_database(
    group: Cast, ana: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(22 + 4):  # the four are for what learning keeps of it
        ana.post("/report", typed(group))


@pytest.mark.parametrize("status", list(PatientStatus)[1:])
def test_a_patient_may_be_unknown_or_none(group: Cast, ana: Client, status: PatientStatus) -> None:
    ana.post("/report", typed(group, patient=status.value))
    assert (the_case().patient, the_case().patient_status) == (None, status)


def test_a_typed_name_stands_in_the_account_when_open_dental_does_not_know_it(group: Cast, ana: Client) -> None:
    ana.post("/report", typed(group, patient="", patient_name="Wren Ashgrove"))
    assert the_case().patient_status is PatientStatus.UNKNOWN
    assert the_case().accounts[0].text == "Name given: Wren Ashgrove. The bill was twice the estimate."


def test_a_chosen_patient_is_worth_more_than_a_typed_name(group: Cast, ana: Client) -> None:
    ana.post("/report", typed(group, patient_name="Wren Ashgrove"))
    assert the_case().patient == DANA
    assert "Wren" not in the_case().accounts[0].text


def test_a_number_without_a_name_is_called_by_its_number(group: Cast, ana: Client) -> None:
    ana.post("/report", typed(group, patient="77", name_77="\x00 \n"))
    patient = the_case().patient
    assert patient is not None
    assert patient.name == "Patient 77"


def test_serious_facts_make_it_severe_and_the_manager_is_asked_to_come_now(group: Cast, ana: Client) -> None:
    answer = ana.post("/report", typed(group, triggers=["injury"], still_here="on"))
    case = the_case()
    assert (case.triggers, case.severity, case.still_here) == ((Trigger.INJURY,), Severity.SEVERE, True)
    page = ana.get(answer.headers["Location"]).content.decode()
    assert "is asked to come now" in page
    assert "are you in pain now" in page
    assert "quiet room" in page


@pytest.mark.parametrize(
    "account",
    [
        "Zero\x00byte",
        "🦷😡 حشوة سقطت \u202eback\u202c",
        "<script>alert(1)</script> & 'quotes' \"too\"",
        "line\r\nline",
        "é" * 20_000,
        "'; DROP TABLE cases_caserow; --",
    ],
    ids=["nul", "emoji-and-right-to-left", "html", "lines", "long", "sql"],
)
def test_any_text_is_kept_and_shown_as_it_was_typed(group: Cast, ana: Client, account: str) -> None:
    answer = ana.post("/report", typed(group, account=account, name_1001="<b>Dana</b>"))
    assert answer.status_code == 303
    assert the_case().accounts[0].text.replace("\r", "") == account.replace("\x00", "").replace("\r", "")
    page = ana.get(f"/cases/{CaseRow.system.get().number}").content.decode()
    assert "<script>alert" not in page
    assert "<b>Dana" not in page
    assert "&lt;b&gt;Dana" in page


# --- what is to be mended --------------------------------------------------------------------------------------------


def test_a_form_with_everything_wrong_says_what_to_mend_and_keeps_everything(group: Cast, ana: Client) -> None:
    wrong = {
        "office": "999",
        "patient": "-5",
        "moment": "yesterday",
        "severity": "furious",
        "kinds": ["billing", "nonsense"],
        "triggers": ["lawyer", "nonsense"],
        "account": "   ",
        "patient_name": "n" * 200,
        "still_here": "on",
    }
    answer = ana.post("/report", typed(group, **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert CaseRow.system.count() == 0
    summary = page[page.index("error-summary") : page.index("Who is it?</legend>")]
    for name in ("id_patient", "id_moment", "id_severity", "id_kinds", "id_triggers", "id_account", "id_patient_name"):
        assert f'href="#{name}"' in summary
        assert f'id="{name}"' in page
    assert TOKEN in page
    assert "n" * 200 in page
    assert re.search(r'value="billing"[^>]*checked', page)
    assert re.search(r'value="lawyer"[^>]*checked', page)
    assert re.search(r'name="still_here"[^>]*checked', page)


def test_a_form_that_lacks_one_thing_keeps_the_others(group: Cast, ana: Client) -> None:
    answer = ana.post("/report", typed(group, moment=""))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "it decides where the note goes" in page
    assert "The bill was twice the estimate." in page
    assert re.search(r'name="patient" value="1001" checked', page)
    assert 'name="name_1001" value="Dana Quillfeather"' in page


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "9" * 17, str(2**53), "abc", "٤١", "41 OR 1=1"])
def test_what_is_no_patient_number_is_refused_in_words(group: Cast, ana: Client, number: str) -> None:
    answer = ana.post("/report", typed(group, patient=number))
    assert answer.status_code == 422
    assert "That is not a patient number" in answer.content.decode()


def test_a_character_that_no_database_keeps_does_not_make_a_number_another_one(group: Cast, ana: Client) -> None:
    assert ana.post("/report", typed(group, patient="\x001001")).status_code == 303
    assert the_case().patient == DANA


def test_nobody_chosen_and_nobody_named(group: Cast, ana: Client) -> None:
    assert "Choose the patient, or say" in ana.post("/report", typed(group, patient="")).content.decode()


def test_a_story_without_end_is_refused_and_kept(group: Cast, ana: Client) -> None:
    answer = ana.post("/report", typed(group, account="x" * 100_000))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "That is 100,000 characters" in page
    assert "x" * 100_000 in page


def test_nobody_reports_for_an_office_that_is_not_theirs(group: Cast, ana: Client) -> None:
    assert ana.post("/report", typed(group, office=str(group.harbor.pk))).status_code == 422
    assert CaseRow.system.count() == 0


def test_an_office_without_open_dental_has_no_patients_to_choose(group: Cast, ana: Client) -> None:
    Office.objects.filter(pk=group.maple.pk).update(open_dental="")
    group.maple.refresh_from_db()
    group.maple.save()
    page = ana.post("/report", typed(group)).content.decode()
    assert "has no Open Dental, so nobody can be chosen" in page
    part = ana.get(f"/report/patients?office={group.maple.pk}").content.decode()
    assert "has no Open Dental connected" in part


# --- patients to tap -------------------------------------------------------------------------------------------------


@dataclass
class FakeOpenDental:
    """What the schedule answers, and what it was asked."""

    answer: Schedule = field(default_factory=lambda: Schedule([], datetime(2026, 3, 2, 15, tzinfo=UTC)))
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def ask(self, *question: Any) -> Schedule:
        self.asked.append(question)
        return self.answer


@pytest.fixture
def open_dental(monkeypatch: pytest.MonkeyPatch) -> FakeOpenDental:
    fake = FakeOpenDental()
    monkeypatch.setattr(report, "todays_patients", fake.ask)
    monkeypatch.setattr(report, "search_patients", fake.ask)
    return fake


NINE = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001  # the office's wall clock, as Open Dental shows it


def test_todays_patients_are_there_to_tap(group: Cast, ana: Client, open_dental: FakeOpenDental) -> None:
    seated = FoundPatient(41, "Marisol Quintero", when=NINE, arrived=NINE, seated=NINE.replace(minute=12))
    arrived = FoundPatient(42, "Tobias <b>", phone="555-0102", when=NINE.replace(hour=13), arrived=NINE)
    again = FoundPatient(41, "Marisol Quintero", when=NINE.replace(hour=15))
    open_dental.answer = Schedule([seated, arrived, again], datetime(2026, 3, 2, 15, tzinfo=UTC))
    page = ana.get(f"/report/patients?office={group.maple.pk}").content.decode()
    words = re.sub("<[^>]*>", "", page)
    assert "9:00 am Marisol Quintero seated 9:12 am" in words
    assert "1:00 pm Tobias &lt;b&gt; arrived 9:00 am" in words
    assert page.count('name="patient"') == 2
    assert 'name="phone_42" value="555-0102"' in page
    assert open_dental.asked[0][:2] == ("main", 1)
    assert Look.objects.get().what == "schedule"


def test_search_finds_and_tells_people_apart(group: Cast, ana: Client, open_dental: FakeOpenDental) -> None:
    found = FoundPatient(41, "Marisol Quintero", birthdate=date(1980, 3, 2), phone="555-0102")
    open_dental.answer = Schedule([found], datetime(2026, 3, 2, 15, tzinfo=UTC))
    page = ana.get("/report/patients", {"office": str(group.maple.pk), "q": " quin\x00"}).content.decode()
    assert "born Mar 2, 1980, 555-0102" in page
    assert open_dental.asked == [("main", 1, "quin")]
    assert Look.objects.get().what == "search"


@pytest.mark.parametrize(("words", "said"), [("", ""), ("q", "Nobody found"), ("nobody", "Nobody found")])
def test_search_without_an_answer(group: Cast, ana: Client, open_dental: FakeOpenDental, words: str, said: str) -> None:
    page = ana.get("/report/patients", {"office": str(group.maple.pk), "q": words}).content.decode()
    assert said in page
    assert "today’s schedule" not in page
    assert len(open_dental.asked) == (len(words) > 1)


def test_an_empty_schedule_says_so(group: Cast, ana: Client, open_dental: FakeOpenDental) -> None:
    page = ana.get(f"/report/patients?office={group.maple.pk}").content.decode()
    assert "Nobody is on today’s schedule of Maple Street" in page


def test_trouble_with_open_dental_is_said_calmly(group: Cast, ana: Client, open_dental: FakeOpenDental) -> None:
    open_dental.answer = Schedule([], datetime(2026, 3, 2, 15, tzinfo=UTC), "The office’s computer does not answer.")
    page = ana.get(f"/report/patients?office={group.maple.pk}").content.decode()
    assert "Open Dental cannot be read just now" in page
    assert "type the name below" in page
    assert "The office’s computer does not answer." in page


def test_patients_of_another_office_are_not_shown(group: Cast, ana: Client, open_dental: FakeOpenDental) -> None:
    assert ana.get(f"/report/patients?office={group.harbor.pk}").status_code == 404
    assert ana.get("/report/patients").status_code == 404
    assert open_dental.asked == []


# --- who was told ----------------------------------------------------------------------------------------------------


def told(client: Client, row: CaseRow, *, part: bool = True) -> str:
    headers = {"HX-Request": "true"} if part else {}
    return client.get(f"/report/{row.number}/told", headers=headers).content.decode()


def test_told_page_asks_often_until_everything_arrived_and_then_until_somebody_has_it(group: Cast, ana: Client) -> None:
    row = a_case(group)
    whole = told(ana, row, part=False)
    assert "Say this now" in whole
    assert "That is a surprise I would not want either" in whole
    part = told(ana, row)
    assert "<html" not in part
    assert 'hx-trigger="every 2s, look"' in part
    assert "Omar Haddad" in part
    assert "On its way into the chart" in part
    everything_arrives(row)
    part = told(ana, row)
    assert 'hx-trigger="every 4s, look"' in part
    assert "In the chart." in part
    assert "CommLog 901" in part
    does(group.omar, row, c.Acknowledge())
    part = told(ana, row)
    assert "hx-trigger" not in part
    assert "Omar Haddad has it." in part


def test_told_page_of_a_manager_who_reported(group: Cast, client_for: ClientFor) -> None:
    row = a_case(group, by=group.omar)
    page = told(client_for(group.omar), row, part=False)
    assert "You have this case." in page
    assert "Say this now" not in page


def test_told_page_without_a_chart_or_anybody_to_tell(group: Cast, ana: Client) -> None:
    Post.objects.exclude(person=group.ana).delete()
    group.maple.save()
    row = a_case(group, patient=None, patient_status=PatientStatus.UNKNOWN)
    page = told(ana, row)
    assert "Nobody is named for this office yet." in page
    assert "No chart to write in." in page


def test_told_page_says_when_the_task_was_seen_and_done(group: Cast, ana: Client) -> None:
    seen, done_ = datetime(2026, 3, 2, 19, 14, tzinfo=UTC), datetime(2026, 3, 2, 19, 20, tzinfo=UTC)
    row = a_case(group)
    assert "in Open Dental" not in told(ana, row)
    page = words_of(told(ana, its_task(row, seen_at=seen)))
    assert "Task to Omar Haddad: Task 772, seen" in page
    assert "2:14 pm in Open Dental" in page
    page = words_of(told(ana, its_task(row, done_at=done_)))
    assert "seen" not in page
    assert "2:20 pm in Open Dental" in page
    does(group.omar, row, c.Acknowledge())
    page = words_of(told(ana, row))
    assert "Omar Haddad has it." in page
    assert "2:20 pm in Open Dental" in page


def test_told_page_follows_the_case_to_whoever_is_asked_now(group: Cast, ana: Client) -> None:
    row = its_task(a_case(group), seen_at=datetime(2026, 3, 2, 19, 14, tzinfo=UTC))
    does(group.omar, row, c.AskRegion(why="Over my head."))
    page = words_of(told(ana, row))
    assert "Task to Rita Lindqvist: Waiting for its turn" in page
    assert "in Open Dental" not in page


def test_told_page_of_what_was_found_in_open_dental_does_not_ask_for_a_chart(group: Cast, ana: Client) -> None:
    row = a_case(group, source=Source.COMMLOG, found=ChartRow("main", "CommLog", "90213"))
    page = words_of(told(ana, row))
    assert "In the chart. It was written there first." in page
    assert "No chart" not in page


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_told_page_of_a_case_that_ended(group: Cast, ana: Client) -> None:
    assert "This case has ended." in told(ana, closed(group))


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (("pain",), "are you in pain now"),
        (("wait",), "nobody told you why"),
        (("manner",), "not how we want anybody to feel"),
        (("failed_work",), "it did not hold"),
        (("records",), "looks after privacy"),
        (("child",), "a manager will speak with you"),
    ],
)
def test_there_is_something_to_say_for_every_kind(group: Cast, ana: Client, kinds: tuple[str, ...], words: str) -> None:
    assert words in told(ana, a_case(group, kinds=kinds), part=False)


def test_told_page_of_another_office_is_not_there(group: Cast, client_for: ClientFor) -> None:
    assert client_for(group.nick).get(f"/report/{a_case(group).number}/told").status_code == 404
