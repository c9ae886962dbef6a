"""What Amends reads in Open Dental: entries that change or vanish, Tasks that are done, patients who come back."""

from collections.abc import Sequence
from datetime import timedelta

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.events import Fact
from amends.protocol.rules.asking import AMENDS_ITSELF, Context, Refused, only, text
from amends.protocol.rules.still_here import seen_in_task
from amends.protocol.values import ChartRow, Proof
from amends.protocol.words import CHART_PURPOSES, PatientStatus, Stage

_ITSELF = "say so; Amends itself reads it in Open Dental"


def row_edited(case: Case, command: c.ChartRowEdited, context: Context) -> Sequence[Fact]:
    only(context, AMENDS_ITSELF, _ITSELF)
    _proof_in(case, command.row)
    now = text(command.text, context, "The entry is empty now.", found=True)
    if now == case.accounts[-1].text:
        raise Refused("That is what the case says already.")
    return [e.AccountRewritten(row=command.row, text=now)]


def row_unmarked(case: Case, command: c.ChartRowUnmarked, context: Context) -> Sequence[Fact]:
    only(context, AMENDS_ITSELF, _ITSELF)
    _proof_in(case, command.row)
    return [e.MarkTakenBack(row=command.row)]


def row_gone(case: Case, command: c.ChartRowGone, context: Context) -> Sequence[Fact]:
    only(context, AMENDS_ITSELF, _ITSELF)
    proof = _proof_in(case, command.row)
    return [e.NoteLost(row=command.row, purpose=proof.purpose, about=proof.about)]


def patient_merged(case: Case, command: c.PatientMerged, context: Context) -> Sequence[Fact]:
    only(context, AMENDS_ITSELF, _ITSELF)
    if case.patient is None or case.patient.database != command.patient.database:
        raise Refused("This case is about no patient of that database.")
    if command.patient.has_chart_of(case.patient):
        raise Refused("That is what the case says already.")
    return [
        e.PatientIdentified(
            patient_status=PatientStatus.KNOWN,
            patient=command.patient,
            why="Open Dental made one chart of two.",
            same_chart=True,
            merged=True,
        )
    ]


def task_changed(case: Case, command: c.TaskChanged, context: Context) -> Sequence[Fact]:
    only(context, AMENDS_ITSELF, _ITSELF)
    task = next((task for task in case.tasks if task.marker == command.marker), None)
    if task is None:
        raise Refused("This case has sent no such Task.")
    facts: list[Fact] = []
    if command.seen_at and not task.seen_at:
        facts.append(e.TaskSeen(marker=task.marker, seen_at=command.seen_at))
        facts += seen_in_task(case, task, command.seen_at)
    if command.done_at and not task.done_at:
        facts.append(e.TaskDone(marker=task.marker, done_at=command.done_at))
    if not facts:
        raise Refused("That is what the case says already.")
    return facts


def patient_came_back(case: Case, command: c.PatientCameBack, context: Context) -> Sequence[Fact]:
    only(context, AMENDS_ITSELF, _ITSELF)
    addressed = case.round_addressing
    if case.stage not in (Stage.ADDRESSED, Stage.CLOSED) or addressed is None or case.kept_on:
        raise Refused("Nobody waits for this patient to come back.")
    day = addressed.at.astimezone(context.calendar.tz).date()
    if not day < command.on <= day + timedelta(days=context.policy.limits.kept_days):
        raise Refused("That visit does not tell whether the patient was kept.")
    return [e.PatientKept(visit=command.visit, on=command.on)]


def _proof_in(case: Case, row: ChartRow) -> Proof:
    """What this entry proves of the case. Refuses an entry that proves nothing of it."""
    here = case.patient is not None and case.patient.database == row.database
    for proof in case.proofs:
        if here and proof.purpose in CHART_PURPOSES and (proof.place, proof.id) == (row.place, row.id):
            return proof
    raise Refused("That entry is not part of this case.")
