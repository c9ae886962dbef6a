"""`amends verify`: is the record what it claims to be? Every claim is checked again from the events."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from pydantic import ValidationError

from amends.cases import codec
from amends.cases.actions import columns
from amends.cases.models import CaseRow, EventRow, number_of
from amends.cases.policies import policy_for
from amends.deliveries.auditor import Problem, audit
from amends.deliveries.models import Delivery, State
from amends.practice.directory import Directory, directory
from amends.protocol.case import Case, fold
from amends.protocol.gates import gates
from amends.protocol.words import Stage
from amends.sealing import CannotUnseal


@dataclass(frozen=True)
class Verdict:
    problems: tuple[Problem, ...]
    counts: dict[str, int]

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """The object that `amends verify --json` prints."""
        return {"ok": self.ok, "problems": [asdict(problem) for problem in self.problems], "counts": self.counts}


def verify() -> Verdict:
    """Checks every case and every delivery. Reads in batches, so memory does not grow with the record."""
    known = directory()
    problems: list[Problem] = []
    cases = events = 0
    rows = {row.pk: row for row in CaseRow.system.all().order_by("pk").iterator(chunk_size=2000)}
    ordered = EventRow.objects.order_by("case_id", "seq").iterator(chunk_size=2000)
    for pk, group in groupby(ordered, key=attrgetter("case_id")):
        history = list(group)
        cases, events = cases + 1, events + len(history)
        row = rows.pop(pk, None)
        if row is not None:
            problems += _check_case(row, history, known)
    problems += [Problem("A case has no events.", number_of(pk)) for pk in rows]
    problems += _check_deliveries()
    problems += audit()
    counts = {"cases": cases, "events": events, "deliveries": Delivery.objects.count()}
    return Verdict(problems=tuple(problems), counts=counts)


def delivery_lines() -> Iterator[dict[str, str]]:
    """One object for each delivery, as `--deliveries` prints them."""
    for row in Delivery.objects.order_by("pk").iterator(chunk_size=2000):
        yield {
            "marker": row.marker,
            "channel": row.channel,
            "target": row.target,
            "state": row.state,
            "id": row.proof_id,
        }


def _check_case(row: CaseRow, history: list[EventRow], known: Directory) -> list[Problem]:
    number = row.number
    head = ""
    for seq, event in enumerate(history, start=1):
        if event.seq != seq:
            return [Problem(f"Event {seq} of the case is missing.", number)]
        head = codec.chain_hash(event, head)
        if event.hash != head:
            return [Problem(f"Event {seq} is not as it was written: the chain is broken.", number)]
    if head != row.head:
        return [Problem("The end of the case's story is missing: the chain's head differs.", number)]
    try:
        case = fold(codec.from_rows(history))
    except (ValidationError, ValueError, CannotUnseal) as damaged:
        return [Problem(f"An event cannot be read ({type(damaged).__name__}).", number)]
    return [*_check_row(row, case, known), *_check_proofs(case, number)]


def _check_row(row: CaseRow, case: Case, known: Directory) -> list[Problem]:
    expected = columns(case, policy_for(case.policy), known)
    differing = [name for name, value in expected.items() if getattr(row, name) != value]
    return (
        [Problem(f"The case's row differs from its events: {', '.join(differing)}.", row.number)] if differing else []
    )


def _check_proofs(case: Case, number: str) -> list[Problem]:
    if case.stage is not Stage.CLOSED:
        return []
    return [
        Problem(f"The case is closed without its proof: {gate.name}.", number)
        for gate in gates(case)
        if gate.holds_open
    ]


def _check_deliveries() -> list[Problem]:
    unproved = Delivery.objects.filter(state=State.PROVED, proved_at__isnull=True)
    return [Problem("A delivery is called proved and has no time of proof.", row.marker) for row in unproved]
