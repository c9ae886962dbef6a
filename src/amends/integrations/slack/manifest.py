"""The manifest from which a group makes its own Slack app, and the link that does it in one click (slack.md 13).

Each group has an app of its own: its tokens are in nobody else's hands, and nothing needs Slack's review.
"""

import json
from typing import Any
from urllib.parse import quote

from .inbound.acts import SHORTCUT
from .inbound.app import HOME_OPENED
from .inbound.command import COMMAND

# Each with why it is asked for, as the set-up page tells it.
SCOPES = {
    "chat:write": "post the messages about cases and keep them true",
    "commands": "/upset and the message shortcut",
    "im:write": "direct messages to managers and leaders",
    "users:read": "names, asked for together with the next",
    "users:read.email": "find people by their e-mail address",
    "channels:read": "offer the channels to choose from",
    "groups:read": "the same for private ones",
    "channels:history": "look whether a message arrived, after a broken connection",
    "groups:history": "the same in private channels",
    "im:history": "the same in direct messages",
}
_NEW_APP = "https://api.slack.com/apps?new_app=1&manifest_json="


def manifest(base_url: str, *, socket: bool) -> dict[str, Any]:
    """The app for Socket Mode, or for requests to `base_url`. Slack takes it as JSON."""
    url = {} if socket else {"request_url": f"{base_url}/slack/events"}
    command = {
        "command": COMMAND,
        "description": "Report an upset patient, or say that you are away",
        "usage_hint": "[away until friday cover ruth | back | help]",
        "should_escape": True,
    }
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Amends",
            "description": "Upset patients, from the report to what was learned",
            "background_color": "#1f6f6b",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "amends", "always_online": True},
            "shortcuts": [
                {
                    "name": "Report an upset patient",
                    "type": "message",
                    "callback_id": SHORTCUT,
                    "description": "Report what this message tells of",
                }
            ],
            "slash_commands": [command if socket else {**command, "url": url["request_url"]}],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**url, "bot_events": [HOME_OPENED]},
            "interactivity": {"is_enabled": True, **url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }


def new_app_link(made: dict[str, Any]) -> str:
    """The address at which Slack makes the app of that manifest."""
    return _NEW_APP + quote(json.dumps(made, separators=(",", ":")), safe="")
