"""Who looks at the workspace, and what of it that person sees."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from amends.simulators.slack import cast
from amends.simulators.slack.drawing import Live
from amends.simulators.slack.settings import Settings
from amends.simulators.slack.workspace import Channel, Kind, User, Workspace


@dataclass(frozen=True)
class Eyes:
    """Who looks at what: `user` None is nobody in particular."""

    workspace: Workspace
    settings: Settings
    offset: timedelta
    user: User | None = None

    @property
    def prefix(self) -> str:
        """Where this person's pages are."""
        return f"/as/{quote(self.user.id)}" if self.user else ""

    @property
    def names(self) -> dict[str, str]:
        """People and channels by id."""
        people = {user.id: user.real_name for user in self.workspace.users.values()}
        return people | {channel.id: channel.name for channel in self.workspace.channels.values()}

    def sees(self, channel: Channel) -> bool:
        """Public channels, and of the others those with this person."""
        return self.user is None or channel.kind is Kind.PUBLIC or self.user.id in channel.members

    def live(self, state: object = None, errors: Mapping[str, str] | None = None) -> Live | None:
        """What is drawn works for this person."""
        if self.user is None:
            return None
        people = {one.id: one.real_name for one in self.workspace.users.values() if not one.deleted and not one.is_bot}
        channels = {one.id: title(one, self) for one in self.workspace.channels.values() if self.sees(one)}
        return Live(state if isinstance(state, dict) else {}, errors or {}, people, channels, self.offset)


def form(eyes: Eyes, act: str, inside: str, *, id: str = "", **hidden: str) -> str:  # noqa: A002  HTML's word
    """A form of one act of this person."""
    fields = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">' for name, value in hidden.items()
    )
    number = f' id="{id}"' if id else ""
    return f'<form method="post" class="act"{number} action="{eyes.prefix}/{act}">{fields}{inside}</form>'


def title(channel: Channel, eyes: Eyes) -> str:
    """`#name` of a channel; of a conversation, who else is in it."""
    if channel.kind in (Kind.PUBLIC, Kind.PRIVATE):
        return f"#{channel.name}"
    self = eyes.user.id if eyes.user else cast.BOT_USER
    return ", ".join(eyes.names.get(member, member) for member in channel.members if member != self)
