"""Nothing of a patient, and nothing that somebody wrote, is in any message; and every message fits what Slack takes."""

import json
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.protocol.cast import POLICY, addressed
from tests.protocol.test_protocol_machine import IDENTIFIERS, good_reports, played, plays

from amends.integrations.slack.outbound.limits import message_problems
from amends.integrations.slack.outbound.messages import (
    Body,
    card_body,
    day_body,
    escape,
    line_body,
    minimal,
    week_body,
)
from amends.integrations.slack.outbound.summary import Day, DayCase, OfficeCount, Week
from amends.protocol.card import Card, Change, Happening, Line, Planned, ReplyStands, card_of, lines_of
from amends.protocol.fold import fold
from amends.protocol.values import Actor, Person, Word
from amends.protocol.words import Role, Severity, Stage

LINK = "https://amends.example/cases/UP-1"
PINGS = ("<!channel>", "<!here>", "<@U0LEE>", "<https://evil.example|Open>", "@channel", "&lt;!channel&gt;")
brief = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

# Names as people and offices have them, and as somebody may give them who wants to see what happens.
names = st.one_of(
    st.sampled_from(
        [*PINGS, "مركز الأسنان", "מרפאת שיניים", "😀" * 60, "‮Reversed‬", "*Bold* _St_ `x`", "A\nB", "\x00", " "]
    ),
    st.text(min_size=1, max_size=120),
    st.text("<>&😀‏", min_size=100, max_size=120),
)
people = st.builds(Person, id=st.sampled_from("123"), name=names)
actors = st.builds(Actor, id=st.sampled_from("123"), name=names, role=st.sampled_from(Role))
words = st.lists(st.builds(Word, by=people, at=st.just(datetime(2026, 3, 2, tzinfo=UTC))), max_size=30).map(tuple)
cards = st.builds(
    Card,
    version=st.integers(1, 999),
    kinds=st.lists(st.sampled_from([*POLICY.kinds, "gone", "<!channel>"])).map(tuple),
    severity=st.sampled_from(Severity),
    stage=st.sampled_from([stage for stage in Stage if stage is not Stage.NEW]),
    owner=st.none() | people,
    accepted=st.booleans(),
    spoken_to=st.booleans(),
    late=st.booleans(),
    addressed_by=st.none() | actors,
    resolution=st.none() | st.sampled_from([*POLICY.resolutions, "<!channel>"]),
    minutes_to_contact=st.none() | st.integers(0, 10**7),
    causes=st.lists(st.sampled_from([*POLICY.causes, "<!channel>"])).map(tuple),
    change=st.none() | st.sampled_from(Change),
    planned=st.none() | st.builds(Planned, owner=people, due=st.dates()),
    reply=st.sampled_from(ReplyStands),
    seen_by=words,
    calling=words,
    wants_call=words,
)
lines = st.builds(
    Line,
    what=st.sampled_from(Happening),
    by=actors,
    to=st.none() | people,
    resolution=st.none() | st.sampled_from([*POLICY.resolutions, "<!channel>"]),
)


def fits(body: Body) -> None:
    assert message_problems(body.text, body.blocks) == []
    told = json.dumps([body.text, body.blocks], ensure_ascii=False)
    for ping in ("<!", "<@", "<h"):
        assert ping not in told
    for mark in "‪‫‬‭‮\x00":
        assert mark not in told


@brief
@given(card=cards, office=names, buttons=st.sampled_from(["leaders", "manager", ""]))
def test_every_card_fits_and_pings_nobody(card: Card, office: str, buttons: str) -> None:
    body = card_body(card, number="UP-1", office=office, policy=POLICY, link=LINK, buttons=buttons)
    fits(body)
    assert len(str(body.blocks[0]["text"]["text"])) <= 3000
    assert body.blocks[-1]["elements"][-1]["url"] == LINK
    for element in body.blocks[-1]["elements"]:
        assert element["value"] == "UP-1"


@brief
@given(line=lines)
def test_every_line_fits_and_pings_nobody(line: Line) -> None:
    fits(line_body(line, number="UP-1", policy=POLICY))


@brief
@given(
    week=st.builds(
        Week,
        first=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        cases=st.integers(0, 10**6),
        minutes_to_contact=st.none() | st.integers(0, 10**6),
        closed=st.integers(0, 10**6),
        late=st.integers(0, 10**6),
        offices=st.lists(st.builds(OfficeCount, name=names, cases=st.integers(0, 999)), max_size=20).map(tuple),
        more_offices=st.integers(0, 400),
    )
)
def test_every_summary_fits_and_pings_nobody(week: Week) -> None:
    fits(week_body(week, LINK))


@brief
@given(card=cards, office=names, count=st.integers(0, 15), more=st.integers(0, 99))
def test_every_day_fits_and_pings_nobody(card: Card, office: str, count: int, more: int) -> None:
    one = DayCase(number="UP-1", office=office, policy=POLICY.version, card=card)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("amends.integrations.slack.outbound.messages.policy_of", lambda version: POLICY)
        fits(day_body(Day(cases=(one,) * count, more=more), LINK))


def test_the_least_message_fits() -> None:
    fits(minimal("UP-1", LINK))


@brief
@given(text=st.text())
def test_what_is_escaped_reads_as_it_was_and_is_nothing_else(text: str) -> None:
    shown = escape(text)
    assert not set("<>") & set(shown)
    assert "&" not in shown.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")


@brief
@given(report=good_reports, play=plays)
def test_nothing_of_the_patient_or_of_what_was_written_is_in_any_message(report: Any, play: Any) -> None:
    _, events = played(report, play)
    told = []
    for length in range(1, len(events) + 1):
        card = card_of(fold(events[:length]))
        for buttons in ("leaders", "manager"):
            told.append(
                card_body(card, number="UP-1", office="Maple Street", policy=POLICY, link=LINK, buttons=buttons)
            )
    told += [line_body(line, number="UP-1", policy=POLICY) for line in lines_of(events)]
    everything = json.dumps([[body.text, body.blocks] for body in told], ensure_ascii=False)
    for identifier in IDENTIFIERS:
        assert identifier not in everything


CODED = {"kinds", "cause", "causes", "resolution"}  # become words by the policy's own table only
NAMED = {"name", "office", "number", "policy", "id"}  # of staff and offices, and Amends' own numbers


@pytest.mark.parametrize("kind", [Card, Line, Week, Day])
def test_no_field_could_hold_a_patient_or_free_text(kind: type) -> None:
    texts = {name for name, one in _fields(kind) if one is str}
    assert texts <= CODED | NAMED
    for _, one in _fields(kind):
        assert one in (str, int, bool, datetime, date, NoneType) or issubclass(one, Enum)


def _fields(kind: type) -> list[tuple[str, type]]:
    """Every plain value in it, by the name of its field."""
    found: list[tuple[str, type]] = []
    hints = get_type_hints(kind)
    for field in fields(kind):
        waiting = [hints[field.name]]
        while waiting:
            one = waiting.pop()
            parts = [part for part in get_args(one) if part is not Ellipsis]
            if isinstance(one, UnionType) or parts:
                waiting += parts
            elif isinstance(one, type) and is_dataclass(one):
                found += _fields(one)
            else:
                found.append((field.name, one))
    return found


def test_a_key_that_the_policy_does_not_know_is_never_shown() -> None:
    card = replace(card_of(addressed().case), kinds=("marisol",), causes=("quintero",), resolution="her jaw")
    body = card_body(card, number="UP-1", office="Maple", policy=POLICY, link=LINK, buttons="leaders")
    for secret in ("marisol", "quintero", "jaw"):
        assert secret not in str(body)
    assert "Something else" in body.text
