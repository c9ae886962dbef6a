"""A reply does not become safe by being written strangely; and no text at all breaks the checker."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from amends.reviews.checker import Case, Category, Context, Level, Practice, Review, Verdict, check
from amends.reviews.checker.fold import fold

BLOCKED: list[str] = [
    line["reply"]
    for line in map(json.loads, Path(__file__).with_name("labelled.jsonl").read_text(encoding="utf-8").splitlines())
    if line["expect"]["level"] == "block"
    and line["expect"]["category"] != "platform_limits"  # capitals may be mended by writing small
    and line["case"] is None
]
CONTEXT = Context(
    practice=Practice("Maple Street Dental", ("(555) 555-0100",), ("hello@maple.example.com",), ("Dr. Hale",))
)
PLAIN = sorted({reply for reply in BLOCKED if check(reply, CONTEXT).level is Level.BLOCK})
LOOKALIKES = {
    "a": "а",
    "c": "с",
    "e": "е",
    "o": "ο",
    "p": "р",
    "i": "і",
    "y": "у",
    "s": "ѕ",
    "x": "х",
    "t": "τ",
    "A": "Α",
    "T": "Т",
}
INVISIBLE = ("\u200b", "\u200d", "\u00ad", "\ufeff", "\u2060", "\u0301", "\u034f", "\ufe0f")
WORDS = st.sampled_from(PLAIN)
HARD = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def level(reply: str) -> Level:
    return check(reply, CONTEXT).level


def assert_places(reply: str, verdict: Verdict) -> None:
    for found in verdict.findings:
        assert 0 <= found.start <= found.end <= len(reply)
        assert reply[found.start : found.end] == found.text


@HARD
@given(WORDS, st.data())
def test_invisible_characters_hide_nothing(reply: str, data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(1, len(reply)), max_size=12))
    for place in sorted(places, reverse=True):
        reply = reply[:place] + data.draw(st.sampled_from(INVISIBLE)) + reply[place:]
    assert level(reply) is Level.BLOCK, reply


@HARD
@given(WORDS, st.data())
def test_lookalikes_hide_nothing(reply: str, data: st.DataObject) -> None:
    written = "".join(
        LOOKALIKES[letter] if letter in LOOKALIKES and data.draw(st.booleans()) else letter for letter in reply
    )
    assert level(written) is Level.BLOCK, written


@HARD
@given(WORDS, st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
def test_case_hides_nothing(reply: str, change: Any) -> None:
    assert level(change(reply)) is Level.BLOCK, change(reply)


@HARD
@given(WORDS, st.data())
def test_a_line_break_inside_a_word_hides_nothing(reply: str, data: st.DataObject) -> None:
    assume("Xochitl" not in reply)  # nobody knows half of a name that is in no list
    assume(re.search(r"[^\W\d_]{2}", reply))  # one spells its words in single letters
    inside = [place for place in range(1, len(reply)) if reply[place - 1 : place + 1].isalpha()]
    place = data.draw(st.sampled_from(inside))
    broken = reply[:place] + data.draw(st.sampled_from(["\n", "\r\n", "-\n"])) + reply[place:]
    assert level(broken) is Level.BLOCK, broken


@HARD
@given(WORDS)
def test_full_width_bold_and_accented_letters_hide_nothing(reply: str) -> None:
    for first in (0xFF21, 0x1D400):
        written = "".join(
            chr(first + ord(letter.upper()) - 65) if letter.isascii() and letter.isalpha() else letter
            for letter in reply
        )
        assert level(written) is Level.BLOCK, written


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400), st.text(max_size=60), st.text(max_size=120))
def test_no_text_breaks_the_checker_and_every_place_is_right(reply: str, name: str, notes: str) -> None:
    context = Context(
        name,
        Review(name, 1, notes),
        Practice(name, (notes,), (name,), (name,)),
        Case(name, (notes,), (notes,), (name,), (name,), (notes,), (name,), notes),
        (notes, reply),
    )
    assert_places(reply, check(reply, context))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from([*"aeiou rtn.,'-\n\u200b$#@0123456789(", "ß", "ﬁ", "İ", "ŉ", "é", "½", "visit", "the", "😀"]),
        max_size=80,
    )
)
def test_places_are_right_where_characters_change_their_length(parts: list[str]) -> None:
    reply = "".join(parts)
    assert_places(reply, check(reply, CONTEXT))
    folded = fold(reply)
    assert len(folded.text) == len(folded.places)
    assert all(0 <= place < len(reply) for place in folded.places)


@pytest.mark.parametrize("part", ["a.", "was ", "y\n", "a", "1", "$", "you ", "J. ", "'", "1/2/", "@a", "\u200b", "é"])
def test_a_huge_reply_is_judged_as_well(part: str) -> None:
    reply = part * 3_000
    assert_places(reply, check(reply, CONTEXT))


def test_the_same_reply_has_the_same_verdict_each_time() -> None:
    for reply in PLAIN[:50]:
        assert check(reply, CONTEXT) == check(reply, CONTEXT)


@pytest.mark.parametrize(
    "written",
    [
        *("T r e v o r", "T.r.e.v.o.r", "Tre-vor", "Tr3vor", "Trevoor", "Ｔｒｅｖｏｒ", "Тrеvоr"),
        *("Sorensen", "Soerensen", "S ö r e n s e n", "Ｓｏｒｅｎｓｅｎ", "Muller", "Mueller", "M-ü-l-l-e-r"),
    ],
)
def test_no_spelling_hides_a_name_of_the_chart(written: str) -> None:
    context = replace(CONTEXT, review=Review("toothfan77"), case=Case("Trevor Sørensen", ("Ida Müller",)))
    reply = f"We wish {written} all the best."
    found = [one for one in check(reply, context).findings if one.category is Category.NAMES]
    assert [(one.text, one.level) for one in found] == [(written, Level.BLOCK)]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("X o c h i t l, we listen.", Level.BLOCK),
        ("t h a n k you", Level.NOTE),
        ("Vitamins A, B, C, D and E", Level.NOTE),
    ],
)
def test_letters_apart_that_spell_nothing_known_may_be_a_name(reply: str, expected: Level) -> None:
    assert level(reply) is expected


def test_a_spelling_of_the_display_name_repeats_it() -> None:
    context = replace(CONTEXT, review=Review("Trevor"), case=Case("Trevor Bask"))
    assert check("We wish T r e v o r all the best.", context).level is Level.WARN


@pytest.mark.parametrize("reply", ["We are open.", "The ron is a drink.", "1 2 3 4 5 6", "Mar y sol."])
def test_words_that_only_lie_beside_each_other_are_no_name(reply: str) -> None:
    context = replace(CONTEXT, case=Case("Theron Weare", ("Mary Liss",)))
    assert not [one for one in check(reply, context).findings if one.category is Category.NAMES]


@pytest.mark.parametrize("reply", ["y 0 u r v 1 s i t", "We know y 0 u a r e n 0 t a p a t i e n t of ours"])
def test_digits_among_letters_that_stand_apart_hide_nothing(reply: str) -> None:
    assert level(reply) is Level.BLOCK
