"""What can be changed while the simulator runs, as JSON: `GET` and `PUT /_control/settings`.

The names are those of the command line's flags, with `_` for `-`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from amends.simulators.clock import read_offset, write_offset
from amends.simulators.open_dental.permissions import NAMES, read_permissions
from amends.simulators.open_dental.settings import Mode, Settings
from amends.simulators.open_dental.versions import PROFILES
from amends.simulators.serving import BodyError

Changes = Mapping[str, object]


@dataclass(frozen=True)
class Switch:
    """A switch for something unconfirmed: the field of the settings that it sets, and to what when it is on."""

    field: str
    told: str
    on: bool = True


SWITCHES = {
    "bare_errors": Switch("bare_errors", "errors as bare text instead of a JSON string"),
    "lenient_parameters": Switch(
        "strict_parameters", "unknown parameters are ignored everywhere but on patients", on=False
    ),
    "stamp_inclusive": Switch("stamp_inclusive", "time filters give rows at the moment too, not only after it"),
    "oldest_first": Switch("oldest_first", "CommLogs come oldest first instead of newest first"),
    "empty_is_404": Switch("empty_is_404", "an empty list about one patient or one Task is 404 instead of []"),
    "no_location": Switch("location_told", "a created row comes without a Location header", on=False),
    "done_without_time": Switch("done_sets_finished", "a Task set to Done keeps an empty DateTimeFinished", on=False),
    "task_author_lost": Switch("task_author_kept", "the author of a Task made by the API becomes user 1", on=False),
    "tasknote_touches_task": Switch("tasknote_touches_task", "a Task note moves the SecDateTEdit of its Task"),
    "no_api_signals": Switch("api_signals", "what the API writes makes no signals", on=False),
    "commlog_put_by_comm": Switch("commlog_put_needs_comm", "changing a CommLog needs Comm instead of AllOthers"),
    "commlog_put_strict": Switch("commlog_put_strict", "changing anything but the Note of a CommLog is refused"),
    "commlog_source_fhir": Switch("commlog_source_fhir", "CommLogs of the API have the CommSource FHIR, not User"),
    "popup_edit_new_number": Switch("popup_edit_new_number", "a popup with a new text gets a new number"),
    "query_offset_gives_rest": Switch(
        "query_offset_gives_rest", "ShortQuery with an Offset gives everything from there on"
    ),
    "endpoint_needs_slash": Switch("endpoint_needs_slash", "an EndPointUrl without a slash at its end is refused"),
    "no_text_filter": Switch("text.clean", "texts are stored as they come", on=False),
    "keep_line_ends": Switch("text.line_ends_become_spaces", "CR LF is not shown as a space", on=False),
    "cut_long_text": Switch("text.cut_long_text", "texts over 65,535 bytes are cut instead of refused"),
    "garble_punctuation": Switch(
        "text.garble_punctuation", "curly quotes, long dashes, ellipses and hard spaces arrive garbled"
    ),
    "no_clinics": Switch(
        "clinics_on", "the office does not use clinics: the list is empty, every number is 0", on=False
    ),
}
OF_ONE_KEY = ("office", "utc_offset")
OF_ALL_KEYS = ("bare_errors",)  # the gateway's, which answers before it knows whose office it is
_PLAIN = ("mode", "od_version", "permissions", "enabled", "econnector", "queue", "machines_off")
NAMES_OF_ALL = (*_PLAIN, *OF_ONE_KEY, *SWITCHES)


def is_on(settings: Settings, name: str) -> bool:
    """Whether a switch is on."""
    switch = SWITCHES[name]
    holder, _, field = switch.field.rpartition(".")
    return bool(getattr(settings.text if holder else settings, field)) is switch.on


def switched(settings: Settings, name: str, *, on: bool) -> Settings:
    """The settings with one switch on or off."""
    switch = SWITCHES[name]
    holder, _, field = switch.field.rpartition(".")
    change: dict[str, Any] = {field: switch.on if on else not switch.on}
    if holder:
        return replace(settings, text=replace(settings.text, **change))
    return replace(settings, **change)


def as_json(settings: Settings) -> dict[str, object]:
    """All that can be changed, as it is now. `utc_offset` null: the common clock's; `office` "": the key's own."""
    return {
        "mode": str(settings.mode),
        "od_version": settings.version,
        "permissions": [name for name in NAMES if name in settings.permissions],
        "enabled": settings.enabled,
        "econnector": settings.econnector,
        "office": settings.office,
        "utc_offset": None if settings.own_offset is None else write_offset(settings.own_offset),
        "queue": settings.queue,
        "machines_off": sorted(settings.machines_off),
        **{name: is_on(settings, name) for name in SWITCHES},
    }


def changed(settings: Settings, changes: Changes) -> Settings:
    """The settings after these changes. Raises BodyError with a sentence."""
    for name, value in changes.items():
        settings = _changed(settings, name, value)
    return settings


def _changed(settings: Settings, name: str, value: object) -> Settings:
    match name, value:
        case "mode", str() if value in list(Mode):
            return replace(settings, mode=Mode(value))
        case "od_version", str() if value in PROFILES:
            return replace(settings, version=value)
        case "permissions", str() | list():
            return replace(settings, permissions=_permissions(value))
        case "enabled", bool():
            return replace(settings, enabled=value)
        case "econnector", bool():
            return replace(settings, econnector=value)
        case "office", str():
            return replace(settings, office=value)
        case "utc_offset", None:
            return replace(settings, own_offset=None)
        case "utc_offset", _:
            return replace(settings, own_offset=read_offset(value))
        case "queue", int() if value >= 0 and not isinstance(value, bool):
            return replace(settings, queue=value)
        case "machines_off", list():
            return replace(settings, machines_off=frozenset(str(each) for each in value))
        case _, bool() if name in SWITCHES:
            return switched(settings, name, on=value)
    raise BodyError(_sentence(name))


def _permissions(value: str | list[object]) -> frozenset[str]:
    try:
        return read_permissions(value if isinstance(value, str) else ",".join(str(each) for each in value))
    except ValueError as wrong:
        raise BodyError(f'"permissions": {wrong}.') from wrong


def _sentence(name: str) -> str:
    forms = {
        "mode": f"one of {', '.join(Mode)}",
        "od_version": f"one of {', '.join(PROFILES)}",
        "permissions": "a list of names, or one text with commas",
        "office": "a customer key, or an empty text",
        "queue": "a whole number from 0",
        "machines_off": "a list of names of workstations",
    }
    return f'"{name}" is {forms.get(name, "true or false")}.'
