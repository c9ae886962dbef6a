"""Slips of the keyboard are mended, and nothing else is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.learning.suggesting.model import read_mended
from amends.learning.suggesting.slips import mender, one_slip
from amends.learning.suggesting.words import read


@pytest.mark.parametrize("typed", ["recpetionist", "receptonist", "receptioniist", "receptionisr", "waitd", "estimte"])
def test_a_slip_is_read_as_the_word(typed: str) -> None:
    meant = {"waitd": "wait", "estimte": "estimate"}.get(typed, "receptionist")
    assert [word.stem for word in read_mended(typed)] == [word.stem for word in read(meant)]


@pytest.mark.parametrize("typed", ["crwn", "Saw Recpetionist", "qwertyuiop"])
def test_short_words_what_may_be_a_name_and_strange_words_stay(typed: str) -> None:
    assert read_mended(typed) == read(typed)


def test_where_two_are_as_near_the_one_of_the_lexicon_wins_or_none() -> None:
    words = read("plastel")
    both = {"plaster", "plastek"}
    assert mender(both, frozenset()).mended(words) == words
    assert mender(both, frozenset({"plaster"})).mended(words)[0].stem == "plaster"


LETTERS = st.text("abcde", min_size=1, max_size=8)


@given(LETTERS, st.integers(0, 7), st.sampled_from("abcde"))
def test_one_letter_more_less_or_other_is_one_slip_both_ways(word: str, place: int, letter: str) -> None:
    for other in (word[:place] + letter + word[place:], word[:place] + letter + word[place + 1 :]):
        assert one_slip(word, other)
        assert one_slip(other, word)


@pytest.mark.parametrize(("one", "other"), [("abcd", "abdc"), ("ab", "ba")])
def test_neighbours_swapped_are_one_slip(one: str, other: str) -> None:
    assert one_slip(one, other)


@pytest.mark.parametrize(("one", "other"), [("abcd", "badc"), ("abcd", "dbca"), ("abc", "abcde"), ("abcd", "acbe")])
def test_two_slips_are_not_one(one: str, other: str) -> None:
    assert not one_slip(one, other)
    assert not one_slip(other, one)
