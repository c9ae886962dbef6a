"""The editor shows what was found where it stands, and only buttons that the rules would not refuse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.protocol.reply import ReadyReply, Risk, may_send
from amends.protocol.rules.asking import Refused
from amends.protocol.values import Actor
from amends.protocol.words import Role
from amends.reviews.checker.values import Category, Finding, Level, Verdict
from amends.reviews.editor import Doing, doing, pieces
from amends.reviews.refusals import refusal


def by(role: Role, name: str = "7") -> Actor:
    return Actor(id=name, name="Somebody", role=role)


@pytest.mark.parametrize(
    ("risk", "addressed", "role", "wrote", "expected"),
    [
        (Risk.PASS, True, Role.OFFICE_MANAGER, True, Doing(send=True)),
        (Risk.NOTE, True, Role.OFFICE_MANAGER, True, Doing(send=True)),
        (Risk.WARN, True, Role.OFFICE_MANAGER, False, Doing(send=True)),
        (Risk.BLOCK, True, Role.PRIVACY_OFFICER, False, Doing(send=True, reason=True)),
        (
            Risk.PASS,
            False,
            Role.REGIONAL_MANAGER,
            True,
            Doing(send=True, early=True, why="The case is not put right yet."),
        ),
        (
            Risk.BLOCK,
            False,
            Role.PRIVACY_OFFICER,
            False,
            Doing(send=True, early=True, reason=True, why="The case is not put right yet."),
        ),
        (Risk.PASS, True, Role.TEAM, False, Doing()),
    ],
)
def test_what_may_be_sent(risk: Risk, addressed: bool, role: Role, wrote: bool, expected: Doing) -> None:
    writers = frozenset({"7"} if wrote else {"8"})
    assert doing(risk, writers, addressed, by(role)) == expected


@pytest.mark.parametrize(
    ("risk", "addressed", "role", "ask", "why"),
    [
        (Risk.WARN, True, Role.OFFICE_MANAGER, "a second person", "You wrote this yourself"),
        (Risk.BLOCK, True, Role.LEADER, "the privacy officer", "would give something away"),
        (Risk.BLOCK, True, Role.PRIVACY_OFFICER, "the privacy officer", "You wrote this yourself"),
        (Risk.PASS, False, Role.OFFICE_MANAGER, "", "not put right yet"),
    ],
)
def test_what_may_not_be_sent_says_who_must_look(risk: Risk, addressed: bool, role: Role, ask: str, why: str) -> None:
    found = doing(risk, frozenset({"7"}), addressed, by(role))
    assert not found.send
    assert found.ask == ask
    assert why in found.why


@given(
    risk=st.sampled_from(list(Risk)),
    role=st.sampled_from(list(Role)),
    addressed=st.booleans(),
    wrote=st.booleans(),
)
def test_no_button_promises_what_the_rules_refuse(risk: Risk, role: Role, addressed: bool, wrote: bool) -> None:
    writers = frozenset({"7"} if wrote else {"8"})
    found = doing(risk, writers, addressed, by(role))
    reasons = {"reason": "?" if found.reason else "", "early": "?" if found.early else ""}
    ready = ReadyReply(risk=risk, writers=writers, addressed=addressed, **reasons)
    try:
        may_send(ready, by(role))
    except Refused:
        assert not found.send
    else:
        assert found.send


PLACES = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted)


@given(text=st.text(min_size=31, max_size=40), places=st.lists(PLACES, max_size=6))
def test_the_pieces_are_the_whole_text_and_what_was_found_is_marked(text: str, places: list[list[int]]) -> None:
    findings = tuple(Finding(Category.DATES, Level.BLOCK, start, end, text[start:end], "why") for start, end in places)
    cut = pieces(text, Verdict(Level.BLOCK, findings))
    assert "".join(piece.text for piece in cut) == text
    at = 0
    for piece in cut:
        inside = any(start <= at and at + len(piece.text) <= end for start, end in places if end > start)
        assert piece.is_found is inside
        at += len(piece.text)
    ends = sorted(number for piece in cut for number in piece.ends)
    assert ends == [number for number, (start, end) in enumerate(places, start=1) if end > start]


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("REPETITIVE", "another wording"),
        ("PERSONAL_INFO", "about one person"),
        ("OFF_TOPIC", "tone or its subject"),
        ("ADVERTISING_AND_SOLICITATION", "advertising"),
        ("MODERATION_ERROR", "same text again"),
        ("LOCATION_SUSPENDED", "Administrators"),
        ("SOMETHING_NEW", "does not know"),
        ("", "does not know"),
    ],
)
def test_a_refusal_says_what_to_change(problem: str, words: str) -> None:
    told = refusal(problem)
    assert words in told.mend
    assert told.reason == (problem or "no reason given")
