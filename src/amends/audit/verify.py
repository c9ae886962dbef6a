"""`amends verify`: is the record what it claims to be? Every claim is checked again from the events."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, TextField
from django.db.models.functions import Cast

from amends.cases import codec
from amends.cases.actions import columns
from amends.cases.models import CaseRow, EventRow, PolicyText, number_of
from amends.cases.policies import policy_for
from amends.deliveries.auditor import Problem, audit
from amends.deliveries.models import Delivery, State
from amends.practice.directory import Directory, directory
from amends.protocol.case import Case
from amends.protocol.events import DeliveryProven
from amends.protocol.fold import fold
from amends.protocol.gates import gates
from amends.protocol.policy import PolicyError, read_policy
from amends.protocol.words import Stage
from amends.sealing import CannotUnseal, unseal


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


_BATCH = 500


def verify() -> Verdict:
    """Checks every case and every delivery, some hundred cases at a time; people may work meanwhile."""
    known = directory()
    problems: list[Problem] = []
    counts = {"cases": 0, "events": 0, "deliveries": 0}
    last = 0
    while numbers := list(CaseRow.system.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        last = numbers[-1]
        for record in _records(numbers):
            counts["cases"] += 1
            counts["events"] += len(record.events)
            counts["deliveries"] += len(record.deliveries)
            # What was read in the middle of somebody's work is read again, alone and under its lock.
            if _check(record, known):
                problems += _check_again(record.row.pk)
    problems += _orphans()
    problems += _policies()
    problems += audit()
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


@dataclass(frozen=True)
class _Record:
    """Everything that is stored of one case. `sealed_name` is the patient's name as it lies in the database."""

    row: CaseRow
    sealed_name: str
    events: list[EventRow]
    deliveries: list[Delivery]


def _records(numbers: list[int]) -> list[_Record]:
    # Raw, so that a name that no key opens is a finding and not the end of the reading.
    raw = Cast("patient_name", TextField())
    rows = CaseRow.system.filter(pk__in=numbers).order_by("pk").defer("patient_name").annotate(sealed_name=raw)
    events: dict[int, list[EventRow]] = defaultdict(list)
    for event in EventRow.objects.filter(case_id__in=numbers).order_by("case_id", "seq"):
        events[event.case_id].append(event)
    deliveries: dict[int, list[Delivery]] = defaultdict(list)
    for delivery in Delivery.objects.filter(case_id__in=numbers).order_by("case_id", "no").defer("payload"):
        deliveries[delivery.case_pk].append(delivery)
    return [_Record(row, row.sealed_name, events[row.pk], deliveries[row.pk]) for row in rows]


def _check_again(pk: int) -> list[Problem]:
    with transaction.atomic():
        list(CaseRow.system.select_for_update().filter(pk=pk).values_list("pk"))  # locked, without opening the name
        return [problem for record in _records([pk]) for problem in _check(record, directory())]


def _check(record: _Record, known: Directory) -> list[Problem]:
    number = record.row.number
    if not record.events:
        return [Problem("A case has no events.", number)]
    broken = _check_chain(record)
    if broken:
        return [Problem(broken, number)]
    try:
        case = fold(codec.from_rows(record.events))
        differing = _differing(record, case, known)
    except (ValueError, LookupError, TypeError, AttributeError, CannotUnseal) as damaged:
        return [Problem(f"An event cannot be read ({type(damaged).__name__}).", number)]
    except PolicyText.DoesNotExist:
        return [Problem(f"The protocol version {case.policy}, which the case runs under, is missing.", number)]
    found = [f"The case's row differs from its events: {', '.join(differing)}."] if differing else []
    if case.stage is Stage.CLOSED:
        found += [f"The case is closed without its proof: {gate.name}." for gate in gates(case) if gate.holds_open]
    return [*(Problem(what, number) for what in found), *_check_deliveries(record, number)]


def _check_chain(record: _Record) -> str:
    head = ""
    for seq, event in enumerate(record.events, start=1):
        if event.seq != seq:
            return f"Event {seq} of the case is missing."
        head = codec.chain_hash(event, head)
        if event.hash != head:
            return f"Event {seq} is not as it was written: the chain is broken."
    return "" if head == record.row.head else "The end of the case's story is missing: the chain's head differs."


def _differing(record: _Record, case: Case, known: Directory) -> list[str]:
    expected = columns(case, policy_for(case.policy), known)
    name = expected.pop("patient_name")
    differing = [column for column, value in expected.items() if getattr(record.row, column) != value]
    try:
        stored = unseal(record.sealed_name)
    except CannotUnseal:
        stored = None
    return differing if stored == name else [*differing, "patient_name"]


def _check_deliveries(record: _Record, number: str) -> Iterator[Problem]:
    told = {event.fact.marker for event in codec.from_rows(record.events) if isinstance(event.fact, DeliveryProven)}
    for no, row in enumerate(record.deliveries, start=1):
        if row.no != no:
            yield Problem(f"Delivery {no} of the case is missing.", number)
            break
    for row in record.deliveries:
        if row.marker != f"{number}.{row.no}":
            yield Problem("A delivery does not carry its case's own marker.", row.marker)
        elif (row.state == State.PROVED) != (row.marker in told):
            yield Problem("The delivery and its case do not agree whether it arrived.", row.marker)
        elif row.state == State.PROVED and row.proved_at is None:
            yield Problem("A delivery is called proved and has no time of proof.", row.marker)
    for marker in sorted(told - {row.marker for row in record.deliveries}):
        yield Problem("The case was told of a delivery that is missing.", marker)


def _orphans() -> list[Problem]:
    """Events and deliveries of a case that is gone."""
    cases = CaseRow.system.filter(pk=OuterRef("case_id"))
    lost = {
        *EventRow.objects.exclude(Exists(cases)).values_list("case_id", flat=True).distinct(),
        *Delivery.objects.filter(case__isnull=False)
        .exclude(Exists(cases))
        .values_list("case_id", flat=True)
        .distinct(),
    }
    return [Problem("The case's row is missing.", number_of(pk)) for pk in sorted(lost)]


def _policies() -> Iterator[Problem]:
    for kept in PolicyText.objects.all():
        try:
            untouched = read_policy(kept.text, stored=True).version == kept.version
        except PolicyError:
            untouched = False
        if not untouched:
            yield Problem("The text of a protocol version was changed.", kept.version)
