"""What somebody did in Slack, read out of Slack's payloads: whatever is missing or of another shape is empty."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_LONGEST_TEXT = 3000  # of an input in a modal (slack.md 5)


@dataclass(frozen=True)
class Said:
    """One command, press, shortcut, form or event.

    `key` is what makes it one, however often it comes; "" where Slack gave nothing to tell it by. `what` names the
    command, the button, the shortcut or the form (`acts.py`). `value` is that of a button or the `private_metadata` of
    a form, `text` what was typed or the message of a shortcut.
    """

    workspace: int
    team: str = ""
    user: str = ""
    key: str = ""
    what: str = ""
    trigger: str = ""
    response_url: str = ""
    channel: str = ""
    value: str = ""
    text: str = ""
    view: str = ""
    fields: Mapping[str, Mapping[str, Any]] | None = None

    @property
    def is_form(self) -> bool:
        return self.fields is not None

    def field(self, block: str) -> Mapping[str, Any]:
        """What a form holds in that block, whose action has the same name."""
        return _of((self.fields or {}).get(block), block)

    def chosen(self, block: str) -> str:
        """The value of the option that was chosen there."""
        return _text(_of(self.field(block), "selected_option"), "value")

    def all_chosen(self, block: str) -> tuple[str, ...]:
        """The values of the options that were chosen there."""
        options = self.field(block).get("selected_options")
        return tuple(_text(option, "value") for option in options) if isinstance(options, list) else ()

    def typed(self, block: str) -> str:
        return _text(self.field(block), "value")


def of_command(workspace: int, body: Mapping[str, Any]) -> Said:
    return Said(
        workspace,
        team=_text(body, "team_id"),
        user=_text(body, "user_id"),
        key=_key("trigger", _text(body, "trigger_id")),
        what=_text(body, "command"),
        trigger=_text(body, "trigger_id"),
        response_url=_text(body, "response_url"),
        channel=_text(body, "channel_id"),
        text=unescaped(_text(body, "text"))[:_LONGEST_TEXT],
    )


def of_press(workspace: int, body: Mapping[str, Any]) -> Said:
    """A button, or a shortcut, which has a message instead of a value."""
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else None
    return Said(
        workspace,
        # The user's own workspace: a channel may be shared with another one.
        team=_text(_of(body, "user"), "team_id") or _text(_of(body, "team"), "id"),
        user=_text(_of(body, "user"), "id"),
        key=_key("trigger", _text(body, "trigger_id")),
        what=_text(first, "action_id") or _text(body, "callback_id"),
        trigger=_text(body, "trigger_id"),
        response_url=_text(body, "response_url"),
        channel=_text(_of(body, "channel"), "id"),
        value=_text(first, "value"),
        text=unescaped(_text(_of(body, "message"), "text"))[:_LONGEST_TEXT],
    )


def of_form(workspace: int, body: Mapping[str, Any]) -> Said:
    """A modal that was sent. Its number makes it one: a second press of its button comes with another trigger."""
    view = _of(body, "view")
    fields = _of(_of(view, "state"), "values")
    return Said(
        workspace,
        team=_text(_of(body, "user"), "team_id") or _text(_of(body, "team"), "id"),
        user=_text(_of(body, "user"), "id"),
        key=_key("view", _text(view, "id")),
        what=_text(view, "callback_id"),
        value=_text(view, "private_metadata"),
        view=_text(view, "id"),
        fields=_clean({block: _of(fields, block) for block in fields}),
    )


def of_event(workspace: int, body: Mapping[str, Any]) -> Said:
    return Said(
        workspace,
        team=_text(body, "team_id"),
        user=_text(_of(body, "event"), "user"),
        key=_key("event", _text(body, "event_id")),
        text=_text(_of(body, "event"), "tab"),
    )


def unescaped(text: str) -> str:
    """The text as it was typed: in messages and commands Slack writes three characters otherwise, and no others
    (slack.md 6). What is typed into a field of a modal comes as it is.
    """
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _key(kind: str, given: str) -> str:
    return f"{kind}:{given}" if given else ""


def _of(whole: object, name: str) -> Mapping[str, Any]:
    part = whole.get(name) if isinstance(whole, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _text(whole: object, name: str) -> str:
    part = whole.get(name) if isinstance(whole, Mapping) else None
    return _storable(part) if isinstance(part, str) else ""


def _clean(part: Any) -> Any:
    """The same with no text in it, at any depth, that cannot be kept."""
    match part:
        case str():
            return _storable(part)
        case Mapping():
            return {_storable(name): _clean(value) for name, value in part.items()}
        case list():
            return [_clean(one) for one in part]
        case _:
            return part


def _storable(text: str) -> str:
    """Neither database keeps a zero character, nor half of a pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
