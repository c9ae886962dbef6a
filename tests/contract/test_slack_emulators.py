"""What comes in from a Slack that nobody here wrote: commands, buttons, Home, signatures, over HTTP and a socket."""

import http.client
import json
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.cases.acting import a_case
from tests.conftest import Cast, make_cast
from tests.contract.slack_emulators import LOCAL_SLACK
from tests.contract.slack_screen import Screen
from tests.ports import free_port
from tests.simulators.slack.driver import until

from amends.cases.actions import state_of
from amends.cases.models import CaseRow
from amends.integrations.slack.client import client_of
from amends.integrations.slack.inbound import traffic
from amends.integrations.slack.inbound.socket import SocketHolder
from amends.integrations.slack.models import SlackInbound, SlackPerson, SlackWorkspace
from amends.integrations.slack.people import set_user
from amends.practice.models import Absence
from amends.serving import site, until_closed

PROGRAM = os.environ.get(LOCAL_SLACK, "")
pytestmark = [
    pytest.mark.skipif(not PROGRAM, reason="no local-slack: python -m tests.contract.slack_emulators"),
    pytest.mark.skipif(
        bool(PROGRAM) and [name for _, name in socket.if_nameindex()] != ["lo"],
        reason="local-slack listens on every interface, so it runs where there is only a loopback",
    ),
]
BOT, APP, SECRET, TEAM, CHANNEL = "xoxb-contract", "xapp-contract", "contract-secret", "T0CONTRACT", "C0NORTH"
_CONFIG = """
workspace: {{name: Bluebell, domain: bluebell, teamId: {team}}}
app: {{appId: A0AMENDS, botUserId: U0BOT, botName: amends, botToken: {bot}, appToken: {app}, signingSecret: {secret},
      mode: {mode}, requestUrl: "{url}"}}
users:
  - {{id: U0OMAR, name: omar, real_name: Omar Haddad, email: omar@bluebellfinch.example}}
  - {{id: U0NICK, name: nick, real_name: Nick Tanaka, email: nick@bluebellfinch.example}}
channels:
  - {{id: {channel}, name: north, members: [U0OMAR, U0NICK, U0BOT]}}
"""


class LocalSlack:
    """One running workspace, and the site that it speaks to."""

    def __init__(self, group: Cast, port: int) -> None:
        self.group, self.port = group, port
        self.row = SlackWorkspace.objects.create(
            name="Bluebell", api_url=f"http://127.0.0.1:{port}/api/", bot_token=BOT, team_id=TEAM, timeout_seconds=10
        )
        set_user(self.row, group.omar, "U0OMAR", SlackPerson.How.TYPED)

    def ask(self, method: str, path: str, **body: object) -> Any:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
            return json.loads(line.getresponse().read() or b"null")
        finally:
            line.close()

    def act(self, name: str, **body: object) -> Any:
        return self.ask("POST", f"/_control/{name}", **body)

    def shown(self) -> str:
        """Everything that the workspace holds, as a text."""
        return json.dumps(
            [self.ask("GET", "/_control/state"), self.ask("GET", f"/_control/messages/{CHANNEL}")], ensure_ascii=False
        )

    def log(self) -> str:
        return json.dumps(self.ask("GET", "/_control/log"), ensure_ascii=False)


def looked(holder: SocketHolder) -> bool:
    """One more round of it."""
    holder.look()
    return True


@pytest.fixture(params=["events", "socket"])
def slack(request: pytest.FixtureRequest, committed: None, tmp_path: Path) -> Iterator[LocalSlack]:
    web, stop = site("127.0.0.1:0"), threading.Event()
    serving = threading.Thread(target=until_closed, args=(web, stop))
    serving.start()
    port, over_a_socket = free_port(), request.param == "socket"
    url = "" if over_a_socket else f"http://127.0.0.1:{web.effective_port}/slack/events"
    config = tmp_path / "workspace.yaml"
    config.write_text(
        _CONFIG.format(team=TEAM, bot=BOT, app=APP, secret=SECRET, mode=request.param, url=url, channel=CHANNEL)
    )
    flags = ["--config", str(config), "--port", str(port), "--base-host", "127.0.0.1"]
    running = subprocess.Popen([PROGRAM, *flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    there = LocalSlack(make_cast(), port)
    holder = SocketHolder("contract")
    try:
        until(lambda: answers(there), what="local-slack")
        if over_a_socket:
            SlackWorkspace.objects.update(app_token=APP)
            until(lambda: looked(holder) and connected(), what="the socket")
        else:
            SlackWorkspace.objects.update(signing_secret=SECRET)
        yield there
    finally:
        holder.let_go_of_all()
        running.terminate()
        running.wait()
        stop.set()
        web.close()
        serving.join()
        connection.close()


def answers(there: LocalSlack) -> bool:
    try:
        return bool(there.ask("GET", "/_control/state"))
    except (OSError, ValueError):
        return False


def connected() -> bool:
    return SlackInbound.objects.filter(connected_at__isnull=False).exists()


def wait(true: Callable[[], object], what: str) -> None:
    until(true, what=what)


def test_a_command_is_done_and_answered(slack: LocalSlack) -> None:
    slack.act("command", channel=CHANNEL, user="U0OMAR", command="/upset", text="away tomorrow")
    wait(Absence.objects.exists, "the absence")
    wait(lambda: "Noted: away on" in slack.shown() + slack.log(), "the answer")


def test_a_button_is_pressed_by_who_may_and_by_who_may_not(slack: LocalSlack) -> None:
    row = a_case(slack.group)
    button = {"type": "button", "action_id": "manager_acknowledge", "value": row.number, "block_id": "do"}
    element = {**button, "text": {"type": "plain_text", "text": "Acknowledge"}}
    element.pop("block_id")
    blocks = [{"type": "actions", "block_id": "do", "elements": [element]}]
    ts = client_of(slack.row).chat_postMessage(channel=CHANNEL, text="A case", blocks=blocks)["ts"]
    slack.act("interact", channel=CHANNEL, messageTs=ts, user="U0NICK", action=button)
    wait(lambda: "does not know yet who you are" in slack.shown() + slack.log(), "the refusal")
    assert not state_of(row.pk).accepted
    slack.act("interact", channel=CHANNEL, messageTs=ts, user="U0OMAR", action=button)
    wait(lambda: state_of(row.pk).accepted, "the acknowledgement")


def test_a_form_is_refused_where_it_is_wrong_and_opens_one_case_where_it_is_right(slack: LocalSlack) -> None:
    SlackWorkspace.objects.update(may_carry_patients=True)
    office, moment = option(str(slack.group.maple.pk)), option("checkout")
    story = {"type": "plain_text_input", "value": "She waited for an hour."}
    with Screen(slack.port, "U0OMAR") as screen:
        slack.act("command", channel=CHANNEL, user="U0OMAR", command="/upset", text="")
        screen.frame_with("Report it")
        screen.submit(office=option("0"), moment=moment, account=story)
        screen.frame_with("Choose the office.")
        assert not CaseRow.system.exists()
        screen.submit(office=office, moment=moment, account=story)
        screen.frame_with("Reported: UP-")
    row = CaseRow.system.get()
    assert state_of(row.pk).accounts[0].text == "She waited for an hour."


def option(value: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": value}
    return {"type": "static_select", "selected_option": {"value": value, "text": text}}


def test_the_home_tab_is_published(slack: LocalSlack) -> None:
    row = a_case(slack.group)
    slack.act("open-home", user="U0OMAR")
    wait(lambda: f"{row.number} · Maple Street" in slack.shown() + slack.log(), "the Home tab")
    assert row.patient_name not in slack.log()


def test_a_signature_of_another_secret_is_refused(slack: LocalSlack) -> None:
    if SlackWorkspace.objects.get().app_token:
        return  # nothing is signed on a socket
    SlackWorkspace.objects.update(signing_secret="another")
    slack.act("command", channel=CHANNEL, user="U0OMAR", command="/upset", text="away tomorrow")
    traffic.write_down()
    assert SlackInbound.objects.get().refused >= 1
    assert not Absence.objects.exists()
