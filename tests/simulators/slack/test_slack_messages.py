"""Posting, threads, edits, deletes, what one person sees, links."""

import pytest
from tests.simulators.slack.driver import Refused, Slack

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*UP-1* at Maple Street"}}
METADATA = {"event_type": "delivery", "event_payload": {"marker": "UP-1.1"}}


@pytest.fixture
def card(slack: Slack) -> str:
    """A posted card with blocks and metadata: its ts."""
    posted = slack.client.chat_postMessage(
        channel="C0NORTH", text="UP-1", blocks=[SECTION], metadata=METADATA, unfurl_links=False, unfurl_media=False
    )
    return str(posted["ts"])


def test_a_post_is_kept_as_it_was_sent(slack: Slack, card: str) -> None:
    (message,) = slack.messages
    assert (message["channel"], message["ts"], message["user"], message["text"]) == (
        "C0NORTH",
        card,
        "U0AMENDS",
        "UP-1",
    )
    assert message["blocks"][0]["text"] == SECTION["text"]
    assert message["blocks"][0]["block_id"]
    assert message["metadata"] == METADATA
    assert message["thread"] is None
    assert (message["unfurl_links"], message["unfurl_media"]) == (False, False)


def test_ts_rises_in_a_channel_although_the_clock_stands(slack: Slack) -> None:
    stamps = [slack.client.chat_postMessage(channel="C0NORTH", text="t")["ts"] for _ in range(4)]
    assert stamps == sorted(set(stamps))
    assert stamps[0] == "1772460300.000000"


def test_ts_rises_also_when_the_clock_is_put_back(slack: Slack) -> None:
    first = slack.client.chat_postMessage(channel="C0NORTH", text="t")["ts"]
    slack.http("PUT", "/_control/clock", '{"now": "2026-01-01 08:00:00"}')
    assert slack.client.chat_postMessage(channel="C0NORTH", text="t")["ts"] > first


def test_the_same_post_twice_is_two_messages(slack: Slack) -> None:
    for _ in range(2):
        slack.client.chat_postMessage(channel="C0NORTH", text="t", client_msg_id="same")
    assert len(slack.messages) == 2


def test_a_post_to_a_person_opens_the_direct_message(slack: Slack, refused: Refused) -> None:
    posted = slack.client.chat_postMessage(channel="U0OMAR", text="you own UP-1")
    assert posted["channel"].startswith("D")
    assert slack.client.chat_postMessage(channel="U0OMAR", text="again")["channel"] == posted["channel"]
    assert slack.client.chat_update(channel=posted["channel"], ts=posted["ts"], text="t")["ok"]
    assert refused(slack.client.chat_update, channel="U0OMAR", ts=posted["ts"], text="t") == "channel_not_found"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NORTH", "text": " "}, "no_text"),
        ({"channel": "C0NOWHERE", "text": "t"}, "channel_not_found"),
        ({"channel": "#region-north", "text": "t"}, "channel_not_found"),
        ({"channel": "U0AMENDS", "text": "t"}, "channel_not_found"),
        ({"channel": "", "text": "t"}, "invalid_arguments"),
        ({"channel": "C0NORTH", "text": "t", "thread_ts": "1.000000"}, "thread_not_found"),
        ({"channel": "C0NORTH", "text": "t", "blocks": "[{"}, "invalid_blocks_format"),
        ({"channel": "C0NORTH", "text": "t", "metadata": "[]"}, "invalid_metadata_format"),
        ({"channel": "C0NORTH", "text": "t", "metadata": '{"event_type":"e"}'}, "invalid_metadata_schema"),
    ],
)
def test_a_bad_post_is_refused_and_nothing_is_kept(slack: Slack, arguments: dict[str, str], error: str) -> None:
    assert slack.form("chat.postMessage", **arguments)["error"] == error
    assert slack.messages == []


def test_a_long_text_is_cut_with_a_warning(slack: Slack) -> None:
    posted = slack.client.chat_postMessage(channel="C0NORTH", text="x" * 40_001)
    assert posted["warning"] == "message_truncated"
    assert len(slack.messages[0]["text"]) == 40_000


def test_an_archived_channel_refuses_posts_edits_and_deletes(slack: Slack, card: str, refused: Refused) -> None:
    slack.control("archive", channel="C0NORTH")
    assert refused(slack.client.chat_postMessage, channel="C0NORTH", text="t") == "is_archived"
    assert refused(slack.client.chat_update, channel="C0NORTH", ts=card, text="t") == "is_inactive"
    assert refused(slack.client.chat_delete, channel="C0NORTH", ts=card) == "is_inactive"
    slack.control("archive", channel="C0NORTH", archived=False)
    assert slack.client.chat_postMessage(channel="C0NORTH", text="t")["ok"]


def test_a_channel_without_the_app_needs_the_public_scope(slack: Slack, refused: Refused) -> None:
    slack.control("remove-bot", channel="C0LEADERS")
    assert slack.client.chat_postMessage(channel="C0LEADERS", text="public")["ok"]
    slack.control("scopes", scopes=["chat:write"])
    assert refused(slack.client.chat_postMessage, channel="C0LEADERS", text="t") == "not_in_channel"
    slack.control("invite-bot", channel="C0LEADERS")
    assert slack.client.chat_postMessage(channel="C0LEADERS", text="t")["ok"]


def test_a_deactivated_person_cannot_be_written_to(slack: Slack, refused: Refused) -> None:
    slack.control("deactivate", user="U0LEE")
    assert refused(slack.client.chat_postMessage, channel="U0LEE", text="t") == "channel_not_found"


def test_a_reply_belongs_to_its_parent_and_never_to_a_reply(slack: Slack, card: str, refused: Refused) -> None:
    reply = slack.client.chat_postMessage(channel="C0NORTH", text="taken", thread_ts=card)
    assert reply["message"]["thread_ts"] == card
    assert slack.messages[1]["thread"] == card
    error = refused(slack.client.chat_postMessage, channel="C0NORTH", text="t", thread_ts=reply["ts"])
    assert error == "cannot_reply_to_message"


def test_an_edit_with_blocks_shows_no_mark_and_keeps_the_metadata(slack: Slack, card: str) -> None:
    slack.client.chat_update(channel="C0NORTH", ts=card, text="taken", blocks=[SECTION, SECTION])
    (message,) = slack.messages
    assert (message["text"], len(message["blocks"]), message["edited"]) == ("taken", 2, None)
    assert message["metadata"] == METADATA


def test_an_edit_with_text_alone_takes_the_blocks_away(slack: Slack, card: str) -> None:
    answer = slack.client.chat_update(channel="C0NORTH", ts=card, text="taken")
    assert answer["text"] == "taken"
    (message,) = slack.messages
    assert message["blocks"] == []
    assert message["edited"]


def test_metadata_is_removed_by_an_empty_object(slack: Slack, card: str) -> None:
    slack.form("chat.update", channel="C0NORTH", ts=card, text="t", metadata="{}")
    assert slack.messages[0]["metadata"] is None


def test_only_own_messages_are_edited_and_deleted(slack: Slack, refused: Refused) -> None:
    said = slack.control("say", channel="C0NORTH", user="U0RITA", text="mine")["ts"]
    assert refused(slack.client.chat_update, channel="C0NORTH", ts=said, text="t") == "cant_update_message"
    assert refused(slack.client.chat_delete, channel="C0NORTH", ts=said) == "cant_delete_message"
    assert refused(slack.client.chat_update, channel="C0NORTH", ts="1.000000", text="t") == "message_not_found"


def test_an_edit_has_a_smaller_limit(slack: Slack, card: str, refused: Refused) -> None:
    assert slack.client.chat_update(channel="C0NORTH", ts=card, text="x" * 4000)["ok"]
    assert refused(slack.client.chat_update, channel="C0NORTH", ts=card, text="x" * 4001) == "msg_too_long"


def test_a_deleted_message_is_gone_and_a_deleted_parent_leaves_a_stone(
    slack: Slack, card: str, refused: Refused
) -> None:
    reply = slack.client.chat_postMessage(channel="C0NORTH", text="taken", thread_ts=card)["ts"]
    slack.client.chat_delete(channel="C0NORTH", ts=card)
    assert [message["tombstone"] for message in slack.messages] == [True, False]
    assert refused(slack.client.chat_delete, channel="C0NORTH", ts=card) == "message_not_found"
    slack.client.chat_delete(channel="C0NORTH", ts=reply)
    assert [message["ts"] for message in slack.messages] == [card]


def test_an_ephemeral_message_reaches_a_member_only_and_no_history(slack: Slack, refused: Refused) -> None:
    sent = slack.client.chat_postEphemeral(channel="C0NORTH", user="U0RITA", text="hint")
    assert sent["message_ts"]
    assert slack.messages[0]["only_for"] == "U0RITA"
    assert slack.client.conversations_history(channel="C0NORTH")["messages"] == []
    error = refused(slack.client.chat_update, channel="C0NORTH", ts=sent["message_ts"], text="t")
    assert error == "message_not_found"
    error = refused(slack.client.chat_postEphemeral, channel="C0NORTH", user="U0NICK", text="t")
    assert error == "user_not_in_channel"
    slack.control("remove-bot", channel="C0NORTH")
    error = refused(slack.client.chat_postEphemeral, channel="C0NORTH", user="U0RITA", text="t")
    assert error == "not_in_channel"


def test_a_permalink_leads_to_the_message_on_the_page(slack: Slack, card: str, refused: Refused) -> None:
    link = slack.client.chat_getPermalink(channel="C0NORTH", message_ts=card)["permalink"]
    assert link == f"{slack.server.url}/archives/C0NORTH/p{card.replace('.', '')}"
    status, headers, _ = slack.http("GET", link.removeprefix(slack.server.url))
    assert (status, headers["location"]) == (303, f"/archives/C0NORTH#p{card.replace('.', '')}")
    reply = slack.client.chat_postMessage(channel="C0NORTH", text="r", thread_ts=card)["ts"]
    thread = slack.client.chat_getPermalink(channel="C0NORTH", message_ts=reply)["permalink"]
    assert thread.endswith(f"?thread_ts={card}&cid=C0NORTH")
    assert refused(slack.client.chat_getPermalink, channel="C0NORTH", message_ts="1.0") == "message_not_found"


def test_a_post_with_blocks_alone_is_accepted(slack: Slack) -> None:
    assert slack.form("chat.postMessage", channel="C0NORTH", blocks='[{"type":"divider"}]')["ok"]
