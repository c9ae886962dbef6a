"""One call of one method: its arguments, the workspace, and the questions that every method asks first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from amends.simulators.slack import cast
from amends.simulators.slack.arguments import Arguments, Json
from amends.simulators.slack.refusals import SlackError, invalid_arguments
from amends.simulators.slack.settings import Settings
from amends.simulators.slack.workspace import SCOPE_FAMILY, Channel, Kind, User, Workspace


@dataclass(frozen=True)
class Call:
    """`server` is this simulator's own address, so that the links in answers lead to its page.

    `emit` sends an event to the app, `ticket` gives one for a Socket Mode connection.
    """

    workspace: Workspace
    arguments: Arguments
    now: datetime
    server: str
    settings: Settings
    emit: Callable[[Json], None]
    ticket: Callable[[], str]

    def need(self, *scopes: str) -> None:
        """Raises `missing_scope`, with what is needed and what is provided, unless all of these are granted."""
        missing = [scope for scope in scopes if scope not in self.workspace.scopes]
        if missing:
            provided = ",".join(self.workspace.scopes)
            raise SlackError("missing_scope", needed=",".join(missing), provided=provided)

    def channel(self, name: str = "channel") -> Channel:
        """The conversation that the argument names by its id. A private one without the app is not there."""
        channel = self.workspace.channels.get(self.arguments.required(name))
        if channel is None or (channel.kind is not Kind.PUBLIC and cast.BOT_USER not in channel.members):
            raise SlackError("channel_not_found")
        return channel

    def readable(self, right: str, *, name: str = "channel") -> Channel:
        """As `channel`, with the scope that its kind needs: `read` or `history`."""
        channel = self.channel(name)
        self.need(f"{SCOPE_FAMILY[channel.kind]}:{right}")
        return channel

    def user(self, name: str = "user") -> User:
        """The person whom the argument names by id. Raises `user_not_found`."""
        user = self.workspace.users.get(self.arguments.required(name))
        if user is None:
            raise SlackError("user_not_found")
        return user

    def kinds(self) -> set[Kind]:
        """The argument `types` (public channels when missing), each with its `:read` scope."""
        try:
            kinds = {Kind(word) for word in self.arguments.names("types") or [Kind.PUBLIC]}
        except ValueError as unknown:
            raise SlackError("invalid_types") from unknown
        self.need(*sorted(f"{SCOPE_FAMILY[kind]}:read" for kind in kinds))
        return kinds

    def limit(self, *, otherwise: int, most: int) -> int:
        """The argument `limit`, from 1 to `most`."""
        limit = self.arguments.number("limit", otherwise)
        if not 0 < limit <= most:
            raise invalid_arguments(f"must be from 1 to {most} [json-pointer:/limit]")
        return limit

    def archived_link(self, channel: str, ts: str) -> str:
        """Where a person reads a message."""
        return f"{self.server}/archives/{channel}/p{ts.replace('.', '')}"


def ok(**fields: object) -> Json:
    """A good answer."""
    return {"ok": True, **fields}
