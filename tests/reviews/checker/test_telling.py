"""Telling in any words: a whole sentence is judged by what it is like, though nothing in it may be known."""

import json
import math
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.reviews.checker import (
    Category,
    Context,
    Level,
    LexiconError,
    Practice,
    Review,
    check,
    read_lexicon,
    shipped,
)
from amends.reviews.checker.likeness import Kinds, features
from amends.reviews.checker.training import examples, learn, main, written

NOBODY = Context(practice=Practice(name="Maple Street Dental"))


def test_a_name_is_found_with_the_unknown_name_after_it() -> None:
    context = Context(review=Review(reviewer="Tina R"))
    found = check("Thank you, Tina Rasmussen!", context).findings
    names = [(one.level, one.text) for one in found if one.category is Category.NAMES]
    assert names == [(Level.BLOCK, "Tina Rasmussen")]


def test_after_the_first_ten_thousand_characters_nothing_is_read_and_it_says_so() -> None:
    most = shipped().limits.read
    reply = ("We value all feedback. " * most)[:most] + "We saw you on Monday."
    verdict = check(reply, Context(platform="facebook"))
    assert verdict.level is Level.BLOCK
    (last,) = [found for found in verdict.findings if found.start >= most]
    assert (last.category, last.start, last.end) == (Category.PLATFORM_LIMITS, most, len(reply))
    assert "was not checked" in last.why


WE_KNOW = Kinds(frozenset({"you", "we"}), {"went": "PAST", "crown": "SERVICE"})


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        *(("you", "you"), ("went", "PAST"), ("crown", "SERVICE"), ("grumbled", "PAST"), ("zorp", "WORD")),
        *(("zorps", "WORDS"), ("zorpless", "WORD"), ("12", "<n>"), ("<email>", "<email>"), ("llamaron", "PAST")),
    ],
)
def test_words_that_nobody_knows_count_by_their_kind(word: str, kind: str) -> None:
    assert WE_KNOW.of(word) == kind
    assert f"^/{kind}/$" in features([word], (), WE_KNOW)


def test_what_the_rules_have_found_counts_too() -> None:
    assert {"=block", "zorp", "^ zorp", "^/WORD/$", "#0"} <= features(["zorp"], ["=block"], WE_KNOW)


@given(st.lists(st.text(st.characters(categories=["Ll", "Nd"]), min_size=1), max_size=8))
def test_without_weights_the_rules_decide_alone(words: list[str]) -> None:
    nothing = read_lexicon({}).likeness
    assert nothing.score(features(words, (), nothing.kinds)) > nothing.least == -math.inf


def line(reply: str, level: str, category: str = "relationship") -> dict[str, object]:
    return {"practice": {"name": "Maple"}, "reply": reply, "expect": {"level": level, "category": category}}


NIGHTS = ("dusk", "night", "dawn", "noon", "eve")
LINES = [
    *[line(f"Zorp of the {night} was grumbling.", "block") for night in NIGHTS],
    *[line(f"Florps of every {night} are bright. Gleam of all {night} counts.", "safe") for night in NIGHTS],
]


def test_weights_tell_the_two_kinds_apart_and_are_the_same_each_time() -> None:
    lexicon = shipped()
    start, weights = learn(examples(LINES, lexicon))
    assert (start, weights) == learn(examples(LINES, lexicon))
    assert weights["grumbling"] > 0 > weights["gleam"]
    again = read_lexicon({}, weights=written(start, weights)).likeness
    telling, safe = (features(words, (), again.kinds) for words in (["zorp", "grumbling"], ["florps", "gleam"]))
    assert again.score(telling) > again.score(safe)


def words_of(lines: list[dict[str, object]]) -> list[tuple[list[set[str]], bool]]:
    """What is learned from these lines: the invented words of each sentence, and whether one of them tells."""
    kept = examples(lines, shipped())
    return [([{"zorp", "zorps", "glimt", "shines"} & set(part) for part in one.said], one.tells) for one in kept]


def test_only_what_is_said_is_learned_and_a_safe_sentence_stays_safe() -> None:
    assert words_of(
        [
            line("One zorp. Two zorps.", "block"),
            line("Dear Zorp.", "block", "names"),
            line("No glimt line.", "note", "missing_parts"),
            line("Maple shines.", "safe"),
            line("Maple shines.", "block"),
            line("Maple shines. A glimt.", "block"),
        ]
    ) == [([{"shines"}], False), ([{"zorp"}, {"zorps"}], True), ([{"glimt"}], True)]
    with pytest.raises(TypeError, match="practice"):
        examples([{"practice": None, "expect": {}, "reply": ""}], shipped())


def test_of_a_longer_disclosure_the_sentence_is_learned_that_looks_most_like_it() -> None:
    more = [line(f"Florps {night} are near. Quibble {night} was grumbling.", "block") for night in NIGHTS]
    _, weights = learn(examples([*LINES, *more], shipped()))
    assert weights["quibble"] > 0 == weights["near"]


def test_the_weights_are_written_from_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labelled = tmp_path / "labelled.jsonl"
    labelled.write_text("".join(json.dumps(one) + "\n" for one in LINES), encoding="utf-8")
    main([str(labelled)])
    assert "\tgrumbling\n" in capsys.readouterr().out


def test_the_shipped_weights_are_what_training_makes_of_the_labelled_replies(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main([str(path) for path in Path(__file__).parent.glob("*.jsonl")])
    made = capsys.readouterr().out
    shipped_file = resources.files("amends.reviews.checker").joinpath("learned.txt")
    assert made == shipped_file.read_text(encoding="utf-8"), "Train again: see docs/public-replies.md"


def test_weights_that_are_no_numbers_are_named() -> None:
    with pytest.raises(LexiconError, match="whole number"):
        read_lexicon({}, weights="many\tzorp\n")
