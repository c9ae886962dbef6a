"""Users, channels and messages in the shape in which Slack's answers hold them."""

from amends.simulators.slack import cast
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.workspace import Channel, Kind, Message, User, Workspace


def user_shape(user: User, *, with_email: bool) -> Json:
    """One user; the e-mail is there only with the scope `users:read.email`."""
    profile: Json = {
        "title": user.title,
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "team": cast.TEAM_ID,
    }
    if with_email and user.email:
        profile["email"] = user.email
    if user.is_bot:
        profile |= {"bot_id": cast.BOT_ID, "api_app_id": cast.APP_ID}
    return {
        "id": user.id,
        "team_id": cast.TEAM_ID,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "tz": "America/New_York",
        "tz_label": "Eastern Standard Time",
        "tz_offset": -18000,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 0,
    }


def channel_shape(channel: Channel, *, with_count: bool = True) -> Json:
    """One conversation, as the app's own user sees it."""
    shape: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.archived,
        "is_channel": channel.kind is Kind.PUBLIC,
        "is_group": channel.kind is Kind.PRIVATE,
        "is_im": channel.kind is Kind.IM,
        "is_mpim": channel.kind is Kind.MPIM,
        "is_private": channel.kind is not Kind.PUBLIC,
        "context_team_id": cast.TEAM_ID,
    }
    if channel.kind is Kind.IM:
        other = next(member for member in channel.members if member != cast.BOT_USER)
        return {**shape, "user": other, "is_open": True}
    shape |= {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_general": channel.id == cast.GENERAL,
        "is_member": cast.BOT_USER in channel.members,
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        "previous_names": [],
    }
    return {**shape, "num_members": len(channel.members)} if with_count else shape


def message_shape(message: Message, workspace: Workspace, *, with_metadata: bool) -> Json:
    """One message, with its thread's count when it has one."""
    shape: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    if message.tombstone:
        shape |= {"subtype": "tombstone", "hidden": True}
    elif message.user == cast.BOT_USER:
        shape |= {"bot_id": cast.BOT_ID, "app_id": cast.APP_ID, "team": cast.TEAM_ID, "bot_profile": BOT_PROFILE}
    if message.blocks:
        shape["blocks"] = message.blocks
    if message.attachments:
        shape["attachments"] = message.attachments
    if message.reactions:
        shape["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()
        ]
    if message.metadata and with_metadata:
        shape["metadata"] = message.metadata
    if message.edited:
        shape["edited"] = {"user": message.user, "ts": message.edited}
    if message.thread:
        shape["thread_ts"] = message.thread
        parent = workspace.find(message.channel, message.thread)
        shape["parent_user_id"] = parent.user if parent else ""
        return {**shape, "subtype": "thread_broadcast"} if message.broadcast else shape
    replies = workspace.replies(message)
    if replies:
        authors = list(dict.fromkeys(reply.user for reply in replies))
        shape |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users_count": len(authors),
            "reply_users": authors[:5],
            "latest_reply": replies[-1].ts,
            "is_locked": False,
            "subscribed": False,
        }
    return shape


BOT_PROFILE: Json = {
    "id": cast.BOT_ID,
    "app_id": cast.APP_ID,
    "name": cast.BOT_NAME,
    "deleted": False,
    "team_id": cast.TEAM_ID,
}
