"""A press is a wish: the person's own rights decide, once for each press, whatever the message looked like."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.cases.acting import a_case, does
from tests.conftest import Cast
from tests.integrations.slack.slackbot import Slackbot, words_of

from amends.cases.actions import events_of, state_of
from amends.cases.models import CaseRow
from amends.integrations.slack.models import SlackHeard, SlackPerson, SlackWorkspace
from amends.practice.away.said import say_away
from amends.protocol.commands import AskRegion
from amends.protocol.words import Role, Stage


@pytest.fixture
def case(group: Cast) -> CaseRow:
    return a_case(group)


def happened(case: CaseRow) -> list[str]:
    return [type(event.fact).__name__ for event in events_of(case.pk)]


def test_a_manager_acknowledges_and_sees_it_on_the_home_tab(slack: Slackbot, group: Cast, case: CaseRow) -> None:
    assert slack.press("omar", "manager_acknowledge", case.number).status_code == 200
    assert state_of(case.pk).accepted
    assert slack.told == [f"{case.number}: you have it."]
    ((user, home),) = slack.homes
    assert user == "U0OMAR"
    assert case.number in words_of(home)


def test_a_stale_press_says_who_was_quicker_and_takes_nothing_away(slack: Slackbot, group: Cast, case: CaseRow) -> None:
    slack.press("omar", "manager_acknowledge", case.number)
    before = happened(case)
    slack.press("ruth", "manager_acknowledge", case.number)
    assert slack.told[-1] == "Omar Haddad has it already. You can take it over on its page."
    assert f"/cases/{case.number}" in str(slack.server.bodies("POST", "respond")[-1])
    assert happened(case) == before
    slack.press("omar", "manager_acknowledge", case.number)
    assert slack.told[-1] == "You already have this case."


def test_a_manager_says_that_they_come_to_a_patient_who_is_still_here(slack: Slackbot, group: Cast) -> None:
    here = a_case(group, still_here=True)
    for stranger in ("nick", "ana", "pia", "alex", "mallory"):
        slack.press(stranger, "manager_comes", here.number)
        assert state_of(here.pk).still_here
    slack.press("omar", "manager_comes", here.number)
    assert slack.told[-1] == f"{here.number}: they know now that you are coming."
    assert not state_of(here.pk).still_here
    slack.press("ruth", "manager_comes", here.number)
    assert slack.told[-1] == "Omar Haddad comes. Nobody else need come any more."


@pytest.mark.parametrize(
    ("action", "event"), [("leader_seen", "Seen"), ("leader_calls", "CallOffered"), ("leader_wants_call", "CallWanted")]
)
def test_a_leader_says_it_once(slack: Slackbot, case: CaseRow, action: str, event: str) -> None:
    slack.press("lee", action, case.number)
    assert happened(case)[-1] == event
    slack.press("lee", action, case.number)
    assert happened(case).count(event) == 1
    assert "You have" in slack.told[-1]


@pytest.mark.parametrize("action", ["leader_seen", "leader_calls", "leader_wants_call"])
def test_a_leader_says_it_also_while_they_cover_for_who_has_the_case(
    slack: Slackbot, group: Cast, case: CaseRow, action: str
) -> None:
    slack.press("lee", action, case.number)
    said = happened(case)[-1]
    case = a_case(group)
    does(group.omar, case, AskRegion(why="She wants all of it back."))
    now = timezone.now()
    say_away(group.rita, now, now + timedelta(days=2), cover=group.lee, by=group.rita, now=now)
    slack.press("lee", action, case.number)
    assert happened(case)[-1] == said
    assert events_of(case.pk)[-1].by.role is Role.LEADER


@pytest.mark.parametrize("action", ["leader_seen", "leader_calls", "leader_wants_call"])
@pytest.mark.parametrize("user", ["ana", "omar", "rita", "pia", "alex", "nick", "mallory"])
def test_nobody_but_a_leader_says_what_leaders_say(slack: Slackbot, case: CaseRow, action: str, user: str) -> None:
    before = happened(case)
    slack.press(user, action, case.number)
    assert happened(case) == before
    assert len(slack.told) == 1


@pytest.mark.parametrize("action", ["manager_acknowledge", "manager_spoke", "manager_ask_region"])
@pytest.mark.parametrize("user", ["nick", "mallory", "pia", "alex"])
def test_who_has_no_right_over_the_case_changes_nothing_and_learns_nothing(
    slack: Slackbot, case: CaseRow, action: str, user: str
) -> None:
    before = happened(case)
    slack.press(user, action, case.number)
    assert happened(case) == before
    assert case.number not in slack.everything()


def test_an_unknown_user_is_told_how_to_be_matched(slack: Slackbot, case: CaseRow) -> None:
    slack.press("mallory", "manager_acknowledge", case.number)
    assert "Amends does not know yet who you are in Slack" in slack.told[0]
    assert "Connections, Slack" in slack.told[0]
    assert slack.asked("users.info")


def test_a_match_that_nobody_confirmed_gives_no_rights(slack: Slackbot, case: CaseRow) -> None:
    SlackPerson.objects.filter(user_id="U0OMAR").update(confirmed_at=None)
    slack.press("omar", "manager_acknowledge", case.number)
    assert not state_of(case.pk).accepted
    assert "does not know yet who you are" in slack.told[0]


def test_somebody_who_left_has_no_rights(slack: Slackbot, group: Cast, case: CaseRow) -> None:
    group.omar.is_active = False
    group.omar.save()
    slack.press("omar", "manager_acknowledge", case.number)
    assert not state_of(case.pk).accepted


def test_the_same_user_id_of_another_workspace_is_somebody_else(slack: Slackbot, case: CaseRow) -> None:
    slack.press("omar", "manager_acknowledge", case.number, user={"id": "U0OMAR", "team_id": "T0OTHER"})
    assert not state_of(case.pk).accepted
    assert not slack.asked("users.info")


@pytest.mark.parametrize("number", ["", "UP-999999", "UP-1", "'; DROP TABLE", "UP-١٢٣٤"])
def test_a_case_that_is_not_there_looks_like_one_of_another_office(slack: Slackbot, number: str) -> None:
    slack.press("omar", "manager_acknowledge", number)
    assert slack.told == ["There is no such case, or it is not one of your offices."]


def test_a_replayed_press_is_seen_to_once(slack: Slackbot, case: CaseRow) -> None:
    payload = slack.about(
        "lee", "block_actions", actions=[{"type": "button", "action_id": "leader_seen", "value": case.number}]
    )
    for _ in range(3):
        assert slack.interact(payload).status_code == 200
    assert happened(case).count("Seen") == 1
    assert len(slack.told) == 1
    assert SlackHeard.objects.count() == 1


def test_what_was_refused_may_be_pressed_again_later(slack: Slackbot, case: CaseRow) -> None:
    slack.press("nick", "manager_acknowledge", case.number)
    slack.press("omar", "manager_acknowledge", case.number)
    assert state_of(case.pk).accepted


def test_presses_out_of_order_are_harmless(slack: Slackbot, case: CaseRow) -> None:
    slack.submit("omar", "ask_region_form", {"reason": chosen("not_enough")}, case.number)
    assert state_of(case.pk).stage is Stage.REGION
    before = happened(case)
    slack.press("omar", "manager_ask_region", case.number)
    again = slack.submit("omar", "ask_region_form", {"reason": chosen("not_enough")}, case.number)
    assert "already with Rita Lindqvist" in again.json()["errors"]["reason"]
    assert happened(case) == before


def chosen(value: str) -> dict[str, object]:
    return {"type": "static_select", "selected_option": {"value": value}}


def test_a_button_that_only_opens_a_page_does_nothing_else(slack: Slackbot, case: CaseRow) -> None:
    for action in ("open_case", "open_page", "open_page_3"):
        assert slack.press("omar", action, case.number).status_code == 200
    assert slack.server.asked == []
    assert SlackHeard.objects.count() == 0


# --- I spoke with them -------------------------------------------------------------------------------------------


def test_what_was_said_is_written_on_the_page_and_not_in_slack(slack: Slackbot, case: CaseRow) -> None:
    slack.press("omar", "manager_spoke", case.number)
    opened, shown = slack.views
    assert words_of(opened["blocks"]) == "One moment…"
    assert "input" not in {block["type"] for block in shown["blocks"]}
    assert f"/cases/{case.number}/act/conversation" in slack.everything()
    refused = slack.submit("omar", "spoke_form", {"note": {"value": "She cried."}}, case.number)
    assert "belongs into Amends" in refused.json()["errors"]["note"]
    assert "ConversationRecorded" not in happened(case)


def test_where_slack_may_carry_patients_the_form_takes_it(
    slack: Slackbot, case: CaseRow, workspace: SlackWorkspace
) -> None:
    SlackWorkspace.objects.update(may_carry_patients=True)
    slack.press("omar", "manager_spoke", case.number)
    form = slack.views[-1]
    assert (form["callback_id"], form["private_metadata"]) == ("spoke_form", case.number)
    assert [block["block_id"] for block in form["blocks"] if block["type"] == "input"] == ["way", "note"]
    wrong = slack.submit("omar", "spoke_form", {"way": {}, "note": {"value": "We spoke."}}, case.number)
    assert wrong.json()["errors"] == {"way": "Choose how you spoke with them."}
    answer = slack.submit(
        "omar", "spoke_form", {"way": chosen("phone"), "note": {"value": "We spoke, all is well."}}, case.number
    )
    assert answer.json()["response_action"] == "update"
    assert state_of(case.pk).conversations[0].note == "We spoke, all is well."
    assert slack.homes


# --- ask the region ----------------------------------------------------------------------------------------------


def test_the_region_is_asked_with_a_reason_from_a_list(slack: Slackbot, case: CaseRow) -> None:
    slack.press("omar", "manager_ask_region", case.number)
    form = slack.views[-1]
    assert {block["element"]["type"] for block in form["blocks"] if block["type"] == "input"} == {"static_select"}
    wrong = slack.submit("omar", "ask_region_form", {"reason": chosen("she said so")}, case.number)
    assert "Choose what keeps you" in wrong.json()["errors"]["reason"]
    answer = slack.submit("omar", "ask_region_form", {"reason": chosen("asked_higher")}, case.number)
    assert "Rita Lindqvist is asked." in words_of(answer.json()["view"])
    state = state_of(case.pk)
    assert (state.stage, state.owner.name if state.owner else "") == (Stage.REGION, "Rita Lindqvist")


def test_a_form_of_somebody_elses_case_is_refused(slack: Slackbot, case: CaseRow) -> None:
    before = happened(case)
    for user in ("ana", "lee", "pia", "mallory"):
        slack.submit(user, "ask_region_form", {"reason": chosen("not_enough")}, case.number)
    assert happened(case) == before


def test_a_form_that_could_not_be_opened_is_answered_with_the_page(slack: Slackbot, case: CaseRow) -> None:
    slack.server.on("POST", "views.open", {"ok": False, "error": "expired_trigger_id"})
    slack.press("omar", "manager_ask_region", case.number)
    assert slack.told == [f"{case.number}: Slack did not open the form. Do it on its page."]
    assert f"/cases/{case.number}" in slack.everything()


def test_without_a_place_to_answer_it_is_done_all_the_same(slack: Slackbot, case: CaseRow) -> None:
    slack.press("lee", "leader_seen", case.number, response_url="")
    assert [asked.body["user"] for asked in slack.asked("chat.postEphemeral")] == ["U0LEE"]
    slack.press("sam", "leader_seen", case.number, response_url="", channel={})
    assert happened(case).count("Seen") == 2


@pytest.mark.parametrize("address", ["http://[", "nothing", "file:///etc/passwd", "http://127.0.0.1:1/x"])
def test_an_answer_that_cannot_be_given_undoes_nothing(slack: Slackbot, case: CaseRow, address: str) -> None:
    slack.press("lee", "leader_seen", case.number, response_url=address)
    assert happened(case)[-1] == "Seen"
