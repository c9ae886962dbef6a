"""What the tests of the Open Dental channels write and look for: Dana, upset at Maple Street."""

from datetime import UTC, datetime
from typing import Any

from amends.deliveries.channel import Outgoing, Proof
from amends.integrations.channels import channel

MARKER = "UP-1042.7"
VISIT = datetime(2026, 3, 2, 19, 5, tzinfo=UTC)  # 2:05 PM at Maple Street
ENTRY: dict[str, Any] = {
    "PatNum": 4127,
    "text": f"Waited an hour.\nAna Ruiz {MARKER}",
    "at": VISIT.isoformat(),
    "zone": "America/New_York",
    "Mode_": "In Person",
    "SentOrReceived": "Received",
}
TASK: dict[str, Any] = {
    "PatNum": 4127,
    "text": f"Call back today. {MARKER}",
    "headline": "Upset patient",
    "to_user_num": 101,
}


def item(name: str, payload: dict[str, Any], **changes: object) -> Outgoing:
    return Outgoing(MARKER, f"open_dental.{name}", "main", {**payload, **changes})


def deliver(name: str, payload: dict[str, Any], **changes: object) -> Proof:
    return channel(f"open_dental.{name}").deliver(item(name, payload, **changes))


def find(name: str, payload: dict[str, Any], **changes: object) -> Proof | None:
    return channel(f"open_dental.{name}").find(item(name, payload, **changes))


def note(number: int, text: str, *, minute: int = 0, procnum: int = 300) -> dict[str, Any]:
    when = f"2026-03-02 14:{minute:02}:00"
    return {"ProcNoteNum": number, "PatNum": 4127, "ProcNum": procnum, "EntryDateTime": when, "Note": text}


def procedure(number: int, status: str = "C", **changes: object) -> dict[str, Any]:
    row = {"ProcNum": number, "PatNum": 4127, "AptNum": 9, "ProcDate": "2026-03-02", "ProcStatus": status}
    return {**row, "procCode": "D2740", "IsLocked": "false", **changes}
