"""Channels: list, members, open, join, create, invite, archive; and reading messages back."""

import pytest
from slack_sdk.web import SlackResponse
from tests.simulators.slack.driver import Refused, Slack, Start

ALL_SCOPES = (
    *("chat:write", "im:write", "mpim:write", "channels:read", "groups:read", "im:read", "mpim:read"),
    *("channels:history", "im:history", "channels:join", "channels:manage", "groups:write", "users:read"),
)


@pytest.fixture
def open_slack(start: Start) -> Slack:
    """An app that may do everything."""
    return start(scopes=ALL_SCOPES)


def test_the_seeded_channels_are_listed_page_by_page(slack: Slack) -> None:
    sizes: list[int] = []
    names: list[str] = []
    for page in slack.client.conversations_list(limit=2):
        sizes.append(len(page["channels"]))
        names += [channel["name"] for channel in page["channels"]]
    assert sizes == [2, 2, 1]
    assert names == ["upset-patients-leaders", "region-north", "region-lakes", "region-south", "general"]
    assert slack.client.conversations_list(limit=5)["response_metadata"]["next_cursor"] == ""


def test_a_bad_cursor_limit_or_type_is_refused(slack: Slack, refused: Refused) -> None:
    assert refused(slack.client.conversations_list, cursor="bm9wZQ==") == "invalid_cursor"
    assert refused(slack.client.conversations_list, cursor="%%") == "invalid_cursor"
    assert refused(slack.client.conversations_list, limit=1001) == "invalid_arguments"
    assert refused(slack.client.conversations_list, types="public") == "invalid_types"


def test_archived_channels_can_be_left_out(slack: Slack) -> None:
    slack.control("archive", channel="C0SOUTH")
    kept = slack.client.conversations_list(exclude_archived=True)["channels"]
    assert "C0SOUTH" not in [channel["id"] for channel in kept]
    assert slack.client.conversations_info(channel="C0SOUTH")["channel"]["is_archived"] is True


def test_info_and_members_tell_who_is_in(slack: Slack) -> None:
    channel = slack.client.conversations_info(channel="C0LEADERS", include_num_members=True)["channel"]
    assert (channel["name"], channel["is_member"], channel["num_members"]) == ("upset-patients-leaders", True, 3)
    assert slack.client.conversations_members(channel="C0LEADERS")["members"] == ["U0LEE", "U0SAM", "U0AMENDS"]


def test_users_conversations_are_those_of_one_person(slack: Slack) -> None:
    mine = [channel["id"] for channel in slack.client.users_conversations()["channels"]]
    assert mine == ["C0LEADERS", "C0NORTH", "C0LAKES", "C0SOUTH"]
    omars = [channel["id"] for channel in slack.client.users_conversations(user="U0OMAR")["channels"]]
    assert omars == ["C0NORTH", "C0GENERAL"]


def test_one_person_gives_a_d_and_several_a_g(open_slack: Slack) -> None:
    client = open_slack.client
    alone = client.conversations_open(users=["U0LEE"])
    again = client.conversations_open(users="U0LEE", return_im=True)
    both = client.conversations_open(users=["U0LEE", "U0SAM"])
    assert alone["channel"]["id"].startswith("D")
    assert again["already_open"]
    assert (again["channel"]["id"], again["channel"]["user"]) == (alone["channel"]["id"], "U0LEE")
    assert both["channel"]["id"].startswith("G")
    assert client.conversations_open(channel=both["channel"]["id"])["no_op"]
    listed = client.conversations_list(types="im,mpim")["channels"]
    assert [channel["id"] for channel in listed] == [alone["channel"]["id"], both["channel"]["id"]]


def test_nobody_too_many_and_unknown_people_cannot_be_opened(open_slack: Slack, refused: Refused) -> None:
    client = open_slack.client
    assert refused(client.conversations_open, users="") == "users_list_not_supplied"
    assert refused(client.conversations_open, users="U0NOBODY") == "user_not_found"
    assert refused(client.conversations_open, users=[f"U{n}" for n in range(9)]) == "too_many_users"
    assert refused(client.conversations_open, channel="C0NORTH") == "method_not_supported_for_channel_type"
    open_slack.control("deactivate", user="U0SAM")
    assert refused(client.conversations_open, users="U0SAM") == "user_disabled"


def test_joining_brings_the_app_in_once(open_slack: Slack) -> None:
    assert open_slack.client.conversations_join(channel="C0GENERAL")["channel"]["is_member"]
    assert open_slack.client.conversations_join(channel="C0GENERAL")["warning"] == "already_in_channel"


def test_a_made_channel_can_be_filled_and_archived(open_slack: Slack, refused: Refused) -> None:
    client = open_slack.client
    made = client.conversations_create(name="huddle")["channel"]["id"]
    assert made.startswith("C")
    assert refused(client.conversations_create, name="huddle") == "name_taken"
    assert refused(client.conversations_create, name="Big Name") == "invalid_name_specials"
    client.conversations_invite(channel=made, users=["U0ANA", "U0OMAR"])
    assert client.conversations_members(channel=made)["members"] == ["U0AMENDS", "U0ANA", "U0OMAR"]
    assert refused(client.conversations_invite, channel=made, users="U0ANA") == "already_in_channel"
    assert refused(client.conversations_invite, channel=made, users="U0AMENDS") == "cant_invite_self"
    client.conversations_archive(channel=made)
    assert refused(client.conversations_archive, channel=made) == "already_archived"
    assert refused(client.conversations_archive, channel="C0GENERAL") == "cant_archive_general"


def test_a_private_channel_without_the_app_is_not_there(open_slack: Slack, refused: Refused) -> None:
    made = open_slack.client.conversations_create(name="secret", is_private=True)["channel"]["id"]
    open_slack.control("remove-bot", channel=made)
    assert refused(open_slack.client.chat_postMessage, channel=made, text="t") == "channel_not_found"
    assert open_slack.client.conversations_list(types="private_channel")["channels"] == []


def test_what_does_not_fit_a_conversation_is_refused(open_slack: Slack, refused: Refused) -> None:
    client = open_slack.client
    direct = client.conversations_open(users="U0LEE")["channel"]["id"]
    unfit = "method_not_supported_for_channel_type"
    assert refused(client.conversations_join, channel=direct) == unfit
    assert refused(client.conversations_archive, channel=direct) == unfit
    assert refused(client.conversations_create, name="") == "invalid_name_required"
    assert refused(client.conversations_create, name="x" * 81) == "invalid_name_maxlength"
    assert refused(client.conversations_invite, channel="C0NORTH", users="") == "no_user"
    assert refused(client.conversations_invite, channel="C0GENERAL", users="U0LEE") == "not_in_channel"
    open_slack.control("remove-bot", channel="C0SOUTH")
    assert refused(client.conversations_archive, channel="C0SOUTH") == "not_in_channel"
    open_slack.control("archive", channel="C0LAKES")
    assert refused(client.conversations_invite, channel="C0LAKES", users="U0LEE") == "is_archived"
    assert refused(client.conversations_join, channel="C0LAKES") == "is_archived"


@pytest.fixture
def talk(slack: Slack) -> list[str]:
    """Four messages of which the second has a reply that went to the channel as well and one that did not."""
    post = slack.client.chat_postMessage
    stamps = [str(post(channel="C0NORTH", text=f"m{n}")["ts"]) for n in range(4)]
    post(channel="C0NORTH", text="quiet", thread_ts=stamps[1])
    post(channel="C0NORTH", text="loud", thread_ts=stamps[1], reply_broadcast=True)
    return stamps


def texts(answer: SlackResponse) -> list[str]:
    return [message["text"] for message in answer["messages"]]


def test_history_is_newest_first_without_quiet_replies(slack: Slack, talk: list[str]) -> None:
    answer = slack.client.conversations_history(channel="C0NORTH")
    assert texts(answer) == ["loud", "m3", "m2", "m1", "m0"]
    parent = answer["messages"][3]
    assert (parent["reply_count"], parent["reply_users"]) == (2, ["U0AMENDS"])
    assert answer["messages"][0]["subtype"] == "thread_broadcast"


def test_history_keeps_to_its_window(slack: Slack, talk: list[str]) -> None:
    history = slack.client.conversations_history
    assert texts(history(channel="C0NORTH", oldest=talk[1], latest=talk[3])) == ["m2"]
    assert texts(history(channel="C0NORTH", oldest=talk[1], latest=talk[3], inclusive=True)) == ["m3", "m2", "m1"]
    assert slack.form("conversations.history", channel="C0NORTH", oldest="soon")["error"] == "invalid_ts_oldest"


def test_history_goes_on_at_its_cursor(slack: Slack, talk: list[str]) -> None:
    first = slack.client.conversations_history(channel="C0NORTH", limit=3)
    assert first["has_more"] is True
    rest = slack.client.conversations_history(channel="C0NORTH", cursor=first["response_metadata"]["next_cursor"])
    assert texts(first) + texts(rest) == ["loud", "m3", "m2", "m1", "m0"]
    assert rest["has_more"] is False


def test_replies_begin_with_the_parent_also_when_asked_by_a_reply(
    slack: Slack, talk: list[str], refused: Refused
) -> None:
    answer = slack.client.conversations_replies(channel="C0NORTH", ts=talk[1])
    assert texts(answer) == ["m1", "quiet", "loud"]
    reply = answer["messages"][1]
    assert (reply["thread_ts"], reply["parent_user_id"]) == (talk[1], "U0AMENDS")
    assert texts(slack.client.conversations_replies(channel="C0NORTH", ts=reply["ts"])) == ["m1", "quiet", "loud"]
    assert refused(slack.client.conversations_replies, channel="C0NORTH", ts="1.0") == "thread_not_found"


def test_metadata_is_read_back_only_when_asked_for(slack: Slack) -> None:
    metadata = {"event_type": "delivery", "event_payload": {"marker": "UP-1.1"}}
    ts = slack.client.chat_postMessage(channel="C0NORTH", text="t", metadata=metadata)["ts"]
    history = slack.client.conversations_history
    assert "metadata" not in history(channel="C0NORTH")["messages"][0]
    assert history(channel="C0NORTH", include_all_metadata=True)["messages"][0]["metadata"] == metadata
    replies = slack.client.conversations_replies(channel="C0NORTH", ts=ts, include_all_metadata=True)
    assert replies["messages"][0]["metadata"] == metadata


def test_history_needs_membership_and_the_scope_of_the_kind(slack: Slack, refused: Refused) -> None:
    direct = slack.client.chat_postMessage(channel="U0LEE", text="t")["channel"]
    assert refused(slack.client.conversations_history, channel="U0LEE") == "channel_not_found"
    assert refused(slack.client.conversations_history, channel="C0GENERAL") == "not_in_channel"
    assert slack.client.conversations_history(channel=direct)["messages"]
    slack.control("scopes", scopes=["channels:history"])
    assert refused(slack.client.conversations_history, channel=direct) == "missing_scope"
