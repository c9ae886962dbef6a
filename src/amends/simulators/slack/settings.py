"""How the app is set up in this Slack, and what nobody could confirm about the real one: changed while it runs."""

import ipaddress
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

from amends.simulators.serving import BodyError
from amends.simulators.slack import cast
from amends.simulators.slack.arguments import Json

_URLS = ("request_url", "commands_url", "interactivity_url", "events_url")
# As subscribed to in slack.md 10, and what a person expects of an app that is spoken to.
EVENTS = (
    *("app_home_opened", "app_uninstalled", "tokens_revoked", "app_mention"),
    *("channel_archive", "channel_unarchive", "channel_rename", "member_joined_channel", "member_left_channel"),
)


@dataclass(frozen=True)
class Settings:
    """One app's set-up. Addresses are empty where nothing is to be sent; seconds are real seconds."""

    signing_secret: str = cast.SIGNING_SECRET
    app_token: str = cast.APP_TOKEN
    request_url: str = ""  # one address for everything that has none of its own
    commands_url: str = ""
    interactivity_url: str = ""
    events_url: str = ""
    socket_mode: bool | None = None  # None: over a socket when one is open, else to the address
    events: list[str] = field(default_factory=lambda: list(EVENTS))
    commands: list[str] = field(default_factory=list)  # empty: any name is a command of this app
    escaped_commands: list[str] = field(default_factory=list)  # those with should_escape
    shortcuts: list[Json] = field(default_factory=list)  # {"name", "type": "global" | "message", "callback_id"}
    interactivity: bool = True
    home_tab: bool = True
    rate_limit: bool = True
    ack_seconds: float = 3.0  # slack.md 3
    trigger_seconds: float = 3.0
    clock_skew_seconds: int = 0  # how far the time in signatures is from the real one
    # not known of the real Slack
    history_limited: bool = False  # one call a minute, 15 objects (slack.md 0.4)
    metadata_bytes: int = 8000  # slack.md 6 knows that there is a limit, not which
    interactions_retried: bool = False  # slack.md 10
    lookup_finds_deactivated: bool = False  # slack.md 7

    def url(self, kind: str) -> str:
        """Where `commands`, `interactivity` or `events` are sent, or an empty text."""
        return str(getattr(self, f"{kind}_url")) or self.request_url

    def changed(self, body: Mapping[str, object]) -> "Settings":
        """A copy with what the body says. Raises BodyError."""
        for name, value in body.items():
            known: object = getattr(self, name)  # control_body has refused other names
            if not _same_kind(name, known, value):
                raise BodyError(f'"{name}" is written like {NAMES[name]!r}.')
        for name in _URLS:
            refuse_elsewhere(str(body.get(name) or ""), name)
        values: dict[str, Any] = {**self.__dict__, **body}
        return Settings(**values)

    def as_json(self) -> Json:
        """What `GET /_control/settings` answers."""
        return asdict(self)


NAMES: Json = asdict(Settings())


def _same_kind(name: str, known: object, value: object) -> bool:
    if name == "socket_mode":
        return value is None or isinstance(value, bool)
    if isinstance(known, bool) or isinstance(value, bool):
        return isinstance(known, bool) and isinstance(value, bool)
    if isinstance(known, float):
        return isinstance(value, int | float) and value > 0
    if isinstance(known, list):
        inside = dict if name == "shortcuts" else str
        return isinstance(value, list) and all(isinstance(one, inside) for one in value)
    return isinstance(value, type(known))


def refuse_elsewhere(url: str, name: str) -> None:
    """Nothing is sent off this machine, and nothing but plain HTTP. Raises BodyError."""
    if not url:
        return
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "http" or not (host == "localhost" or _loopback(host)):
        raise BodyError(f'"{name}" is an http address of this machine: http://127.0.0.1:PORT/…')


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False  # a name
