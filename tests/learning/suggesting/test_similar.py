"""Earlier accounts that are like one."""

import random
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.learning.suggesting.measuring import accounts

from amends.learning.suggesting.similar import Alike, Index, Key, indexed, similar, telling

TEXTS = sorted({account.text for account in accounts()})[:200]


def index_of(texts: Mapping[Key, str]) -> Index[Key]:
    return indexed({key: telling(text) for key, text in texts.items()})


def alike(text: str, others: Index[Key], *, most: int = 10) -> tuple[Alike[Key], ...]:
    return similar(telling(text), others, most=most)


@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=30, unique=True), st.data())
@settings(max_examples=60, deadline=None)
def test_the_same_text_ranks_first(texts: list[str], data: st.DataObject) -> None:
    others = dict(enumerate(texts))
    key = data.draw(st.sampled_from(sorted(others)))
    found = alike(others[key], index_of(others), most=len(others))
    assert found[0].score == pytest.approx(1, abs=1e-6)
    assert {one.key: one.score for one in found}[key] == found[0].score


@given(st.lists(st.sampled_from(TEXTS), max_size=30, unique=True), st.sampled_from(TEXTS), st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_others_makes_no_difference(texts: list[str], text: str, chance: random.Random) -> None:
    pairs = list(enumerate(texts))
    ranked = alike(text, index_of(dict(pairs)))
    chance.shuffle(pairs)
    assert alike(text, index_of(dict(pairs))) == ranked


@given(st.text(max_size=200), st.dictionaries(st.integers(), st.text(max_size=200), max_size=8))
def test_any_texts_can_be_compared(text: str, others: dict[int, str]) -> None:
    found = alike(text, index_of(others))
    assert len({one.key for one in found}) == len(found) <= len(others)
    assert all(0 < one.score <= 1 and one.stems for one in found)


def test_rare_words_count_more_than_common_ones() -> None:
    others = {n: f"the crown hurts a lot, visit {n}" for n in range(20)} | {"rare": "the crown tastes of metal"}
    found = alike("metal taste from a crown that hurts", index_of(others), most=3)
    assert found[0].key == "rare"
    assert found[0].stems[0] in {"metal", "tast"}


def test_the_same_said_in_spanish_is_found() -> None:
    others = {"wait": "Waited an hour, nobody told me", "bill": "The bill was double the estimate"}
    assert alike("Esperé una hora y nadie me dijo", index_of(others))[0].key == "wait"


def test_nothing_in_common_is_nothing_alike() -> None:
    assert alike("parking", index_of({1: "crown", 2: ""})) == ()
    assert alike("parking", index_of(dict[int, str]())) == ()


@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=20, unique=True), st.sampled_from(TEXTS))
def test_distinct_stems_or_what_stands_for_them_compare_alike(texts: list[str], text: str) -> None:
    """What is kept of an account may be a digest of each of its words: nothing but which are equal matters."""
    stems = {n: tuple(telling(one)) for n, one in enumerate(texts)}
    plain = similar(tuple(telling(text)), indexed(stems))
    hidden = {n: [f"~{stem}" for stem in some] for n, some in stems.items()}
    found = similar([f"~{stem}" for stem in telling(text)], indexed(hidden))
    assert [(one.key, one.score) for one in found] == [(one.key, one.score) for one in plain]
    assert all(one.stems for one in found)


def test_what_is_compared_names_nobody_and_counts_nothing() -> None:
    words = telling("The crown cost $900; said Priscilla, 2 crowns were not done. THE CROWN!")
    assert words["crown"] == "crown"
    assert {"priscill", "<n>", "<money>", "no"}.isdisjoint(words)
    assert not any("priscilla" in word.lower() for word in words.values())
