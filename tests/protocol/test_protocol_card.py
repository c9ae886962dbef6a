"""What a card says of what changes: that something does, by when and who sees to it; never in anybody's words."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tests.protocol.cast import OMAR, POLICY, RITA, Story, addressed, spoken

from amends.protocol import commands as c
from amends.protocol.card import Change, Planned, card_of
from amends.protocol.card_words import card_words

SECRET = "Marisol's estimate goes out by letter"
AGAIN = "So that it does not happen again: "


def words(story: Story) -> tuple[str, str]:
    said = card_words(card_of(story.case), "UP-1042", "Maple Street", POLICY)
    assert "Marisol" not in "\n".join(said.lines)
    return said.cause, said.changes


def test_before_it_is_addressed_nothing_is_said_of_changes() -> None:
    assert words(spoken()) == ("", "")


def test_a_cause_is_no_change() -> None:
    story = addressed()
    story.does(OMAR, c.RecordCauses(causes=("estimate_wrong",)))
    assert words(story) == ("Cause: Estimate differed from the bill", "No change was written down yet")
    story.does(OMAR, c.RecordCauses(causes=("estimate_wrong", "wait_in_office")))
    assert words(story)[0] == "Causes: Estimate differed from the bill, Long wait in the office"


def test_a_change_that_was_said_when_it_was_addressed_is_told_of() -> None:
    story = spoken()
    story.does(OMAR, c.MarkAddressed(resolution="corrected", change=SECRET))
    assert words(story) == ("", f"{AGAIN}a change was written down. See the case")


def test_a_planned_change_is_told_with_its_day_and_who_sees_to_it_and_then_that_it_is_made() -> None:
    story = addressed()
    zone = ZoneInfo("America/New_York")  # of Maple Street
    late, soon = (datetime(2026, 3, day, 23, 59, tzinfo=zone) for day in (20, 13))
    story.does(OMAR, c.PlanAction(what=SECRET, owner=OMAR.person, due=late))
    story.does(OMAR, c.PlanAction(what=SECRET, owner=RITA.person, due=soon))
    assert card_of(story.case).planned == Planned(owner=RITA.person, due=date(2026, 3, 13))
    assert words(story)[1] == f"{AGAIN}a change is planned by Mar 13, Rita sees to it"
    story.does(OMAR, c.FinishAction(no=2))
    assert words(story)[1] == f"{AGAIN}a change is planned by Mar 20, Omar sees to it"
    story.does(OMAR, c.FinishAction(no=1))
    assert words(story)[1] == f"{AGAIN}the change is made. See the case"


def test_a_change_that_nobody_needs_says_so() -> None:
    story = addressed()
    case = replace(story.case, no_action_because=SECRET)
    assert card_of(case).change is Change.NOT_NEEDED
    told = card_words(card_of(case), "UP-1042", "Maple Street", POLICY)
    assert told.changes == f"{AGAIN}no change is needed. The case says why"


def test_a_card_that_was_written_before_there_was_this_says_nothing_of_it() -> None:
    card = replace(card_of(addressed().case), change=None)
    assert card_words(card, "UP-1042", "Maple Street", POLICY).changes == ""


def test_what_is_planned_without_a_day_that_is_known_is_told_as_written_down() -> None:
    card = replace(card_of(addressed().case), change=Change.PLANNED)
    assert "written down" in card_words(card, "UP-1042", "Maple Street", POLICY).changes
