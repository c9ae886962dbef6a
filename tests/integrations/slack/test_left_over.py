"""A process is killed after it acknowledged and before it did anything: nothing is lost, and nothing is done twice."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from tests.cases.acting import a_case
from tests.chaos.world import environment
from tests.conftest import Cast, make_cast
from tests.integrations.servers import StubServer
from tests.integrations.slack.slackbot import PATH, TEAM, Slackbot, connect, words_of
from tests.integrations.slack.test_web import Later

from amends.cases.actions import events_of
from amends.cases.models import CaseRow
from amends.deliveries.models import Delivery
from amends.integrations.slack.inbound import afterwards, app, asking
from amends.integrations.slack.inbound.left_over import see_to_left_over
from amends.integrations.slack.models import SlackHeard, SlackPerson, SlackWorkspace
from amends.practice.models import Absence
from amends.protocol.words import Purpose

SOON, LATE = timedelta(minutes=1), timedelta(minutes=31)

# A site that acknowledges, and in which nothing happens afterwards.
SITE = """
import django; django.setup()
from concurrent.futures import Executor, Future
from amends.integrations.slack.inbound import afterwards
from amends.serving import site
class Never(Executor):
    def submit(self, *_, **__):
        return Future()
afterwards._executor = afterwards._urgent = Never()
web = site("127.0.0.1:0")
print(web.effective_port, flush=True)
web.run()
"""


def happened(case: CaseRow) -> list[str]:
    return [type(event.fact).__name__ for event in events_of(case.pk)]


def report(group: Cast, **changes: object) -> dict[str, Any]:
    office = {"selected_option": {"value": str(group.maple.pk)}}
    moment = {"selected_option": {"value": "after"}}
    return {"office": office, "moment": moment, "account": {"value": "She said so."}, **changes}


class Elsewhere:
    """Sends what a Slackbot would to a site in another process."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}{PATH}"

    def post(self, _path: str, *, data: str, content_type: str, headers: dict[str, str]) -> Any:
        asked = Request(self.address, data.encode(), {**headers, "Content-Type": content_type})
        with urlopen(asked, timeout=120) as answer:
            return answer.status, answer.read().decode()


@pytest.mark.usefixtures("committed")
def test_a_site_that_is_killed_after_it_acknowledged_loses_nothing(server: StubServer) -> None:
    group = make_cast()
    connect(f"{server.url}/", group, may_carry_patients=True)
    case = a_case(group)
    before = happened(case)
    site = subprocess.Popen(
        [sys.executable, "-c", SITE], stdout=subprocess.PIPE, text=True, env={**os.environ, **environment()}
    )
    assert site.stdout is not None
    try:
        slack = Slackbot(server, client=Elsewhere(int(site.stdout.readline())))  # type: ignore[arg-type]
        pressed = slack.about(
            "lee", "block_actions", actions=[{"type": "button", "action_id": "leader_seen", "value": case.number}]
        )
        assert slack.interact(pressed) == (200, "")
        assert slack.command("omar", "away tomorrow") == (200, "")
        status, shown = slack.submit("ana", "report_form", report(group), id="V0KILLED")
        assert status == 200
        assert "Writing it down…" in words_of(json.loads(shown)["view"])
    finally:
        site.kill()
        site.communicate(timeout=60)
    assert (happened(case), Absence.objects.count(), CaseRow.system.count()) == (before, 0, 1)

    now = timezone.now()
    assert not see_to_left_over(now)  # these moments are those of the process that took it
    assert see_to_left_over(now + SOON)
    assert not see_to_left_over(now + SOON)
    assert happened(case) == [*before, "Seen"]
    assert (Absence.objects.count(), CaseRow.system.count()) == (1, 2)
    told = Slackbot(server)
    assert told.told[0] == f"{case.number}: noted that you have seen it."
    assert told.told[1].startswith("Noted: away ")
    (update,) = told.asked("views.update")
    assert update.body["view_id"] == "V0KILLED"
    assert "Reported: " in words_of(update.body["view"])

    Slackbot(server).interact(pressed)  # Slack, or somebody who recorded it, sends it again
    assert not see_to_left_over(now + SOON)
    assert happened(case).count("Seen") == 1
    connection.close()


# --- in one process ----------------------------------------------------------------------------------------------


@pytest.fixture
def killed(slack: Slackbot, monkeypatch: pytest.MonkeyPatch) -> Later:
    """What is pressed is acknowledged and not done."""
    waiting = Later()
    for pool in ("_executor", "_urgent"):
        monkeypatch.setattr(afterwards, pool, waiting)
    monkeypatch.setattr(app, "_WAIT", 0.01)
    return waiting


def test_whoever_comes_first_does_it_and_the_other_nothing(slack: Slackbot, group: Cast, killed: Later) -> None:
    case = a_case(group)
    slack.press("lee", "leader_seen", case.number)
    slack.submit("omar", "ask_region_form", {"reason": {"selected_option": {"value": "not_enough"}}}, case.number)
    assert see_to_left_over(timezone.now() + SOON)
    after = happened(case)
    assert (after.count("Seen"), len(slack.told)) == (1, 1)
    killed.let_happen()
    assert happened(case) == after
    assert len(slack.told) == 1


def test_a_button_that_opens_a_form_leads_to_the_page_instead(slack: Slackbot, group: Cast, killed: Later) -> None:
    case = a_case(group)
    slack.press("omar", "manager_ask_region", case.number)
    see_to_left_over(timezone.now() + SOON)
    assert slack.views == []
    assert "Do it on its page." in slack.told[0]


def test_a_press_of_long_ago_is_not_done_and_its_person_hears_of_it(
    slack: Slackbot, group: Cast, killed: Later
) -> None:
    case = a_case(group)
    before = happened(case)
    slack.press("lee", "leader_seen", case.number)
    slack.command("omar", "away tomorrow")
    slack.shortcut("ana", "She waited.")
    slack.press("mallory", "leader_seen", case.number)
    for _ in range(2):
        see_to_left_over(timezone.now() + LATE)
    assert happened(case) == before
    assert not Absence.objects.exists()
    rows = Delivery.objects.filter(purpose=Purpose.PRESS).order_by("pk")
    assert [row.payload["channel"] for row in rows] == ["U0LEE", "U0OMAR", "U0ANA"]
    texts = [str(row.payload["text"]) for row in rows]
    assert f"The button that you pressed for {case.number}" in texts[0]
    assert "What you typed behind /upset" in texts[1]
    assert "What you asked for in Slack" in texts[2]
    assert all("was not done: Amends was down." in text for text in texts)
    assert not SlackHeard.objects.exclude(waits=None).exists()


def test_what_no_version_knows_any_more_is_told_too(slack: Slackbot, killed: Later) -> None:
    slack.press("lee", "leader_seen", "UP-1001")
    (row,) = SlackHeard.objects.all()
    SlackHeard.objects.update(waits={**row.waits, "what": "of_another_version"})
    see_to_left_over(timezone.now() + SOON)
    assert Delivery.objects.filter(purpose=Purpose.PRESS).count() == 1


@pytest.mark.usefixtures("killed")
class TestForms:
    @pytest.fixture(autouse=True)
    def _signed(self, workspace: SlackWorkspace) -> None:
        SlackWorkspace.objects.update(may_carry_patients=True)

    def test_a_form_is_written_down_however_late(self, slack: Slackbot, group: Cast) -> None:
        slack.submit("ana", "report_form", report(group))
        see_to_left_over(timezone.now() + timedelta(days=3))
        assert CaseRow.system.count() == 1

    def test_a_form_that_is_closed_is_told_directly_with_its_words(self, slack: Slackbot, group: Cast) -> None:
        slack.server.on("POST", "views.update", {"ok": False, "error": "not_found"})
        slack.server.on("POST", "chat.postMessage", {"ok": True, "ts": "1.1"})
        slack.submit("ana", "report_form", report(group, office={"selected_option": {"value": "0"}}))
        see_to_left_over(timezone.now() + SOON)
        (told,) = slack.server.bodies("POST", "chat.postMessage")
        assert told["channel"] == "U0ANA"
        assert "Choose the office.\nShe said so." in words_of(told["blocks"])

    def test_where_patients_may_not_be_in_slack_any_more_its_words_are_not_repeated(
        self, slack: Slackbot, group: Cast
    ) -> None:
        slack.submit("ana", "report_form", report(group))
        SlackWorkspace.objects.update(may_carry_patients=False)
        see_to_left_over(timezone.now() + SOON)
        assert not CaseRow.system.exists()
        assert "not taken in Slack any more" in words_of(slack.views[-1])
        assert "She said so." not in slack.everything()

    def test_slack_being_down_meanwhile_loses_no_report(self, slack: Slackbot, group: Cast) -> None:
        for method in ("views.update", "chat.postMessage"):
            slack.server.on("POST", method, {"ok": False, "error": "fatal_error"})
        slack.submit("ana", "report_form", report(group))
        see_to_left_over(timezone.now() + SOON)
        assert CaseRow.system.count() == 1

    def test_a_workspace_without_a_token_tells_nobody(self, slack: Slackbot, group: Cast) -> None:
        slack.submit("ana", "report_form", report(group))
        slack.press("lee", "leader_seen", "UP-1001")
        SlackWorkspace.objects.update(bot_token="")
        see_to_left_over(timezone.now() + SOON)
        assert CaseRow.system.count() == 1
        assert slack.server.asked == []


def test_what_the_database_does_not_take_is_done_when_it_does(
    slack: Slackbot, group: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as full_disk:
        full_disk.setattr("amends.integrations.slack.inbound.away.words_of_absence.say_away", full)
        slack.command("omar", "away tomorrow")
        see_to_left_over(timezone.now() + SOON)
        assert slack.told == [asking.KEPT]  # once
    see_to_left_over(timezone.now() + SOON)
    assert Absence.objects.count() == 1
    assert slack.told[-1].startswith("Noted: away ")


def test_a_fault_of_ours_is_said_and_not_tried_again(
    slack: Slackbot, group: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("ours")

    monkeypatch.setattr("amends.integrations.slack.inbound.away.words_of_absence.say_away", broken)
    slack.command("omar", "away tomorrow")
    assert slack.told == [asking.FAULT]
    assert not see_to_left_over(timezone.now() + SOON)


def test_a_workspace_that_was_taken_out_has_nobody_to_tell(slack: Slackbot, killed: Later) -> None:
    slack.press("lee", "leader_seen", "UP-1001")
    SlackPerson.objects.all().delete()
    SlackWorkspace.objects.all().delete()
    assert see_to_left_over(timezone.now() + SOON)
    assert not see_to_left_over(timezone.now() + SOON)
    assert not Delivery.objects.exists()


def test_another_workspaces_press_is_that_of_a_stranger(slack: Slackbot, group: Cast, killed: Later) -> None:
    case = a_case(group)
    before = happened(case)
    slack.press("lee", "leader_seen", case.number, user={"id": "U0LEE", "team_id": f"{TEAM}2"})
    see_to_left_over(timezone.now() + SOON)
    assert happened(case) == before
