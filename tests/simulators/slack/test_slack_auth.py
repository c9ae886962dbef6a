"""Who may call, with which scopes, and in which of the ways a client may write its arguments."""

import json

import pytest
from slack_sdk.errors import SlackApiError
from tests.simulators.slack.driver import Refused, Slack, Start

JSON = "application/json; charset=utf-8"
BEARER = "Bearer xoxb-demo-token"


def test_the_token_tells_who_the_app_is(slack: Slack) -> None:
    me = slack.client.auth_test()
    assert (me["team"], me["user_id"], me["bot_id"]) == ("Bluebell & Finch Dental", "U0AMENDS", "B0AMENDS")
    assert "channels:history" in me.headers["X-OAuth-Scopes"].split(",")


def test_an_unknown_token_and_none_are_told_apart(slack: Slack, refused: Refused) -> None:
    assert refused(slack.client_with("xoxb-other").auth_test) == "invalid_auth"
    assert slack.form("auth.test", token=None)["error"] == "not_authed"


def test_the_token_may_be_another(start: Start) -> None:
    slack = start(bot_token="xoxb-mine")
    assert slack.form("auth.test", token="xoxb-mine")["ok"]
    assert slack.form("auth.test")["error"] == "invalid_auth"


def test_a_revoked_token_is_good_again_when_given_back(slack: Slack, refused: Refused) -> None:
    slack.control("revoke", token="xoxb-demo-token")
    assert refused(slack.client.auth_test) == "token_revoked"
    slack.control("revoke", token="xoxb-demo-token", revoked=False)
    assert slack.client.auth_test()["ok"]


def test_api_test_needs_no_token_and_gives_the_arguments_back(slack: Slack) -> None:
    assert slack.form("api.test", token=None, foo="bar") == {"ok": True, "args": {"foo": "bar"}}
    assert slack.form("api.test", token=None, error="my_error")["error"] == "my_error"


def test_refusals_come_with_status_200_and_unknown_methods_say_so(slack: Slack) -> None:
    status, _, body = slack.http("POST", "/api/chat.sing", Authorization=BEARER)
    assert (status, json.loads(body)["error"]) == (200, "unknown_method")


@pytest.mark.parametrize(
    ("method", "path", "body", "kind"),
    [
        ("POST", "/api/chat.postMessage", '{"channel":"C0NORTH","text":"one"}', "application/json; charset=utf-8"),
        ("POST", "/api/chat.postMessage", "channel=C0NORTH&text=one", "application/x-www-form-urlencoded"),
        ("GET", "/api/chat.postMessage?channel=C0NORTH&text=one", None, "text/plain"),
        ("POST", "/api/chat.postMessage?channel=C0NORTH&text=one", "", "text/plain"),
    ],
)
def test_arguments_are_read_from_json_form_and_query(
    slack: Slack, method: str, path: str, body: str | None, kind: str
) -> None:
    answer = json.loads(slack.http(method, path, body, Authorization=BEARER, Content_Type=kind)[2])
    assert answer["ok"]
    assert [message["text"] for message in slack.messages] == ["one"]


def test_blocks_and_metadata_in_a_form_are_json_texts(slack: Slack) -> None:
    blocks = [{"type": "divider"}]
    metadata = {"event_type": "delivery", "event_payload": {"marker": "UP-1.1"}}
    answer = slack.form(
        "chat.postMessage", channel="C0NORTH", text="t", blocks=json.dumps(blocks), metadata=json.dumps(metadata)
    )
    assert answer["ok"]
    (message,) = slack.messages
    assert message["blocks"][0]["type"] == "divider"
    assert message["metadata"] == metadata


def test_a_form_that_is_not_text_is_refused(slack: Slack) -> None:
    body = slack.http("POST", "/api/api.test", b"text=\xff\xfe", Content_Type="application/x-www-form-urlencoded")[2]
    assert json.loads(body)["error"] == "invalid_form_data"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("chat.postMessage", {"channel": ["C0NORTH"], "text": "t"}),
        ("chat.postMessage", {"channel": "C0NORTH", "text": {"type": "plain_text"}}),
        ("users.list", {"limit": "many"}),
        ("chat.getPermalink", {"channel": "C0NORTH"}),
    ],
)
def test_arguments_of_the_wrong_kind_are_refused(slack: Slack, name: str, arguments: dict[str, object]) -> None:
    body = json.dumps(arguments)
    answer = json.loads(slack.http("POST", f"/api/{name}", body, Authorization=BEARER, Content_Type=JSON)[2])
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"]


@pytest.mark.parametrize(("body", "error"), [("{", "invalid_json"), ("[1]", "json_not_object")])
def test_a_body_that_is_no_object_is_refused(slack: Slack, body: str | None, error: str) -> None:
    answer = slack.http("POST", "/api/api.test", body, Content_Type="application/json")[2]
    assert json.loads(answer)["error"] == error


def test_a_missing_scope_is_named_with_those_that_are_there(start: Start) -> None:
    slack = start(scopes=["chat:write", "users:read"])
    with pytest.raises(SlackApiError) as caught:
        slack.client.users_lookupByEmail(email="lee.hartwell@bluebellfinch.example")
    answer = caught.value.response
    assert answer["error"] == "missing_scope"
    assert (answer["needed"], answer["provided"]) == ("users:read.email", "chat:write,users:read")


def test_scopes_can_be_changed_while_running(slack: Slack, refused: Refused) -> None:
    slack.control("scopes", scopes=["users:read"])
    assert refused(slack.client.chat_postMessage, channel="C0NORTH", text="t") == "missing_scope"
    slack.control("scopes", scopes=["chat:write"])
    assert slack.client.chat_postMessage(channel="C0NORTH", text="t")["ok"]


@pytest.mark.parametrize(
    ("scope", "name", "arguments"),
    [
        ("chat:write", "chat.update", {"channel": "C0NORTH", "ts": "1.0", "text": "t"}),
        ("chat:write", "chat.delete", {"channel": "C0NORTH", "ts": "1.0"}),
        ("chat:write", "chat.postEphemeral", {"channel": "C0NORTH", "user": "U0RITA", "text": "t"}),
        ("channels:read", "conversations.list", {}),
        ("channels:read", "conversations.info", {"channel": "C0NORTH"}),
        ("channels:read", "conversations.members", {"channel": "C0NORTH"}),
        ("channels:read", "users.conversations", {}),
        ("groups:read", "conversations.list", {"types": "private_channel"}),
        ("channels:history", "conversations.history", {"channel": "C0NORTH"}),
        ("channels:history", "conversations.replies", {"channel": "C0NORTH", "ts": "1.0"}),
        ("im:write", "conversations.open", {"users": "U0LEE"}),
        ("mpim:write", "conversations.open", {"users": "U0LEE,U0SAM"}),
        ("channels:join", "conversations.join", {"channel": "C0NORTH"}),
        ("channels:manage", "conversations.create", {"name": "new"}),
        ("channels:manage", "conversations.invite", {"channel": "C0NORTH", "users": "U0LEE"}),
        ("channels:manage", "conversations.archive", {"channel": "C0NORTH"}),
        ("users:read", "users.list", {}),
        ("users:read", "users.info", {"user": "U0LEE"}),
    ],
)
def test_each_method_asks_for_its_scope(start: Start, scope: str, name: str, arguments: dict[str, str]) -> None:
    answer = start(scopes=["none"]).form(name, **arguments)
    assert (answer["error"], answer["needed"]) == ("missing_scope", scope)


def test_the_calls_are_remembered_without_the_token(slack: Slack) -> None:
    slack.form("chat.postMessage", channel="C0NOWHERE", text="t")
    (call,) = json.loads(slack.http("GET", "/_control/calls")[2])["calls"]
    assert call == {
        "method": "chat.postMessage",
        "arguments": {"channel": "C0NOWHERE", "text": "t"},
        "outcome": "channel_not_found",
    }
