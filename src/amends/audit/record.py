"""A case's complete record for counsel, an insurer or the board: every event, delivery and look, in order."""

from typing import Any

from amends.audit.models import Look
from amends.cases.codec import plain_fact
from amends.cases.models import CaseRow, EventRow
from amends.deliveries.models import Delivery


def case_record(pk: int) -> dict[str, Any] | None:
    """The record as plain JSON values; None where there is no such case."""
    row = CaseRow.system.filter(pk=pk).first()
    if row is None:
        return None
    return {
        "case": row.number,
        "stage": row.stage,
        "office": row.office.name,
        "head": row.head,
        "events": [_event(event) for event in EventRow.objects.filter(case=row).order_by("seq")],
        "deliveries": [_delivery(delivery) for delivery in Delivery.objects.filter(case=row).order_by("no")],
        "looks": [
            {"at": look.at.isoformat(), "person": look.person_name, "what": look.what}
            for look in Look.objects.filter(case=row.number).order_by("at", "pk")
        ],
    }


def _event(row: EventRow) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "at": row.at.isoformat(),
        "by": row.by_name,
        "role": row.by_role,
        "kind": row.kind,
        "fact": plain_fact(row),
        "hash": row.hash,
    }


def _delivery(row: Delivery) -> dict[str, Any]:
    return {
        "marker": row.marker,
        "channel": row.channel,
        "state": row.state,
        "text": row.paste_text,
        "proof": f"{row.proof_place} {row.proof_id}".strip(),
        "proved_at": row.proved_at.isoformat() if row.proved_at else None,
    }
