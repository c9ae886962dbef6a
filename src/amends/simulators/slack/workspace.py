"""The state of the workspace: people, channels, messages, Home tabs, and what the app's token may do."""

import base64
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


@dataclass
class Workspace:
    """Everything that is kept. `messages` are in the order in which they came."""

    seed: int = 0
    serial: int = 0
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    homes: dict[str, Json] = field(default_factory=dict)
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
            scopes=list(as_type(list[str], state["scopes"])),
            revoked=list(as_type(list[str], state["revoked"])),
        )
    except (KeyError, TypeError, ValueError) as unreadable:
        raise BodyError(f"This is not the state of a workspace: {unreadable}.") from unreadable


def _rows(state: Mapping[str, object], name: str) -> list[dict[str, Any]]:
    """Rows as they were written by `dump`; their own classes refuse what they do not know."""
    return as_type(list[dict[str, Any]], state[name])


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
