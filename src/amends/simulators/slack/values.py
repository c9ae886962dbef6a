"""What a person enters into the inputs of a view: given simply or in Slack's shape, checked as Slack's client does."""

from collections.abc import Iterator, Mapping
from typing import cast as as_type

from amends.simulators.serving import BodyError
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.workspace import elements

REQUIRED = "Please complete this required field."
# type of element -> where its value stands in the state, and where its initial value
_ONE = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_MANY = {
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "file_input": ("files", ""),
}
STATEFUL = {**_ONE, **_MANY}
_TEXTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input")


def is_many(kind: str) -> bool:
    """Whether an element of this type takes several values."""
    return kind in _MANY


def inputs(view: Json) -> Iterator[tuple[Json, Json]]:
    """Every (block, element) of a view that has a value."""
    for block in as_type(list[Json], view["blocks"]):
        for element in elements(block):
            if element.get("type") in STATEFUL:
                yield block, element


def entered(view: Json, values: Mapping[str, object]) -> Json:
    """The `state.values` of a view after `values` {block_id: {action_id: value}} was entered into it.

    A value is Slack's own object, or simply the text, the option's value, the id, the date, or a list of them; None
    clears it. What is not named keeps what was entered before, or its initial value. Raises BodyError.
    """
    given = {block: dict(_mapping(inside)) for block, inside in values.items()}
    before = _mapping(_mapping(view["state"]).get("values"))
    state: dict[str, Json] = {}
    for block, element in inputs(view):
        block_id, action_id = str(block["block_id"]), str(element["action_id"])
        mine = given.get(block_id, {})
        if action_id in mine:
            value = _shaped(element, mine.pop(action_id))
        else:
            value = as_type(Json, _mapping(before.get(block_id)).get(action_id)) or initial(element)
        state.setdefault(block_id, {})[action_id] = value
    left = [f"{block}/{action}" for block, inside in given.items() for action in inside]
    if left:
        raise BodyError(f"This view has no input {left[0]}.")
    return dict(state)


def initial(element: Json) -> Json:
    """The value of an element that nobody has touched."""
    kind = str(element["type"])
    name, otherwise = STATEFUL[kind]
    value = element.get(otherwise)
    return {"type": kind, name: value if value is not None else [] if is_many(kind) else None}


def missing(view: Json, state: Json) -> dict[str, str]:
    """What Slack's client does not let a person submit: block_id -> why."""
    found: dict[str, str] = {}
    for block, element in inputs(view):
        if block.get("type") != "input":
            continue
        kind, block_id = str(element["type"]), str(block["block_id"])
        value = _mapping(_mapping(state.get(block_id)).get(str(element["action_id"]))).get(STATEFUL[kind][0])
        if value in (None, "", []):
            if not block.get("optional"):
                found[block_id] = REQUIRED
        elif kind in _TEXTS and (problem := _text_problem(element, str(value))):
            found[block_id] = problem
    return found


def chosen(element: Json, value: object) -> Json:
    """What an action of this element says: nothing more for a button, the choice for all others. Raises BodyError."""
    kind = str(element["type"])
    if kind == "overflow":
        return {"selected_option": _option(element, value)}
    if kind not in STATEFUL:
        return {}
    return {name: one for name, one in _shaped(element, value).items() if name != "type"}


def options(element: Json) -> list[Json]:
    """The options of an element, also those in groups."""
    groups = as_type(list[Json], element.get("option_groups") or [])
    flat = [option for group in groups for option in as_type(list[Json], group.get("options") or [])]
    return [*as_type(list[Json], element.get("options") or []), *flat]


def _shaped(element: Json, value: object) -> Json:
    kind = str(element["type"])
    name, _ = STATEFUL[kind]
    if isinstance(value, dict) and (name in value or value.get("type") == kind):
        return {"type": kind, name: value.get(name)}
    if is_many(kind):
        given = value if isinstance(value, list) else [] if value in (None, "") else [value]
        return {"type": kind, name: [_one(element, one) for one in given]}
    return {"type": kind, name: None if value in (None, "") else _one(element, value)}


def _one(element: Json, value: object) -> object:
    kind = str(element["type"])
    if STATEFUL[kind][0].startswith("selected_option"):
        return _option(element, value)
    if kind == "rich_text_input":
        return value if isinstance(value, dict) else _rich(str(value))
    if kind == "datetimepicker":
        return int(str(value))
    return str(value)


def _option(element: Json, value: object) -> Json:
    if isinstance(value, dict):
        return value  # already the option itself
    known = next((one for one in options(element) if one.get("value") == str(value)), None)
    if known is None and not str(element["type"]).endswith("external_select"):
        raise BodyError(f"{element['action_id']} has no option {value!r}.")
    return known or {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": str(value)}


def _rich(text: str) -> Json:
    inside = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [inside]}


def _text_problem(element: Json, text: str) -> str:
    least, most = element.get("min_length"), element.get("max_length")
    if isinstance(least, int) and len(text) < least:
        return f"Must be at least {least} characters long."
    if isinstance(most, int) and len(text) > most:
        return f"Must be at most {most} characters long."
    if element["type"] == "email_text_input" and "@" not in text:
        return "Please enter an e-mail address."
    if element["type"] == "url_text_input" and "://" not in text:
        return "Please enter an address (https://…)."
    return _number_problem(element, text) if element["type"] == "number_input" else ""


def _number_problem(element: Json, text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return "Please enter a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least not in (None, "") and number < float(str(least)):
        return f"Must be at least {least}."
    return f"Must be at most {most}." if most not in (None, "") and number > float(str(most)) else ""


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
