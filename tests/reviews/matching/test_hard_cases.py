"""Lines written by hand, each for one difficulty, as they stand and in an office of sixty.

`hard_cases.jsonl` was used while the rules were made. The two held back were written afterwards. At their first runs 40
of 45 and 27 of 29 right persons came first, all 16 and 11 strangers were nobody, and no wrong person was likely; what
they showed was then put right. `strangers_cases.jsonl` comes from somebody who never saw the rules: everything that he
wrote by hand (94 of 107 right persons first, 63 of 66 strangers nobody at the first run), and lines of each kind that
his generator found wrong. Those stay among the patients that he gave: of sixty others one may well be a Kelly.

`third_held_back.jsonl` is about abbreviations, suffixes, streets called Crown, decorations, capitals, double names and
signs: 270 lines, of which 141 of 191 right persons came first at the first run and 53 of 79 strangers were nobody, and
124 more, written after those were put right: 69 of 73 and 39 of 51. No wrong person was likely in either.
"""

import json
import random
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.reviews.matching.measuring import answers
from tests.reviews.matching.worlds import patient

HERE = Path(__file__).parent


def read(*names: str) -> list[dict[str, Any]]:
    return [json.loads(line) for name in names for line in (HERE / f"{name}.jsonl").read_text().splitlines()]


CASES = read("hard_cases", "held_back", "second_held_back")
STRANGERS_CASES = read("strangers_cases")


def asked(case: dict[str, Any], patients: list[Any]) -> dict[str, Any]:
    (found,) = answers([{"id": case["id"], "review": case["review"], "patients": patients}])
    return found


def first(found: dict[str, Any]) -> int | None:
    return found["candidates"][0]["PatNum"] if found["candidates"] else None


def test_names_and_words_that_are_written_otherwise() -> None:
    asked_of: Counter[str] = Counter()
    good: Counter[str] = Counter()
    for case in read("third_held_back"):
        found = asked(case, case["patients"])
        kind = ("somebody" if case["expect"] else "nobody", case["why"].split(":")[0])
        for name in (kind[0], ", ".join(kind)):
            asked_of[name] += 1
            good[name] += first(found) == case["expect"]
        assert found["verdict"] != "likely" or first(found) == case["expect"], case["why"]
    print("\n" + "\n".join(f"{name:44} {good[name]:3} of {asked_of[name]:3}" for name in sorted(asked_of)))  # noqa: T201
    assert good["somebody"] >= 0.98 * asked_of["somebody"]
    assert good["nobody"] >= 0.96 * asked_of["nobody"]


@pytest.mark.parametrize("case", CASES + STRANGERS_CASES, ids=lambda case: case["why"])
def test_a_hard_case(case: dict[str, Any]) -> None:
    found = asked(case, case["patients"])
    assert first(found) == case["expect"], found
    assert case["verdict"] is None or found["verdict"] in case["verdict"]


def test_hard_cases_among_sixty_patients() -> None:
    right = nobody = wrongly_likely = 0
    for case in CASES:
        chance = random.Random(case["id"])
        posted = date.fromisoformat(case["review"]["posted_at"][:10])
        others = [patient(chance, 5_000 + place, posted, 90) for place in range(60 - len(case["patients"]))]
        found = asked(case, case["patients"] + others)
        right += case["expect"] is not None and first(found) == case["expect"]
        nobody += case["expect"] is None and found["verdict"] == "nobody"
        wrongly_likely += found["verdict"] == "likely" and first(found) != case["expect"]
    strangers = sum(case["expect"] is None for case in CASES)
    print(f"\nright {right}, nobody {nobody}, likely and wrong {wrongly_likely}; {strangers} strangers")  # noqa: T201
    assert right >= 0.95 * (len(CASES) - strangers)
    assert nobody >= 0.95 * strangers
    assert wrongly_likely == 0
