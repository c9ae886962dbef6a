"""One call of the API after it got past the door: its office, its parameters, its body, and how answers are made."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from amends.simulators.faults import Fault
from amends.simulators.open_dental.blanks import add, signal
from amends.simulators.open_dental.settings import Settings
from amends.simulators.open_dental.tables import STAMPS, Database, Row
from amends.simulators.open_dental.text import TextTooLongError, is_date, is_time, reformat
from amends.simulators.open_dental.versions import Version, hidden_fields, read_version
from amends.simulators.serving import Response, json_response

ALL_WELL = Fault("")
FREE_TEXT = frozenset(
    {
        "Note",
        "note",
        "Descript",
        "Description",
        "DescriptOverride",
        "FieldValue",
        "ItemName",
        "ItemValue",
        "ValueString",
    }
)
_WITHOUT_CLINICS: Row = {"ClinicNum": 0, "clinicAbbr": ""}


class RefusedError(Exception):
    """The office says no: a status and one sentence (2.7, 2.8)."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def not_found(what: str) -> RefusedError:
    """404 for a row that is not there."""
    return RefusedError(404, f"{what} not found.")


@dataclass
class Call:
    """What a handler works with. `numbers` are the numbers in the path, `body` the JSON object of a POST or PUT."""

    database: Database
    version: Version
    settings: Settings
    base: str  # http://host:port/api/v1
    developer: str
    customer: str
    resource: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    numbers: tuple[int, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)
    fault: Fault = ALL_WELL  # what is to go wrong with the answer

    def since(self, version: str) -> bool:
        """Whether the office is at least of this version."""
        return self.version >= read_version(version)

    # ---- query parameters

    def number_parameter(self, name: str) -> int | None:
        """A whole number, None when it was not sent. Refuses anything else."""
        text = self.parameters.get(name)
        return None if text is None else _whole(text, name)

    def choice_parameter(self, name: str, choices: tuple[str, ...]) -> str | None:
        """One text of an enum, None when it was not sent."""
        text = self.parameters.get(name)
        if text is not None and text not in choices:
            raise RefusedError(400, f"{name} is invalid.")
        return text

    def flag_parameter(self, name: str, *, otherwise: bool = False) -> bool:
        """true or false in any case."""
        return _flag(self.parameters[name], name) if name in self.parameters else otherwise

    def equal_numbers(self, *names: str) -> list[tuple[str, object]]:
        """(column, value) for each of these filters that was sent. Where clinics are off, every row has clinic 0."""
        sent = [(name, self.number_parameter(name)) for name in names]
        tests: list[tuple[str, object]] = [(name, value) for name, value in sent if value is not None]
        if self.settings.clinics_on or ("ClinicNum", 0) not in tests:
            return tests
        return [test for test in tests if test != ("ClinicNum", 0)]

    def time_parameter(self, name: str) -> str | None:
        """A datetime, None when it was not sent."""
        text = self.parameters.get(name)
        if text is not None and not is_time(text):
            raise RefusedError(400, f"{name} format must be yyyy-MM-dd HH:mm:ss")
        return text

    def date_parameter(self, name: str) -> str | None:
        """A date, None when it was not sent."""
        text = self.parameters.get(name)
        if text is not None and not is_date(text):
            raise RefusedError(400, f"{name} format must be yyyy-MM-dd")
        return text

    def stamped_after(self, table: str, limit: str | None) -> Iterable[Row]:
        """The rows of a table that pass a filter by their stamp, oldest key first."""
        if limit is None:
            return self.database.all(table)
        stamp = STAMPS[table]
        return [row for row in self.database.stamped_from(table, limit) if self.is_after(row[stamp], limit)]

    def is_after(self, stamp: str, limit: str | None) -> bool:
        """Whether a row's stamp passes a time filter (strictly after, unless switched)."""
        return limit is None or stamp > limit or (self.settings.stamp_inclusive and stamp == limit)

    # ---- body

    def has(self, name: str) -> bool:
        """Whether the body says anything for this field; null says nothing."""
        return self.body.get(name) is not None

    def number(self, name: str, otherwise: int | None = None) -> int:
        """A whole number, also as a text (2.4). Refuses when it is missing and nothing stands in."""
        if not self.has(name) or self.body[name] == "":
            if otherwise is None:
                raise RefusedError(400, f"{name} is required.")
            return otherwise
        return _whole(self.body[name], name)

    def text(self, name: str, *, procedure_note: bool = False) -> str:
        """A text as it will be stored; empty when it is missing. Refuses other types and what is too long."""
        value = self.body.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise RefusedError(400, f"{name} is invalid.")
        return self.stored(value, name, procedure_note=procedure_note)

    def stored(self, value: str, name: str, *, procedure_note: bool = False) -> str:
        """A text after the office's text filter."""
        try:
            return self.settings.text.into_database(value, notes_of_procedure=procedure_note)
        except TextTooLongError as too_long:
            raise RefusedError(400, f"{name} is too long.") from too_long

    def required_text(self, name: str, *, procedure_note: bool = False) -> str:
        """A text that is not blank."""
        text = self.text(name, procedure_note=procedure_note)
        if not text.strip():
            raise RefusedError(400, f"{name} is required.")
        return text

    def choice(self, name: str, choices: tuple[str, ...], otherwise: str) -> str:
        """One text of an enum; its number is refused (2.5)."""
        if not self.has(name):
            return otherwise
        value = self.body[name]
        if not isinstance(value, str) or value not in choices:
            raise RefusedError(400, f"{name} is invalid.")
        return value

    def flag(self, name: str, *, otherwise: bool = False) -> bool:
        """ "true" or "false" as a text, or a JSON boolean."""
        return _flag(self.body[name], name) if self.has(name) else otherwise

    def time(self, name: str, otherwise: str) -> str:
        """A datetime, exactly `yyyy-MM-dd HH:mm:ss`."""
        if not self.has(name):
            return otherwise
        value = self.body[name]
        if not isinstance(value, str) or not is_time(value):
            raise RefusedError(400, f"{name} format must be yyyy-MM-dd HH:mm:ss")
        return value

    # ---- rows

    def row(self, table: str, key: int, what: str) -> Row:
        """A row that must be there; 404 `{what} not found.`"""
        row = self.database.get(table, key)
        if row is None:
            raise not_found(what)
        return row

    def patient(self, number: int, *, to_write: bool = False) -> Row:
        """A patient that must be there, and for writing must not be deleted."""
        row = self.row("patient", number, "Patient")
        if to_write and row["PatStatus"] == "Deleted":
            raise RefusedError(400, "Patient has been deleted")
        return row

    # ---- answers

    def one(self, shown: Row, *, status: int = 200, key: object = None) -> Response:
        """One row; a new one with its address."""
        told = key is not None and self.settings.location_told
        headers = (("Location", f"{self.base}/{self.resource}/{key}"),) if told else ()
        return json_response(self.finish(shown), status=status, headers=headers)

    def page(self, rows: Iterable[Row], show: Callable[[Row], Row], *, nothing: str = "") -> Response:
        """One page of a list, by Limit and Offset; only the rows of the page are made ready.

        `nothing` names the object of a list about one patient or one Task, which an office may answer with 404.
        """
        limit, offset = self.number_parameter("Limit"), self.number_parameter("Offset") or 0
        if offset < 0 or (limit is not None and limit < 0):
            raise RefusedError(400, "Limit is invalid." if offset >= 0 else "Offset is invalid.")
        size = self.settings.page_size if limit is None else min(limit, self.settings.page_size)
        if offset and self.fault.kind == "overlap":
            offset = max(0, offset - (self.fault.number(0) or 0))
        found = list(rows)
        if nothing and not found and self.settings.empty_is_404:
            raise not_found(nothing)
        return json_response([self.finish(show(row)) for row in found[offset : offset + size]])

    def nothing(self) -> Response:
        """200 without a body."""
        return Response()

    def finish(self, shown: Row) -> Row:
        """The last touch on a row: fields that this version lacks, booleans as texts, line ends, formats."""
        hidden = hidden_fields(self.resource, self.version)
        date_form = self.parameters.get("DateFormatString", "")
        time_form = self.parameters.get("DateTimeFormatString", "")
        finished: Row = {}
        for name, value in shown.items():
            if name in hidden:
                continue
            if value is True or value is False:
                value = "true" if value else "false"
            elif isinstance(value, str):
                value = self.settings.text.out_of_database(value)
                if (date_form or time_form) and name not in FREE_TEXT:
                    value = reformat(value, date_form, time_form, self.database.utc_offset())
            finished[name] = value
        if not self.settings.clinics_on:
            finished |= {name: none for name, none in _WITHOUT_CLINICS.items() if name in finished}
        return finished

    # ---- the office's own book-keeping

    def log(self, kind: str, patient: int, text: str = "") -> None:
        """A line of the audit trail; the API is always user 0 (2.10)."""
        told = text or f"Changed by {self.developer} through API."
        values = {"PermType": kind, "LogText": told, "PatNum": patient, "Developer": self.developer}
        add(self.database, "securitylog", values)

    def signal(self, kind: str, *, about: str = "", key: int = 0) -> None:
        """What tells the workstations that something changed, where the API does so (unconfirmed)."""
        if self.settings.api_signals:
            signal(self.database, kind, about=about, key=key)

    def log_created(self, kind: str, patient: int) -> None:
        """The audit line of a new row."""
        self.log(kind, patient, f"Created by {self.developer} through API.")


def _whole(value: object, name: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal():
        return int(value)
    raise RefusedError(400, f"{name} is invalid.")


def _flag(value: object, name: str) -> bool:
    text = str(value).lower()
    if text not in ("true", "false"):
        raise RefusedError(400, f"{name} is invalid.")
    return text == "true"
