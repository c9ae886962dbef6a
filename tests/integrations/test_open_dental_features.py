"""What an office allows: by version and by permission, each no with its repair."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.integrations.open_dental.facts import Facts
from amends.integrations.open_dental.features import Feature, Tier, tier_of, why_not
from amends.simulators.open_dental.resources import TABLE
from amends.simulators.open_dental.versions import PROFILES, read_version

EVERY_PERMISSION = frozenset({"apireadall", "apicomm", "apiallothers", "apiqueries", "apisetup"})
NEWEST = (25, 4, 48, 0)

# The method of the simulator that each feature uses, and the parameter that makes it what it is.
USES = {
    Feature.READ: ("GET", "patients", ["1"], ""),
    Feature.COMMLOG_WRITE: ("POST", "commlogs", [], ""),
    Feature.COMMLOG_ONE: ("GET", "commlogs", ["1"], ""),
    Feature.COMMLOGS_BY_TIME: ("GET", "commlogs", [], "DateTStamp"),
    Feature.NOTES_READ: ("GET", "procnotes", [], ""),
    Feature.TASKS_READ: ("GET", "tasks", [], ""),
    Feature.TASK_ONE: ("GET", "tasks", ["1"], ""),
    Feature.TASK_WRITE: ("POST", "tasks", [], ""),
    Feature.TASK_TEXT_WRITE: ("PUT", "tasks", ["1"], ""),
    Feature.TASK_NOTES: ("GET", "tasknotes", [], ""),
    Feature.TASK_NOTE_WRITE: ("POST", "tasknotes", [], ""),
    Feature.QUERIES: ("PUT", "queries", ["ShortQuery"], ""),
    Feature.POPUP_WRITE: ("PUT", "popups", ["1"], ""),
    Feature.DEFINITION_WRITE: ("POST", "definitions", [], ""),
    Feature.HIST_APPOINTMENTS: ("GET", "histappointments", [], ""),
}


def facts(version: tuple[int, ...] = NEWEST, permissions: frozenset[str] | None = EVERY_PERMISSION) -> Facts:
    return Facts(version=version, permissions=permissions)


@pytest.mark.parametrize("feature", list(USES))
@pytest.mark.parametrize("version", PROFILES)
def test_the_simulator_agrees_about_versions_and_permissions(feature: Feature, version: str) -> None:
    """The two tables were written apart, each from the reference."""
    verb, resource, sub, parameter = USES[feature]
    method = TABLE.find(resource, verb, sub)
    assert method is not None
    since = method.parameters[parameter] if parameter else method.since
    has_it = read_version(version) >= read_version(since)
    assert (why_not(feature, facts(read_version(version))) == "") is has_it
    without = EVERY_PERMISSION - {f"api{method.permission}".casefold()}
    assert f"Api{method.permission}" in why_not(feature, facts(permissions=without))


@pytest.mark.parametrize("feature", list(Feature))
def test_a_no_names_what_is_missing_and_the_repair(feature: Feature) -> None:
    assert why_not(feature, facts()) == ""
    old = why_not(feature, facts((20, 5, 1)))
    assert "20.5.1" in old
    assert "Update Open Dental" in old
    assert "the key lacks the permission Api" in why_not(feature, facts(permissions=frozenset()))


@pytest.mark.parametrize("feature", list(Feature))
def test_where_open_dental_does_not_tell_a_request_will(feature: Feature) -> None:
    assert why_not(feature, facts(permissions=None)) == ""
    # Where an older office would do harm, a request must not.
    harmful = feature in (Feature.NOTE_WRITE, Feature.POPUP_WRITE)
    assert ("is not known" in why_not(feature, facts(version=()))) is harmful
    assert (why_not(feature, facts(version=())) != "") is harmful


@pytest.mark.parametrize(
    ("what", "tier"),
    [
        (facts(), Tier.EVERYTHING),
        (Facts(), Tier.COMMLOGS),  # nothing is known yet: a clinical note needs certainty
        (facts(permissions=None), Tier.EVERYTHING),
        (facts(permissions=EVERY_PERMISSION - {"apiallothers"}), Tier.COMMLOGS),
        (facts((23, 1, 0)), Tier.COMMLOGS),
        (facts(permissions=frozenset({"apicomm"})), Tier.COMMLOGS),
        (facts(permissions=frozenset({"apireadall"})), Tier.READING),
        (facts(permissions=frozenset()), Tier.NOTHING),
        (Facts(version=NEWEST, permissions=EVERY_PERMISSION, refused="The keys were refused."), Tier.NOTHING),
    ],
)
def test_the_tier_is_what_may_be_written(what: Facts, tier: Tier) -> None:
    assert tier_of(what) is tier


def test_each_tier_has_its_sentence() -> None:
    assert len({tier.sentence for tier in Tier}) == 4
    assert all(tier.sentence.endswith(".") for tier in Tier)


@given(
    lower=st.tuples(st.integers(20, 26), st.integers(0, 4), st.integers(0, 60)),
    higher=st.tuples(st.integers(20, 26), st.integers(0, 4), st.integers(0, 60)),
    feature=st.sampled_from(list(Feature)),
)
def test_a_newer_office_can_whatever_an_older_one_can(
    lower: tuple[int, ...], higher: tuple[int, ...], feature: Feature
) -> None:
    lower, higher = sorted((lower, higher))
    if not why_not(feature, facts(lower)):
        assert not why_not(feature, facts(higher))
