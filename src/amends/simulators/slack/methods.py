"""The methods of the Web API that this simulator knows. Any other is `unknown_method`."""

from collections.abc import Callable

from amends.simulators.slack import cast, chat, conversations, history, people, views
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.call import Call, ok
from amends.simulators.slack.refusals import SlackError

Method = Callable[[Call], Json]


def api_test(call: Call) -> Json:
    """`api.test`: the arguments back; needs no token. `error` is answered as that error."""
    given = {name: value for name, value in call.arguments.values.items() if name != "token"}
    if "error" in given:
        raise SlackError(call.arguments.text("error"), args=given)
    return ok(args=given) if given else ok()


def auth_test(call: Call) -> Json:
    """`auth.test`: who this token is."""
    return ok(
        url=f"{call.server}/",
        team=cast.TEAM_NAME,
        user=cast.BOT_NAME,
        team_id=cast.TEAM_ID,
        user_id=cast.BOT_USER,
        bot_id=cast.BOT_ID,
        is_enterprise_install=False,
    )


def open_connection(call: Call) -> Json:
    """`apps.connections.open`: an address for one WebSocket, on this simulator's own host."""
    if call.settings.socket_mode is False:
        raise SlackError("access_denied")
    host = call.server.partition("://")[2]
    return ok(url=f"ws://{host}/link/?ticket={call.ticket()}&app_id={cast.APP_ID}")


# What an app-level token (`xapp-`) is for; a bot's token is for all others.
WITH_APP_TOKEN = ("apps.connections.open",)
WITHOUT_TOKEN = ("api.test",)
METHODS: dict[str, Method] = {
    "api.test": api_test,
    "auth.test": auth_test,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "chat.delete": chat.delete,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.getPermalink": chat.permalink,
    "conversations.list": conversations.list_channels,
    "conversations.info": conversations.info,
    "conversations.members": conversations.members,
    "conversations.open": conversations.open_direct,
    "conversations.join": conversations.join,
    "conversations.create": conversations.create,
    "conversations.invite": conversations.invite,
    "conversations.archive": conversations.archive,
    "conversations.history": history.history,
    "conversations.replies": history.replies,
    "users.list": people.list_users,
    "users.info": people.info,
    "users.lookupByEmail": people.lookup_by_email,
    "users.conversations": conversations.of_user,
    "views.open": views.open_view,
    "views.push": views.push,
    "views.update": views.update,
    "views.publish": views.publish,
    "apps.connections.open": open_connection,
}
