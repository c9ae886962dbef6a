"""The taxonomy of causes: complete, beside HCAT, and refused with the entry named."""

import pytest

from amends.learning.taxonomy import TaxonomyError, read_taxonomy, shipped_taxonomy
from amends.protocol.policy import shipped_policy

HCAT = {"quality", "safety", "environment", "processes", "listening", "communication", "respect"}

SMALL = """
[domains]
clinical = "Clinical"
[categories]
quality = { domain = "clinical", label = "Quality" }
other = { domain = "clinical", label = "Else" }
[causes]
pain = { category = "quality", stage = "exam" }
[stages_of_care]
exam = "Exam"
"""


def test_every_cause_of_the_protocol_is_mapped_exactly_once() -> None:
    assert list(shipped_taxonomy().causes) == list(shipped_policy().causes)


def test_every_category_of_hcat_has_a_cause_and_a_domain() -> None:
    taxonomy = shipped_taxonomy()
    assert {category.key for category in taxonomy.causes.values()} == HCAT | {"other"}
    domains = {category.domain for category in taxonomy.categories.values()}
    assert domains == {"clinical", "management", "relationships", "other"}


def test_a_cause_that_a_group_added_counts_as_other() -> None:
    taxonomy = shipped_taxonomy()
    assert taxonomy.category("our_own").key == "other"
    assert taxonomy.category("not_listened").domain_label == "Relationships"


def test_the_stages_of_care_are_those_of_a_dental_visit_in_order() -> None:
    stages = list(shipped_taxonomy().stages_of_care)
    assert stages[0] == "booking"
    assert stages.index("planning") < stages.index("procedure") < stages.index("after_care")
    assert len(stages) == 10


REFUSALS = {
    "no TOML": (SMALL + "[", "not valid TOML"),
    "no causes": (SMALL.replace("[causes]", "[cause]"), r"\[causes\] is missing"),
    "an unknown category": (SMALL.replace('category = "quality"', 'category = "luck"'), "pain names luck"),
    "an unknown stage": (SMALL.replace('stage = "exam"', 'stage = "lunch"'), "pain names lunch"),
    "a cause that is no table": (
        SMALL.replace('{ category = "quality", stage = "exam" }', '"quality"'),
        "pain names None",
    ),
    "an unknown domain": (
        SMALL.replace('domain = "clinical", label = "Quality"', 'domain = "x", label = "Q"'),
        "quality",
    ),
    "a category that is no table": (SMALL.replace('{ domain = "clinical", label = "Quality" }', "3"), "quality needs"),
    "a label without words": (SMALL.replace('exam = "Exam"', 'exam = " "'), "exam needs words"),
    "no room for a group's own causes": (SMALL.replace("other =", "rest ="), "needs the entry other"),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_a_taxonomy_is_refused_for(what: str) -> None:
    text, because = REFUSALS[what]
    assert read_taxonomy(SMALL).category("pain").label == "Quality"
    with pytest.raises(TaxonomyError, match=because):
        read_taxonomy(text)
