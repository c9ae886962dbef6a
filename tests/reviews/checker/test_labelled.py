"""Our own labelled replies: every disclosure is stopped, and a safe reply hardly ever.

The lexicons were tuned on `labelled.jsonl`; `held_back.jsonl` and `second_eyes.jsonl` were written after them.
`offices.jsonl` and those after it have replies as offices of many kinds write them, each with its practice and case;
`pairs.jsonl` and `more_pairs.jsonl` have sentences on one topic, of which some tell and some do not; `promised.jsonl`
what test_table.py promises. `examiners.jsonl` has whole sets as somebody who judges the checker would write them, each
with its round, and `voices.jsonl` sentences like those that they missed or stopped. Nothing is learned from what stands
in `unseen/`. Each of the others was judged once before anything was learned from it: those first figures stand in
docs/public-replies.md. Shape: the filter's input, and `expect` with a `category` and the least `level`, or the level
`safe`.
"""

import io
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from amends.filters import check_reply
from amends.reviews.checker import Category, Level

FILES = ("labelled.jsonl", "held_back.jsonl")
# The least share of disclosures caught and the largest of safe replies stopped. The offices' replies name their people,
# which asks for a second person; the newest sentences name people and numbers that no practice of theirs lists.
LIMITS = {
    "labelled.jsonl": (0.995, 0.005),
    "held_back.jsonl": (1.0, 0.01),
    "second_eyes.jsonl": (0.995, 0.005),
    "offices.jsonl": (0.99, 0.09),
    "more_offices.jsonl": (0.98, 0.005),
    "third_offices.jsonl": (0.99, 0.01),
    "fourth_offices.jsonl": (0.99, 0.01),
    "fifth_offices.jsonl": (0.99, 0.01),
    "pairs.jsonl": (0.99, 0.01),
    "more_pairs.jsonl": (0.99, 0.11),
    "tempting_offices.jsonl": (0.97, 0.07),
    "everyday.jsonl": (0.98, 0.05),
    "examiners.jsonl": (0.99, 0.01),
    "voices.jsonl": (0.97, 0.01),  # one in five blames in general words, which no form gives away
    "unseen/examiners.jsonl": (0.97, 0.05),
}


def judged(name: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    text = Path(__file__).parent.joinpath(name).read_bytes()
    stdout = io.BytesIO()
    assert check_reply.run(io.BytesIO(text), stdout) == 0
    return list(zip(map(json.loads, text.splitlines()), map(json.loads, stdout.getvalue().splitlines()), strict=True))


def is_caught(line: dict[str, Any], answer: dict[str, Any]) -> bool:
    return Level(answer["level"]).rank >= Level(line["expect"]["level"]).rank


def is_named(line: dict[str, Any], answer: dict[str, Any]) -> bool:
    return line["expect"]["category"] in {found["category"] for found in answer["findings"]}


@pytest.mark.parametrize("name", LIMITS)
def test_disclosures_are_caught_and_safe_replies_pass(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = judged(name)
    bad = [pair for pair in lines if pair[0]["expect"]["level"] != "safe"]
    safe = [pair for pair in lines if pair[0]["expect"]["level"] == "safe"]
    stopped = [pair for pair in safe if Level(pair[1]["level"]).rank >= Level.WARN.rank]
    with capsys.disabled():
        sys.stdout.write(f"\n{name}: {len(bad)} disclosures; {len(safe)} safe, {len(stopped)} of them stopped\n")
        sys.stdout.write(_table(bad, stopped) + "\n")
    recall, false_alarms = LIMITS[name]
    missed = [line["reply"] for line, answer in bad if not is_caught(line, answer)]
    assert len(missed) <= (1 - recall) * len(bad), missed
    assert len(stopped) <= false_alarms * len(safe), [line["reply"] for line, _ in stopped]


@pytest.mark.parametrize("name", FILES)
def test_most_findings_have_the_right_name(name: str) -> None:
    bad = [pair for pair in judged(name) if pair[0]["expect"]["level"] != "safe"]
    misnamed = [pair[0]["reply"] for pair in bad if not is_named(*pair)]
    assert len(misnamed) <= 0.1 * len(bad), misnamed


def test_the_labelled_replies_cover_every_category_in_both_languages() -> None:
    lines = [line for name in FILES for line, _ in judged(name)]
    assert len(lines) >= 400
    assert sum(line["expect"]["level"] == "safe" for line in lines) >= 150
    named = {line["expect"].get("category") for line in lines}
    assert named >= set(Category) - {Category.MISSING_PARTS}


def test_every_finding_stands_where_it_says() -> None:
    for name in LIMITS:
        for line, answer in judged(name):
            for found in answer["findings"]:
                assert line["reply"][found["start"] : found["end"]] == found["text"]
                assert found["why"]


def _table(
    bad: list[tuple[dict[str, Any], dict[str, Any]]], stopped: list[tuple[dict[str, Any], dict[str, Any]]]
) -> str:
    asked = Counter(line["expect"]["category"] for line, _ in bad)
    caught = Counter(line["expect"]["category"] for line, answer in bad if is_caught(line, answer))
    named = Counter(line["expect"]["category"] for line, answer in bad if is_named(line, answer))
    alarms = Counter(
        found["category"]
        for _, answer in stopped
        for found in answer["findings"]
        if found["level"] in ("warn", "block")
    )
    rows = [f"{'category':<18}{'caught':>10}{'named':>8}{'false':>8}"]
    for category in Category:
        if asked[category] or alarms[category]:
            caught_of = f"{caught[category]}/{asked[category]}"
            rows.append(f"{category:<18}{caught_of:>10}{named[category]:>8}{alarms[category]:>8}")
    return "\n".join(rows)
