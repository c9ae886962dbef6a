"""`/upset`: reporting without patients in Slack, away and back by the rules of the page."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from tests.conftest import Cast
from tests.integrations.slack.slackbot import Slackbot, words_of

from amends.cases.models import CaseRow
from amends.integrations.slack.models import SlackWorkspace
from amends.practice.away.said import keep_routine, say_away
from amends.practice.directory import directory
from amends.practice.models import Absence, Office, Person

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 10:00 at Maple Street
TOLD = "Mrs Quintero (41) is in tears about her crown"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def days() -> list[tuple[date, date, str]]:
    zone = directory().offices[next(iter(directory().offices))].zone
    return [
        (row.begins.astimezone(zone).date(), row.ends.astimezone(zone).date(), row.cover.name if row.cover else "")
        for row in Absence.objects.order_by("pk")
    ]


# --- reporting ---------------------------------------------------------------------------------------------------


def test_by_default_it_is_the_way_to_the_page(slack: Slackbot, group: Cast) -> None:
    answer = slack.command("ana")
    assert (answer.status_code, answer.content) == (200, b"")
    assert f"/report?office={group.maple.pk}" in slack.everything()
    assert slack.views == []


def test_what_was_typed_is_neither_kept_nor_repeated(slack: Slackbot, group: Cast) -> None:
    slack.command("ana", TOLD)
    assert "What you typed was not kept" in slack.told[0]
    for word in ("Quintero", "tears", "crown"):
        assert word not in slack.everything()
    assert not CaseRow.system.exists()


@pytest.mark.parametrize("text", [f"away {TOLD}", f"away today cover {TOLD}", f"away until friday cover {TOLD}"])
def test_nor_is_what_was_typed_in_the_wrong_place(slack: Slackbot, text: str) -> None:
    slack.command("omar", text)
    assert "Nothing was noted" in slack.told[0]
    assert "Quintero" not in slack.everything()
    assert not Absence.objects.exists()


def test_of_a_few_offices_each_has_its_button_and_of_many_none(slack: Slackbot, group: Cast) -> None:
    slack.command("lee")
    told = slack.server.bodies("POST", "respond")[0]["blocks"][-1]["elements"]
    assert [button["text"]["text"] for button in told] == ["Harbor View", "Maple Street"]
    assert len({button["action_id"] for button in told}) == 2
    for number in range(5):
        Office.objects.create(name=f"Office {number}", region=group.maple.region, calendar=group.maple.calendar)
    slack.command("lee")
    (only,) = slack.server.bodies("POST", "respond")[1]["blocks"][-1]["elements"]
    assert only["url"].endswith("/report?office=")


def test_who_may_report_nowhere_is_told_so(slack: Slackbot) -> None:
    slack.command("alex")
    assert "no office at which you could report" in slack.told[0]


def test_an_unknown_user_is_told_how_to_be_matched(slack: Slackbot) -> None:
    for text in ("", "away today", "back", "help"):
        slack.command("mallory", text)
    assert all("does not know yet who you are" in told for told in slack.told)
    assert not Absence.objects.exists()


def test_help(slack: Slackbot) -> None:
    slack.command("ana", "help")
    assert "/upset away until friday cover ruth" in slack.told[0]


def test_a_command_that_comes_twice_is_answered_once(slack: Slackbot) -> None:
    for _ in range(2):
        slack.command("omar", "away tomorrow", trigger_id="1.2.3")
    assert Absence.objects.count() == 1
    assert len(slack.told) == 1


def test_a_command_without_anything_to_tell_it_by_is_not_seen_to(slack: Slackbot) -> None:
    slack.command("omar", "away tomorrow", trigger_id="")
    assert not Absence.objects.exists()


# --- away --------------------------------------------------------------------------------------------------------


def test_away_today_and_back(slack: Slackbot, group: Cast) -> None:
    keep_routine(group.omar, (), cover=group.ruth, now=MONDAY)
    slack.command("omar", "away today")
    assert slack.told == ["Noted: away today."]
    assert days() == [(date(2026, 3, 2), date(2026, 3, 3), "")]
    assert "Ruth Bellamy covers for you." in words_of(slack.homes[-1][1])
    slack.command("omar", "away today")
    assert Absence.objects.count() == 1
    slack.command("omar", "back")
    assert slack.told[-1] == "Welcome back."
    assert "You are away" not in words_of(slack.homes[-1][1])
    slack.command("omar", "back")
    assert slack.told[-1] == "You were not away."


def test_away_until_friday_and_ruth_covers(slack: Slackbot, group: Cast) -> None:
    slack.command("omar", "away until friday cover ruth")
    assert slack.told == ["Noted: you are away through Friday, March 6. Ruth Bellamy covers for you."]
    assert days() == [(date(2026, 3, 2), date(2026, 3, 7), "Ruth Bellamy")]
    assert Absence.objects.get().said_by == group.omar
    assert str(group.omar.pk) in directory().covered_by(str(group.ruth.pk))


def test_a_cover_may_be_mentioned(slack: Slackbot, group: Cast) -> None:
    slack.command("omar", "away tomorrow cover <@U0RUTH|ruth>")
    assert slack.told == ["Noted: away on Tuesday, March 3. Ruth Bellamy covers for you."]
    slack.command("omar", "away friday cover <@U0NOBODY>")
    assert "Nobody who can cover for you is called that" in slack.told[-1]


@pytest.mark.parametrize("name", ["nick", "pia", "alex", "nobody"])
def test_only_who_may_be_asked_covers(slack: Slackbot, name: str) -> None:
    slack.command("omar", f"away tomorrow cover {name}")
    assert "Nobody who can cover for you is called that" in slack.told[0]
    assert not Absence.objects.exists()


def test_between_two_nobody_is_guessed(slack: Slackbot, group: Cast) -> None:
    other = Person.objects.create(email="ruth2@bellamy.example", name="Ruth Bell")
    other.posts.create(role="office_manager", office=group.maple)
    slack.command("omar", "away tomorrow cover ruth")
    assert slack.told[0].startswith("That may be more than one person: Ruth Bell, ")
    assert not Absence.objects.exists()
    slack.command("omar", "away tomorrow cover ruth bell")
    assert days()[0][2] == "Ruth Bell"


def test_loops_are_refused_with_their_sentence(slack: Slackbot, group: Cast) -> None:
    say_away(group.ruth, MONDAY, datetime(2026, 3, 7, 5, tzinfo=UTC), cover=group.omar, by=group.ruth, now=MONDAY)
    slack.command("omar", "away until friday cover ruth")
    assert "Ruth Bellamy is away too, and what waits would come back to Omar Haddad" in slack.told[0]
    slack.command("omar", "away until friday cover omar")
    assert "Omar Haddad cannot cover for themselves" in slack.told[-1]
    assert Absence.objects.count() == 1


def test_a_gap_is_said_when_it_is_made(slack: Slackbot, group: Cast) -> None:
    group.ruth.posts.all().delete()
    slack.command("omar", "away tomorrow")
    assert "Nobody answers for Maple Street on Tuesday, March 3." in slack.told[0]


def test_for_whom_nothing_waits_nobody_covers(slack: Slackbot) -> None:
    slack.command("ana", "away tomorrow cover ruth")
    assert "Nothing waits for you that anybody must cover." in slack.told[0]
    assert days() == [(date(2026, 3, 3), date(2026, 3, 4), "")]


def test_a_span_of_days(slack: Slackbot) -> None:
    slack.command("omar", "away from wednesday to 2026-03-09 cover ruth")
    assert slack.told[0].startswith("Noted: you are away from Wednesday, March 4 through Monday, March 9.")


def test_what_was_typed_stands_in_the_form_where_slack_may_carry_it(slack: Slackbot) -> None:
    SlackWorkspace.objects.update(may_carry_patients=True)
    slack.command("ana", TOLD)
    assert words_of(slack.views[0]["blocks"]) == "One moment…"
    (field,) = [block for block in slack.views[1]["blocks"] if block["block_id"] == "account"]
    assert field["element"]["initial_value"] == TOLD
    slack.command("ana", "help")
    assert len(slack.views) == 2
