"""The page for people: readable, safe, and honest about being a simulator."""

from html.parser import HTMLParser
from typing import Any

import pytest
from tests.simulators.slack.driver import Slack

Attributes = dict[str, str | None]
VOID = {"meta", "input", "br", "hr", "link", "img"}


class Page(HTMLParser):
    """Checks that tags are balanced, and collects what the tests ask for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.seen: list[tuple[str, Attributes]] = []
        self.ids: list[str | None] = []
        self.text = ""
        self.feed(text)
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.stack or self.stack[-1] not in ("style", "script"):
            self.text += data

    def all(self, tag: str) -> list[Attributes]:
        return [attributes for name, attributes in self.seen if name == tag]


def read(slack: Slack, path: str = "/") -> tuple[int, dict[str, str], Page]:
    status, headers, body = slack.http("GET", path)
    return status, headers, Page(body.decode())


BLOCKS: list[dict[str, Any]] = [
    {"type": "header", "text": {"type": "plain_text", "text": "UP-7 addressed"}},
    {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "*Maple Street* <@U0RITA> <https://x.example/?a=1&amp;b=2|open>\n`code`"},
        "fields": [{"type": "plain_text", "text": "Severity: 2"}],
        "accessory": {"type": "button", "text": {"type": "plain_text", "text": "Aside"}, "action_id": "a"},
    },
    {"type": "divider"},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "_first contact in 40 min_"}]},
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "style": "primary",
                "text": {"type": "plain_text", "text": "Open case"},
                "url": "https://amends.example/cases/UP-7",
            },
            {
                "type": "static_select",
                "placeholder": {"type": "plain_text", "text": "Choose"},
                "options": [{"text": {"type": "plain_text", "text": "A"}, "value": "a"}],
            },
        ],
    },
    {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a chart"},
    {"type": "markdown", "text": "**bold**"},
    {"type": "video"},
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "rich "},
                    {"type": "user", "user_id": "U0SAM"},
                    {"type": "link", "url": "https://y.example/"},
                ],
            }
        ],
    },
]


def test_an_empty_channel_says_so_and_the_page_says_what_it_is(slack: Slack) -> None:
    status, headers, page = read(slack)
    assert status == 200
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "This is a simulator" in page.text
    assert "No messages yet" in page.text
    assert "#upset-patients-leaders" in page.text


def test_blocks_are_drawn(slack: Slack) -> None:
    slack.client.chat_postMessage(channel="C0LEADERS", text="UP-7", blocks=BLOCKS)
    _, _, page = read(slack)
    words = ("UP-7 addressed", "Maple Street", "@Rita Lindqvist", "Severity: 2", "Aside", "first contact in 40 min")
    more = ("Open case", "Choose", "[a chart]", "**bold**", "[video]", "rich ", "@Sam Okafor", "9:05 AM")
    for word in words + more:
        assert word in page.text
    links = [attributes.get("href") for attributes in page.all("a")]
    assert {"https://x.example/?a=1&b=2", "https://amends.example/cases/UP-7", "https://y.example/"} <= set(links)
    assert page.all("img") == []


def test_threads_edits_and_hints_are_marked(slack: Slack) -> None:
    parent = slack.client.chat_postMessage(channel="C0LEADERS", text="parent")["ts"]
    slack.client.chat_postMessage(channel="C0LEADERS", text="reply", thread_ts=parent, reply_broadcast=True)
    slack.client.chat_postEphemeral(channel="C0LEADERS", text="hint", user="U0LEE")
    slack.client.chat_update(channel="C0LEADERS", ts=parent, text="parent ~old~")
    _, _, page = read(slack)
    for word in ("edited", "also sent to the channel", "only Lee Hartwell sees this"):
        assert word in page.text
    assert {"class": "thread"} in page.all("ol")


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<javascript:alert(1)|press>",
        "<https://x.example/\" onclick='alert(1)|press>",
        "&lt;img src=x onerror=alert(1)&gt;",
        '*"><b onmouseover=alert(1)>*',
        "<@U0LEE|<b>>",
    ],
)
def test_nothing_that_was_written_becomes_markup(slack: Slack, evil: str) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": evil[:75]}, "url": "javascript:alert(1)"}
    context = {"type": "context", "elements": [{"type": "plain_text", "text": evil}]}
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": evil}},
        {"type": "actions", "elements": [button]},
        context,
        {"type": "markdown", "text": evil},
    ]
    slack.client.chat_postMessage(channel="C0LEADERS", text=evil)
    slack.client.chat_postMessage(channel="C0LEADERS", text=evil, blocks=blocks)
    slack.client.views_publish(user_id="U0LEE", view={"type": "home", "blocks": blocks})
    for path in ("/", "/home/U0LEE"):
        _, _, page = read(slack, path)
        assert len(page.all("script")) == 1
        assert page.all("img") == page.all("b") == []
        assert not [1 for _, attributes in page.seen for name in attributes if name.startswith("on")]
        assert not [1 for attributes in page.all("a") if str(attributes["href"]).lower().startswith("javascript")]


def test_the_page_is_well_made(slack: Slack) -> None:
    slack.client.chat_postMessage(channel="U0OMAR", text="direct")
    _, _, page = read(slack)
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("nav")) == 1
    assert len(page.ids) == len(set(page.ids))
    assert [attributes for attributes in page.all("a") if attributes.get("aria-current") == "page"]
    shown = [one for one in page.all("input") if one.get("type") != "hidden"]
    assert len(page.all("label")) == len(shown) + len(page.all("select"))
    assert "Direct messages" in page.text
    assert "Omar Haddad (1)" in page.text


def test_a_home_tab_has_its_own_page(slack: Slack) -> None:
    slack.client.views_publish(user_id="U0OMAR", view={"type": "home", "blocks": BLOCKS[:1]})
    _, _, page = read(slack, "/home/U0OMAR")
    assert "Home of Omar Haddad" in page.text
    assert "UP-7 addressed" in page.text
    assert "has not published" in read(slack, "/home/U0LEE")[2].text


def test_what_is_not_there_is_404(slack: Slack) -> None:
    assert read(slack, "/archives/C0NOWHERE")[0] == 404
    assert read(slack, "/home/U0NOBODY")[0] == 404
    assert slack.http("GET", "/elsewhere")[0] == 404


def test_a_person_may_write_on_the_page(slack: Slack) -> None:
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    status, headers, _ = slack.http("POST", "/archives/C0LEADERS", "user=U0LEE&text=Thank+you", **form)
    assert (status, headers["location"]) == (303, "/archives/C0LEADERS")
    assert (slack.messages[0]["user"], slack.messages[0]["text"]) == ("U0LEE", "Thank you")
    assert slack.http("POST", "/archives/C0LEADERS", "user=U0LEE", **form)[0] == 400


def test_an_archived_channel_has_no_form(slack: Slack) -> None:
    slack.control("archive", channel="C0LEADERS")
    _, _, page = read(slack)
    assert [one for one in page.all("form") if one.get("method") == "post"] == []
    assert "archived" in page.text
