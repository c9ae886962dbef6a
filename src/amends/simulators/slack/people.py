"""`users.*`: the list, one person, one person by e-mail (slack.md 7)."""

from amends.simulators.slack.arguments import Json
from amends.simulators.slack.call import Call, ok
from amends.simulators.slack.paging import page
from amends.simulators.slack.refusals import SlackError
from amends.simulators.slack.shapes import user_shape
from amends.simulators.slack.workspace import User

EMAIL_SCOPE = "users:read.email"


def list_users(call: Call) -> Json:
    """`users.list`: everybody, deactivated accounts and the app too; no `limit` or 0 is all of them."""
    call.need("users:read")
    users = list(call.workspace.users.values())
    limit = call.arguments.number("limit", 0) or len(users)
    rows, cursor = page(users, key=lambda one: one.id, cursor=call.arguments.text("cursor"), limit=max(1, limit))
    shapes = [_shape(call, one) for one in rows]
    return ok(members=shapes, cache_ts=int(call.now.timestamp()), response_metadata={"next_cursor": cursor})


def info(call: Call) -> Json:
    """`users.info`."""
    call.need("users:read")
    return ok(user=_shape(call, call.user()))


def lookup_by_email(call: Call) -> Json:
    """`users.lookupByEmail`: `users_not_found` for nobody; deactivated accounts are not found (unconfirmed)."""
    call.need(EMAIL_SCOPE)
    wanted = call.arguments.required("email").strip().lower()
    for user in call.workspace.users.values():
        if user.email.lower() == wanted and (not user.deleted or call.settings.lookup_finds_deactivated):
            return ok(user=_shape(call, user))
    raise SlackError("users_not_found")


def _shape(call: Call, user: User) -> Json:
    return user_shape(user, with_email=EMAIL_SCOPE in call.workspace.scopes)
