"""What is learned, what is kept of it, and what never enters."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.learning.suggesting.measuring import accounts

from amends.learning.suggesting.model import Model, ModelError, model_from

TEXTS = [account.text for account in accounts()[:60]]
CHOSEN = st.lists(
    st.tuples(st.sampled_from(TEXTS), st.lists(st.sampled_from(["building", "privacy", "our_own"]), max_size=2)),
    max_size=12,
)


@given(CHOSEN)
@settings(max_examples=40, deadline=None)
def test_one_by_one_or_together_and_in_any_order_is_the_same(chosen: list[tuple[str, list[str]]]) -> None:
    one_by_one = Model()
    for text, causes in reversed(chosen):
        one_by_one = one_by_one.learned(text, causes)
    assert one_by_one == Model().learned_all(chosen)


def test_learning_leaves_the_model_before_as_it_was() -> None:
    before = Model().learned("Parking was full", ["building"])
    kept = json.dumps([before.causes, before.features, before.together])
    before.learned("Parking was full again", ["building"])
    before.faded(0.5)
    assert json.dumps([before.causes, before.features, before.together]) == kept


def test_names_and_numbers_never_enter() -> None:
    told = "Zebulon Quackenbush said zebulon owes $412.37 since 5/11, call 555-0142. Ask for Parker, chart 99431"
    model = Model().learned_all([(told, ["refund_dispute"])] * 5)
    kept = json.dumps(model.kept()["features"]).casefold()
    assert "chart" in kept
    assert not any(trace in kept for trace in ("zebulon", "quackenbush", "parker", "412", "0142", "99431", "5/11"))


def test_what_fewer_than_three_accounts_had_is_not_kept() -> None:
    model = Model().learned("The carpet smelled of cheese", ["building"]).learned_all([("Parking", ["building"])] * 3)
    assert set(model.kept()["features"]) == {"park", "=park", "=park|parking"} & set(model.features)  # type: ignore[call-overload]
    assert not any("carpet" in feature for feature in model_from(model.kept()).features)


@given(CHOSEN)
@settings(max_examples=40, deadline=None)
def test_what_is_kept_comes_back_through_json(chosen: list[tuple[str, list[str]]]) -> None:
    kept = Model().learned_all(chosen * 3).kept()
    assert model_from(json.loads(json.dumps(kept))).kept() == kept


def test_fading_halves_every_count() -> None:
    model = Model().learned_all([("Parking lot was full", ["building"])] * 4)
    assert model.faded(0.5) == Model().learned_all([("Parking lot was full", ["building"])] * 2)


@pytest.mark.parametrize("share", [0, -1, 1.5])
def test_a_share_beyond_one_is_refused(share: float) -> None:
    Model().faded(1)
    with pytest.raises(ValueError, match="A share is above 0"):
        Model().faded(share)


GOOD = {"accounts": 3, "causes": {"building": 3}, "features": {"park": 3}, "together": {"park": {"building": 3}}}
WRONG = [
    [],
    GOOD | {"together": 3},
    GOOD | {"features": {}},
    GOOD | {"causes": 3},
    GOOD | {"accounts": "3"},
    GOOD | {"accounts": -1},
    GOOD | {"accounts": True},
    GOOD | {"accounts": 2},
    GOOD | {"together": {"park": {"building": 4}}},
    GOOD | {"together": {"park": {"building": float("nan")}}},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_no_kept_model_is_refused(wrong: object) -> None:
    assert model_from(GOOD).accounts == 3
    with pytest.raises(ModelError):
        model_from(wrong)
