"""A report from Slack: only where the group has signed for it, once for each form, by the door of the Report page."""

import pytest
from tests.conftest import Cast
from tests.integrations.slack.slackbot import Slackbot, words_of

from amends.cases.actions import events_of, state_of
from amends.cases.models import CaseRow
from amends.deliveries.models import Delivery
from amends.integrations.slack.models import SlackWorkspace
from amends.integrations.slack.outbound.limits import view_problems
from amends.practice.models import Office
from amends.protocol.words import Moment, Purpose, Severity, Source, Trigger


@pytest.fixture
def signed(workspace: SlackWorkspace) -> SlackWorkspace:
    workspace.may_carry_patients = True
    workspace.save()
    return workspace


def values(at: Office, **changes: object) -> dict[str, object]:
    return {
        "office": chosen(str(at.pk)),
        "moment": chosen("checkout"),
        "kinds": {"selected_options": [{"value": "wait"}]},
        "account": {"value": "She waited an hour."},
        "still_here": {"selected_options": [{"value": "still_here"}]},
        **changes,
    }


def chosen(value: str) -> dict[str, object]:
    return {"selected_option": {"value": value}}


@pytest.mark.usefixtures("signed")
class TestWhereSlackMayCarryPatients:
    def test_the_form_asks_what_the_page_asks(self, slack: Slackbot, group: Cast) -> None:
        slack.shortcut("ana", "She waited <an hour> & left")
        form = slack.views[-1]
        assert [block["block_id"] for block in form["blocks"]] == [
            *("office", "moment", "kinds", "account", "severity", "triggers", "still_here")
        ]
        assert [one["value"] for one in form["blocks"][0]["element"]["options"]] == [str(group.maple.pk)]
        assert form["blocks"][3]["element"]["initial_value"] == "She waited <an hour> & left"
        severity, triggers = (form["blocks"][n]["element"] for n in (4, 5))
        assert [one["value"] for one in severity["options"]] == list(Severity)
        assert severity["initial_option"] == severity["options"][list(Severity).index(Severity.UPSET)]
        assert [one["value"] for one in triggers["options"]] == list(Trigger)
        assert view_problems(form) == []
        assert (form["callback_id"], form["private_metadata"]) == ("report_form", "")

    def test_it_opens_a_case_of_slack(self, slack: Slackbot, group: Cast) -> None:
        answer = slack.submit("ana", "report_form", values(group.maple))
        row = CaseRow.system.get()
        case = state_of(row.pk)
        assert (case.source, case.moment, case.kinds, case.still_here) == (
            Source.SLACK,
            Moment.CHECKOUT,
            ("wait",),
            True,
        )
        assert (case.accounts[0].text, case.accounts[0].by.name) == ("She waited an hour.", "Ana Ruiz")
        said = answer.json()
        assert said["response_action"] == "update"
        assert f"Reported: {row.number}. Omar Haddad is asked to see to it." in words_of(said["view"])
        assert "waited" not in words_of(said["view"])
        assert slack.homes[0][0] == "U0ANA"

    def test_what_is_grave_is_told_to_the_leaders_at_once(self, slack: Slackbot, group: Cast) -> None:
        serious = {"selected_options": [{"value": "injury"}]}
        slack.submit("ana", "report_form", values(group.maple, severity=chosen("severe"), triggers=serious))
        case = state_of(CaseRow.system.get().pk)
        assert (case.severity, case.triggers) == (Severity.SEVERE, (Trigger.INJURY,))
        assert Delivery.objects.filter(purpose=Purpose.LEADERS_NOW).exists()

    def test_a_form_that_was_opened_before_it_asked_how_upset_they_are_is_taken(
        self, slack: Slackbot, group: Cast
    ) -> None:
        slack.submit("ana", "report_form", values(group.maple))
        assert state_of(CaseRow.system.get().pk).severity is Severity.UPSET

    def test_a_message_is_taken_as_it_was_typed(self, slack: Slackbot) -> None:
        slack.shortcut("ana", "She waited &lt;an hour&gt; &amp; left, &amp;lt; &quot;so&quot;")
        typed = slack.views[-1]["blocks"][3]["element"]["initial_value"]
        assert typed == "She waited <an hour> & left, &lt; &quot;so&quot;"

    def test_one_form_is_one_case_however_often_it_is_sent(self, slack: Slackbot, group: Cast) -> None:
        for _ in range(3):
            again = slack.submit("ana", "report_form", values(group.maple), id="V0SAME")
        assert CaseRow.system.count() == 1
        assert "was sent before" in words_of(again.json()["view"])
        slack.submit("ana", "report_form", values(group.maple), id="V0OTHER")
        assert CaseRow.system.count() == 2

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"account": {"value": "  "}}, "what happened"),
            ({"account": {"value": None}}, "what happened"),
            ({"moment": {"selected_option": None}}, "Say when it happened"),
            ({"moment": chosen("someday")}, "Say when it happened"),
            ({"office": chosen("0")}, "Choose the office"),
            ({"kinds": {"selected_options": [{"value": "strange"}]}}, "strange"),
            ({"severity": chosen("gone")}, "gone"),
            ({"triggers": {"selected_options": [{"value": "ghost"}]}}, "ghost"),
        ],
    )
    def test_a_refused_form_stays_open_with_its_words_and_says_why_under_the_question(
        self, slack: Slackbot, group: Cast, changes: dict[str, object], why: str
    ) -> None:
        answer = slack.submit("ana", "report_form", values(group.maple, **changes), id="V0SAME")
        assert answer.json()["response_action"] == "errors"
        assert why in words_of_errors(answer.json())
        assert list(answer.json()["errors"]) == list(changes)
        assert not CaseRow.system.exists()
        slack.submit("ana", "report_form", values(group.maple), id="V0SAME")
        assert CaseRow.system.count() == 1

    def test_nobody_reports_for_an_office_that_is_not_theirs(self, slack: Slackbot, group: Cast) -> None:
        answer = slack.submit("ana", "report_form", values(group.harbor))
        assert "Choose the office" in words_of_errors(answer.json())
        for user in ("pia", "alex", "nick", "mallory"):
            slack.submit(user, "report_form", values(group.maple))
        assert not CaseRow.system.exists()

    def test_of_more_offices_than_a_list_holds_it_is_the_page(self, slack: Slackbot, group: Cast) -> None:
        for number in range(100):
            Office.objects.create(name=f"Office {number}", region=group.maple.region, calendar=group.maple.calendar)
        slack.press("lee", "report")
        assert "input" not in {block["type"] for block in slack.views[-1]["blocks"]}
        assert slack.views[-1]["blocks"][-1]["elements"][0]["url"].endswith("/report?office=")

    def test_the_home_tab_has_a_button_that_opens_the_form(self, slack: Slackbot) -> None:
        slack.open_home("ana")
        button = slack.homes[0][1]["blocks"][0]["elements"][0]
        assert (button["action_id"], "url" in button) == ("report", False)
        slack.press("ana", "report", channel={}, response_url="")
        assert slack.views[-1]["callback_id"] == "report_form"


def words_of_errors(said: dict[str, dict[str, str]]) -> str:
    return " ".join(said["errors"].values())


def test_a_message_is_not_read_where_slack_may_carry_none(slack: Slackbot, group: Cast) -> None:
    slack.shortcut("ana", "Mrs Quintero left in tears")
    assert "Quintero" not in slack.everything()
    assert f"/report?office={group.maple.pk}" in slack.everything()
    assert slack.views == []


def test_a_form_that_is_sent_after_the_switch_was_turned_back_keeps_nothing(slack: Slackbot, group: Cast) -> None:
    answer = slack.submit("ana", "report_form", values(group.maple))
    assert "Reports are not taken in Slack any more" in words_of_errors(answer.json())
    assert not CaseRow.system.exists()


def test_who_reports_is_in_the_story(slack: Slackbot, group: Cast, signed: SlackWorkspace) -> None:
    slack.submit("omar", "report_form", values(group.maple))
    row = CaseRow.system.get()
    assert events_of(row.pk)[0].by.name == "Omar Haddad"
    assert state_of(row.pk).accepted  # a manager who reports keeps it
