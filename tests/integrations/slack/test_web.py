"""The public address: signed or refused, never a fault, acknowledged before anything slow is done."""

import http.client
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier
from tests.cases.acting import a_case
from tests.conftest import Cast, make_cast
from tests.integrations.servers import StubServer
from tests.integrations.slack.slackbot import FORM, JSON, PATH, SECRET, TEAM, Slackbot, connect, words_of

from amends.cases.models import CaseRow, EventRow
from amends.integrations.slack.inbound import afterwards, app, once, traffic
from amends.integrations.slack.inbound.asking import KEPT, NOT_SAVED
from amends.integrations.slack.models import SlackHeard, SlackInbound, SlackWorkspace
from amends.practice.models import Absence
from amends.serving import site, until_closed

COMMAND = urlencode(
    {"command": "/upset", "text": "away tomorrow", "user_id": "U0OMAR", "team_id": TEAM, "trigger_id": "1.1"}
)


def inbound() -> tuple[int, bool]:
    traffic.write_down()
    row = SlackInbound.objects.first()
    return (row.refused, row.heard_at is not None) if row else (0, False)


# --- the signature -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("age", [0, 290, -290])
def test_a_signed_request_of_the_last_minutes_is_taken(slack: Slackbot, age: int) -> None:
    assert slack.post(COMMAND, FORM, age=age).status_code == 200
    assert Absence.objects.count() == 1
    assert inbound() == (0, True)


@pytest.mark.parametrize("age", [310, -310, 86_400])
def test_a_stale_one_is_refused(slack: Slackbot, age: int) -> None:
    assert slack.post(COMMAND, FORM, age=age).status_code == 401
    assert not Absence.objects.exists()
    assert inbound() == (1, False)


@pytest.mark.parametrize(
    "headers",
    [
        {"x-slack-signature": "v0=0"},
        {"x-slack-signature": ""},
        {"x-slack-signature": "v0=é"},
        {"x-slack-request-timestamp": ""},
        {"x-slack-request-timestamp": "now"},
        {"x-slack-request-timestamp": "9" * 400},
    ],
)
def test_a_forged_one_is_refused(slack: Slackbot, headers: dict[str, str]) -> None:
    assert slack.post(COMMAND, FORM, headers=headers).status_code == 401
    assert not Absence.objects.exists()
    assert inbound() == (1, False)


def test_another_secret_is_refused(slack: Slackbot) -> None:
    assert slack.post(COMMAND, FORM, secret="another").status_code == 401


def test_a_body_that_was_changed_on_the_way_is_refused(slack: Slackbot) -> None:
    stamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=COMMAND) or ""
    headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": signature}
    changed = COMMAND.replace("tomorrow", "today")
    assert slack.client.post(PATH, data=changed, content_type=FORM, headers=headers).status_code == 401


def test_without_a_secret_nothing_is_taken(slack: Slackbot) -> None:
    SlackWorkspace.objects.update(signing_secret="")
    assert slack.post(COMMAND, FORM, secret=SECRET).status_code == 401
    SlackWorkspace.objects.all().delete()
    assert slack.post(COMMAND, FORM).status_code == 401
    assert inbound() == (0, False)


def test_each_workspace_has_its_own_secret(slack: Slackbot, group: Cast, server: StubServer) -> None:
    other = SlackWorkspace.objects.create(
        key="other", name="Other", api_url=f"{server.url}/", bot_token="x", signing_secret="other", team_id="T0OTHER"
    )
    # Signed by the other one, and about a user of this one.
    assert slack.post(COMMAND, FORM, secret="other").status_code == 200
    assert not Absence.objects.exists()
    assert slack.post(COMMAND, FORM).status_code == 200
    assert Absence.objects.count() == 1
    traffic.write_down()
    assert SlackInbound.objects.filter(workspace=other, heard_at__isnull=False).exists()


def test_only_post(client: Client) -> None:
    assert client.get(PATH).status_code == 405


def test_slack_asks_whether_the_address_is_ours(slack: Slackbot) -> None:
    answer = slack.post(json.dumps({"type": "url_verification", "challenge": "abc"}), JSON)
    assert (answer.status_code, answer.json()) == (200, {"challenge": "abc"})


def test_a_header_of_bolts_own_is_not_listened_to(slack: Slackbot) -> None:
    assert slack.post(COMMAND, FORM, headers={"x-slack-bolt-lazy-only": "1"}).status_code == 200
    assert Absence.objects.count() == 1


def test_what_nobody_listens_for_is_not_found(slack: Slackbot) -> None:
    assert slack.command("omar", command="/other").status_code == 404
    assert slack.press("omar", "another_button").status_code == 404


# --- any payload -------------------------------------------------------------------------------------------------

junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
KINDS = ("block_actions", "view_submission", "message_action", "event_callback", "url_verification", "shortcut")
ACTIONS = ("leader_seen", "manager_acknowledge", "manager_spoke", "manager_ask_region", "open_case", "report")
FORMS = ("report_form", "spoke_form", "ask_region_form", "report_message")
names = st.sampled_from(("type", "user", "team", "view", "actions", "event", "trigger_id", "channel", "message"))


@st.composite
def payloads(draw: st.DrawFn) -> dict[str, Any]:
    """Nearly what Slack sends: of its shape, with junk in any place."""
    action = {"action_id": draw(st.sampled_from(ACTIONS) | junk), "value": draw(junk), "type": "button"}
    view = {"id": draw(junk), "callback_id": draw(st.sampled_from(FORMS)), "state": draw(junk), "type": "modal"}
    whole: dict[str, Any] = {
        "type": draw(st.sampled_from(KINDS)),
        "user": {"id": draw(st.sampled_from(["U0MALLORY", "U0NICK"]) | junk), "team_id": TEAM},
        "team": {"id": TEAM},
        "actions": [action],
        "view": view,
        "callback_id": draw(st.sampled_from(FORMS)),
        "event": {"type": "app_home_opened", "user": draw(junk), "tab": draw(st.just("home") | junk)},
        "trigger_id": draw(st.text(max_size=10)),
        "event_id": draw(st.text(max_size=10)),
        "message": draw(junk),
    }
    return {**whole, **draw(st.dictionaries(names, junk, max_size=2))}


def kept() -> tuple[int, int, int]:
    return CaseRow.system.count(), EventRow.objects.count(), Absence.objects.count()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payload=payloads(), signed=st.booleans(), as_json=st.booleans())
def test_no_payload_is_a_fault_and_no_stranger_changes_anything(
    slack: Slackbot, group: Cast, payload: dict[str, Any], signed: bool, as_json: bool
) -> None:
    if not CaseRow.system.exists():
        a_case(group)
    SlackWorkspace.objects.update(may_carry_patients=signed)
    before = kept()
    text = json.dumps(payload)
    answer = slack.post(text, JSON) if as_json else slack.form({"payload": text})
    assert answer.status_code < 500
    assert kept() == before


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=60), kind=st.sampled_from([FORM, JSON, "text/plain", ""]))
def test_nor_are_any_bytes(slack: Slackbot, body: bytes, kind: str) -> None:
    try:
        body.decode()
    except UnicodeDecodeError:
        answer = slack.client.post(PATH, data=body, content_type=kind or "x")
    else:
        answer = slack.post(body, kind or "x")
    assert answer.status_code in (200, 400, 401, 404)


@pytest.mark.parametrize("body", ["payload=%5B1%5D", "payload=nonsense", "payload=", "{", "[]", "1", "{" * 5000, "x=1"])
def test_nor_is_what_is_nearly_json(slack: Slackbot, body: str) -> None:
    for kind in (FORM, JSON):
        assert slack.post(body, kind).status_code in (200, 400, 404)


def test_half_a_pair_and_a_zero_in_a_name_are_kept_out(slack: Slackbot, group: Cast) -> None:
    SlackWorkspace.objects.update(may_carry_patients=True)
    fields = {
        "office": {"selected_option": {"value": str(group.maple.pk)}},
        "moment": {"selected_option": {"value": "after"}},
        "account": {"value": "She \ud800 said \x00 so."},
    }
    assert slack.submit("ana", "report_form", fields).status_code == 200
    assert CaseRow.system.count() == 1


# --- acknowledged first ------------------------------------------------------------------------------------------


class Later:
    """Keeps what is to be seen to until somebody lets it happen."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = []

    def submit(self, fn: Callable[..., Any], *args: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        self.waiting.append((future, fn, args))
        return future

    def let_happen(self) -> None:
        while self.waiting:
            future, fn, args = self.waiting.pop(0)
            future.set_result(fn(*args))


@pytest.fixture
def later(slack: Slackbot, monkeypatch: pytest.MonkeyPatch) -> Later:
    waiting = Later()
    for pool in ("_executor", "_urgent"):
        monkeypatch.setattr(afterwards, pool, waiting)
    monkeypatch.setattr(app, "_WAIT", 0.01)
    return waiting


def test_the_acknowledgement_touches_neither_the_network_nor_a_case(slack: Slackbot, group: Cast, later: Later) -> None:
    row = a_case(group)
    before = kept()
    for answer in (
        slack.command("omar", "away tomorrow"),
        slack.press("omar", "manager_acknowledge", row.number),
        slack.press("lee", "leader_seen", row.number),
        slack.shortcut("ana", "…"),
        slack.open_home("omar"),
    ):
        assert (answer.status_code, answer.content) == (200, b"")
    assert slack.server.asked == []
    assert kept() == before
    later.let_happen()
    assert kept() > before
    assert len(slack.told) == 4


def test_a_form_that_takes_long_to_write_down_says_so_and_tells_the_end(
    slack: Slackbot, group: Cast, later: Later
) -> None:
    SlackWorkspace.objects.update(may_carry_patients=True)
    fields = {
        "office": {"selected_option": {"value": str(group.maple.pk)}},
        "moment": {"selected_option": {"value": "after"}},
        "account": {"value": "She said so."},
    }
    answer = slack.submit("ana", "report_form", fields, id="V0LATE")
    assert "Writing it down…" in words_of(answer.json()["view"])
    later.let_happen()
    assert CaseRow.system.count() == 1
    (update,) = slack.asked("views.update")
    assert update.body["view_id"] == "V0LATE"
    assert "Reported: " in words_of(update.body["view"])


def test_what_was_refused_late_keeps_its_words(slack: Slackbot, group: Cast, later: Later) -> None:
    SlackWorkspace.objects.update(may_carry_patients=True)
    fields = {"office": {"selected_option": {"value": "0"}}, "account": {"value": "She said so."}}
    slack.submit("ana", "report_form", fields)
    later.let_happen()
    words = words_of(slack.views[-1])
    assert "Choose the office." in words
    assert "She said so." in words


def test_a_fault_of_ours_is_logged_and_ends_there(slack: Slackbot, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("ours")

    monkeypatch.setattr("amends.integrations.slack.inbound.app.see_to", broken)
    monkeypatch.setattr("amends.integrations.slack.inbound.app.of_press", broken)
    assert slack.command("omar").status_code == 200
    assert slack.press("omar", "leader_seen").status_code == 400


def test_a_database_that_is_full_is_said(slack: Slackbot, group: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("amends.integrations.slack.inbound.away.words_of_absence.say_away", full)
    slack.command("omar", "away tomorrow")
    assert slack.told == [KEPT]


def refuses(*_: object, **__: object) -> None:
    raise OperationalError("database is locked")


def test_what_cannot_be_kept_is_not_acknowledged_and_not_done(slack: Slackbot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amends.integrations.slack.inbound.once.SlackHeard.objects.bulk_create", refuses)
    assert slack.command("omar", "away tomorrow").status_code == 503
    assert slack.press("omar", "leader_seen", "UP-1001").status_code == 503
    fields = {"office": {"selected_option": {"value": "1"}}, "account": {"value": "She said so."}}
    assert slack.submit("ana", "report_form", fields).json()["errors"] == {"account": NOT_SAVED}
    assert NOT_SAVED in words_of(slack.submit("ana", "report_form", {}).json()["view"])
    assert not Absence.objects.exists()
    assert slack.server.asked == []


def test_a_busy_database_is_not_waited_for_and_then_it_is_done(
    slack: Slackbot, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(afterwards, "_keeper", later)
    assert slack.command("omar", "away tomorrow").status_code == 200
    assert not SlackHeard.objects.exists()
    later.let_happen()
    assert Absence.objects.count() == 1
    assert slack.told[0].startswith("Noted: away ")


def test_what_a_busy_database_does_not_keep_in_the_end_is_not_done_and_its_person_hears_of_it(
    slack: Slackbot, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(afterwards, "_keeper", later)
    monkeypatch.setattr("amends.integrations.slack.inbound.once.SlackHeard.objects.bulk_create", refuses)
    assert slack.command("omar", "away tomorrow").status_code == 200
    later.let_happen()
    assert (slack.told, Absence.objects.count()) == ([NOT_SAVED], 0)


@pytest.mark.parametrize(("took", "waits"), [(0.0, 0.02), (0.5, 0)])
def test_only_a_database_that_was_quick_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, took: float, waits: float
) -> None:
    waited: list[float | None] = []

    class Written(Future[bool]):
        def result(self, timeout: float | None = None) -> bool:
            waited.append(timeout)
            raise TimeoutError

    monkeypatch.setattr(once, "_took", took)
    assert once.kept_at_once(Written())
    assert waited == [waits]


def test_what_comes_together_is_written_together(
    slack: Slackbot, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(afterwards, "_keeper", later)
    for _ in range(5):
        slack.command("omar", "away tomorrow")
    with CaptureQueriesContext(connection) as asked:
        later.let_happen()
    assert (
        sum("INSERT" in one["sql"] and SlackHeard._meta.db_table in one["sql"] for one in asked.captured_queries) == 1
    )
    assert SlackHeard.objects.count() == 5


def test_what_is_typed_about_a_patient_is_never_kept(slack: Slackbot, later: Later) -> None:
    slack.command("omar", "Mrs. Quintero cried")
    slack.shortcut("omar", "Mrs. Quintero cried")
    assert "Quintero" not in str(list(SlackHeard.objects.values_list("waits", flat=True)))


# --- over real sockets and threads -------------------------------------------------------------------------------


@pytest.mark.usefixtures("own_threads")
def test_in_threads_of_its_own_it_comes_to_the_same(server: StubServer) -> None:
    group = make_cast()
    connect(f"{server.url}/", group)
    stamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=COMMAND)
    headers = {"Content-Type": FORM, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature or ""}
    web, stop = site("127.0.0.1:0"), threading.Event()
    serving = threading.Thread(target=until_closed, args=(web, stop))
    serving.start()
    line = http.client.HTTPConnection("127.0.0.1", web.effective_port, timeout=60)
    line.request("POST", PATH, COMMAND, headers)
    assert line.getresponse().status == 200
    line.close()
    deadline = time.monotonic() + 60
    while not server.bodies("POST", "views.publish") and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    web.close()
    serving.join()
    assert Absence.objects.count() == 1
    connection.close()
