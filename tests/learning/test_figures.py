"""The figures of a case follow from its events, whatever happens to it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from tests.cases.acting import CAUSE, PUT_RIGHT, SPOKE
from tests.conftest import Cast

from amends.access import actor_at
from amends.cases import actions
from amends.cases.models import CaseRow
from amends.learning.figures import made_anew, make_anew
from amends.learning.models import CaseFigures
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.values import AMENDS, Review
from amends.protocol.words import AsideReason, Moment, Source

STEPS: tuple[c.Command, ...] = (
    SPOKE,
    CAUSE,
    PUT_RIGHT,
    c.ReviewReplyLive(),
    c.ReviewReplyGone(why="x"),
    c.NoteRepeat(of=("UP-9",)),
    c.Reopen(why="Not yet."),
    SPOKE,
    PUT_RIGHT,
    c.PutAside(reason=AsideReason.NOT_UPSET, note="x"),
    c.Reopen(why="After all."),
)


def columns(figures: CaseFigures) -> dict[str, object]:
    return {field.name: getattr(figures, field.attname) for field in CaseFigures._meta.concrete_fields}


def test_after_every_step_the_row_is_what_the_events_make(group: Cast) -> None:
    at = timezone.now() - timedelta(days=3)
    report = c.Report(
        office=str(group.maple.pk),
        account="Waited.",
        moment=Moment.ONLINE,
        source=Source.REVIEW,
        review=Review("google", "r-1", 1),
    )
    row = actions.perform(command=report, by=AMENDS, at=at).row
    lee = actor_at(group.lee, str(group.maple.pk))
    for number, command in enumerate(STEPS, start=1):
        try:
            actions.perform(command=command, by=lee, case=row.pk, at=at + timedelta(hours=number))
        except Refused:
            pytest.fail(f"{command} was refused")
        row = CaseRow.system.get(pk=row.pk)
        assert columns(CaseFigures.objects.get(case=row)) == columns(made_anew(row)), command
    figures = CaseFigures.objects.get(case=row)
    assert (figures.counts, figures.minutes_to_contact, figures.minutes_to_addressed) == (True, 60, 540)
    assert (figures.has_review, figures.reply_live, figures.is_repeat) == (True, False, True)


def test_figures_are_made_anew_for_cases_that_had_none(group: Cast) -> None:
    report = c.Report(office=str(group.maple.pk), account="Waited.", moment=Moment.BEFORE)
    row = actions.perform(command=report, by=AMENDS).row
    CaseFigures.objects.all().delete()
    assert make_anew([row]) == 1
    assert CaseFigures.objects.get().day == timezone.now().astimezone(ZoneInfo("America/New_York")).date()
