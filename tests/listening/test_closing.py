"""Earlier Tasks, Popups and lost notes, from the rules to Open Dental and back, with the people who see them."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from tests.cases.acting import PUT_RIGHT, SPOKE, does
from tests.cases.story import opened
from tests.conftest import Cast
from tests.listening.world import DANA, OMAR, RUTH, World
from tests.listening.worlds import MakeWorld

from amends.cases.models import CaseRow
from amends.deliveries import by_hand
from amends.deliveries.models import Delivery, State
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.policy import shipped_policy
from amends.protocol.values import Patient
from amends.protocol.values import Person as PersonValue
from amends.protocol.words import Purpose
from amends.simulators.open_dental.settings import Mode, Settings

ClientFor = Callable[[Person], Client]
PATIENT = Patient("main", DANA, "Dana Quillfeather")


def report(world: World, group: Cast) -> CaseRow:
    """Ana reported Dana on the Report page; everything reached Open Dental."""
    row = opened(group.maple, group.ana, patient=PATIENT).row
    world.deliver()
    return row


def hand_over(world: World, group: Cast, row: CaseRow) -> None:
    does(group.omar, row, c.HandOver(to=PersonValue(str(group.ruth.pk), group.ruth.name), why="I am in a training."))


def the(purpose: Purpose) -> Delivery:
    return Delivery.objects.get(purpose=purpose.value)


def tasks(world: World, case: CaseRow) -> list[dict[str, Any]]:
    return [row for row in world.there.all("task") if case.number in row["Descript"]]


def notes(world: World, task: dict[str, Any]) -> list[str]:
    return [row["Note"] for row in world.there.all("tasknote") if row["TaskNum"] == task["TaskNum"]]


def listen_again(world: World) -> None:
    world.time.pass_by(seconds=30)
    world.round()
    world.deliver()


def test_handing_over_closes_the_earlier_task_in_open_dental_and_is_no_news(world: World, group: Cast) -> None:
    row = report(world, group)
    hand_over(world, group, row)
    world.deliver()
    earlier, new = tasks(world, row)
    assert (earlier["TaskStatus"], new["TaskStatus"]) == ("Done", "New")
    (note,) = notes(world, earlier)
    assert note.startswith("This case is with Ruth Bellamy now, who has a Task of their own.")
    assert notes(world, new) == []
    closed = the(Purpose.TASK_CLOSED)
    assert (closed.state, closed.proof_place, closed.proof_id) == (
        State.PROVED,
        "Earlier Task",
        str(earlier["TaskNum"]),
    )
    for _ in range(2):
        listen_again(world)
    assert not any(isinstance(fact, e.TaskDone) for fact in world.facts())
    assert not Delivery.objects.filter(purpose=Purpose.ASK.value).exists()
    assert world.case.tasks[0].done_at
    assert world.case.owner_task
    assert world.case.owner_task.id == str(new["TaskNum"])


def test_office_that_is_too_old_asks_a_person_and_sees_it_done(
    world_of: MakeWorld, group: Cast, client_for: ClientFor
) -> None:
    world = world_of(Settings(mode=Mode.SERVICE, version="22.4"))
    row = report(world, group)
    hand_over(world, group, row)
    world.deliver()
    closing = the(Purpose.TASK_CLOSED)
    assert closing.state == State.BY_HAND
    assert "before Open Dental 22.4.15" in closing.why
    earlier = tasks(world, row)[0]
    page = client_for(group.ruth).get(f"/cases/{row.number}").content.decode()
    assert "When there is time" in page
    assert f"Task {earlier['TaskNum']}" in page
    world.set_task(earlier["TaskNum"], "Done")
    listen_again(world)
    closing.refresh_from_db()
    assert (closing.state, closing.proof_id) == (State.PROVED, str(earlier["TaskNum"]))


def test_person_who_set_the_task_to_done_need_not_know_its_number(
    world_of: MakeWorld, group: Cast, client_for: ClientFor
) -> None:
    world = world_of(Settings(mode=Mode.SERVICE, version="22.4"))
    row = report(world, group)
    hand_over(world, group, row)
    world.deliver()
    closing = the(Purpose.TASK_CLOSED)
    client_for(group.ruth).post(f"/deliveries/{closing.pk}/pasted", {"number": ""})
    closing.refresh_from_db()
    assert (closing.state, closing.proof_id) == (State.PROVED, world.case.tasks[0].id)
    assert world.case.tasks[0].done_at


@pytest.mark.parametrize("version", ["22.4", "25.4.48"])
def test_case_closes_without_what_is_only_good_to_have(
    world_of: MakeWorld, group: Cast, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = shipped_policy()
    greeting = replace(policy, limits=replace(policy.limits, popup_days=90))
    monkeypatch.setattr("amends.cases.actions.policy_for", lambda _: greeting)
    world = world_of(Settings(mode=Mode.SERVICE, version=version))
    row = report(world, group)
    does(group.omar, row, SPOKE, PUT_RIGHT, c.RecordCauses(causes=("estimate_wrong",)))
    world.deliver()
    Delivery.objects.filter(channel="slack.message").update(state=State.BY_HAND)
    by_hand.pasted(the(Purpose.LEADERS_TOLD).pk, group.omar)
    assert not world.case.is_open
    asked = {one.purpose for one in Delivery.objects.filter(state=State.BY_HAND)} - {Purpose.LEADERS_TOLD.value}
    if version == "22.4":
        assert asked == {Purpose.TASK_CLOSED.value, Purpose.POPUP.value}
    else:
        assert asked == set()
        (popup,) = [each for each in world.there.all("popup") if row.number in each["Description"]]
        assert popup["PatNum"] == DANA


def test_deleted_note_is_written_again_when_a_person_says_so(world: World, group: Cast, client_for: ClientFor) -> None:
    row = report(world, group)
    lost = the(Purpose.ACCOUNT)
    world.delete("commlog", int(lost.proof_id))
    world.time.pass_by(hours=25)
    world.round("reread")
    held = Delivery.objects.get(purpose=Purpose.ACCOUNT.value, state=State.BY_HAND)
    assert not held.attempts
    world.deliver()
    held.refresh_from_db()
    assert held.state == State.BY_HAND, "nobody has said so yet"
    omar = client_for(group.omar)
    page = omar.get(f"/cases/{row.number}").content.decode()
    assert "Write it again" in page
    assert "was deleted in Open Dental" in page
    assert "may have arrived" not in page
    answer = omar.post(f"/deliveries/{held.pk}/again", {"next": f"/cases/{row.number}"}, follow=True)
    assert "Amends writes it again now." in answer.content.decode()
    world.deliver()
    held.refresh_from_db()
    assert held.state == State.PROVED
    written = world.there.get("commlog", int(held.proof_id))
    assert written
    assert held.marker in written["Note"]
    assert written["PatNum"] == DANA
    assert [proof.id for proof in world.case.proofs if proof.purpose is Purpose.ACCOUNT] == [held.proof_id]


def test_reporter_hears_when_the_task_was_seen_and_done(world: World, group: Cast, client_for: ClientFor) -> None:
    row = report(world, group)
    (task,) = tasks(world, row)
    ana, omar = client_for(group.ana), client_for(group.omar)
    assert "in Open Dental" not in ana.get(f"/report/{row.number}/told").content.decode()
    world.set_task(task["TaskNum"], "Viewed")
    listen_again(world)
    assert re.search(r"Task \d+, seen .* in Open Dental", ana.get(f"/report/{row.number}/told").content.decode())
    assert "Task seen" in ana.get("/").content.decode()
    world.set_task(task["TaskNum"], "Done")
    listen_again(world)
    assert re.search(r"Task \d+, done .* in Open Dental", ana.get(f"/report/{row.number}/told").content.decode())
    assert "Task done" in omar.get("/").content.decode()
    page = omar.get(f"/cases/{row.number}").content.decode()
    assert "and nothing is recorded yet: what was said?" in page
    world.commlog(f"Spoke with her, {row.number}: all is well.", by=OMAR, upset=False)
    listen_again(world)
    assert "nothing is recorded yet" not in omar.get(f"/cases/{row.number}").content.decode()


def test_what_a_cover_does_in_open_dental_counts_after_the_hand_over(world: World, group: Cast) -> None:
    row = report(world, group)
    hand_over(world, group, row)
    world.deliver()
    world.set_task(tasks(world, row)[1]["TaskNum"], "Done")
    listen_again(world)
    ask = the(Purpose.ASK)
    assert ask.payload["to"] == "Ruth Bellamy"
    world.commlog("RESOLVED: all is well.", by=RUTH)
    listen_again(world)
    assert {task["TaskStatus"] for task in tasks(world, row)} == {"Done"}, "also the one that asked what was said"
    asked = next(task for task in tasks(world, row) if task["TaskNum"] == int(ask.proof_id))
    (note,) = notes(world, asked)
    assert note.startswith("The conversation is recorded.")
