"""Phrases: what fits them, what does not, and which lexicon is refused."""

import pytest

from amends.learning.suggesting.lexicon import LexiconError, read_lexicon, shipped_lexicon
from amends.learning.suggesting.words import read
from amends.protocol.policy import shipped_policy

SMALL = """
[broken]
strong = \"\"\"
crown|bridge .. fall|break
no callback
pain
\"\"\"
"""


def found(text: str) -> list[str]:
    return [match.phrase.key for match in read_lexicon([SMALL]).matches(read(text))]


@pytest.mark.parametrize("text", ["The crown fell", "my bridge broke", "crowns just suddenly one morning breaking"])
def test_a_phrase_fits_with_few_words_between(text: str) -> None:
    assert found(text) == ["bridg|crown .. break|fal"]


@pytest.mark.parametrize(
    "text",
    ["crown", "fell on a crown", "The crown. Fell later", "crown is lovely and white and shiny and strong, floor fell"],
)
def test_a_phrase_does_not_fit(text: str) -> None:
    assert found(text) == []


def test_what_is_denied_does_not_count_unless_the_phrase_denies_it_itself() -> None:
    assert found("pain") == ["pain"]
    assert found("no pain at all") == []
    assert found("nobody, pain") == ["pain"]
    assert found("they never called me back") == ["no callback"]


def test_every_cause_of_the_protocol_has_phrases_and_no_other_has() -> None:
    assert shipped_lexicon().causes == set(shipped_policy().causes)


def test_a_phrase_may_come_again_in_the_other_language() -> None:
    assert read_lexicon([SMALL, SMALL]) == read_lexicon([SMALL])


REFUSALS = {
    "no TOML": ("[broken", "not valid TOML"),
    "a cause that is no table": ("broken = 3", "broken must be a table"),
    "a strength that is none": (SMALL.replace("strong", "huge"), "huge is none of strong"),
    "a strength that is no text": ("[broken]\nstrong = 3", "or no text"),
    "a phrase of small words": (SMALL.replace("pain", "of the"), "no word that counts"),
    "two words as one": (SMALL.replace("pain", "rct"), "read as 2 words"),
    "the same line twice": (SMALL.replace("pain", "pain\npains"), "stands there twice"),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_a_lexicon_is_refused_for(what: str) -> None:
    text, because = REFUSALS[what]
    read_lexicon([SMALL])
    with pytest.raises(LexiconError, match=because):
        read_lexicon([text])
