"""An app as a customer would write it with Slack's own framework, on a real port or a real socket."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from tests.simulators.slack.driver import Slack, until

from amends.simulators.slack.cast import APP_TOKEN, SIGNING_SECRET

MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "report",
    "title": {"type": "plain_text", "text": "Report"},
    "submit": {"type": "plain_text", "text": "Send"},
    "private_metadata": "UP-1",
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "what",
            "label": {"type": "plain_text", "text": "What happened"},
            "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "severity",
            "label": {"type": "plain_text", "text": "How bad"},
            "element": {
                "type": "static_select",
                "action_id": "choice",
                "options": [
                    {"text": {"type": "plain_text", "text": "Bad"}, "value": "1"},
                    {"text": {"type": "plain_text", "text": "Worse"}, "value": "2"},
                ],
            },
        },
    ],
}
CARD: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*UP-1* at Maple Street"}},
    {
        "type": "actions",
        "block_id": "do",
        "elements": [
            {
                "type": "button",
                "action_id": "take",
                "style": "primary",
                "text": {"type": "plain_text", "text": "Take it"},
                "value": "UP-1",
            }
        ],
    },
]


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Nothing."""


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@dataclass
class Bolt:
    """A running app. `heard` is what its listeners were given, in order."""

    app: App
    url: str = ""
    heard: list[tuple[str, Any]] = field(default_factory=list)

    def until_heard(self, kind: str, times: int = 1) -> list[Any]:
        """What was heard of this kind, once there is so much of it."""
        until(lambda: len(self.all(kind)) >= times, what=f"{times} times {kind}")
        return self.all(kind)

    def all(self, kind: str) -> list[Any]:
        return [payload for name, payload in list(self.heard) if name == kind]


def new_app(slack: Slack, *, signing_secret: str = SIGNING_SECRET) -> Bolt:
    """An app that opens a modal on /upset, takes a case by a button, and keeps a Home tab."""
    app = App(client=slack.client, signing_secret=signing_secret, token_verification_enabled=False)
    bolt = Bolt(app)

    @app.command("/upset")
    def on_command(ack: Any, body: Any, client: Any) -> None:
        ack()
        bolt.heard.append(("command", body))
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.command("/say")
    def on_say(ack: Any, body: Any) -> None:
        bolt.heard.append(("say", body))
        ack(text=f"You said {body['text']}", response_type="ephemeral")

    @app.view("report")
    def on_submit(ack: Any, body: Any, view: Any, client: Any) -> None:
        bolt.heard.append(("submit", body))
        values = view["state"]["values"]
        if len(values["what"]["text"]["value"]) < 5:
            ack(response_action="errors", errors={"what": "Please say a little more."})
            return
        ack()
        client.chat_postMessage(channel="C0NORTH", text="UP-1", blocks=CARD)

    @app.view_closed("report")
    def on_close(ack: Any, body: Any) -> None:
        ack()
        bolt.heard.append(("close", body))

    @app.action("take")
    def on_take(ack: Any, body: Any, client: Any, respond: Any) -> None:
        ack()
        bolt.heard.append(("take", body))
        where = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        client.chat_update(**where, text="UP-1 taken", blocks=CARD[:1])
        respond(text="It is yours now.", replace_original=False)

    @app.shortcut("from_message")
    def on_shortcut(ack: Any, body: Any, client: Any) -> None:
        ack()
        bolt.heard.append(("shortcut", body))
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.event("app_home_opened")
    def on_home(event: Any, body: Any, client: Any, request: Any) -> None:
        bolt.heard.append(("home", {**body, "headers": request.headers}))
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": CARD})

    @app.event("app_mention")
    def on_mention(body: Any) -> None:
        bolt.heard.append(("mention", body))

    return bolt


@contextmanager
def over_http(slack: Slack, **flags: Any) -> Iterator[Bolt]:
    """The app behind a request URL, which the workspace is told."""
    bolt = new_app(slack, **flags)
    wsgi: Callable[..., Any] = SlackRequestHandler(bolt.app, path="/slack/events")
    server = make_server("127.0.0.1", 0, wsgi, server_class=_Threaded, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    bolt.url = f"http://127.0.0.1:{server.server_port}/slack/events"
    slack.settings(request_url=bolt.url)
    try:
        yield bolt
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def over_a_socket(slack: Slack) -> Iterator[Bolt]:
    """The app in Socket Mode, connected."""
    bolt = new_app(slack)
    handler = SocketModeHandler(bolt.app, APP_TOKEN, ping_interval=1)
    handler.connect()
    until(lambda: slack.sockets == 1, what="a socket")
    try:
        yield bolt
    finally:
        closed(handler.client)


def closed(client: Any) -> None:
    """Closes Slack's own client, whose receiving thread takes back the sign to end when it starts at that very moment:
    the sign is given until it is seen."""
    closing = threading.Thread(target=client.close, daemon=True)
    closing.start()
    for _ in range(50):
        client.current_session_state.terminated = True
        closing.join(0.2)
        if not closing.is_alive():
            return
    raise AssertionError("Slack's client does not end.")
