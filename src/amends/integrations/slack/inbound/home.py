"""The Home tab: what waits for a person and for those whom they cover, by number, office and step. No patient."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from amends.access import Right, offices_with
from amends.cases import queries
from amends.cases.models import CaseRow
from amends.cases.policies import current_policy
from amends.integrations.slack.models import SlackWorkspace
from amends.practice.away.alone import left_with
from amends.practice.away.on_work import away_now, covering
from amends.practice.directory import Directory, directory
from amends.practice.models import Person
from amends.protocol.policy import Policy
from amends.protocol.wording import in_hours

from .answer import Block, View, actions, case_link, link, plain, section
from .report_page import report_page

REPORT = "report"
_MOST = 30  # cases shown of each kind: a Home tab holds 100 blocks (slack.md 5)
_MOST_COVERED = 5  # people
_MOST_PROMISED = 5
_AN_INSTANT = timedelta(microseconds=1)


def view_for(person: Person, workspace: SlackWorkspace) -> View:
    """What `views.publish` takes."""
    known, policy = directory(), current_policy()
    key, now = str(person.pk), timezone.now()
    offices = offices_with(person, Right.SEE_CASE, known)
    mine = [
        row for row in (*queries.owned_by(person.pk), *queries.closed_of(person.pk)) if str(row.office_id) in offices
    ]
    covered = {**left_with(key, known, now), **known.covered_by(key, now)}
    theirs = queries.covered_work(covered)
    kept = [row for row in queries.kept_for_others(person.pk) if str(row.office_id) in offices]
    blocks = [*_away(key, known), _header("My work"), *_lines(mine, known, policy, _MOST), *_promises(kept, known)]
    left = _MOST
    for one in covering(covered, known)[:_MOST_COVERED]:
        rows = [row for row in theirs if str(row.owner_id) == one.person]
        blocks += [_header(f"You cover for {one.name}"), *_lines(rows, known, policy, left)]
        left = max(0, left - len(rows))
    return {"type": "home", "blocks": [*_top(person, workspace, known), *blocks]}


def _top(person: Person, workspace: SlackWorkspace, known: Directory) -> list[Block]:
    buttons = [link("Open Amends", reverse("work"), number=1)]
    if offices_with(person, Right.REPORT, known):
        buttons.insert(0, report_button(person, workspace))
    return [actions(*buttons)]


def report_button(person: Person, workspace: SlackWorkspace) -> Block:
    """The one button to report: a form here where the workspace may carry patients, otherwise the page of Amends."""
    words = "Report an upset patient"
    if workspace.may_carry_patients:
        return {"type": "button", "action_id": REPORT, "text": plain(words, 75), "style": "primary"}
    return link(words, report_page(person))


def _away(person: str, known: Directory) -> list[Block]:
    absence = away_now(person, known, timezone.now(), known.zone_of(person))
    if absence is None:
        return []
    last = (absence.until - _AN_INSTANT).astimezone(absence.zone)
    covers = f" {absence.cover.name} covers for you." if absence.cover else ""
    return [
        section(f"You are away through {last:%A, %B} {last.day}.{covers} Type /upset back when you are here again.")
    ]


def _lines(rows: list[CaseRow], known: Directory, policy: Policy, most: int) -> Iterable[Block]:
    if not rows:
        yield section("Nothing waits.")
    for row in rows[:most]:
        line = queries.line(row, known, policy)
        left = f" · {line.left}" if line.left else ""
        due = f" · {due_in_words(row)}" if row.due_at else ""
        new = " · new for you" if line.is_new_for_owner else ""
        words = f"{row.number} · {line.office.name} · {policy.stages[row.stage]}{left}{due}{new}"
        yield {**section(words), "accessory": case_link(row.number)}
    if len(rows) > most:
        yield section(f"And {len(rows) - most} more, on the page My work.")


def _promises(rows: list[CaseRow], known: Directory) -> Iterable[Block]:
    """What this person keeps in cases that somebody else has."""
    if rows:
        yield _header("Promises to keep")
    for row in rows[:_MOST_PROMISED]:
        due = f" · {_from_now(row.promise_due_at)}" if row.promise_due_at else ""
        words = f"{row.number} · {known.offices[str(row.office_id)].name}{due}"
        yield {**section(words), "accessory": case_link(row.number)}
    if len(rows) > _MOST_PROMISED:
        yield section(f"And {len(rows) - _MOST_PROMISED} more, on the page My work.")


def due_in_words(row: CaseRow) -> str:
    """When the step that is now is due, as from now."""
    return _from_now(row.due_at) if row.due_at else ""


def _from_now(due: datetime) -> str:
    left = (due - timezone.now()).total_seconds()
    minutes = int(abs(left) // 60)
    if left < 0:
        return f"late by {in_hours(max(1, minutes))}"
    return f"due in {in_hours(minutes)}" if minutes else "due now"


def _header(words: str) -> Block:
    return {"type": "header", "text": plain(words, 150)}
