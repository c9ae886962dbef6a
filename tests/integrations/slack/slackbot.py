"""Slack as the site sees it: signed requests from people, and a server that takes what the site tells in return."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from slack_sdk.signature import SignatureVerifier
from tests.conftest import Cast
from tests.integrations.servers import Asked, StubServer

from amends.integrations.slack.models import SlackPerson, SlackWorkspace
from amends.integrations.slack.people import set_user

SECRET = "the-signing-secret"
TEAM = "T0MAPLE"
PATH = "/slack/events"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
numbers = count(1)


def user_of(name: str) -> str:
    return f"U0{name.upper()}"


def connect(url: str, group: Cast, **settings: Any) -> SlackWorkspace:
    """A workspace in which everybody is matched but Nick."""
    given = {"team_id": TEAM, "bot_token": "xoxb-secret", "signing_secret": SECRET, "leaders_channel": "C0LEADERS"}
    row = SlackWorkspace.objects.create(name="Maple", api_url=url, timeout_seconds=30, **{**given, **settings})
    for name, person in group.people.items():
        if name != "nick":
            set_user(row, person, user_of(name), SlackPerson.How.TYPED)
    return row


@dataclass
class Slackbot:
    """Sends what people do, and keeps what it was told."""

    server: StubServer
    client: Client = field(default_factory=Client)
    secret: str = SECRET

    # ---- what people do

    def command(self, user: str, text: str = "", **changes: Any) -> Any:
        body = {"command": "/upset", "text": text, "user_id": user_of(user), "team_id": TEAM, "channel_id": "C0NORTH"}
        return self.form({**body, "trigger_id": self.trigger(), "response_url": self.response_url, **changes})

    def press(self, who: str, action: str, value: str = "", **changes: Any) -> Any:
        pressed = {"type": "button", "action_id": action, "block_id": "b", "value": value}
        return self.interact(self.about(who, "block_actions", actions=[pressed], **changes))

    def shortcut(self, user: str, text: str, **changes: Any) -> Any:
        message = {"type": "message", "text": text, "ts": "1.1"}
        return self.interact(
            self.about(user, "message_action", callback_id="report_message", message=message, **changes)
        )

    def submit(self, user: str, callback: str, values: Mapping[str, Any], about: str = "", **changes: Any) -> Any:
        state = {"values": {block: {block: value} for block, value in values.items()}}
        view = {"id": f"V{next(numbers)}", "type": "modal", "callback_id": callback, "private_metadata": about}
        payload = self.about(user, "view_submission", view={**view, "state": state, **changes})
        return self.interact({name: payload[name] for name in ("type", "user", "team", "view", "trigger_id")})

    def open_home(self, user: str, **changes: Any) -> Any:
        event = {"type": "app_home_opened", "user": user_of(user), "tab": "home", "channel": "D1"}
        body = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{next(numbers)}", "event": event}
        return self.post(json.dumps({**body, **changes}), JSON)

    # ---- how it is sent

    @property
    def response_url(self) -> str:
        return f"{self.server.url}/respond"

    def trigger(self) -> str:
        return f"{next(numbers)}.1.abc"

    def about(self, who: str, kind: str, **more: Any) -> dict[str, Any]:
        return {
            "type": kind,
            "user": {"id": user_of(who), "team_id": TEAM},
            "team": {"id": TEAM},
            "channel": {"id": "C0NORTH"},
            "trigger_id": self.trigger(),
            "response_url": self.response_url,
            **more,
        }

    def interact(self, payload: Mapping[str, Any]) -> Any:
        return self.form({"payload": json.dumps(payload)})

    def form(self, fields: Mapping[str, str]) -> Any:
        return self.post(urlencode(fields), FORM)

    def post(
        self, body: str | bytes, kind: str, *, age: int = 0, secret: str = "", headers: Mapping[str, str] | None = None
    ) -> Any:
        stamp = str(int(time.time()) - age)
        signature = SignatureVerifier(secret or self.secret).generate_signature(timestamp=stamp, body=body)
        signed = {"x-slack-request-timestamp": stamp, "x-slack-signature": signature or ""}
        return self.client.post(PATH, data=body, content_type=kind, headers={**signed, **(headers or {})})

    # ---- what it was told

    @property
    def told(self) -> list[str]:
        """The texts of what was answered to people for themselves."""
        return [str(body["text"]) for body in self.server.bodies("POST", "respond")]

    @property
    def views(self) -> list[dict[str, Any]]:
        """Every modal that was shown, opened or updated."""
        return [asked.body["view"] for asked in self.asked("views.open", "views.update")]

    @property
    def homes(self) -> list[tuple[str, dict[str, Any]]]:
        return [(asked.body["user_id"], asked.body["view"]) for asked in self.asked("views.publish")]

    def asked(self, *methods: str) -> list[Asked]:
        return [asked for asked in self.server.asked if asked.path in methods]

    def everything(self) -> str:
        """All that Slack was told, as one text."""
        return json.dumps([asked.body for asked in self.server.asked], ensure_ascii=False)


def words_of(blocks: object) -> str:
    """Every text within blocks or a view, in order."""
    found: list[str] = []

    def look(part: object) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("text"), str):
                found.append(part["text"])
            for value in part.values():
                look(value)
        elif isinstance(part, list):
            for value in part:
                look(value)

    look(blocks)
    return "\n".join(found)
