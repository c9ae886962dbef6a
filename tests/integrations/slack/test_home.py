"""The Home tab: numbers, offices, steps and times; never a patient; never more than it holds."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cases.acting import a_case, closed, does
from tests.conftest import Cast
from tests.integrations.slack.slackbot import Slackbot, words_of

from amends.access import actor_at
from amends.cases.models import CaseRow
from amends.integrations.slack.inbound.home import due_in_words, view_for
from amends.integrations.slack.models import SlackWorkspace
from amends.practice.away.said import say_away
from amends.protocol import commands as c
from amends.simulators.slack.blocks import check_view

HOUR = timedelta(hours=1)


def test_my_work_without_a_patient(slack: Slackbot, group: Cast) -> None:
    row = a_case(group)
    slack.open_home("omar")
    ((user, home),) = slack.homes
    words = words_of(home)
    assert user == "U0OMAR"
    assert f"{row.number} · Maple Street · " in words
    assert "new for you" in words
    assert row.patient_name
    for secret in row.patient_name.split():
        assert secret not in slack.everything()
    assert f"/cases/{row.number}" in slack.everything()
    check_view(home, ("home",))


def test_what_i_cover(slack: Slackbot, group: Cast) -> None:
    now = timezone.now()
    row = a_case(group)
    say_away(group.omar, now - HOUR, now + HOUR, cover=group.ruth, by=group.omar, now=now)
    slack.open_home("ruth")
    words = words_of(slack.homes[0][1])
    assert words.index("You cover for Omar Haddad") < words.index(row.number)


def test_what_is_left_to_do_of_a_closed_case(slack: Slackbot, group: Cast) -> None:
    row, now = closed(group), timezone.now()
    owner = actor_at(group.omar, str(group.maple.pk)).person
    does(group.omar, row, c.MakePromise(text="A call.", owner=owner, due=now + timedelta(days=7)))
    say_away(group.omar, now - HOUR, now + HOUR, cover=group.ruth, by=group.omar, now=now)
    for name in ("omar", "ruth"):
        slack.open_home(name)
        assert f"{row.number} · Maple Street · Closed · Promise · due in" in words_of(slack.homes[-1][1])


def test_what_i_keep_in_cases_of_others(slack: Slackbot, group: Cast) -> None:
    row, now = a_case(group), timezone.now()
    ruth = actor_at(group.ruth, str(group.maple.pk)).person
    for day in range(7):
        does(group.omar, row, c.MakePromise(text="A call.", owner=ruth, due=now + timedelta(days=7 + day)))
    slack.open_home("ruth")
    words = words_of(slack.homes[-1][1])
    assert words.index("Promises to keep") < words.index(f"{row.number} · Maple Street · due in")
    others = [a_case(group) for _ in range(5)]
    for other in others:
        does(group.omar, other, c.MakePromise(text="A call.", owner=ruth, due=now + timedelta(days=9)))
    slack.open_home("ruth")
    assert "And 1 more, on the page My work." in words_of(slack.homes[-1][1])
    slack.open_home("omar")
    assert "Promises to keep" not in words_of(slack.homes[-1][1])
    assert "A call." not in slack.everything()
    check_view(slack.homes[0][1], ("home",))


def test_nothing_waits(slack: Slackbot) -> None:
    slack.open_home("rita")
    words = words_of(slack.homes[0][1])
    assert "Nothing waits." in words
    assert "Report an upset patient" in words


def test_the_button_to_report_knows_the_office_of_whoever_has_one(slack: Slackbot, group: Cast) -> None:
    slack.open_home("omar")
    assert f'/report?office={group.maple.pk}"' in slack.everything()
    slack.open_home("lee")
    assert '/report?office="' in slack.everything()


def test_who_may_not_report_has_no_button_for_it(slack: Slackbot) -> None:
    slack.open_home("alex")
    assert "Report an upset patient" not in words_of(slack.homes[0][1])


def test_a_stranger_is_told_how_to_be_matched(slack: Slackbot) -> None:
    slack.open_home("mallory")
    assert "does not know yet who you are" in words_of(slack.homes[0][1])
    assert slack.asked("users.info")


def test_another_tab_or_another_workspace_publishes_nothing(slack: Slackbot) -> None:
    slack.open_home("omar", event={"type": "app_home_opened", "user": "U0OMAR", "tab": "messages"})
    slack.open_home("omar", team_id="T0OTHER")
    assert slack.homes == []


def test_an_event_that_comes_again_is_seen_to_once(slack: Slackbot) -> None:
    for _ in range(4):
        slack.open_home("omar", event_id="Ev0SAME")
    assert len(slack.homes) == 1


def test_slack_that_fails_is_not_asked_again(slack: Slackbot) -> None:
    slack.server.on("POST", "views.publish", {"ok": False, "error": "not_enabled"})
    assert slack.open_home("omar").status_code == 200
    assert len(slack.homes) == 1


@pytest.mark.parametrize("count", [31, 60])
def test_it_never_holds_more_than_slack_takes(slack: Slackbot, group: Cast, count: int) -> None:
    now = timezone.now()
    for _ in range(count):
        a_case(group)
    say_away(group.omar, now - HOUR, now + HOUR, cover=group.ruth, by=group.omar, now=now)
    slack.open_home("omar")
    slack.open_home("ruth")
    for _, home in slack.homes:
        assert len(home["blocks"]) <= 100
        assert f"And {count - 30} more, on the page My work." in words_of(home)
        check_view(home, ("home",))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=120))
def test_any_name_of_an_office_fits(slack: Slackbot, group: Cast, workspace: SlackWorkspace, name: str) -> None:
    if not CaseRow.system.exists():
        a_case(group)
    group.maple.name = name
    group.maple.save()
    for signed in (False, True):
        workspace.may_carry_patients = signed
        check_view(view_for(group.omar, workspace), ("home",))


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(None, ""), (-90, "late by 1 h 30 min"), (-0.1, "late by 1 min"), (0.5, "due now"), (65, "due in 1 h 5 min")],
)
def test_when_it_is_due(minutes: float | None, words: str) -> None:
    due = None if minutes is None else timezone.now() + timedelta(minutes=minutes, seconds=30 if minutes > 1 else 0)
    assert due_in_words(CaseRow(due_at=due)) == words
