"""What waits to reach other systems, and the hands that do it instead."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from tests.conftest import Cast
from tests.plans import plan_of

from amends.audit.models import Look
from amends.cases import actions
from amends.cases.models import number_of
from amends.deliveries import by_hand, in_words
from amends.deliveries.models import Delivery, State
from amends.deliveries.unfinished import unfinished
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.values import Actor, Patient
from amends.protocol.words import Moment, PatientStatus, Purpose, Role

NOW = datetime(2026, 3, 2, 20, 15, tzinfo=UTC)
STORY = "The bill was more than the estimate"
WHY = "The key may not write CommLogs."


@pytest.fixture(autouse=True)
def _monday_afternoon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def report(group: Cast, at: str = "maple") -> list[Delivery]:
    """A case of this office, with its two deliveries (CommLog and Task)."""
    office, reporter = (group.maple, group.ana) if at == "maple" else (group.harbor, group.nick)
    command = c.Report(
        office=str(office.pk),
        account=STORY,
        moment=Moment.CHECKOUT,
        patient_status=PatientStatus.KNOWN,
        patient=Patient(database="main", pat_num=41, name="Jennifer Morales"),
    )
    done = actions.perform(command=command, by=Actor(str(reporter.pk), reporter.name, Role.TEAM))
    return list(Delivery.objects.filter(case=done.row).order_by("no"))


def ask(delivery: Delivery, **columns: object) -> Delivery:
    """The delivery needs a person from now on."""
    for name, value in {"state": State.BY_HAND, "why": WHY, "attempts": 1, **columns}.items():
        setattr(delivery, name, value)
    delivery.save()
    return delivery


def page_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_what_needs_a_person_comes_first_with_its_text_and_whose_chart_it_is_for(group, client_for):
    note, _task = report(group)
    ask(note)
    page = page_of(client_for(group.omar).get("/deliveries/"))
    assert page.index("Needs a person") < page.index("On their way")
    assert STORY in page
    assert "Jennifer Morales, patient number 41" in page
    assert WHY in page
    assert "Waiting for its turn" in page


def minor(group: Cast) -> list[Delivery]:
    """What is good to have, at an office that is too old for it: an earlier Task to close, and a greeting."""
    earlier, greeting = report(group)
    ask(
        earlier,
        channel="open_dental.task_close",
        purpose=Purpose.TASK_CLOSED,
        payload={"TaskNum": 4711, "text": "This case is with Rita now."},
    )
    ends = {"ends": "2026-07-01T03:00:00+00:00", "zone": "America/New_York"}
    payload = {"PatNum": 41, "name": "Jennifer Morales", "text": "Next visit: please greet.", **ends}
    ask(greeting, channel="open_dental.popup", purpose=Purpose.POPUP, payload=payload)
    return [earlier, greeting]


def test_what_is_only_good_to_have_waits_below_until_there_is_time(group, client_for):
    minor(group)
    note, _task = report(group)
    ask(note)
    page = page_of(client_for(group.omar).get("/deliveries/"))
    needs, later, moving = (page.index(words) for words in ("Needs a person", "When there is time", "On their way"))
    assert needs < page.index(STORY) < later
    assert later < page.index("Earlier Task: where the case went") < moving
    assert later < page.index("Popup: a greeting at the next visit") < moving
    assert "No case waits for these" in page
    assert "set it to done. Task 4711." in page
    assert "Patient: Jennifer Morales, patient number 41. Until: Jun 30 2026." in page
    assert "I set it to done" in page
    assert "I added it" in page
    assert page.count("Its number there") == 1, "nobody knows a Popup's, and the earlier Task has one"


def test_what_a_case_needs_is_never_pushed_off_the_page_by_what_is_good_to_have(group, client_for, monkeypatch):
    monkeypatch.setattr("amends.deliveries.pages._BY_HAND_AT_ONCE", 1)
    minor(group)
    note, _task = report(group)
    ask(note)
    page = page_of(client_for(group.omar).get("/deliveries/"))
    assert STORY in page
    assert "When there is time" not in page
    assert "There are more." in page


def test_only_what_is_good_to_have_is_left(group, client_for):
    minor(group)
    page = page_of(client_for(group.omar).get("/deliveries/"))
    assert "Needs a person" not in page
    assert "Everything has arrived." not in page


def test_an_earlier_task_keeps_its_number_whatever_is_typed(group, client_for):
    earlier, greeting = minor(group)
    for row, number in ((earlier, "4711"), (greeting, "")):
        client_for(group.omar).post(f"/deliveries/{row.pk}/pasted", {"number": "" if row is greeting else "9"})
        row.refresh_from_db()
        assert (row.state, row.proof_id) == (State.PROVED, number)


def test_what_was_never_sent_is_written_again_and_not_tried_again(group, client_for):
    note = ask(report(group)[0], attempts=0, why="CommLog 90213 was deleted in Open Dental.")
    omar = client_for(group.omar)
    page = page_of(omar.get("/deliveries/"))
    assert "Write it again" in page
    assert "Try again" not in page
    assert "It may have arrived all the same" not in page
    answer = omar.post(f"/deliveries/{note.pk}/again", follow=True)
    assert "Amends writes it again now." in page_of(answer)
    note.refresh_from_db()
    assert note.state == State.WAITING


def test_reading_a_text_to_be_pasted_is_a_look_at_its_case(group, client_for):
    note, task = report(group)
    ask(note), ask(task)
    client_for(group.omar).get("/deliveries/")
    look = Look.objects.get()
    assert (look.person_name, look.what, look.case) == (group.omar.name, "delivery", number_of(note.case_pk))


def test_an_administrator_sees_that_it_waits_and_not_what_it_says(group, client_for):
    note, _task = report(group)
    ask(note)
    page = client_for(group.alex).get("/deliveries/").content.decode()
    assert number_of(note.case_pk) in page
    assert WHY in page
    for secret in (STORY, "Jennifer", "patient number", f"/cases/{number_of(note.case_pk)}", "I pasted it"):
        assert secret not in page
    assert not Look.objects.exists()


@pytest.mark.parametrize("name", ["ana", "nick", "pia"])
def test_nobody_else_sees_the_page(group, client_for, name):
    assert client_for(group.people[name]).get("/deliveries/").status_code == 404


def test_other_offices_do_not_show(group, client_for):
    ask(report(group, "harbor")[0])
    assert "Everything has arrived." in page_of(client_for(group.omar).get("/deliveries/"))


def test_i_pasted_it_proves_the_delivery_with_name_and_number(group, client_for):
    note, _task = report(group)
    ask(note)
    answer = client_for(group.omar).post(f"/deliveries/{note.pk}/pasted", {"number": "90213", "next": "/cases/UP-1001"})
    assert (answer.status_code, answer["Location"]) == (303, "/cases/UP-1001")
    note.refresh_from_db()
    assert (note.state, note.proof_id, note.proved_by) == (State.PROVED, "90213", group.omar)


def test_the_team_may_paste_too(group, client_for):
    note = ask(report(group)[0])
    assert client_for(group.ana).post(f"/deliveries/{note.pk}/pasted").status_code == 303
    note.refresh_from_db()
    assert note.state == State.PROVED


@pytest.mark.parametrize("next_", ["https://elsewhere.example/", "//elsewhere.example", "", "javascript:alert(1)"])
def test_the_way_back_stays_on_this_site(group, client_for, next_):
    note = ask(report(group)[0])
    answer = client_for(group.omar).post(f"/deliveries/{note.pk}/pasted", {"next": next_})
    assert answer["Location"] == "/deliveries/"


@pytest.mark.parametrize("number", ["9" * 121, "9\x00"])
def test_an_impossible_number_is_refused_and_kept(group, client_for, number):
    note = ask(report(group)[0])
    answer = client_for(group.omar).post(f"/deliveries/{note.pk}/pasted", {"number": number, "next": "/cases/UP-1001"})
    assert answer.status_code == 422
    assert "Please fix this first" in page_of(answer)
    assert 'value="/cases/UP-1001"' in answer.content.decode()
    assert number.strip("\x00") in answer.content.decode()
    note.refresh_from_db()
    assert note.state == State.BY_HAND


def test_what_the_rules_refuse_is_said_with_everything_kept(group, client_for, monkeypatch):
    note = ask(report(group)[0])

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise Refused("As team member you cannot do that.")

    monkeypatch.setattr(by_hand, "pasted", refuse)
    answer = client_for(group.omar).post(f"/deliveries/{note.pk}/pasted", {"number": "90213"})
    assert answer.status_code == 422
    assert "As team member you cannot do that." in page_of(answer)
    assert 'value="90213"' in answer.content.decode()


@pytest.mark.parametrize("what", ["pasted", "again"])
def test_the_second_person_hears_that_somebody_was_quicker(group, client_for, what):
    note = report(group)[0]
    answer = client_for(group.omar).post(f"/deliveries/{note.pk}/{what}", follow=True)
    assert "Somebody has already dealt with this. Nothing was changed." in page_of(answer)


@pytest.mark.parametrize("name", ["omar", "alex"])
def test_try_again_lets_the_engine_try(group, client_for, name):
    note = ask(report(group)[0])
    answer = client_for(group.people[name]).post(f"/deliveries/{note.pk}/again", follow=True)
    assert "Amends tries again now." in page_of(answer)
    note.refresh_from_db()
    assert note.state == State.WAITING


@pytest.mark.parametrize(("field", "state"), [({}, State.UNKNOWN), ({"not_there": "1"}, State.WAITING)])
def test_where_it_may_have_arrived_amends_looks_first_unless_a_person_did(group, client_for, field, state):
    note = ask(report(group)[0], sent_at=NOW)
    client = client_for(group.omar)
    assert "It may have arrived all the same" in page_of(client.get("/deliveries/"))
    client.post(f"/deliveries/{note.pk}/again", field)
    note.refresh_from_db()
    assert note.state == state


@pytest.mark.parametrize(
    ("name", "what"), [("nick", "pasted"), ("pia", "pasted"), ("alex", "pasted"), ("nick", "again"), ("pia", "again")]
)
def test_who_has_no_business_there_finds_nothing(group, client_for, name, what):
    note = ask(report(group)[0])
    assert client_for(group.people[name]).post(f"/deliveries/{note.pk}/{what}").status_code == 404
    note.refresh_from_db()
    assert note.state == State.BY_HAND


def test_a_delivery_that_is_not_there_is_not_found(group, client_for):
    assert client_for(group.omar).post("/deliveries/999/pasted").status_code == 404


def test_a_link_cannot_paste(group, client_for):
    note = ask(report(group)[0])
    assert client_for(group.omar).get(f"/deliveries/{note.pk}/pasted").status_code == 405


def test_the_list_is_read_page_by_page(group, client_for, monkeypatch):
    monkeypatch.setattr("amends.deliveries.pages._PAGE", 1)
    monkeypatch.setattr("amends.deliveries.pages._BY_HAND_AT_ONCE", 1)
    first, second = report(group), report(group)
    ask(first[0]), ask(second[0])
    client = client_for(group.omar)
    answer = client.get("/deliveries/")
    assert "There are more." in page_of(answer)
    assert f"?after={first[1].pk}" in answer.content.decode()
    follow = client.get(f"/deliveries/?after={first[1].pk}").content.decode()
    assert number_of(second[1].case_pk) in follow
    assert "Newest" in follow
    assert client.get("/deliveries/?after=x").status_code == 200
    assert client.get("/deliveries/?after=" + "9" * 40).status_code == 200


def test_the_list_asks_as_often_for_many_as_for_few(group, client_for, django_assert_max_num_queries):
    for _ in range(5):
        ask(report(group)[0])
    client = client_for(group.omar)
    client.get("/deliveries/")
    with django_assert_max_num_queries(16):
        client.get("/deliveries/")


def test_what_is_unfinished_is_found_by_the_index_that_holds_only_that(group):
    assert "delivery_unfinished" in plan_of(unfinished(["1", "2"]).filter(state=State.BY_HAND)[:51])


def test_a_note_for_a_patient_who_was_corrected_names_only_the_number(group):
    note = report(group)[0]
    note.payload["PatNum"] = 77
    assert in_words.chart(note) == "patient number 77"
    note.payload["PatNum"] = 0
    assert in_words.chart(note) == ""


def test_every_state_purpose_and_channel_has_words(group):
    assert set(in_words.STATES) == {state.value for state in State}
    assert set(in_words.PURPOSES) == {purpose.value for purpose in Purpose}
    for channel in by_hand.PLACES.keys() - {"google_business.reply", "review.by_hand"}:
        assert in_words.how(Delivery(channel=channel)) != in_words.how(Delivery(channel="odd"))
    ways = [in_words.how(Delivery(purpose=Purpose.REPLY, payload={"delete": delete})) for delete in (False, True)]
    assert ["post it" in ways[0], "delete the practice's reply" in ways[1]] == [True, True]
    assert in_words.place(Delivery(channel="odd")) == "odd"
    assert in_words.to(Delivery(payload={"to": ["lee@bluebellfinch.example"]})) == ""
