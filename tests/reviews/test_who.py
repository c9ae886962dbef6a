"""Who might this be: a private question, logged each time, answered by a person, and nothing of it near the reply."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from tests.cases.acting import a_case
from tests.conftest import Cast
from tests.reviews.conftest import Brings

from amends.access import actor_at
from amends.audit.models import Look
from amends.cases import actions
from amends.cases.actions import patient_key, state_of
from amends.integrations.open_dental.models import PatientRecord
from amends.integrations.open_dental.patients_near import Near, NearPatient
from amends.integrations.open_dental.record import Balance, Record
from amends.integrations.open_dental.rows import Appointment, Patient
from amends.practice.models import Person
from amends.protocol.decide import Refused
from amends.protocol.values import Patient as CasePatient
from amends.protocol.words import PatientStatus
from amends.reviews import replying, who
from amends.reviews.models import Review

SignIn = Callable[[Person], Client]


@pytest.fixture
def review(brings: Brings) -> Review:
    """One star by "Jen M", who waited an hour."""
    return brings()


@pytest.fixture
def asked() -> list[tuple[str, int, date, date]]:
    """What Open Dental was asked for."""
    return []


@pytest.fixture(autouse=True)
def _open_dental(monkeypatch: pytest.MonkeyPatch, asked: list, now: datetime) -> None:
    day = (now - timedelta(days=1)).replace(hour=9, minute=0, tzinfo=None)
    visit = {"AptNum": 1, "AptStatus": "Complete", "AptDateTime": day.isoformat(), "ClinicNum": 1}
    seated = (day + timedelta(minutes=58)).isoformat()
    more = {"DateTimeArrived": day.isoformat(), "DateTimeSeated": seated, "ProcDescript": "Exam, Prophy"}
    waited = Appointment.model_validate({**visit, **more, "PatNum": 41, "provAbbr": "Dr H"})
    other = Appointment.model_validate({**visit, "AptNum": 2, "PatNum": 42})
    jennifer = Patient(PatNum=41, FName="Jennifer", LName="Morales", WirelessPhone="2015550141")
    bruno = Patient(PatNum=42, FName="Bruno", LName="Aldous")

    def there(database: str, clinic: int, first: date, last: date) -> Near:
        asked.append((database, clinic, first, last))
        return Near((NearPatient(jennifer, (waited,)), NearPatient(bruno, (other,))))

    monkeypatch.setattr(who, "patients_near", there)


def look(client: Client, review: Review, *, within: bool = False) -> str:
    headers = {"HX-Request": "true"} if within else {}
    answer = client.get(f"/reviews/{review.pk}/who", headers=headers)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def page(client: Client, review: Review) -> str:
    return re.sub(r"\s+", " ", client.get(f"/reviews/{review.pk}").content.decode())


def answer(client: Client, review: Review, words: str) -> str:
    told = client.post(f"/reviews/{review.pk}/who", {"answer": words})
    assert told.status_code == 303
    return told["Location"]


def test_the_panel_is_private_ranked_and_says_why(group: Cast, client_for: SignIn, review: Review) -> None:
    omar = client_for(group.omar)
    shown = omar.get(f"/reviews/{review.pk}").content.decode()
    assert "Private: never in a reply" in shown
    assert "Morales" not in shown, "nobody is looked up before somebody asks"
    found = look(omar, review, within=True)
    assert "Jennifer Morales" in found
    assert "Jen" in found
    assert "Waited 58 minutes" in found
    assert "Aldous" not in found
    assert "<html" not in found
    assert "<html" in look(omar, review)


@pytest.mark.parametrize(
    ("described", "text", "why"),
    [
        ("Cleaning, adult, Bitewing pictures, four", "The cleaning was awful.", "Had a cleaning (Cleaning, adult"),
        ("#3-PFMCrn", "My crown fell off after two days.", "Had a crown (#3-PFMCrn) that the review names."),
        ("Cleaning, adult", "My crown fell off after two days.", "The review names a crown; that visit had none."),
    ],
)
def test_what_the_record_describes_is_held_against_the_text(
    group: Cast,
    client_for: SignIn,
    brings: Brings,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
    described: str,
    text: str,
    why: str,
) -> None:
    """Open Dental describes an appointment in words, with commas within one procedure as between two."""
    at = (now - timedelta(days=1)).isoformat()[:19]
    row = {"AptNum": 1, "AptStatus": "Complete", "AptDateTime": at, "ClinicNum": 1, "PatNum": 41}
    visit = Appointment.model_validate({**row, "ProcDescript": described})
    patient = NearPatient(Patient(PatNum=41, FName="Jennifer", LName="Morales"), (visit,))
    monkeypatch.setattr(who, "patients_near", lambda *asked: Near((patient,)))
    review = brings(site_id="told", reviewer="Jen Morales", text=text)
    assert why in look(client_for(group.omar), review)


def test_an_open_case_and_a_changed_balance_speak_for_a_patient(
    group: Cast, client_for: SignIn, brings: Brings, now: datetime
) -> None:
    review = brings(site_id="money", reviewer="Jen Morales", text="They charged me $120 for nothing.")
    omar = client_for(group.omar)
    assert "open case" not in look(omar, review)
    assert "balance" not in look(omar, review)
    patient = CasePatient("main", 41, "Jennifer Morales")
    a_case(group, patient=patient, patient_status=PatientStatus.KNOWN)
    record = Record(
        since=now.date(),
        balances=tuple(
            Balance(first_read=at, last_read=at, own=Decimal(own))
            for at, own in ((now - timedelta(days=2), "0.00"), (now, "120.00"))
        ),
    )
    PatientRecord.objects.create(
        patient_key=patient_key(patient),
        database="main",
        PatNum="41",
        since=now.date(),
        record=record.model_dump(mode="json"),
        read_at=now,
    )
    shown = look(omar, review)
    assert "There is an open case already." in shown
    assert "The balance changed by $120.00, which the review names." in shown


def test_a_case_of_an_office_that_is_not_theirs_is_not_told(group: Cast, client_for: SignIn, brings: Brings) -> None:
    patient = CasePatient("main", 41, "Jennifer Morales")
    a_case(group, by=group.nick, office=group.harbor, patient=patient, patient_status=PatientStatus.KNOWN)
    review = brings(site_id="away", reviewer="Jen Morales", text="Bad.")
    assert "open case" not in look(client_for(group.omar), review)


def test_the_days_before_the_review_are_asked_for(
    group: Cast, client_for: SignIn, review: Review, asked: list, now: datetime
) -> None:
    look(client_for(group.omar), review)
    [(database, clinic, first, last)] = asked
    assert (database, clinic) == ("main", 1)
    assert (last - first).days == 30
    assert abs((last - now.date()).days) <= 1


def test_each_look_is_written_down(group: Cast, client_for: SignIn, review: Review) -> None:
    look(client_for(group.omar), review)
    look(client_for(group.omar), review, within=True)
    assert review.case
    assert (
        list(Look.objects.filter(what="who").values_list("person_name", "case"))
        == [("Omar Haddad", review.case.number)] * 2
    )
    assert "Looked for who wrote a review" in client_for(group.pia).get("/privacy/").content.decode()


def test_this_is_them(group: Cast, client_for: SignIn, review: Review) -> None:
    omar = client_for(group.omar)
    assert answer(omar, review, "41") == f"/reviews/{review.pk}"
    assert review.case_id
    case = state_of(review.case_id)
    assert case.patient_status is PatientStatus.KNOWN
    assert case.patient
    assert (case.patient.pat_num, case.patient.name, case.patient.phone) == (41, "Jennifer Morales", "2015550141")
    shown = omar.get(f"/reviews/{review.pk}").content.decode()
    assert "Morales" not in shown, "the page of the reply never names the patient"
    assert "Who might this be?" not in shown
    assert "Omar Haddad said whose it is; only the case has the name" in shown
    assert review.case
    assert f'href="/cases/{review.case.number}/act/patient"' in shown
    assert "act/patient" not in client_for(group.pia).get(f"/reviews/{review.pk}").content.decode()
    assert omar.get(f"/reviews/{review.pk}/who").status_code == 404


def test_not_a_patient(group: Cast, client_for: SignIn, review: Review) -> None:
    answer(client_for(group.omar), review, "not")
    assert review.case_id
    assert state_of(review.case_id).patient_status is PatientStatus.NOT_A_PATIENT
    assert "Omar Haddad said that whoever wrote it is not a patient" in page(client_for(group.pia), review)


def test_cannot_tell_leads_on_is_kept_and_leaves_the_question_open(
    group: Cast, client_for: SignIn, review: Review
) -> None:
    assert review.case
    assert answer(client_for(group.omar), review, "cannot") == f"/cases/{review.case.number}/act/settle"
    assert state_of(review.case.pk).patient_status is PatientStatus.UNKNOWN
    rita = client_for(group.rita)
    shown = page(rita, review)
    assert "Omar Haddad could not tell whose it is" in shown
    assert "Who might this be?" in shown
    assert "cannot tell" in rita.get(f"/cases/{review.case.number}").content.decode()
    answer(rita, review, "41")
    shown = page(rita, review)
    assert shown.index("Rita Lindqvist said whose it is") < shown.index("Omar Haddad could not tell")


def test_nothing_but_a_person_undoes_whose_it_is(
    group: Cast, client_for: SignIn, review: Review, brings: Brings, now: datetime
) -> None:
    omar = client_for(group.omar)
    answer(omar, review, "not")
    later = now + timedelta(hours=2)
    review = brings(stars=2, text="Changed.", reviewer="Jennifer Morales", edited_at=later, at=later)
    assert review.case
    assert state_of(review.case.pk).patient_status is PatientStatus.NOT_A_PATIENT
    typed = {"patient": "unknown", "why": "They wrote to us after all."}
    assert omar.post(f"/cases/{review.case.number}/act/patient", typed).status_code in (302, 303)
    shown = page(omar, review)
    assert shown.index("Omar Haddad could not tell") < shown.index("is not a patient")


def test_what_was_said_of_a_case_that_was_taken_in_stands_there_still(
    group: Cast, client_for: SignIn, review: Review
) -> None:
    answer(client_for(group.omar), review, "not")
    other = a_case(group)
    by = actor_at(group.omar, str(group.maple.pk))
    assert review.case_id
    actions.merge(duplicate=review.case_id, into=other.pk, by=by)
    assert "Omar Haddad said that whoever wrote it is not a patient" in page(client_for(group.omar), review)


def test_somebody_who_is_not_on_the_list_is_not_taken(group: Cast, client_for: SignIn, review: Review) -> None:
    answer(client_for(group.omar), review, "9999")
    assert review.case_id
    assert state_of(review.case_id).patient is None


def test_what_the_rules_refuse_is_said(
    group: Cast, client_for: SignIn, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**command: object) -> None:
        raise Refused("That is what the case says already.")

    monkeypatch.setattr(actions, "perform", refuse)
    told = client_for(group.omar).post(f"/reviews/{review.pk}/who", {"answer": "not"}, follow=True)
    assert "That is what the case says already." in told.content.decode()


def test_an_office_without_open_dental_says_so(group: Cast, client_for: SignIn, review: Review) -> None:
    group.maple.open_dental = ""
    group.maple.save()
    assert "not connected to Open Dental" in look(client_for(group.omar), review)


def test_nobody_fits_and_nobody_was_there(
    group: Cast, client_for: SignIn, brings: Brings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = brings(site_id="x", reviewer="Zebulon Quagmire", text="Bad.")
    assert "fits well enough" in look(client_for(group.omar), stranger)
    monkeypatch.setattr(who, "patients_near", lambda *asked: Near())
    assert "Nobody was here in the 30 days" in look(client_for(group.omar), stranger)


@pytest.mark.parametrize("name", ["ana", "nick", "alex", "pia"])
def test_who_does_not_manage_the_case_does_not_look(group: Cast, client_for: SignIn, review: Review, name: str) -> None:
    client = client_for(group.people[name])
    assert client.get(f"/reviews/{review.pk}/who").status_code == 404
    assert client.post(f"/reviews/{review.pk}/who", {"answer": "not"}).status_code == 404
    assert not Look.objects.filter(what="who").exists()
    assert look(client_for(group.omar), review)


def test_a_review_without_a_case_has_no_panel(group: Cast, client_for: SignIn, brings: Brings) -> None:
    assert client_for(group.omar).get(f"/reviews/{brings(stars=5).pk}/who").status_code == 404


def test_once_they_are_known_their_name_cannot_go_out(group: Cast, client_for: SignIn, review: Review) -> None:
    answer(client_for(group.omar), review, "41")
    draft = replying.write(review.pk, "Thank you. Jennifer Morales may call our office manager any time.", group.omar)
    assert draft.level == "block"
