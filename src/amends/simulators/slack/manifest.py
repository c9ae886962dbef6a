"""An app's manifest: what Slack would refuse of it, by the rules of slack.md 2, 4 and 13, and what it sets up."""

import re
from collections.abc import Iterator, Mapping
from typing import cast as as_type

from amends.simulators.serving import BodyError
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.settings import Settings, refuse_elsewhere

_PARTS = ("_metadata", "display_information", "features", "oauth_config", "settings")
_FAMILIES = ("channels", "groups", "im", "mpim")
SCOPES = {
    *("chat:write", "chat:write.public", "chat:write.customize", "commands", "incoming-webhook", "team:read"),
    *("users:read", "users:read.email", "users:write", "users.profile:read", "usergroups:read", "usergroups:write"),
    *(
        "app_mentions:read",
        "reactions:read",
        "reactions:write",
        "channels:join",
        "channels:manage",
        "metadata.message:read",
    ),
    *("files:read", "files:write", "links:read", "links:write", "pins:read", "pins:write", "bookmarks:read"),
    *(f"{family}:{right}" for family in _FAMILIES for right in ("read", "history", "write")),
}
Error = dict[str, str]


def problems(manifest: Mapping[str, object]) -> list[Error]:
    """What is wrong, each with where: `{"message", "pointer"}`."""
    return list(_problems(manifest))


def _problems(manifest: Mapping[str, object]) -> Iterator[Error]:
    for name in manifest:
        if name not in _PARTS:
            yield _error(f"unknown part: {name}", f"/{name}")
    about, features, settings = (_part(manifest, name) for name in ("display_information", "features", "settings"))
    socket_mode = settings.get("socket_mode_enabled") is True
    yield from _about(about)
    yield from _bot(features)
    yield from _commands(features, socket_mode)
    yield from _shortcuts(features)
    yield from _scopes(manifest, features)
    for name in ("interactivity", "event_subscriptions"):
        part = _part(settings, name)
        wanted = part.get("is_enabled") is True if name == "interactivity" else bool(part)
        if wanted and not socket_mode and not part.get("request_url"):
            yield _error("needs a request_url, or socket_mode_enabled", f"/settings/{name}/request_url")
    if (features.get("shortcuts") or _part(features, "app_home")) and not settings.get("interactivity"):
        yield _error("interactivity is needed for shortcuts and buttons", "/settings/interactivity")


def _about(about: Json) -> Iterator[Error]:
    yield from _length(about.get("name"), 35, "/display_information/name", required=True)
    yield from _length(about.get("description"), 140, "/display_information/description")
    colour = about.get("background_color")
    if colour is not None and not re.fullmatch(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", str(colour)):
        yield _error("is a colour like #0b5394", "/display_information/background_color")


def _bot(features: Json) -> Iterator[Error]:
    bot = features.get("bot_user")
    if bot is not None and not re.fullmatch(r"[a-z0-9._-]+", str(_part(features, "bot_user").get("display_name", ""))):
        yield _error("has a-z, 0-9, - _ . only", "/features/bot_user/display_name")


def _commands(features: Json, socket_mode: bool) -> Iterator[Error]:
    commands = _rows(features.get("slash_commands"))
    at = "/features/slash_commands"
    if len(commands) > 50:
        yield _error("no more than 50 commands", at)
    for number, command in enumerate(commands):
        name = str(command.get("command", ""))
        if not re.fullmatch(r"/[^\s/A-Z]{1,31}", name):
            yield _error("is like /name, in small letters, 32 characters at most", f"{at}/{number}/command")
        if not command.get("description"):
            yield _error("missing required field: description", f"{at}/{number}/description")
        if not socket_mode and not command.get("url"):
            yield _error("needs a url, or socket_mode_enabled", f"{at}/{number}/url")
    names = [command.get("command") for command in commands]
    if len(names) != len(set(map(str, names))):
        yield _error("a command stands there twice", at)


def _shortcuts(features: Json) -> Iterator[Error]:
    shortcuts = _rows(features.get("shortcuts"))
    at = "/features/shortcuts"
    if len(shortcuts) > 10:
        yield _error("no more than 10 shortcuts", at)
    for number, shortcut in enumerate(shortcuts):
        if shortcut.get("type") not in ("message", "global"):
            yield _error("is message or global", f"{at}/{number}/type")
        for name in ("name", "description"):
            if not shortcut.get(name):
                yield _error(f"missing required field: {name}", f"{at}/{number}/{name}")
        yield from _length(shortcut.get("callback_id"), 255, f"{at}/{number}/callback_id", required=True)


def _scopes(manifest: Mapping[str, object], features: Json) -> Iterator[Error]:
    scopes = bot_scopes(manifest)
    at = "/oauth_config/scopes/bot"
    for number, scope in enumerate(scopes):
        if scope not in SCOPES:
            yield _error(f"unknown scope: {scope}", f"{at}/{number}")
    if (features.get("slash_commands") or features.get("shortcuts")) and "commands" not in scopes:
        yield _error("commands and shortcuts need the scope commands", at)
    if "users:read.email" in scopes and "users:read" not in scopes:
        yield _error("users:read.email goes together with users:read", at)
    if scopes and "bot_user" not in features:
        yield _error("bot scopes need a bot_user", "/features/bot_user")


def bot_scopes(manifest: Mapping[str, object]) -> list[str]:
    """What the app's bot asks for."""
    scopes = _part(_part(manifest, "oauth_config"), "scopes").get("bot")
    return [str(scope) for scope in scopes] if isinstance(scopes, list) else []


def installed(manifest: Mapping[str, object], settings: Settings) -> Settings:
    """The set-up that this manifest asks for. Addresses elsewhere than on this machine are left as they are."""
    features, asked = _part(manifest, "features"), _part(manifest, "settings")
    commands = _rows(features.get("slash_commands"))
    interactivity, events = _part(asked, "interactivity"), _part(asked, "event_subscriptions")
    home = _part(features, "app_home")
    change: Json = {
        "commands": [str(one["command"]) for one in commands],
        "escaped_commands": [str(one["command"]) for one in commands if one.get("should_escape") is True],
        "shortcuts": [
            {name: str(one[name]) for name in ("name", "type", "callback_id")}
            for one in _rows(features.get("shortcuts"))
        ],
        "interactivity": interactivity.get("is_enabled") is True,
        "events": [str(event) for event in as_type(list[object], events.get("bot_events") or [])],
        "home_tab": home.get("home_tab_enabled") is True,
        "socket_mode": asked.get("socket_mode_enabled") is True,
    }
    urls = {
        "commands_url": next((one.get("url") for one in commands), None),
        "interactivity_url": interactivity.get("request_url"),
        "events_url": events.get("request_url"),
    }
    return settings.changed({**change, **{name: url for name, url in urls.items() if url and _here(str(url))}})


def _here(url: str) -> bool:
    try:
        refuse_elsewhere(url, "url")
    except BodyError:
        return False
    return True


def _length(value: object, most: int, at: str, *, required: bool = False) -> Iterator[Error]:
    if value is None or value == "":
        if required:
            yield _error("missing required field", at)
    elif not isinstance(value, str) or len(value) > most:
        yield _error(f"must be a text of at most {most} characters", at)


def _error(message: str, pointer: str) -> Error:
    return {"message": message, "pointer": pointer}


def _part(whole: Mapping[str, object], name: str) -> Json:
    value = whole.get(name)
    return value if isinstance(value, dict) else {}


def _rows(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
