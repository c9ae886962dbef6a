"""What a person sees after acting, in the cases that an app rarely tries; the response_url; the manifest; the rates."""

import copy
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient
from tests.simulators.slack.bolt import CARD, MODAL
from tests.simulators.slack.driver import Json, Refused, Slack, Start
from tests.simulators.slack.receiver import Receiver, receiving

UPSET = {"user": "U0RITA", "channel": "C0NORTH", "command": "/upset"}
VALUES = {"what": {"text": "They waited."}, "severity": {"choice": "1"}}


@pytest.fixture
def app(slack: Slack) -> Iterator[Receiver]:
    with receiving(slack) as receiver:
        yield receiver


@pytest.fixture
def view(slack: Slack) -> Any:
    """An open modal of Rita's."""
    trigger = slack.control("trigger", user="U0RITA")["trigger_id"]
    return slack.client.views_open(trigger_id=trigger, view=MODAL)["view"]


def submit(slack: Slack) -> Any:
    return slack.control("submit", user="U0RITA", values=VALUES)


# ---- the answer to a submission


def test_update_takes_the_place_of_the_view_under_its_id(slack: Slack, app: Receiver, view: Any) -> None:
    after = {**MODAL, "title": {"type": "plain_text", "text": "Opening"}, "blocks": [{"type": "divider"}]}
    app.answer = lambda got: (200, {"response_action": "update", "view": after})
    told = submit(slack)
    assert (told["modal"]["id"], told["modal"]["title"]["text"]) == (view["id"], "Opening")
    assert told["modal"]["hash"] != view["hash"]


def test_push_lays_a_view_on_top_until_there_are_three(slack: Slack, app: Receiver, view: Any) -> None:
    app.answer = lambda got: (200, {"response_action": "push", "view": MODAL})
    tops = [submit(slack)["modal"] for _ in range(2)]
    assert [top["previous_view_id"] for top in tops] == [view["id"], tops[0]["id"]]
    told = submit(slack)
    assert (told["problem"], told["shown"]) == ("push_limit_reached", "We had some trouble connecting. Try again?")
    app.answer = lambda got: (200, {"response_action": "clear"})
    assert submit(slack)["modal"] is None


def test_an_empty_answer_closes_this_view_only(slack: Slack, app: Receiver, view: Any) -> None:
    app.answer = lambda got: (200, {"response_action": "push", "view": MODAL})
    submit(slack)
    app.answer = lambda got: (200, "")
    assert submit(slack)["modal"]["id"] == view["id"]
    app.answer = lambda got: (200, {})
    assert submit(slack)["modal"] is None


@pytest.mark.parametrize(
    "answer",
    [
        "thanks",
        {"response_action": "dance"},
        {"response_action": "errors", "errors": {"elsewhere": "no"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "push"},
    ],
)
def test_a_bad_answer_is_trouble_and_the_modal_stays(slack: Slack, app: Receiver, view: Any, answer: object) -> None:
    app.answer = lambda got: (200, answer)
    told = submit(slack)
    assert told["problem"]
    assert told["shown"] == "We had some trouble connecting. Try again?"
    assert told["modal"]["id"] == view["id"]
    assert told["modal"]["state"]["values"]["what"]["text"]["value"] == "They waited."


def test_no_answer_keeps_what_was_typed(slack: Slack, view: Any) -> None:
    told = submit(slack)
    assert (told["delivered"], told["problem"]) == (False, "connection_failed")
    assert slack.state["modals"]["U0RITA"][0]["state"]["values"]["what"]["text"]["value"] == "They waited."


def test_a_view_that_the_app_updates_keeps_what_was_typed(slack: Slack, app: Receiver, view: Any) -> None:
    app.answer = lambda got: (200, {"response_action": "errors", "errors": {"what": "More, please."}})
    submit(slack)
    assert slack.state["view_errors"] == {view["id"]: {"what": "More, please."}}
    slack.client.views_update(view_id=view["id"], view=MODAL)
    assert slack.state["view_errors"] == {}
    app.answer = lambda got: (200, None)
    told = slack.control("submit", user="U0RITA")
    assert told["payload"]["view"]["state"]["values"]["what"]["text"]["value"] == "They waited."


def test_a_stack_that_is_closed_at_once_says_so_for_each_view_that_asks(slack: Slack, app: Receiver, view: Any) -> None:
    app.answer = lambda got: (200, {"response_action": "push", "view": MODAL})
    top = submit(slack)["modal"]
    app.got.clear()
    app.answer = lambda got: (200, None)
    assert slack.control("close", user="U0RITA", all=True)["closed"] == [top["id"], view["id"]]
    assert [got.payload["view"]["id"] for got in app.got] == [top["id"], view["id"]]
    assert all(got.payload["is_cleared"] for got in app.got)


# ---- elements


def test_menus_say_what_was_chosen_and_inputs_what_stands_in_them(slack: Slack, app: Receiver) -> None:
    options = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in "ab"]
    blocks: list[Json] = [
        {
            "type": "actions",
            "block_id": "do",
            "elements": [
                {"type": "static_select", "action_id": "pick", "options": options},
                {"type": "overflow", "action_id": "more", "options": options},
                {"type": "users_select", "action_id": "who"},
            ],
        },
        {
            "type": "input",
            "block_id": "say",
            "dispatch_action": True,
            "label": {"type": "plain_text", "text": "Say"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
    ]
    ts = slack.client.chat_postMessage(channel="C0NORTH", text="t", blocks=blocks)["ts"]
    where = {"user": "U0RITA", "channel": "C0NORTH", "ts": ts}
    acts = [
        slack.control("press", **where, action_id=action, value=value)["payload"]["actions"][0]
        for action, value in (("pick", "a"), ("more", "b"), ("who", "U0OMAR"), ("text", "typed"))
    ]
    assert [act.get("selected_option", {}).get("value") for act in acts] == ["a", "b", None, None]
    assert (acts[2]["selected_user"], acts[3]["value"]) == ("U0OMAR", "typed")
    trigger = slack.control("trigger", user="U0RITA")["trigger_id"]
    view = {**MODAL, "blocks": [*MODAL["blocks"], *blocks]}
    slack.client.views_open(trigger_id=trigger, view=view)
    told = slack.control("press", user="U0RITA", action_id="pick", value="b", values={"what": {"text": "half"}})
    values = told["payload"]["view"]["state"]["values"]
    assert (values["what"]["text"]["value"], values["do"]["pick"]["selected_option"]["value"]) == ("half", "b")
    assert "channel" not in told["payload"]
    assert "response_url" not in told["payload"]


def test_an_element_without_an_action_id_is_given_one(slack: Slack) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Press"}}
    posted = slack.client.chat_postMessage(
        channel="C0NORTH", text="t", blocks=[{"type": "actions", "elements": [button, copy.deepcopy(button)]}]
    )
    first, second = (one["action_id"] for one in posted["message"]["blocks"][0]["elements"])
    assert first != second


def test_buttons_in_attachments_work_and_an_ephemeral_message_is_not_sent_along(slack: Slack, app: Receiver) -> None:
    beside = [{"color": "#aa0000", "blocks": CARD}]
    ts = slack.client.chat_postMessage(channel="C0NORTH", text="t", attachments=beside)["ts"]
    told = slack.control("press", user="U0RITA", channel="C0NORTH", ts=ts, action_id="take")
    assert told["payload"]["message"]["attachments"][0]["color"] == "#aa0000"
    hint = slack.client.chat_postEphemeral(channel="C0NORTH", user="U0RITA", text="t", blocks=CARD)["message_ts"]
    told = slack.control("press", user="U0RITA", channel="C0NORTH", ts=hint, action_id="take", block_id="do")
    assert told["payload"]["container"]["is_ephemeral"]
    assert "message" not in told["payload"]
    body = {"user": "U0OMAR", "channel": "C0NORTH", "ts": hint, "action_id": "take"}
    assert slack.http("POST", "/_control/press", json.dumps(body))[0] == 400  # Omar does not see it


def test_the_options_of_an_external_menu_are_asked_of_the_app(slack: Slack, app: Receiver) -> None:
    menu = {"type": "actions", "elements": [{"type": "external_select", "action_id": "find", "min_query_length": 1}]}
    ts = slack.client.chat_postMessage(channel="C0NORTH", text="t", blocks=[menu])["ts"]
    found = {"options": [{"text": {"type": "plain_text", "text": "UP-1"}, "value": "UP-1"}]}
    app.answer = lambda got: (200, found)
    told = slack.control("suggest", user="U0RITA", channel="C0NORTH", ts=ts, action_id="find", value="UP")
    assert told["answer"] == found
    assert (told["payload"]["type"], told["payload"]["value"]) == ("block_suggestion", "UP")


def test_nothing_is_pressed_where_interactivity_is_off(slack: Slack, app: Receiver) -> None:
    ts = slack.client.chat_postMessage(channel="C0NORTH", text="t", blocks=CARD)["ts"]
    slack.settings(interactivity=False)
    assert not slack.control("press", user="U0RITA", channel="C0NORTH", ts=ts, action_id="take")["delivered"]
    assert slack.control("command", **UPSET)["delivered"]


# ---- commands and shortcuts that there are


def test_only_the_apps_own_commands_are_known_and_names_may_be_turned_into_ids(slack: Slack, app: Receiver) -> None:
    slack.settings(commands=["/upset"], escaped_commands=["/upset"])
    text = "@rita.lindqvist in #general at a@b.example, @nobody"
    told = slack.control("command", **UPSET, text=text)
    assert told["payload"]["text"] == ("<@U0RITA|rita.lindqvist> in <#C0GENERAL|general> at a@b.example, @nobody")
    other = slack.control("command", **{**UPSET, "command": "/other"})
    assert (other["delivered"], other["shown"]) == (False, "/other is not a valid command.")
    slack.control("scopes", scopes=["chat:write"])
    assert not slack.control("command", **UPSET)["delivered"]


def test_only_the_apps_own_shortcuts_are_known(slack: Slack, app: Receiver) -> None:
    slack.settings(shortcuts=[{"name": "New", "type": "global", "callback_id": "new"}])
    assert slack.control("shortcut", user="U0RITA", callback_id="new")["ok"]
    ts = slack.client.chat_postMessage(channel="C0NORTH", text="t")["ts"]
    body = {"user": "U0RITA", "callback_id": "new", "channel": "C0NORTH", "ts": ts}
    assert slack.http("POST", "/_control/shortcut", json.dumps(body))[0] == 400


# ---- response_url


def respond(slack: Slack, url: str, **message: object) -> tuple[int, Any]:
    status, _, body = slack.http("POST", urlsplit(url).path, json.dumps(message), Content_Type="application/json")
    return status, body.decode() if status == 200 else json.loads(body)["error"]


def test_a_response_url_is_good_five_times(slack: Slack, app: Receiver) -> None:
    url = slack.control("command", **UPSET)["response_url"]
    assert WebhookClient(url, retry_handlers=[]).send(text="one").body == "ok"
    assert respond(slack, url, text="two", response_type="in_channel") == (200, "ok")
    assert respond(slack, url, text=" ") == (400, "no_text")
    assert respond(slack, url, text="t", response_type="shout") == (400, "invalid_arguments")
    assert respond(slack, url, delete_original=True) == (400, "message_not_found")
    for _ in range(3):
        assert respond(slack, url, text="more", replace_original=True) == (200, "ok")
    assert respond(slack, url, text="six") == (404, "used_url")
    assert [one["only_for"] for one in slack.messages] == ["U0RITA", None, "U0RITA", "U0RITA", "U0RITA"]
    assert respond(slack, url.rpartition("/")[0] + "/other", text="t") == (404, "no_service")


def test_a_response_url_is_good_for_half_an_hour(slack: Slack, app: Receiver) -> None:
    url = slack.control("command", **UPSET)["response_url"]
    slack.move_clock(1800)
    assert respond(slack, url, text="t") == (200, "ok")
    slack.move_clock(1)
    assert respond(slack, url, text="t") == (404, "expired_url")


def test_the_message_of_a_button_is_replaced_and_deleted_also_when_it_is_ephemeral(slack: Slack, app: Receiver) -> None:
    ts = slack.client.chat_postMessage(channel="C0NORTH", text="t", blocks=CARD)["ts"]
    hint = slack.client.chat_postEphemeral(channel="C0NORTH", user="U0RITA", text="h", blocks=CARD)["message_ts"]
    press = {"user": "U0RITA", "channel": "C0NORTH", "action_id": "take"}
    on_card = slack.control("press", **press, ts=ts)["response_url"]
    on_hint = slack.control("press", **press, ts=hint)["response_url"]
    assert respond(slack, on_card, replace_original=True, text="taken")[0] == 200
    assert respond(slack, on_hint, replace_original=True, text="h2", blocks=CARD[:1])[0] == 200
    card, mine = slack.messages
    assert (card["text"], card["blocks"], bool(card["edited"])) == ("taken", [], True)
    assert (mine["text"], len(mine["blocks"]), mine["edited"]) == ("h2", 1, None)
    assert respond(slack, on_hint, delete_original=True)[0] == 200
    assert respond(slack, on_card, text="beside", attachments=[{"text": "a"}])[0] == 200
    assert [one["text"] for one in slack.messages] == ["taken", "beside"]


def test_a_response_url_has_faults_too(slack: Slack, app: Receiver) -> None:
    url = slack.control("command", **UPSET)["response_url"]
    slack.faults("status:503", path="/commands")
    assert slack.http("POST", urlsplit(url).path, "{}")[0] == 503
    assert respond(slack, url, text="t")[0] == 200


# ---- messages


def test_attachments_are_kept_and_limited(slack: Slack, refused: Refused) -> None:
    post = slack.client.chat_postMessage
    assert refused(post, channel="C0NORTH", text="t", attachments=[{"text": "a"}] * 101) == "too_many_attachments"
    assert refused(post, channel="C0NORTH", text="t", attachments=[{"blocks": [{"type": "x"}]}]) == "invalid_blocks"
    assert slack.form("chat.postMessage", channel="C0NORTH", attachments="{}")["error"] == "invalid_arguments"
    ts = slack.form("chat.postMessage", channel="C0NORTH", attachments='[{"text": "only this"}]')["ts"]
    slack.client.chat_update(channel="C0NORTH", ts=ts, text="t")
    assert slack.messages[0]["attachments"] == [{"text": "only this"}]
    slack.form("chat.update", channel="C0NORTH", ts=ts, text="t", attachments="[]")
    assert slack.messages[0]["attachments"] == []


def test_metadata_has_a_limit_that_can_be_moved(slack: Slack) -> None:
    metadata = json.dumps({"event_type": "e", "event_payload": {"k": "x" * 9000}})
    assert slack.form("chat.postMessage", channel="C0NORTH", text="t", metadata=metadata)["error"] == (
        "metadata_too_large"
    )
    slack.settings(metadata_bytes=10_000)
    assert slack.form("chat.postMessage", channel="C0NORTH", text="t", metadata=metadata)["ok"]


# ---- rates and switches


def limited(slack: Slack, method: str, **arguments: str) -> int:
    """How often it is let through before it is refused, and that the refusal tells the wait."""
    for count in range(1000):
        answer = slack.client.api_call(method, params=arguments) if not arguments else slack.form(method, **arguments)
        if answer.get("error") == "ratelimited":
            return count
    raise AssertionError("never refused")


@pytest.mark.parametrize(("method", "a_minute"), [("conversations.info", 50), ("views.publish", 100)])
def test_each_method_has_its_own_rate(start: Start, method: str, a_minute: int) -> None:
    slack = start(rate_limit=True)
    assert limited(slack, method, channel="C0NORTH", user_id="U0RITA") == a_minute
    assert slack.form("auth.test")["ok"]


def test_a_refused_call_tells_how_long_to_wait(start: Start) -> None:
    slack = start(rate_limit=True)
    for _ in range(20):
        slack.client.users_list()
    with pytest.raises(SlackApiError) as caught:
        slack.client.users_list()
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "3")
    slack.move_clock(3)
    assert slack.client.users_list()["ok"]
    slack.settings(rate_limit=False)
    assert all(slack.client.users_list()["ok"] for _ in range(25))


def test_reading_history_may_be_limited_to_once_a_minute_and_fifteen(start: Start) -> None:
    slack = start(rate_limit=False)
    for _ in range(16):
        slack.client.chat_postMessage(channel="C0NORTH", text="t")
    slack.settings(history_limited=True, rate_limit=True)
    page = slack.client.conversations_history(channel="C0NORTH", limit=100)
    assert (len(page["messages"]), page["has_more"]) == (15, True)
    with pytest.raises(SlackApiError, match="ratelimited"):
        slack.client.conversations_history(channel="C0NORTH")
    slack.move_clock(60)
    assert slack.client.conversations_history(channel="C0NORTH")["ok"]


def test_a_deactivated_person_may_be_found_by_mail_or_not(slack: Slack, refused: Refused) -> None:
    mail = "lee.hartwell@bluebellfinch.example"
    slack.control("deactivate", user="U0LEE")
    assert refused(slack.client.users_lookupByEmail, email=mail) == "users_not_found"
    slack.settings(lookup_finds_deactivated=True)
    assert slack.client.users_lookupByEmail(email=mail)["user"]["deleted"]


@pytest.mark.parametrize(
    "body",
    [
        {"colour": "red"},
        {"home_tab": "yes"},
        {"ack_seconds": 0},
        {"ack_seconds": True},
        {"events": "all"},
        {"shortcuts": ["new"]},
        {"socket_mode": "maybe"},
        {"metadata_bytes": "many"},
    ],
)
def test_settings_that_make_no_sense_are_400_and_change_nothing(slack: Slack, body: Json) -> None:
    before = slack.settings()
    assert slack.http("PUT", "/_control/settings", json.dumps(body))[0] == 400
    assert json.loads(slack.http("GET", "/_control/settings")[2]) == before


def test_a_reset_brings_the_flags_back(slack: Slack) -> None:
    slack.settings(signing_secret="other", socket_mode=True)
    slack.control("command", **UPSET)
    slack.http("POST", "/_control/reset")
    assert (slack.settings()["signing_secret"], slack.settings()["socket_mode"]) == ("demo-signing-secret", None)
    assert slack.deliveries == []
    assert slack.state["notices"] == []


# ---- the manifest

MANIFEST: Json = {
    "_metadata": {"major_version": 1, "minor_version": 1},
    "display_information": {"name": "Amends", "description": "Upset patients", "background_color": "#0b5394"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "amends", "always_online": True},
        "shortcuts": [{"name": "New", "type": "global", "callback_id": "new", "description": "Report"}],
        "slash_commands": [
            {
                "command": "/upset",
                "url": "https://amends.example/slack",
                "description": "Report",
                "should_escape": True,
            }
        ],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands", "users:read", "users:read.email"]}},
    "settings": {
        "event_subscriptions": {
            "request_url": "http://127.0.0.1:5000/slack",
            "bot_events": ["app_home_opened"],
        },
        "interactivity": {"is_enabled": True, "request_url": "https://amends.example/slack"},
        "socket_mode_enabled": False,
    },
}


def changed(**paths: object) -> Json:
    """The manifest with a value put at `a__b__0`, or taken away by None."""
    manifest: Any = copy.deepcopy(MANIFEST)
    for path, value in paths.items():
        *way, last = [int(part) if part.isdigit() else part for part in path.split("__")]
        inside = manifest
        for part in way:
            inside = inside[part]
        if value is None:
            del inside[last]
        else:
            inside[last] = value
    return dict(manifest)


def test_a_good_manifest_is_taken_and_sets_the_app_up(slack: Slack) -> None:
    assert slack.control("manifest", **MANIFEST) == {"ok": True}
    status, _, body = slack.http("PUT", "/_control/manifest", json.dumps(MANIFEST))
    told = json.loads(body)
    assert (status, told["ok"], told["scopes"]) == (200, True, MANIFEST["oauth_config"]["scopes"]["bot"])
    settings = told["settings"]
    assert (settings["commands"], settings["escaped_commands"]) == (["/upset"], ["/upset"])
    assert (settings["events"], settings["socket_mode"]) == (["app_home_opened"], False)
    assert settings["shortcuts"] == [{"name": "New", "type": "global", "callback_id": "new"}]
    assert (settings["events_url"], settings["commands_url"]) == ("http://127.0.0.1:5000/slack", "")


def test_the_socket_variant_needs_no_addresses(slack: Slack) -> None:
    manifest = changed(
        features__slash_commands__0__url=None,
        settings__interactivity__request_url=None,
        settings__event_subscriptions__request_url=None,
        settings__socket_mode_enabled=True,
    )
    assert slack.control("manifest", **manifest) == {"ok": True}


COMMAND = MANIFEST["features"]["slash_commands"][0]
SHORTCUT = MANIFEST["features"]["shortcuts"][0]


@pytest.mark.parametrize(
    ("pointer", "paths"),
    [
        ("/display_information/name", {"display_information__name": "x" * 36}),
        ("/display_information/name", {"display_information__name": None}),
        ("/display_information/description", {"display_information__description": "x" * 141}),
        ("/display_information/background_color", {"display_information__background_color": "blue"}),
        ("/features/bot_user/display_name", {"features__bot_user__display_name": "Amends!"}),
        ("/features/bot_user", {"features__bot_user": None}),
        ("/features/slash_commands/0/command", {"features__slash_commands__0__command": "/" + "x" * 32}),
        ("/features/slash_commands/0/command", {"features__slash_commands__0__command": "upset"}),
        ("/features/slash_commands/0/url", {"features__slash_commands__0__url": None}),
        ("/features/slash_commands/0/description", {"features__slash_commands__0__description": None}),
        ("/features/slash_commands", {"features__slash_commands": [COMMAND] * 2}),
        (
            "/features/slash_commands",
            {"features__slash_commands": [{**COMMAND, "command": f"/c{number}"} for number in range(51)]},
        ),
        ("/features/shortcuts", {"features__shortcuts": [SHORTCUT] * 11}),
        ("/features/shortcuts/0/type", {"features__shortcuts__0__type": "local"}),
        ("/features/shortcuts/0/description", {"features__shortcuts__0__description": None}),
        ("/features/shortcuts/0/callback_id", {"features__shortcuts__0__callback_id": "x" * 256}),
        ("/oauth_config/scopes/bot/0", {"oauth_config__scopes__bot__0": "chat:sing"}),
        ("/oauth_config/scopes/bot", {"oauth_config__scopes__bot": ["chat:write"]}),
        ("/oauth_config/scopes/bot", {"oauth_config__scopes__bot": ["commands", "users:read.email"]}),
        ("/settings/interactivity/request_url", {"settings__interactivity__request_url": None}),
        ("/settings/event_subscriptions/request_url", {"settings__event_subscriptions__request_url": None}),
        ("/settings/interactivity", {"settings__interactivity": None}),
        ("/colour", {"colour": "red"}),
    ],
)
def test_what_a_manifest_may_not_say_is_told_with_its_place(slack: Slack, pointer: str, paths: Json) -> None:
    manifest = changed(**paths)
    told = slack.control("manifest", **manifest)
    assert told["error"] == "invalid_manifest"
    assert pointer in [error["pointer"] for error in told["errors"]]
    before = slack.settings()
    assert slack.http("PUT", "/_control/manifest", json.dumps(manifest))[0] == 400
    assert slack.settings() == before
