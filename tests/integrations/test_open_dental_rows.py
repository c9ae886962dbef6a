"""Rows of every kind are read tolerantly: odd forms, unknown fields and words, and never more than is used."""

import inspect
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.integrations.open_dental import rows
from amends.integrations.open_dental.rows import Commlog, HistAppointment, Patient, Procedure, Row, TaskRow

KINDS = [kind for _, kind in inspect.getmembers(rows, inspect.isclass) if issubclass(kind, Row) and kind is not Row]
ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers()))


@pytest.mark.parametrize("kind", KINDS)
@given(told=st.data())
def test_whatever_stands_in_a_field_the_row_is_read(kind: type[Row], told: st.DataObject) -> None:
    value: dict[str, Any] = {name: told.draw(ANYTHING) for name in kind.model_fields}
    value[kind.KEY] = 7
    row = kind.model_validate({**value, "SSN": "078051120", "Newer": "field"})
    assert row.key in (7, "7")
    assert "SSN" not in row.model_dump()
    assert "Newer" not in row.model_dump()


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_with_nothing_but_its_number_is_a_row(kind: type[Row]) -> None:
    row = kind.model_validate({kind.KEY: 7})
    assert kind.KEY in repr(row)
    assert set(kind.model_fields) >= {kind.KEY}


@pytest.mark.parametrize(
    ("told", "amount"),
    [
        ("130.00", Decimal("130.00")),
        ("-1,204.50", Decimal("-1204.50")),
        (12.5, Decimal("12.5")),
        (0, Decimal(0)),
        (" 3 ", Decimal(3)),
        ("", None),
        (None, None),
        (True, None),
        ("NaN", None),
        ("free", None),
    ],
)
def test_amounts_are_read_in_every_form(told: object, amount: Decimal | None) -> None:
    assert Procedure.model_validate({"ProcNum": 1, "ProcFee": told}).ProcFee == amount
    assert Patient.model_validate({"PatNum": 1, "EstBalance": told}).EstBalance == amount


def test_words_that_are_not_known_stay_as_they_are() -> None:
    assert Commlog.model_validate({"CommlogNum": 1, "Mode_": "Fax", "CommSource": "Carrier pigeon"}).Mode_ == "Fax"
    assert TaskRow.model_validate({"TaskNum": 1, "TaskStatus": "Postponed"}).TaskStatus == "Postponed"


def test_what_happened_to_an_appointment_is_told_apart_by_its_own_number() -> None:
    made = {"AptNum": 9, "HistApptAction": "Created", "AptDateTime": "2026-03-02 14:05:00"}
    row = HistAppointment.model_validate({**made, "HistApptNum": 100})
    assert (row.key, row.AptNum, row.HistApptAction) == (100, 9, "Created")
