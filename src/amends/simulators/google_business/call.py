"""One call of an API: what was asked, in which world, and how its parameters are read."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from amends.simulators.google_business.refusals import GoogleError, Json, bad_field
from amends.simulators.google_business.settings import Settings
from amends.simulators.google_business.world import Account, Location, World
from amends.simulators.serving import Request


@dataclass(frozen=True)
class Call:
    """`parameters` are named in camelCase, however they were written; `names` are the parts of the path."""

    world: World
    settings: Settings
    now: int
    request: Request
    names: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    edit: Callable[[str], None] = lambda location: None  # counts an edit of a profile, and refuses too many

    def body(self) -> Json:
        """The JSON object that was sent, {} for none. Raises GoogleError."""
        if not self.request.body.strip():
            return {}
        try:
            given = json.loads(self.request.body)
        except ValueError as unreadable:
            raise GoogleError("INVALID_ARGUMENT", f"Invalid JSON payload received. {unreadable}") from unreadable
        if not isinstance(given, dict):
            raise GoogleError("INVALID_ARGUMENT", "Invalid JSON payload received. Root element must be a message.")
        return {camel(name): value for name, value in given.items()}

    def page_size(self, *, usual: int, most: int, given: object = None) -> int:
        """`pageSize`: the usual where it is missing or 0, at most `most`. Raises GoogleError."""
        value = self.parameters.get("pageSize", "") if given is None else given
        if value in ("", None):
            return usual
        try:
            size = int(str(value))
        except ValueError as unreadable:
            words = f"Invalid value at 'page_size' (TYPE_INT32), \"{value}\""
            raise bad_field("page_size", words) from unreadable
        if size < 0 or (size > most and self.settings.large_page_refused):
            raise bad_field("page_size", f"Page size must be from 0 to {most}.")
        return min(size or usual, most)

    def account(self, number: str) -> Account:
        """An account that the caller may use. Raises GoogleError."""
        account = self.world.accounts.get(number)
        if account is None:
            raise GoogleError("NOT_FOUND")
        if account.lost:
            raise GoogleError("PERMISSION_DENIED")
        return account

    def location(self, account: str, number: str) -> Location:
        """A location that the caller may use, by its account's and its own id. Raises GoogleError."""
        self.account(account)
        location = self.world.locations.get(number)
        if location is None or location.account != account:
            raise GoogleError("NOT_FOUND")
        if location.lost:
            raise GoogleError("PERMISSION_DENIED")
        return location

    def reviewed(self, account: str, number: str) -> Location:
        """A location whose reviews may be read: a verified one. Raises GoogleError."""
        location = self.location(account, number)
        if not location.verified:
            raise GoogleError("PERMISSION_DENIED", "The location must be verified to use its reviews.")
        if location.suspended and self.settings.suspended_refuses:
            raise GoogleError("PERMISSION_DENIED", "The location is suspended.")
        return location


def camel(name: str) -> str:
    """`page_size` as `pageSize`: Google takes both."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)
