"""Events as rows and back. A patient's identity is sealed apart from the rest of a fact."""

import base64
import hashlib
import json
from collections.abc import Iterable
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter

from amends.cases.models import EventRow
from amends.protocol.events import Event, Fact
from amends.protocol.values import Actor
from amends.protocol.words import Role
from amends.sealing import seal, unseal

_KINDS: dict[str, type[Fact]] = {kind.__name__: kind for kind in get_args(Fact)}
_SEALED = "patient"


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(_KINDS[kind])


def to_row(seq: int, event: Event, *, previous: str) -> EventRow:
    """The unsaved row of an event, still without its case; `previous` is the hash of the event before ("" for none)."""
    kind = type(event.fact).__name__
    fields = _adapter(kind).dump_python(event.fact, mode="json")
    patient = fields.pop(_SEALED, None)
    row = EventRow(
        seq=seq,
        kind=kind,
        at=event.at,
        by=event.by.id,
        by_name=event.by.name,
        by_role=event.by.role.value,
        fact=json.dumps(fields, ensure_ascii=False, separators=(",", ":")),
        sealed=seal(json.dumps(patient, ensure_ascii=False)) if patient else "",
    )
    row.hash = chain_hash(row, previous)
    return row


def from_row(row: EventRow) -> Event:
    """The event of a row. Raises `pydantic.ValidationError` or `sealing.CannotUnseal` for a damaged one."""
    fields = plain_fact(row)
    if row.kind in ("Reported", "PatientIdentified"):
        fields.setdefault(_SEALED, None)
    fact = _adapter(row.kind).validate_python(fields)
    return Event(at=row.at, by=Actor(id=row.by, name=row.by_name, role=Role(row.by_role)), fact=fact)


def from_rows(rows: Iterable[EventRow]) -> list[Event]:
    return [from_row(row) for row in rows]


def chain_hash(row: EventRow, previous: str) -> str:
    """What ties an event to its number, its author, its time, its words and everything before it."""
    parts = (previous, row.seq, row.kind, row.at.timestamp(), row.by, row.by_name, row.by_role, row.fact, row.sealed)
    digest = hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def plain_fact(row: EventRow) -> dict[str, Any]:
    """A row's fact as plain JSON values, with the patient's identity in it."""
    fields: dict[str, Any] = json.loads(row.fact)
    if row.sealed:
        fields[_SEALED] = json.loads(unseal(row.sealed))
    return fields
