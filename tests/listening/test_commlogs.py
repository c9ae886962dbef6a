"""A CommLog of the type “Upset patient” opens a case, or joins the patient's open one, exactly once."""

import pytest
from tests.cases.story import opened
from tests.conftest import Cast
from tests.listening.world import DANA, OMAR, TESS, World
from tests.listening.worlds import MakeWorld

from amends.cases.models import CaseRow
from amends.deliveries import by_hand
from amends.deliveries.models import Delivery, State
from amends.integrations.open_dental.models import Ear, HeardEntry
from amends.integrations.open_dental.office import forget_offices
from amends.practice.models import Office, OpenDentalUser
from amends.protocol import events as e
from amends.protocol.gates import gates
from amends.protocol.values import Patient
from amends.protocol.words import GateName, PatientStatus, Purpose, Source, Stage
from amends.simulators.open_dental.permissions import DEFAULT
from amends.simulators.open_dental.settings import Mode, Settings

PATIENT = Patient("main", DANA, "Dana Quillfeather")
SAID = "She waited fifty minutes and left in tears."


def test_upset_commlog_opens_a_case_that_it_documents(world: World, group: Cast) -> None:
    number = world.commlog(SAID)
    world.time.pass_by(seconds=3)
    world.round()
    case = world.case
    assert (case.source, case.stage) == (Source.COMMLOG, Stage.REPORTED)
    assert case.accounts[0].text == SAID
    assert case.reporter
    assert case.reporter.id == str(group.ana.pk)
    assert case.owner
    assert case.owner.id == str(group.omar.pk)
    assert case.patient
    assert (case.patient.pat_num, case.patient.database) == (DANA, "main")
    documented = next(gate for gate in gates(case) if gate.name is GateName.DOCUMENTED)
    assert documented.proof
    assert documented.proof.id == str(number)
    assert not Delivery.objects.filter(purpose=Purpose.ACCOUNT.value).exists(), "it stands there already"
    assert Delivery.objects.filter(purpose=Purpose.TASK.value).count() == 1


def test_the_same_commlog_is_one_case_however_often_it_is_seen(world: World) -> None:
    world.commlog(SAID)
    world.time.pass_by(seconds=3)
    for _ in range(3):
        world.round()
        world.restart()
        world.round()
    assert len(world.cases) == 1
    assert len(world.case.accounts) == 1


def test_second_commlog_joins_the_open_case_and_opens_a_new_one_after_its_end(world: World, group: Cast) -> None:
    world.commlog(SAID)
    world.commlog("Her husband called, upset about the same.")
    world.time.pass_by(seconds=3)
    world.round()
    assert [account.text for account in world.case.accounts] == [SAID, "Her husband called, upset about the same."]
    world.commlog("RESOLVED: apologized, next visit first in the morning.", by=OMAR)
    world.time.pass_by(seconds=20)
    world.round()
    assert world.case.stage is Stage.ADDRESSED
    assert world.case.round_addressing
    assert world.case.round_addressing.by.id == str(group.omar.pk)


def test_other_patients_have_cases_of_their_own(world: World) -> None:
    world.commlog(SAID)
    world.commlog("The bill was twice the estimate.", patient=TESS)
    world.time.pass_by(seconds=3)
    world.round()
    assert {case.patient.pat_num for case in world.cases if case.patient} == {DANA, TESS}


def test_other_types_and_history_open_nothing(world_of: MakeWorld) -> None:
    world = world_of(begin=False)
    old = world.commlog("From before Amends was here.")
    world.time.pass_by(minutes=1)
    world.begin()
    world.commlog("Confirmed for Tuesday.", upset=False)
    world.change("commlog", old, Note="From before Amends was here!")
    world.time.pass_by(seconds=30)
    world.round()
    assert world.cases == []
    assert HeardEntry.objects.count() == 0


def test_half_typed_note_settles_before_it_counts(world: World) -> None:
    number = world.commlog("She wai")
    for more in ("She waited fif", "She waited fifty minutes an"):
        world.time.pass_by(seconds=9)
        world.round("commlogs")
        assert world.cases == []
        world.change("commlog", number, Note=more)
    world.time.pass_by(seconds=1)
    world.round("commlogs")
    world.change("commlog", number, Note=SAID)
    world.time.pass_by(seconds=3)
    world.round("commlogs")
    assert world.case.accounts[0].text == SAID


def test_note_without_a_full_stop_counts_once_nobody_types_any_more(world: World) -> None:
    world.commlog("waited fifty min, left angry")
    world.time.pass_by(seconds=5)
    world.round("commlogs")
    assert world.cases == []
    world.time.pass_by(seconds=8)
    world.round("commlogs")
    assert len(world.cases) == 1


def test_note_that_settles_is_not_forgotten_while_others_change(world: World) -> None:
    number = world.commlog("still writing about thi", upset=True)
    for minute in range(10):
        world.time.pass_by(seconds=55)
        world.change("commlog", number, Note=f"still writing about thi {minute}")
        world.commlog(f"Confirmed {minute}.", upset=False)
        world.time.pass_by(seconds=5)
        world.round("clock", "commlogs")
    assert world.cases == []
    world.restart()
    world.time.pass_by(minutes=20)
    world.round("clock", "commlogs")
    assert world.case.accounts[0].text == "still writing about thi 9"


def test_edit_is_told_and_the_first_account_stays(world: World) -> None:
    number = world.commlog(SAID)
    world.time.pass_by(seconds=3)
    world.round()
    world.change("commlog", number, Note="She waited seventy minutes and left in tears.")
    world.time.pass_by(seconds=3)
    world.round()
    world.round()
    assert [account.text for account in world.case.accounts] == [SAID, "She waited seventy minutes and left in tears."]
    assert sum(isinstance(fact, e.AccountRewritten) for fact in world.facts()) == 1


def test_type_taken_away_is_told_and_the_case_stays_open(world: World) -> None:
    number = world.commlog(SAID)
    world.time.pass_by(seconds=3)
    world.round()
    world.change("commlog", number, CommType=world.upset_type - 1)
    world.time.pass_by(seconds=3)
    world.round()
    assert world.case.is_open
    assert isinstance(world.facts()[-1], e.MarkTakenBack)


def test_deleted_commlog_is_noticed_within_a_day_and_a_person_decides(world: World, group: Cast) -> None:
    number = world.commlog(SAID)
    world.time.pass_by(seconds=3)
    world.round()
    world.deliver()
    world.delete("commlog", number)
    world.listening.move("reread", "")
    world.round("reread")
    assert isinstance(world.facts()[-1], e.NoteLost)
    held = Delivery.objects.get(purpose=Purpose.ACCOUNT.value)
    assert held.state == State.BY_HAND
    assert str(number) in held.why
    by_hand.try_again(held.pk, group.omar)
    world.deliver()
    held.refresh_from_db()
    assert held.state == State.PROVED
    assert held.proof_id != str(number)


def test_merged_patient_is_followed(world: World) -> None:
    number = world.commlog(SAID)
    world.time.pass_by(seconds=3)
    world.round()
    world.change("commlog", number, PatNum=TESS)
    world.time.pass_by(seconds=3)
    world.round()
    assert world.case.patient
    assert world.case.patient.pat_num == TESS
    waiting = Delivery.objects.get(purpose=Purpose.TASK.value)
    assert waiting.payload["PatNum"] == TESS


def test_flood_of_touched_rows_does_no_harm(world: World) -> None:
    for n in range(30):
        world.commlog(f"Number {n} is upset.", patient=DANA if n % 2 else TESS)
    world.time.pass_by(seconds=3)
    world.round()
    before = [case.version for case in world.cases]
    with world.simulator.lock:
        for row in list(world.there.all("commlog")):
            row["DateTStamp"] = world.there.now()
    world.time.pass_by(seconds=30)
    world.round()
    assert [case.version for case in world.cases] == before
    world.time.pass_by(minutes=6)
    world.round()
    world.round("clock", "commlogs")
    cursor = world.listening.time_cursor("commlogs")
    now = world.listening.server_now()
    assert cursor
    assert now
    assert (now - cursor).total_seconds() < 400, "a quiet office after a flood does not read the flood again and again"


def test_our_own_entries_are_known_by_their_marker(world: World, group: Cast) -> None:
    opened(group.maple, group.ana, patient=PATIENT)
    world.deliver()
    ours = Delivery.objects.get(purpose=Purpose.ACCOUNT.value)
    assert ours.state == State.PROVED
    world.time.pass_by(seconds=30)
    world.round()
    assert len(world.cases) == 1
    assert len(world.case.accounts) == 1


def test_text_that_a_person_pasted_is_its_own_proof(world: World, group: Cast) -> None:
    opened(group.maple, group.ana, patient=PATIENT)
    delivery = Delivery.objects.get(purpose=Purpose.ACCOUNT.value)
    Delivery.objects.filter(pk=delivery.pk).update(state=State.BY_HAND, why="No connection.")
    number = world.commlog(delivery.paste_text)
    world.time.pass_by(seconds=30)
    world.round()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.proof_id) == (State.PROVED, str(number))
    assert len(world.case.accounts) == 1


def test_pasted_text_that_the_case_refuses_stops_nothing_behind_it(world: World, group: Cast) -> None:
    opened(group.maple, group.ana, patient=PATIENT)
    delivery = Delivery.objects.get(purpose=Purpose.ACCOUNT.value)
    waiting = {"state": State.BY_HAND, "why": "No connection."}
    Delivery.objects.filter(pk=delivery.pk).update(**waiting)
    by_hand.seen_there(delivery.pk, number="9001")  # proved, as far as the case knows …
    Delivery.objects.filter(pk=delivery.pk).update(**waiting)  # … and by hand again: the case will refuse
    world.commlog(delivery.paste_text)
    world.commlog(SAID, patient=TESS)
    world.time.pass_by(seconds=30)
    world.round()
    delivery.refresh_from_db()
    assert delivery.state == State.BY_HAND
    assert len(world.cases) == 2


@pytest.mark.parametrize("change", [{"ItemName": "Unhappy patient"}, {"IsHidden": True}], ids=str)
def test_renamed_or_hidden_type_is_still_heard_by_its_number(world: World, change: dict[str, object]) -> None:
    number = world.upset_type
    world.change("definition", number, **change)
    forget_offices()
    world.commlog(SAID, CommType=number)
    world.time.pass_by(seconds=3)
    world.round()
    assert len(world.cases) == 1


def test_two_databases_never_mix_their_numbers(world_of: MakeWorld, group: Cast) -> None:
    Office.objects.create(
        name="Lakeside", region=group.maple.region, calendar=group.maple.calendar, open_dental="lakes", ClinicNum=1
    )
    here, lakes = world_of(), world_of(key="lakes")
    number, same = here.commlog(SAID), lakes.commlog("The crown fell off again.")
    assert number == same
    for world in (here, lakes):
        world.time.pass_by(seconds=3)
        world.round()
    first, second = here.cases
    assert first.patient
    assert second.patient
    assert (first.patient.pat_num, first.patient.database) == (DANA, "main")
    assert (second.patient.pat_num, second.patient.database) == (DANA, "lakes")
    assert second.reporter is None or not second.reporter.id, "user 201 there is nobody of ours"


def test_author_of_another_database_is_not_taken_for_ours(world_of: MakeWorld, group: Cast) -> None:
    OpenDentalUser.objects.filter(person=group.omar).update(database="lakes")
    world = world_of()
    world.commlog("RESOLVED: all well now.", by=OMAR)
    world.time.pass_by(seconds=3)
    world.round()
    assert world.case.stage is Stage.REPORTED, "nobody knows that this is Omar"


def test_patient_without_a_clinic_of_ours_is_not_lost(world: World) -> None:
    world.change("patient", DANA, ClinicNum=0)
    world.commlog(SAID, by=999)
    world.time.pass_by(seconds=3)
    world.round()
    assert world.case.owner


def test_hour_that_comes_twice_loses_nothing(world: World) -> None:
    """The server's clock is set back an hour while people work."""
    world.time.pass_by(minutes=30)
    world.commlog("Confirmed.", upset=False)
    world.round("clock", "commlogs")
    world.simulator.clock.put({"utc_offset": "-06:00"})
    world.commlog(SAID)
    world.time.pass_by(minutes=4)
    world.round("clock")
    world.round("commlogs")
    assert len(world.cases) == 1


@pytest.mark.parametrize("mode", list(Mode))
def test_more_than_one_page_is_heard_whole(world_of: MakeWorld, mode: Mode) -> None:
    world = world_of(Settings(mode=mode))
    patients = [row["PatNum"] for row in world.there.all("patient")][:25]
    for n in range(260):
        world.commlog(f"Number {n}.", patient=patients[n % len(patients)], upset=n % 13 == 0)
    world.time.pass_by(seconds=3)
    world.round()
    assert sum(len(case.accounts) for case in world.cases) == 20


@pytest.mark.parametrize("version", ["22.4", "24.4.51"])
def test_older_office_is_heard_by_query(world_of: MakeWorld, version: str) -> None:
    world = world_of(Settings(mode=Mode.SERVICE, version=version))
    number = world.commlog(SAID)
    for n in range(130):
        world.commlog(f"Number {n}.", patient=TESS)
    world.time.pass_by(seconds=30)
    world.round()
    world.commlog("UP-1001 spoke with her, all well.", by=OMAR, upset=False)
    world.time.pass_by(seconds=30)
    world.round()
    dana, tess = world.cases
    assert (dana.accounts[0].text, dana.proofs[0].id) == (SAID, str(number))
    assert len(tess.accounts) == 130
    assert dana.conversations
    assert Ear.objects.get().lost == ""


def test_oldest_office_without_queries_says_what_is_lost(world_of: MakeWorld, group: Cast) -> None:
    world = world_of(Settings(mode=Mode.SERVICE, version="24.4.51", permissions=DEFAULT - {"Queries"}))
    opened(group.maple, group.ana, patient=PATIENT)
    world.commlog("The bill was twice the estimate.", patient=TESS)
    world.commlog("UP-1001: spoke with her, all well now.", by=OMAR, upset=False)
    world.time.pass_by(seconds=30)
    world.round()
    world.round()
    assert "25.1.13" in Ear.objects.get().lost
    assert len(world.cases) == 1, "what cannot be heard opens nothing"


def test_case_row_knows_where_it_came_from(world: World) -> None:
    number = world.commlog(SAID)
    world.time.pass_by(seconds=3)
    world.round()
    row = CaseRow.system.get()
    assert row.origin
    assert row.origin.endswith(f":commlog:{number}")
    assert world.case.patient_status is PatientStatus.KNOWN
    assert row.reporter
