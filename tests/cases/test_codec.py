"""Every event comes back from its row as it was, and its row does not show who the patient is."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from amends.cases import codec
from amends.cases.models import EventRow
from amends.protocol import events as e
from amends.protocol.events import Event, Fact
from amends.protocol.values import Actor, Patient, Person
from amends.protocol.words import PatientStatus, Role
from amends.sealing import CannotUnseal

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
MOMENTS = st.builds(
    lambda at, offset: at.replace(tzinfo=timezone(timedelta(minutes=offset))),
    st.datetimes(datetime(1976, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001  the zone is put on above
    st.integers(-14 * 60, 14 * 60),
)
AMOUNTS = st.decimals(min_value=0, max_value=10**7, places=2, allow_nan=False)
PATIENTS = st.builds(
    Patient, st.sampled_from(["main", "lakes"]), st.integers(1, 2**53), st.text("abcdefg hij", min_size=1), TEXT
)
for kind, strategy in ((str, TEXT), (datetime, MOMENTS), (Decimal, AMOUNTS), (Patient, PATIENTS)):
    st.register_type_strategy(kind, strategy)
ACTORS = st.builds(Actor, TEXT, TEXT, st.sampled_from(Role))
FACTS = st.one_of(*(st.from_type(kind) for kind in get_args(Fact)))
EVENTS = st.builds(Event, MOMENTS, ACTORS, FACTS)


@settings(max_examples=400, deadline=None)
@given(event=EVENTS)
def test_every_event_comes_back_as_it_was(event: Event) -> None:
    row = codec.to_row(1, event, previous="")
    back = codec.from_row(row)
    assert back == event
    assert codec.chain_hash(row, "") == row.hash
    assert [type(value) for value in vars(back.fact).values()] == [type(value) for value in vars(event.fact).values()]


@pytest.mark.parametrize("kind", get_args(Fact), ids=lambda kind: kind.__name__)
def test_no_kind_of_event_shows_the_patient(kind: type[Fact]) -> None:
    patient = Patient("main", 4_141_414_141, "Marisol Quintero", "(555) 010-0141")

    @settings(max_examples=10, deadline=None)
    @given(fact=st.from_type(kind))
    def check(fact: Any) -> None:
        if hasattr(fact, "patient"):
            fact = type(fact)(**{**vars(fact), "patient": patient})
        event = Event(datetime(2026, 3, 2, 15, tzinfo=UTC), Actor("1", "Ana", Role.TEAM), fact)
        row = codec.to_row(1, event, previous="")
        stored = f"{row.fact} {row.sealed}"
        for secret in ("Marisol", "Quintero", "010-0141", "4141414141"):
            assert secret not in stored
        assert codec.from_row(row).fact == fact

    check()


def test_events_of_earlier_versions_are_read_with_what_they_did_not_say() -> None:
    older = {
        "WentLate": {"step": "speak", "due": "2026-03-02T17:00:00-05:00", "told": None, "told_role": None},
        "Escalated": {"stage": "region", "to": {"id": "4", "name": "Rita"}, "why": "Stuck.", "tried": ""},
        "AttemptLogged": {"way": "phone", "note": "LVM", "found": None},
    }
    at = datetime(2026, 3, 2, 15, tzinfo=UTC)
    rows = [EventRow(kind=kind, at=at, by="", by_role="system", fact=json.dumps(old)) for kind, old in older.items()]
    late, escalated, attempt = (codec.from_row(row).fact for row in rows)
    assert isinstance(late, e.WentLate)
    assert not late.moves
    assert isinstance(escalated, e.Escalated)
    assert not escalated.late
    assert isinstance(attempt, e.AttemptLogged)
    assert attempt.call_back_on is None


def a_row(previous: str = "") -> EventRow:
    fact = e.PatientIdentified(patient_status=PatientStatus.KNOWN, patient=Patient("main", 41, "Marisol"), why="")
    return codec.to_row(
        3, Event(datetime(2026, 3, 2, tzinfo=UTC), Actor("1", "Ana", Role.TEAM), fact), previous=previous
    )


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 4},
        {"kind": "Closed"},
        {"at": datetime(2026, 3, 2, 0, 0, 0, 1, tzinfo=UTC)},
        {"by": "2"},
        {"by_name": "Omar"},
        {"by_role": "leader"},
        {"fact": "{}"},
        {"sealed": ""},
    ],
)
def test_the_hash_ties_everything(change: dict[str, object]) -> None:
    row = a_row()
    for name, value in change.items():
        setattr(row, name, value)
    assert codec.chain_hash(row, "") != row.hash
    assert codec.chain_hash(a_row(), "another past") != row.hash


def test_damage_is_an_error_and_not_another_event() -> None:
    row = a_row()
    row.fact = "{}"
    with pytest.raises(ValidationError):
        codec.from_row(row)
    row = a_row()
    row.sealed = row.sealed[:-10] + "AAAAAAAAA="
    with pytest.raises(CannotUnseal):
        codec.from_row(row)


def test_an_older_event_without_a_newer_field_still_reads() -> None:
    fact = e.Closed()
    row = codec.to_row(1, Event(datetime(2026, 3, 2, tzinfo=UTC), Actor("", "Amends", Role.SYSTEM), fact), previous="")
    row.fact = '{"a_field_of_tomorrow":1}'
    assert codec.from_row(row).fact == fact
    assert Person("1", "a") == Person("1", "b")
