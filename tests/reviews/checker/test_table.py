"""Every tell that privacy-and-complaints-rules.md 1.5 names, and some more, with its category and level."""

import json
from pathlib import Path

import pytest

from amends.reviews.checker import Context, Practice, Review, check

CONTEXT = Context("google", Review("J. M."), Practice("Bright Smiles Group · Crown Street", ("(555) 555-0100",)))
LINES = [
    json.loads(line) for line in Path(__file__).with_name("promised.jsonl").read_text(encoding="utf-8").splitlines()
]
CASES = [(line["reply"], line["expect"]["category"], line["expect"]["level"]) for line in LINES]
TELLS = [case for case in CASES if case[2] != "safe"]


@pytest.mark.parametrize(("tell", "category", "level"), TELLS)
def test_a_tell_is_found_with_its_category_and_level(tell: str, category: str, level: str) -> None:
    findings = check(f"Thank you for writing. {tell}", CONTEXT).findings
    assert level in {one.level for one in findings if one.category == category}, findings


@pytest.mark.parametrize("tell", [tell for tell, _, level in TELLS if level == "warn" and "refunded" not in tell])
def test_what_only_warns_does_not_block(tell: str) -> None:
    assert check(f"Thank you for writing. {tell}", CONTEXT).level == "warn"


@pytest.mark.parametrize("name", ["Crown Street", "Bright Smiles Group", "At Bright Smiles Group we listen"])
def test_the_practices_name_and_its_parts_tell_nothing(name: str) -> None:
    assert check(f"{name} thanks everyone.", CONTEXT).level == "note"


@pytest.mark.parametrize("reply", [reply for reply, _, level in CASES if level == "safe"])
def test_what_tells_nothing_for_certain_passes(reply: str) -> None:
    assert check(f"Thank you for writing. {reply}", CONTEXT).level == "note"
