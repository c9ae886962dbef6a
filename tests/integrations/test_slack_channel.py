"""A Slack message is posted once, and looked for before anybody posts it again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.integrations.servers import LOOPBACK, Says, StubServer, conversation
from tests.ports import free_port

from amends.deliveries.channel import (
    CannotTell,
    Configuration,
    DeliveryError,
    OfficeOffline,
    Outgoing,
    Permanent,
    Proof,
    RetryAfter,
    UnknownOutcome,
)
from amends.integrations.channels import channel
from amends.integrations.slack.models import SlackWorkspace

MARKER = "UP-1042.7"
SENT = datetime(2026, 3, 2, 19, 5, tzinfo=UTC)
TS = f"{SENT.timestamp():.6f}"
LINK = "https://maple.slack.example/archives/C01/p1"


@pytest.fixture
def slack() -> Iterator[StubServer]:
    with StubServer("/api") as stub:
        stub.on("POST", "chat.postMessage", {"ok": True, "ts": TS, "channel": "C01"})
        stub.on("POST", "chat.getPermalink", {"ok": True, "permalink": LINK})
        yield stub


@pytest.fixture(autouse=True)
def workspace(slack: StubServer, db: None) -> SlackWorkspace:
    return SlackWorkspace.objects.create(
        name="Maple", api_url=f"{slack.url}/", bot_token="xoxb-secret", leaders_channel="C01", timeout_seconds=30
    )


def item(**changes: Any) -> Outgoing:
    payload = {"channel": "C01", "text": "Case UP-1042, Maple Street: addressed.", **changes}
    return Outgoing(MARKER, "slack.message", "main", payload, sent_at=SENT)


def deliver(**changes: Any) -> Proof:
    return channel("slack.message").deliver(item(**changes))


def find() -> Proof | None:
    return channel("slack.message").find(item())


def message(seconds: float = 0, *, marker: str = "", text: str = "") -> dict[str, Any]:
    metadata = {"event_type": "amends_delivery", "event_payload": {"marker": marker}} if marker else None
    return {"ts": f"{SENT.timestamp() + seconds:.6f}", "text": text, "metadata": metadata}


def test_a_message_is_posted_with_its_marker_and_without_previews(slack: StubServer) -> None:
    blocks = [{"type": "divider"}]
    assert deliver(blocks=blocks) == Proof(TS, "Slack", LINK)
    body = slack.bodies("POST", "chat.postMessage")[0]
    assert body["metadata"] == {"event_type": "amends_delivery", "event_payload": {"marker": MARKER}}
    assert (body["unfurl_links"], body["unfurl_media"]) == (False, False)
    assert (body["channel"], body["blocks"]) == ("C01", blocks)
    assert slack.asked[0].headers["Authorization"] == "Bearer xoxb-secret"


def test_a_message_without_blocks_has_none(slack: StubServer) -> None:
    deliver()
    assert "blocks" not in slack.bodies("POST", "chat.postMessage")[0]


@pytest.mark.parametrize("says", [Says(500), Says(drop=True), Says(200, {"ok": False, "error": "message_not_found"})])
def test_a_link_that_cannot_be_had_spoils_no_proof(slack: StubServer, says: Says) -> None:
    slack.on("POST", "chat.getPermalink", says)
    assert deliver() == Proof(TS, "Slack", "")


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        (Says(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "9"}), RetryAfter),
        (Says(200, {"ok": False, "error": "rate_limited"}), RetryAfter),
        (Says(429, {"ok": False}, {"Retry-After": "soon"}), RetryAfter),
        (Says(200, {"ok": False, "error": "internal_error"}), UnknownOutcome),
        (Says(200, {"ok": False, "error": "fatal_error"}), UnknownOutcome),
        (Says(503, b"<html>busy</html>"), UnknownOutcome),
        (Says(200, b"<html>a portal</html>"), UnknownOutcome),
        (Says(200, {"ok": False}), UnknownOutcome),
        (Says(200, {"ok": True}), UnknownOutcome),
        (Says(200, b'{"ok": "\xff"}'), UnknownOutcome),
        (Says(drop=True), UnknownOutcome),
        (Says(reset=True), UnknownOutcome),
        (Says(200, {"ok": True, "ts": "1.0"}, cut=True), UnknownOutcome),
        (Says(200, {"ok": False, "error": "invalid_auth"}), Configuration),
        (Says(200, {"ok": False, "error": "not_in_channel"}), Configuration),
        (Says(200, {"ok": False, "error": "restricted_action_read_only_channel"}), Configuration),
        (Says(200, {"ok": False, "error": "msg_too_long"}), Permanent),
        (Says(200, {"ok": False, "error": "something_new"}), Permanent),
    ],
)
def test_each_answer_has_its_meaning_and_is_asked_for_once(
    slack: StubServer, says: Says, kind: type[DeliveryError]
) -> None:
    slack.on("POST", "chat.postMessage", says)
    with pytest.raises(kind) as caught:
        deliver()
    assert len(slack.asked) == 1
    assert "xoxb" not in str(caught.value)
    if isinstance(caught.value, RetryAfter):
        assert caught.value.seconds == (9 if says.headers.get("Retry-After") == "9" else None)


def test_nothing_listening_was_not_posted(workspace: SlackWorkspace) -> None:
    SlackWorkspace.objects.update(api_url=f"http://{LOOPBACK}:{free_port()}/api/")
    with pytest.raises(OfficeOffline, match="Slack cannot be reached"):
        deliver()
    workspace.refresh_from_db()
    assert workspace.last_error == "Slack cannot be reached."
    assert workspace.last_error_at is not None


def test_no_answer_in_time_may_have_been_posted(workspace: SlackWorkspace) -> None:
    def listen(connection: Any) -> None:
        while connection.recv(65536):
            pass

    with conversation(listen) as port:
        SlackWorkspace.objects.update(api_url=f"http://{LOOPBACK}:{port}/api/", timeout_seconds=1)
        with pytest.raises(UnknownOutcome):
            deliver()


def test_a_network_without_a_way_out_was_not_posted(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_route(*_: object, **__: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr("socket.create_connection", no_route)
    with pytest.raises(OfficeOffline):
        deliver()


def test_success_clears_the_trouble(workspace: SlackWorkspace) -> None:
    SlackWorkspace.objects.update(last_error="Slack cannot be reached.")
    deliver()
    workspace.refresh_from_db()
    assert workspace.last_error == ""
    assert workspace.last_seen is not None


def test_a_workspace_that_is_not_set_up_is_a_matter_of_configuration() -> None:
    SlackWorkspace.objects.update(bot_token="")
    with pytest.raises(Configuration, match="not set up"):
        deliver()


def test_a_message_without_text_is_refused(slack: StubServer) -> None:
    with pytest.raises(Permanent, match="text"):
        deliver(text=" ")
    assert slack.asked == []


def test_a_message_to_a_person_goes_to_that_person(slack: StubServer) -> None:
    slack.on("POST", "conversations.open", {"ok": True, "channel": {"id": "D01"}})
    channel("slack.message").deliver(to_omar())
    assert slack.bodies("POST", "conversations.open")[0]["users"] == "U0OMAR"
    assert slack.bodies("POST", "chat.postMessage")[0]["channel"] == "D01"
    slack.on("POST", "conversations.history", {"ok": True, "messages": [message(1, marker=MARKER)]})
    assert channel("slack.message").find(to_omar()) is not None
    assert slack.bodies("POST", "conversations.history")[0]["channel"] == "D01"
    SlackWorkspace.objects.all().delete()
    with pytest.raises(Configuration):
        channel("slack.message").deliver(to_omar())


def to_omar() -> Outgoing:
    return Outgoing(MARKER, "slack.message", "person", {"text": "Please come now. UP-1042", "channel": "U0OMAR"})


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        (Says(503, b"busy"), RetryAfter),
        (Says(drop=True), RetryAfter),
        (Says(200, {"ok": True, "channel": {}}), RetryAfter),
        (Says(200, {"ok": True}), RetryAfter),
        (Says(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "9"}), RetryAfter),
        (Says(200, {"ok": False, "error": "user_disabled"}), Configuration),
        (Says(200, {"ok": False, "error": "missing_scope"}), Configuration),
    ],
)
def test_a_conversation_that_does_not_open_leaves_nothing_unknown(
    slack: StubServer, says: Says, kind: type[DeliveryError]
) -> None:
    slack.on("POST", "conversations.open", says)
    for ask in (channel("slack.message").deliver, channel("slack.message").find):
        with pytest.raises(kind):
            ask(to_omar())
    assert slack.bodies("POST", "chat.postMessage") == []


def test_a_message_to_the_leaders_goes_to_their_channel(slack: StubServer) -> None:
    out = Outgoing(MARKER, "slack.message", "leaders", {"text": "Case UP-1042: addressed."})
    assert channel("slack.message").deliver(out).id == TS
    assert slack.bodies("POST", "chat.postMessage")[0]["channel"] == "C01"
    SlackWorkspace.objects.update(leaders_channel="")
    with pytest.raises(Configuration, match="channel"):
        channel("slack.message").deliver(out)


@pytest.mark.parametrize(
    ("messages", "found"),
    [
        ([message(5), message(1, marker=MARKER), message(-5)], True),
        ([message(1, text=f"see {MARKER}")], True),
        ([message(1, marker=f"{MARKER}1"), message(0, text=f"{MARKER}1")], False),
        ([], False),
    ],
)
def test_a_message_is_found_by_its_whole_marker(slack: StubServer, messages: list[Any], found: bool) -> None:
    slack.on("POST", "conversations.history", {"ok": True, "messages": messages})
    expected = Proof(f"{SENT.timestamp() + 1:.6f}", "Slack", LINK) if found else None
    assert find() == expected
    asked = slack.bodies("POST", "conversations.history")[0]
    assert (asked["channel"], asked["include_all_metadata"]) == ("C01", "1")
    assert "oldest" not in asked


def pages(first: dict[str, Any], more: dict[str, Any]) -> Any:
    def answer(asked: Any) -> dict[str, Any]:
        cursor = {"response_metadata": {"next_cursor": "more"}}
        return {"ok": True, "messages": [more if asked.body.get("cursor") else first], **cursor}

    return answer


def test_the_look_goes_back_to_before_the_message_left(slack: StubServer) -> None:
    slack.on("POST", "conversations.history", pages(message(60), message(0, marker=MARKER)))
    assert find() is not None
    slack.on("POST", "conversations.history", pages(message(60), message(-3600)))
    assert find() is None
    assert len(slack.bodies("POST", "conversations.history")) == 4


def test_a_channel_that_is_too_busy_is_left_to_a_person(slack: StubServer) -> None:
    slack.on("POST", "conversations.history", pages(message(60), message(60)))
    with pytest.raises(CannotTell):
        find()


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        (Says(200, {"ok": False, "error": "missing_scope"}), CannotTell),
        (Says(200, {"ok": False, "error": "not_in_channel"}), CannotTell),
        (Says(200, {"ok": False, "error": "something_new"}), CannotTell),
        (Says(200, {"ok": False, "error": "ratelimited"}), RetryAfter),
        (Says(drop=True), RetryAfter),
    ],
)
def test_a_look_that_fails_is_no_absence(slack: StubServer, says: Says, kind: type[DeliveryError]) -> None:
    slack.on("POST", "conversations.history", says)
    with pytest.raises(kind):
        find()


def test_nothing_about_the_message_is_logged(slack: StubServer, caplog: pytest.LogCaptureFixture) -> None:
    slack.on("POST", "chat.postMessage", Says(503, b"<html>"))
    with caplog.at_level(0), pytest.raises(UnknownOutcome):
        deliver()
    assert "UP-1042" not in caplog.text


def test_an_early_message_needs_no_time(slack: StubServer) -> None:
    slack.on("POST", "conversations.history", {"ok": True, "messages": [message(-timedelta(days=9).total_seconds())]})
    unsent = Outgoing(MARKER, "slack.message", "main", {"channel": "C01", "text": "x"})
    assert channel("slack.message").find(unsent) is None
