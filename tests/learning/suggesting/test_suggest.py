"""Suggestions: best first, few, with their words, and moved by what the group chooses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.learning.suggesting.model import Model
from amends.learning.suggesting.suggest import MOST, suggest

COLD = Model()


def causes(text: str, model: Model = COLD) -> list[str]:
    return [one.cause for one in suggest(text, model)]


def test_an_account_with_two_causes_gets_both_with_the_words_that_spoke_for_them() -> None:
    first, second = suggest("Waited an hour past my appt and nobody told us why they were late.", COLD)[:2]
    assert {first.cause, second.cause} == {"wait_in_office", "not_told_of_delay"}
    shown = {one.cause: " ".join(one.words) for one in (first, second)}
    assert "Waited an hour" in shown["wait_in_office"]
    assert "nobody told us why" in shown["not_told_of_delay"]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("no pain, she just hates the colour of the parking lot", "pain_not_managed"),
        ("Front desk was lovely as ever", "front_desk_manner"),
    ],
)
def test_what_is_denied_or_praised_is_not_suggested(text: str, cause: str) -> None:
    assert cause not in causes(text)


@pytest.mark.parametrize("text", ["", "   ", "ok", "😀", "12345", "blah foo quux"])
def test_words_that_say_nothing_give_no_suggestion(text: str) -> None:
    assert suggest(text, COLD) == ()


def test_words_far_apart_are_shown_with_what_is_between_left_out() -> None:
    shown = [words for one in suggest("Nobody from that whole office explained the delay", COLD) for words in one.words]
    assert "Nobody … explained the delay" in shown


@given(st.text(max_size=300))
def test_any_text_is_answered_with_at_most_five_best_first(text: str) -> None:
    found = suggest(text, COLD)
    assert len(found) <= MOST
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(0 < one.score <= 1 and one.words for one in found)
    assert len({one.cause for one in found}) == len(found)


def test_the_group_teaches_a_cause_of_its_own() -> None:
    text = "Complains about the carpet again"
    assert "our_own" not in causes(text)
    taught = COLD.learned_all([("Carpet has a hole", ["our_own"])] * 40 + [("Parking is full", ["building"])] * 6)
    assert causes(text, taught)[0] == "our_own"
    assert suggest(text, taught)[0].words == ("carpet",)


def test_the_group_can_unlearn_a_phrase_of_the_lexicon() -> None:
    text = "parking"
    assert causes(text)[0] == "building"
    taught = COLD.learned_all([("parking", ["recall_contact"])] * 60)
    assert causes(text, taught)[0] == "recall_contact"
    before = {one.cause: one.score for one in suggest(text, COLD)}["building"]
    assert {one.cause: one.score for one in suggest(text, taught)}.get("building", 0) < before


def test_only_causes_of_the_protocol_are_suggested_when_it_is_given() -> None:
    text = "No parking and a rude receptionist"
    assert {"building", "front_desk_manner"} <= set(causes(text))
    assert [one.cause for one in suggest(text, COLD, among=["building"])] == ["building"]
    assert suggest(text, COLD, among=[]) == ()


@given(st.lists(st.sampled_from(["crown fell off", "no parking", "rude"]), min_size=1, max_size=30), st.data())
@settings(max_examples=30, deadline=None)
def test_more_history_never_breaks_a_suggestion(texts: list[str], data: st.DataObject) -> None:
    chosen = [(text, data.draw(st.lists(st.sampled_from(["building", "own"]), max_size=2))) for text in texts]
    for one in suggest("crown fell off, no parking, rude", COLD.learned_all(chosen).faded(0.1)):
        assert 0 < one.score < 1
