"""Reading `protocol.toml`: what ships, and what is refused with the entry named."""

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from amends.protocol.policy import PolicyError, read_policy, shipped_policy, shipped_text
from amends.protocol.words import Moment, Role, Severity, Stage, Trigger, Way

SHIPPED = shipped_text()


def test_shipped_policy_names_every_word_that_the_rules_know():
    policy = shipped_policy()
    assert set(policy.roles) == set(Role)
    assert set(policy.stages) == set(Stage)
    assert set(policy.triggers) == set(Trigger)
    assert set(policy.moments) == set(Moment)
    assert set(policy.severities) == set(Severity)
    assert set(policy.ways) == set(Way)
    assert policy.name == "Upset Patient Protocol"
    assert policy.limits.attempts == 3


def test_version_follows_the_text():
    first, same, other = read_policy(SHIPPED), read_policy(SHIPPED), read_policy(SHIPPED + "\n")
    assert first == same
    assert hash(first) == hash(same)
    assert first.version != other.version
    assert len(first.version) == 12


def test_labels_cannot_be_changed_in_place():
    kinds: Any = shipped_policy().kinds
    with pytest.raises(TypeError):
        kinds["new"] = "New"


def test_kinds_in_words():
    policy = shipped_policy()
    assert policy.kinds_in_words(("billing", "wait")) == "Billing surprise, Long wait"
    assert policy.kinds_in_words(("of_another_version",)) == "of_another_version"
    assert policy.kinds_in_words(()) == "Not said"


def test_group_may_name_its_own_kinds_and_reword_the_rest():
    own = SHIPPED.replace('wait = "Long wait"', 'parking_2 = "Parking"').replace('"Long', '"Very long')
    own = own.replace('name = "Upset Patient Protocol"', "")
    policy = read_policy(own)
    assert policy.kinds["parking_2"] == "Parking"
    assert "wait" not in policy.kinds
    assert policy.name == "Upset Patient Protocol"


def changed(old: str, new: str) -> str:
    assert SHIPPED.count(old) == 1
    return SHIPPED.replace(old, new)


def without(table: str) -> str:
    before, _, rest = SHIPPED.partition(f"[{table}]\n")
    return before + rest[rest.index("\n[") + 1 :] if "\n[" in rest else before


REFUSALS = {
    "no TOML": ("limits = [", "not valid TOML"),
    "no limits": (without("limits"), r"\[limits\] is missing"),
    "limits that are no table": ("limits = 5", r"\[limits\] is missing, empty or no table"),
    "a limit is missing": (changed("attempts = 3 ", "# "), r"\[limits\] attempts must be a whole number from 0 to 50"),
    "a limit in words": (changed("attempts = 3 ", 'attempts = "3" '), "it is '3'"),
    "a limit that is a switch": (changed("attempts = 3 ", "attempts = true "), "it is True"),
    "a limit below nothing": (changed("attempts = 3 ", "attempts = -1 "), "it is -1"),
    "a broken limit": (changed("attempts = 3 ", "attempts = 2.5 "), "it is 2.5"),
    "more days than a year": (changed("learn_open_days = 3 ", "learn_open_days = 366 "), "from 0 to 365"),
    "more minutes than anybody means": (
        changed("speak_severe_open_minutes = 120", "speak_severe_open_minutes = 10001"),
        "from 0 to 10000",
    ),
    "more ways than there are": (changed("attempt_ways = 2 ", "attempt_ways = 7 "), "from 0 to 6"),
    "words for Open Dental that are no table": (
        changed("[open_dental]", "[[open_dental]]"),
        "no table",
    ),
    "a word for Open Dental that is not known": (changed("tried = ", "trid = "), "no entry trid"),
    "a word for Open Dental with a space": (changed('"TRIED:"', '"I TRIED"'), "one word"),
    "more stars than there are": (changed("review_stars = 3 ", "review_stars = 6 "), "from 0 to 5"),
    "a misspelt limit": (changed("[limits]", "[limits]\natempts = 3"), "no entry atempts"),
    "no kinds": (without("kinds"), r"\[kinds\] is missing"),
    "kinds that are no table": ("kinds = 'x'\n" + without("kinds"), r"\[kinds\] is missing, empty or no table"),
    "a label that is no text": (changed('wait = "Long wait"', "wait = 5"), r"\[kinds\] wait needs words"),
    "an empty label": (changed('wait = "Long wait"', 'wait = " "'), r"\[kinds\] wait needs words"),
    "a key with a comma": (changed('wait = "Long wait"', '"a,b" = "x"'), r"\[kinds\] 'a,b' is no key"),
    "a key that begins with a digit": (changed('wait = "Long wait"', '2nd = "x"'), "'2nd' is no key"),
    "a role too many": (changed('team = "team member"', 'team = "t"\nowner = "o"'), "look at owner"),
    "a stage too few": (changed('closed = "Closed"', ""), r"\[stages\] must have exactly .* look at closed"),
    "a name that is no text": (changed('name = "Upset Patient Protocol"', "name = 5"), "The name of the protocol"),
    "an empty name": (changed('name = "Upset Patient Protocol"', 'name = " "'), "The name of the protocol"),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_policy_is_refused_for(what):
    text, because = REFUSALS[what]
    read_policy(SHIPPED)
    with pytest.raises(PolicyError, match=because):
        read_policy(text)


def test_a_stored_text_of_another_version_is_read_as_far_as_this_one_knows_it():
    newer = changed("[limits]", "[limits]\nnap_minutes = 5").replace("[open_dental]", '[open_dental]\nnap = "NAP:"')
    newer = newer.replace("[roles]", '[roles]\nnapper = "napper"')
    older = newer.replace('closed = "Closed"', "").replace("attempts = 3 ", "attempts = 4 ")
    with pytest.raises(PolicyError):
        read_policy(older)
    policy = read_policy(older, stored=True)
    assert policy.version == hashlib.sha256(older.encode()).hexdigest()[:12]
    assert policy == replace(shipped_policy(), version=policy.version, limits=policy.limits, stages=policy.stages)
    assert policy.limits == replace(shipped_policy().limits, attempts=4)
    assert dict(policy.stages) == dict(shipped_policy().stages)


@pytest.mark.parametrize("what", ["no limits", "limits that are no table", "words for Open Dental that are no table"])
def test_a_stored_text_that_no_version_wrote_is_refused(what):
    text, because = REFUSALS[what]
    with pytest.raises(PolicyError, match=because):
        read_policy(text, stored=True)


@pytest.mark.parametrize("roles", ["roles = 5", ""])
def test_a_stored_text_without_a_table_of_words_is_refused(roles):
    with pytest.raises(PolicyError, match=r"\[roles\] is missing"):
        read_policy(f"{roles}\n{without('roles')}", stored=True)


def mark(word: str) -> str:
    return changed('note_mark = "#upset"', f'note_mark = "{word}"')


def test_group_may_choose_its_own_mark_in_clinical_notes():
    assert read_policy(mark("#Unhappy-2")).chart.note_mark == "#unhappy-2"


@pytest.mark.parametrize("word", ["upset", "!upset", "#14", "##upset", "up#set", "#upset!"])
def test_a_mark_that_a_sentence_could_hold_by_chance_is_refused(word):
    with pytest.raises(PolicyError, match="note_mark needs # and a word"):
        read_policy(mark(word))


@pytest.mark.parametrize("table", ["kinds", "resolutions", "causes", "roles", "stages", "triggers", "moments", "ways"])
def test_every_table_is_needed(table):
    with pytest.raises(PolicyError, match=rf"\[{table}\] is missing"):
        read_policy(without(table))
