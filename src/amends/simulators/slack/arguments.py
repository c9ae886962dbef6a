"""The arguments of one call, however they were sent: a JSON body, a form, or the query (slack.md 1)."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from amends.simulators.serving import BodyError, Request
from amends.simulators.slack.refusals import SlackError, invalid_arguments

Json = dict[str, object]


class Arguments:
    """Arguments by name. In a form lists and objects are JSON texts, and flags are `1`, `0`, `true` or `false`."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self.values = {name: value for name, value in values.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str, otherwise: str = "") -> str:
        """A text; numbers are written out, as a `ts` sent as a number is."""
        value = self.values.get(name, otherwise)
        if isinstance(value, dict | list | bool):
            raise invalid_arguments(f"must be a string [json-pointer:/{name}]")
        return str(value)

    def required(self, name: str) -> str:
        """A text that must be there. Raises `invalid_arguments`."""
        text = self.text(name)
        if not text:
            raise invalid_arguments(f"missing required field: {name}")
        return text

    def flag(self, name: str, otherwise: bool = False) -> bool:
        """True or false."""
        return str(self.values.get(name, otherwise)).lower() in ("true", "1")

    def number(self, name: str, otherwise: int) -> int:
        """A whole number; an empty text is as good as none."""
        text = self.text(name)
        if not text:
            return otherwise
        try:
            return int(text)
        except ValueError as unreadable:
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]") from unreadable

    def moment(self, name: str) -> Decimal | None:
        """A `ts` to compare with, or None."""
        text = self.text(name)
        if not text:
            return None
        try:
            moment = Decimal(text)
        except InvalidOperation as unreadable:
            raise SlackError(f"invalid_ts_{name}") from unreadable
        if not moment.is_finite():
            raise SlackError(f"invalid_ts_{name}")
        return moment

    def names(self, name: str) -> list[str]:
        """A list, sent as a list or with commas."""
        value = self.values.get(name, "")
        parts = value if isinstance(value, list) else str(value).split(",")
        return [str(part).strip() for part in parts if str(part).strip()]

    def nested(self, name: str, *, refusal: str) -> object:
        """A list or an object, parsed where it came as a text; None when missing or empty. Raises `refusal`."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            parsed: object = json.loads(value)
        except ValueError as unreadable:
            raise SlackError(refusal) from unreadable
        return parsed


def read_arguments(request: Request) -> Arguments:
    """The arguments of a request. Raises `invalid_json`, `json_not_object` or `invalid_form_data`."""
    values: Json = dict(request.query)
    if request.header("content-type").lower().startswith("application/json"):
        try:
            body = request.json()
        except BodyError as unreadable:
            raise SlackError("invalid_json") from unreadable
        if body is not None and not isinstance(body, dict):
            raise SlackError("json_not_object")
        values |= body or {}
    else:
        try:
            values |= request.form()
        except BodyError as unreadable:
            raise SlackError("invalid_form_data") from unreadable
    return Arguments(values)


def read_token(request: Request, arguments: Arguments) -> str:
    """The token of the `Authorization` header, else of the `token` argument, else an empty text."""
    kind, _, token = request.header("authorization").partition(" ")
    if kind.lower() == "bearer" and token.strip():
        return token.strip()
    return arguments.text("token")
