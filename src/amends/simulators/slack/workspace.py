"""The state of the workspace: people, channels, messages, Home tabs, open modals, and what the app's token may do."""

import base64
import copy
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from typing import cast as as_type

from amends.simulators.serving import BodyError
from amends.simulators.slack import cast
from amends.simulators.slack.arguments import Json


class Kind(StrEnum):
    """The kinds of conversations, in Slack's words for `types`."""

    PUBLIC = "public_channel"
    PRIVATE = "private_channel"
    IM = "im"
    MPIM = "mpim"


_REMEMBERED = 3600.0  # seconds: longer than any trigger or response_url is good
SCOPE_FAMILY = {Kind.PUBLIC: "channels", Kind.PRIVATE: "groups", Kind.IM: "im", Kind.MPIM: "mpim"}


@dataclass
class User:
    """A person, or the app's own user."""

    id: str
    real_name: str
    email: str = ""
    title: str = ""
    is_bot: bool = False
    deleted: bool = False

    @property
    def name(self) -> str:
        """The handle: `lee.hartwell`."""
        return self.real_name.lower().replace(" ", ".")


@dataclass
class Channel:
    """A channel, a direct message or a group message."""

    id: str
    kind: Kind
    name: str = ""
    purpose: str = ""
    members: list[str] = field(default_factory=list)
    archived: bool = False
    created: int = 0
    last_ts: int = 0  # microseconds; a new message comes after it


@dataclass
class Message:
    """One message. `thread` is the parent's ts in a reply; `only_for` makes it ephemeral, kept but never read back."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread: str | None = None
    broadcast: bool = False
    unfurl_links: bool = True
    unfurl_media: bool = True
    edited: str | None = None
    tombstone: bool = False
    only_for: str | None = None
    attachments: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)  # name -> who, in their order


@dataclass
class Trigger:
    """A `trigger_id` that was sent to the app: good once, for three seconds (slack.md 3)."""

    user: str
    at: float  # seconds since 1970, by the simulator's clock
    view: str | None = None  # the modal in which it arose
    used: bool = False


@dataclass
class ResponseUrl:
    """Where the app may answer an interaction: five times within thirty minutes (slack.md 3)."""

    channel: str
    user: str
    at: float
    source: str | None = None  # the ts of the message whose button was pressed
    uses: int = 0


@dataclass
class Notice:
    """What Slack itself tells one person because the app did not do its part."""

    user: str
    text: str
    at: float
    channel: str | None = None


@dataclass
class Workspace:
    """Everything that is kept. `messages` are in the order in which they came."""

    seed: int = 0
    serial: int = 0
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    homes: dict[str, Json] = field(default_factory=dict)
    modals: dict[str, list[Json]] = field(default_factory=dict)  # the stack of each person, the lowest first
    view_errors: dict[str, dict[str, str]] = field(default_factory=dict)  # view -> block_id -> what the app says of it
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)

    def new_id(self, prefix: str) -> str:
        """An id that looks like Slack's and is the same for the same seed and history."""
        self.serial += 1
        digest = hashlib.sha256(f"{self.seed}:{prefix}:{self.serial}".encode()).digest()
        return f"{prefix}0{base64.b32encode(digest).decode()[:9]}"

    def new_ts(self, channel: Channel, now: datetime) -> str:
        """`seconds.micros`, later than any other of this channel, also when the clock was put back."""
        moment = max(round(now.timestamp() * 1_000_000), channel.last_ts + 1)
        channel.last_ts = moment
        return f"{moment // 1_000_000}.{moment % 1_000_000:06d}"

    def find(self, channel: str, ts: str) -> Message | None:
        """One lasting message."""
        return next((one for one in self.lasting(channel) if one.ts == ts), None)

    def seen(self, channel: str, ts: str, user: str) -> Message | None:
        """One message that this person sees, ephemeral ones as well."""
        mine = (None, user)
        return next(
            (one for one in self.messages if (one.channel, one.ts) == (channel, ts) and one.only_for in mine), None
        )

    def new_trigger(self, user: str, now: datetime, view: str | None = None) -> str:
        """A `trigger_id` for something that this person did."""
        moment = now.timestamp()
        self.triggers = {number: one for number, one in self.triggers.items() if abs(moment - one.at) < _REMEMBERED}
        number = f"{self.new_id('T')[1:]}.{self.serial}.{hashlib.sha256(self.new_id('t').encode()).hexdigest()[:16]}"
        self.triggers[number] = Trigger(user, moment, view)
        return number

    def new_response_url(self, channel: str, user: str, now: datetime, source: str | None = None) -> str:
        """The last part of a `response_url`."""
        moment = now.timestamp()
        self.response_urls = {
            number: one for number, one in self.response_urls.items() if abs(moment - one.at) < _REMEMBERED
        }
        number = hashlib.sha256(self.new_id("r").encode()).hexdigest()[:24]
        self.response_urls[number] = ResponseUrl(channel, user, moment, source)
        return number

    def with_ids(self, blocks: list[Json]) -> list[Json]:
        """A copy in which each block has an id and each element an action_id, as Slack gives them."""
        copied = [{"block_id": self.new_id("b"), **copy.deepcopy(block)} for block in blocks]
        for block in copied:
            for element in elements(block):
                element.setdefault("action_id", self.new_id("a"))
        return copied

    def lasting(self, channel: str) -> list[Message]:
        """The messages of a channel, oldest first, without the ephemeral ones."""
        return [one for one in self.messages if one.channel == channel and one.only_for is None]

    def replies(self, parent: Message) -> list[Message]:
        """The replies to one message, oldest first."""
        return [one for one in self.lasting(parent.channel) if one.thread == parent.ts]

    def direct(self, users: Iterable[str], now: datetime) -> tuple[Channel, bool]:
        """The app's conversation with these people, and whether it was there before."""
        members = {*users, cast.BOT_USER}
        kind = Kind.IM if len(members) == 2 else Kind.MPIM
        for channel in self.channels.values():
            if channel.kind is kind and set(channel.members) == members:
                return channel, True
        others = sorted(members - {cast.BOT_USER})
        name = "" if kind is Kind.IM else f"mpdm-{'--'.join(self.users[one].name for one in others)}-1"
        opened = Channel(
            id=self.new_id("D" if kind is Kind.IM else "G"),
            kind=kind,
            name=name,
            members=[*others, cast.BOT_USER],
            created=int(now.timestamp()),
        )
        self.channels[opened.id] = opened
        return opened, False

    def dump(self) -> Json:
        """A JSON-able copy; users, channels and messages are lists."""
        return {
            **asdict(self),
            "users": [asdict(user) for user in self.users.values()],
            "channels": [asdict(channel) for channel in self.channels.values()],
        }


def restored(state: Mapping[str, object]) -> Workspace:
    """The workspace that `dump` gave. Raises BodyError for anything else."""
    try:
        users = [User(**row) for row in _rows(state, "users")]
        channels = [Channel(**{**row, "kind": Kind(str(row["kind"]))}) for row in _rows(state, "channels")]
        return Workspace(
            seed=int(str(state["seed"])),
            serial=int(str(state["serial"])),
            users={user.id: user for user in users},
            channels={channel.id: channel for channel in channels},
            messages=[Message(**row) for row in _rows(state, "messages")],
            homes=dict(as_type(dict[str, Json], state["homes"])),
            modals=dict(as_type(dict[str, list[Json]], state["modals"])),
            view_errors=dict(as_type(dict[str, dict[str, str]], state["view_errors"])),
            triggers={number: Trigger(**row) for number, row in _named_rows(state, "triggers")},
            response_urls={number: ResponseUrl(**row) for number, row in _named_rows(state, "response_urls")},
            notices=[Notice(**row) for row in _rows(state, "notices")],
            scopes=list(as_type(list[str], state["scopes"])),
            revoked=list(as_type(list[str], state["revoked"])),
        )
    except (KeyError, TypeError, ValueError) as unreadable:
        raise BodyError(f"This is not the state of a workspace: {unreadable}.") from unreadable


def _rows(state: Mapping[str, object], name: str) -> list[dict[str, Any]]:
    """Rows as they were written by `dump`; their own classes refuse what they do not know."""
    return as_type(list[dict[str, Any]], state[name])


def _named_rows(state: Mapping[str, object], name: str) -> Iterable[tuple[str, dict[str, Any]]]:
    return as_type(dict[str, dict[str, Any]], state[name]).items()


def elements(block: Json) -> list[Json]:
    """The interactive elements of one block."""
    if block.get("type") == "actions":
        given = as_type(list[Json], block.get("elements") or [])
    else:
        given = [as_type(Json, block[name]) for name in ("accessory", "element") if block.get(name)]
    return [one for one in given if one.get("type") != "image"]


def seeded(seed: int, *, scopes: Iterable[str], now: datetime) -> Workspace:
    """The workspace of the fictional group, without any message."""
    workspace = Workspace(seed=seed, scopes=list(scopes))
    for number, real_name, title in cast.PEOPLE:
        email = f"{real_name.lower().replace(' ', '.')}@{cast.EMAIL_HOST}"
        workspace.users[number] = User(id=number, real_name=real_name, email=email, title=title)
    workspace.users[cast.BOT_USER] = User(id=cast.BOT_USER, real_name=cast.BOT_NAME, is_bot=True)
    for number, name, purpose, members in cast.CHANNELS:
        workspace.channels[number] = Channel(
            id=number,
            kind=Kind.PUBLIC,
            name=name,
            purpose=purpose,
            members=list(members),
            created=int(now.timestamp()),
        )
    return workspace
