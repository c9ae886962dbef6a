"""What belongs to no case keeps the same promise, and whoever owns it hears of its end, in the same transaction."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.conftest import Cast
from tests.deliveries.other_side import Clock, Fault, OtherSide

from amends.audit.verify import verify
from amends.cases.models import EventRow
from amends.deliveries import by_hand, endings
from amends.deliveries.auditor import audit
from amends.deliveries.models import Delivery, State
from amends.deliveries.runner import run_one
from amends.practice.models import Person
from amends.protocol.words import Purpose

PURPOSE = Purpose.LEADERS_TOLD


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str, str]]:
    """What the owner heard: state, proof, reason, and who vouches for it."""
    ends: list[tuple[str, str, str, str]] = []

    def hear(row: Delivery) -> None:
        ends.append((row.state, row.proof_id, row.why, row.proved_by.name if row.proved_by else ""))

    monkeypatch.setattr(endings, "_hearers", {})
    endings.hears_of(PURPOSE, hear)
    return ends


def written(group: Cast, clock: Clock, **columns: object) -> Delivery:
    row = {
        "marker": "answer:7",
        "channel": "slack.message",
        "office": group.maple,
        "purpose": PURPOSE.value,
        "about": 0,
        "payload": {"text": "Thank you for coming."},
        "created_at": clock.now,
        "due_at": clock.now,
    }
    return Delivery.objects.create(**{**row, **columns})


def run(side: OtherSide, *faults: str) -> None:
    side.faults = [Fault(fault) for fault in faults]
    while run_one(side.channel):
        pass


def test_its_owner_hears_of_the_proof_and_no_case_does(
    group: Cast, clock: Clock, side: OtherSide, heard: list[tuple[str, str, str, str]]
) -> None:
    row = written(group, clock)
    run(side)
    row.refresh_from_db()
    assert (row.state, side.written) == (State.PROVED, {"answer:7": 1})
    assert heard == [(State.PROVED, row.proof_id, "", "")]
    assert not EventRow.objects.exists()
    assert verify().problems == ()


def test_what_may_have_arrived_is_looked_for_and_not_sent_again(
    group: Cast, clock: Clock, side: OtherSide, heard: list[tuple[str, str, str, str]]
) -> None:
    written(group, clock)
    run(side, "unheard")
    assert heard == []
    clock.move(90)
    run(side)
    assert (side.written, len(heard)) == ({"answer:7": 1}, 1)


def test_a_person_is_asked_for_it_and_vouches_for_it(
    group: Cast,
    clock: Clock,
    side: OtherSide,
    heard: list[tuple[str, str, str, str]],
    client_for: Callable[[Person], Client],
) -> None:
    row = written(group, clock)
    run(side, "permanent")
    row.refresh_from_db()
    assert heard == [(State.BY_HAND, "", row.why, "")]
    client = client_for(group.omar)
    page = client.get("/deliveries/").content.decode()
    assert "Maple Street" in page
    assert "Thank you for coming." in page
    answer = client.post(f"/deliveries/{row.pk}/pasted", {"number": "r/7"}, follow=True)
    assert "It is noted with your name and the time." in answer.content.decode()
    assert heard[1:] == [(State.PROVED, "r/7", row.why, "Omar Haddad")]


def test_it_is_tried_again_when_a_person_says_so(
    group: Cast, clock: Clock, side: OtherSide, heard: list[tuple[str, str, str, str]]
) -> None:
    row = written(group, clock)
    run(side, "permanent")
    by_hand.try_again(row.pk, group.omar)
    run(side)
    assert [state for state, *_ in heard] == [State.BY_HAND, State.PROVED]


def test_what_its_owner_cannot_write_down_has_not_ended(
    group: Cast, clock: Clock, side: OtherSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(row: Delivery) -> None:
        raise ValueError(row.marker)

    monkeypatch.setattr(endings, "_hearers", {PURPOSE: fails})
    row = written(group, clock)
    with pytest.raises(ValueError, match="answer:7"):
        run(side)
    row.refresh_from_db()
    assert row.state == State.SENDING  # swept up, and found there at the next look


def test_without_an_owner_the_row_says_all(group: Cast, clock: Clock, side: OtherSide) -> None:
    rows = [written(group, clock, marker=marker, purpose=Purpose.SUMMARY) for marker in ("summary:1", "summary:2")]
    run(side, "permanent")
    assert sorted(Delivery.objects.values_list("state", flat=True)) == [State.PROVED, State.WITHDRAWN]
    assert audit() == []
    with pytest.raises(LookupError, match="belongs to no case"):
        _ = rows[0].case_pk


def test_one_of_the_whole_group_is_shown_at_no_office_and_taken_by_nobodys_hand(
    group: Cast, clock: Clock, client_for: Callable[[Person], Client]
) -> None:
    row = written(group, clock, office=None, state=State.BY_HAND)
    client = client_for(group.lee)
    assert "Thank you for coming." not in client.get("/deliveries/").content.decode()
    assert client.post(f"/deliveries/{row.pk}/pasted").status_code == 404
