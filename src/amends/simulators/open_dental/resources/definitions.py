"""Definitions: the lists that each office fills by itself (open-dental-api.md 3.2)."""

from amends.simulators.open_dental.blanks import add
from amends.simulators.open_dental.call import Call, RefusedError
from amends.simulators.open_dental.enums import DEFINITION_CATEGORIES
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.tables import Row
from amends.simulators.serving import Response

LONGEST_NAME = 255


def _show(row: Row) -> Row:
    return {
        **{name: row[name] for name in ("DefNum", "ItemName", "ItemValue", "Category")},
        "category": DEFINITION_CATEGORIES.get(row["Category"], ""),
        "isHidden": row["IsHidden"],
    }


def _many(call: Call) -> Response:
    category = call.number_parameter("Category")
    hidden_too = call.flag_parameter("includeHidden")
    rows = (
        row
        for row in call.database.all("definition")
        if category in (None, row["Category"]) and (hidden_too or not row["IsHidden"])
    )
    return call.page(rows, _show)


def _post(call: Call) -> Response:
    name = call.required_text("ItemName")
    if len(name) > LONGEST_NAME:
        raise RefusedError(400, f"ItemName cannot be longer than {LONGEST_NAME} characters.")
    text = call.required_text("category")
    numbers = [number for number, category in DEFINITION_CATEGORIES.items() if category == text]
    if not numbers:
        raise RefusedError(400, "category is invalid.")
    order = sum(1 for row in call.database.all("definition") if row["Category"] == numbers[0])
    values = {"Category": numbers[0], "ItemOrder": order, "ItemName": name, "ItemValue": call.text("ItemValue")}
    row = add(call.database, "definition", {**values, "IsHidden": call.flag("isHidden")})
    call.signal("Defs")
    call.log_created("DefEdit", 0)
    return call.one(_show(row), status=201, key=row["DefNum"])


METHODS = (
    Method("GET", "definitions", "", "21.1", "ReadAll", _many, {"Category": "21.1", "includeHidden": "21.1"}),
    Method("POST", "definitions", "", "22.1", "Setup", _post),
)
