"""The figures of a case follow from its events, whatever happens to it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from tests.cases.acting import CAUSE, PUT_RIGHT, SPOKE, closed, does
from tests.conftest import Cast

from amends.access import actor_at
from amends.cases import actions
from amends.cases.models import CaseRow
from amends.learning.figures import made_anew, make_anew
from amends.learning.models import CaseFigures
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.values import AMENDS, Review
from amends.protocol.words import AsideReason, Moment, NoContact, Source

STEPS: tuple[c.Command, ...] = (
    SPOKE,
    CAUSE,
    PUT_RIGHT,
    c.ReviewReplyLive(),
    c.ReviewReplyGone(why="x"),
    c.NoteRepeat(of=("UP-9",)),
    c.Reopen(why="Not yet."),
    c.SettleAttempts(reason=NoContact.ASKED_NOT_TO, note="No calls."),
    PUT_RIGHT,
    c.PutAside(reason=AsideReason.NOT_UPSET, note="x"),
    c.Reopen(why="After all."),
    SPOKE,
    PUT_RIGHT,
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
    assert (figures.counts, figures.minutes_to_contact, figures.minutes_to_addressed) == (True, 60, 780)
    assert (figures.has_review, figures.reply_live, figures.is_repeat) == (True, False, True)


def test_what_is_opened_again_is_not_put_right_until_it_is_put_right_anew(group: Cast) -> None:
    row = closed(group)
    before = columns(CaseFigures.objects.get(case=row))
    assert before["minutes_to_told"] is not None
    opened_again = {"spoken_with": False, "resolution": "", "minutes_to_closed": None, "minutes_to_addressed": None}
    opened_again |= {"addressed_on": None, "addressed_at": None, "minutes_to_told": None}
    row = does(group.omar, row, c.Reopen(why="The bill is still wrong."))
    assert columns(CaseFigures.objects.get(case=row)) == before | opened_again
    settled = c.SettleAttempts(reason=NoContact.ASKED_NOT_TO, note="No calls.")
    row = does(group.omar, row, settled)
    assert columns(CaseFigures.objects.get(case=row)) == before | opened_again | {"spoken_with": True}
    assert columns(made_anew(row)) == columns(CaseFigures.objects.get(case=row))


def test_figures_are_made_anew_for_cases_that_had_none(group: Cast) -> None:
    report = c.Report(office=str(group.maple.pk), account="Waited.", moment=Moment.BEFORE)
    row = actions.perform(command=report, by=AMENDS).row
    CaseFigures.objects.all().delete()
    assert make_anew([row]) == 1
    assert CaseFigures.objects.get().day == timezone.now().astimezone(ZoneInfo("America/New_York")).date()
