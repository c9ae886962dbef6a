"""The methods of the Web API that this simulator knows. Any other is `unknown_method`."""

from collections.abc import Callable

from amends.simulators.slack import cast, chat, conversations, history, home, people
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
    "views.publish": home.publish,
}
