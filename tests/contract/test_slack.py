"""Our channel against the Slack simulator: each message is there exactly once, or a person is told why it is not.

The two sides were written apart, each from the reference. `carry` does what the engine does with a channel.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from django.core import mail
from tests.integrations.servers import LOOPBACK
from tests.ports import free_port
from tests.simulators.slack.driver import Slack

from amends.deliveries.channel import (
    CannotTell,
    Configuration,
    OfficeOffline,
    Outgoing,
    Permanent,
    Proof,
    RetryAfter,
    UnknownOutcome,
    UseInstead,
)
from amends.integrations.channels import channel
from amends.integrations.marker import holds_marker
from amends.integrations.slack.models import SlackWorkspace
from amends.simulators.clock import Clock
from amends.simulators.serving import Server
from amends.simulators.slack.cast import BOT_TOKEN, SCOPES
from amends.simulators.slack.simulator import SlackSimulator

LEADERS = "C0LEADERS"
POST, HISTORY, PERMALINK = "/chat.postMessage", "/conversations.history", "/chat.getPermalink"
pytestmark = pytest.mark.django_db
numbers = count(1)


@dataclass
class Workspace(Slack):
    """A simulated workspace. Posts that come late wait in `late` until somebody lets them happen."""

    late: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.simulator.faults.later = lambda _, act: self.late.append(act)

    def settle(self) -> None:
        """Everything that was under way has landed."""
        while self.late:
            self.late.pop(0)()

    def scopes(self, *without: str, and_also: tuple[str, ...] = ()) -> None:
        """What the app may do from now on."""
        self.control("scopes", scopes=[*(scope for scope in SCOPES if scope not in without), *and_also])

    def times(self, marker: str) -> int:
        """How many messages carry the marker."""
        return sum(marker_of(message) == marker for message in self.messages)


def marker_of(message: dict[str, Any]) -> str:
    return str((message["metadata"] or {}).get("event_payload", {}).get("marker", ""))


@contextmanager
def running(*, rate_limit: bool = False) -> Iterator[Workspace]:
    """A workspace that Amends is connected to."""
    simulator = SlackSimulator(clock=Clock(), rate_limit=rate_limit)
    server = Server(simulator)
    server.start()
    try:
        connect(server)
        yield Workspace(simulator, server)
    finally:
        server.stop()


@pytest.fixture
def slack(db: None) -> Iterator[Workspace]:
    with running() as there:
        yield there


def connect(server: Server) -> None:
    SlackWorkspace.objects.create(
        name="Bluebell & Finch",
        api_url=f"{server.url}/api/",
        bot_token=BOT_TOKEN,
        leaders_channel=LEADERS,
        timeout_seconds=30,
    )


def item(**payload: Any) -> Outgoing:
    """As the outbox writes it: its text does not hold the marker."""
    number = f"UP-{next(numbers)}"
    text = (
        f"{number} · Maple Street · wait · 2\nAddressed by Omar Haddad: “She’s content” <R&D>\nhttps://amends.example"
    )
    given = {"text": text, "subject": f"{number} · Maple Street", "to": ["lee@bluebellfinch.example"], **payload}
    return Outgoing(f"{number}.7", "slack.message", "leaders", given, sent_at=datetime.now(UTC))


def deliver(out: Outgoing) -> Proof:
    return channel("slack.message").deliver(out)


def find(out: Outgoing) -> Proof | None:
    return channel("slack.message").find(out)


def told() -> str:
    """What the administrator reads about the workspace."""
    return SlackWorkspace.objects.get().last_error


def carry(there: Workspace, out: Outgoing, *, tries: int = 6) -> Proof:
    """As the engine does: look before posting again, and believe in an absence only when all has settled."""
    unknown = False
    for _ in range(tries):
        try:
            if unknown:
                there.settle()
                proof = find(out)
                if proof is not None:
                    return proof
                unknown = False
            return deliver(out)
        except UnknownOutcome:
            unknown = True
        except (RetryAfter, OfficeOffline):
            continue
    raise AssertionError(f"{out.marker} was not delivered")


class TestWhatIsPosted:
    def test_the_message_is_there_as_it_was_sent(self, slack: Workspace) -> None:
        out = item()
        proof = deliver(out)
        (message,) = slack.messages
        assert (message["channel"], message["ts"], message["text"]) == (LEADERS, proof.id, out.payload["text"])
        assert message["metadata"] == {"event_type": "amends_delivery", "event_payload": {"marker": out.marker}}
        assert (message["unfurl_links"], message["unfurl_media"]) == (False, False)
        assert message["blocks"] == []
        assert proof.place == "Slack"
        assert find(out) == proof
        assert told() == ""

    def test_its_link_leads_to_it(self, slack: Workspace) -> None:
        proof = deliver(item())
        path = proof.link.removeprefix(slack.server.url)
        status, headers, _ = slack.http("GET", path)
        assert status == 303
        shown = slack.http("GET", headers["location"].partition("#")[0])[2].decode()
        assert "She’s content" in shown

    def test_blocks_and_another_channel(self, slack: Workspace) -> None:
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Addressed*"}}]
        out = item(channel="C0NORTH", blocks=blocks)
        proof = deliver(out)
        (message,) = slack.messages
        assert message["channel"] == "C0NORTH"
        assert [{"type": row["type"], "text": row["text"]} for row in message["blocks"]] == blocks
        assert find(out) == proof

    @pytest.mark.parametrize("then", ["status:500", "drop_before", "truncate", "error:message_not_found"])
    def test_a_link_that_cannot_be_had_spoils_no_proof(self, slack: Workspace, then: str) -> None:
        slack.faults(then, path=PERMALINK, times=2)
        out = item()
        proof = deliver(out)
        assert (proof.id, proof.link) == (slack.messages[0]["ts"], "")
        assert find(out) == proof

    def test_what_slack_refuses_in_it_is_refused_for_good(self, slack: Workspace) -> None:
        with pytest.raises(Permanent, match="invalid_blocks"):
            deliver(item(blocks=[{"type": "divider"}] * 51))
        assert slack.messages == []


# What goes wrong with the post, and how many messages are there right after it.
UNKNOWN = [
    *[("drop_before", 0), ("drop_after", 1), ("late_commit:45", 0), ("truncate", 1)],
    *[("status:500", 0), ("status_after:500", 1), ("status:503", 0), ("status_after:504", 1)],
    *[("error:internal_error", 0), ("error_after:internal_error", 1), ("error_after:fatal_error", 1)],
    *[("error_after:service_unavailable", 1), ("error_after:request_timeout", 1)],
]


class TestExactlyOnce:
    @pytest.mark.parametrize(("then", "there"), UNKNOWN)
    def test_an_outcome_that_is_not_known_is_found_out(self, slack: Workspace, then: str, there: int) -> None:
        out = item()
        slack.faults(then, path=POST)
        with pytest.raises(UnknownOutcome, match="may have been posted"):
            deliver(out)
        assert slack.times(out.marker) == there
        found = find(out)
        assert (found is not None) == bool(there)
        slack.settle()
        landed = find(out)
        assert (landed is not None) == bool(slack.times(out.marker))
        assert (landed.id if landed else None) == (slack.messages[0]["ts"] if slack.messages else None)

    @pytest.mark.parametrize("then", [*(then for then, _ in UNKNOWN), "status:429", "error:ratelimited"])
    def test_it_is_there_once_when_the_post_goes_wrong(self, slack: Workspace, then: str) -> None:
        out = item()
        slack.faults(then, path=POST)
        proof = carry(slack, out)
        assert find(out) == proof
        assert slack.times(out.marker) == 1

    @pytest.mark.parametrize("then", ["drop_before", "truncate", "status:503", "status:429", "error:internal_error"])
    def test_it_is_there_once_when_the_look_goes_wrong_too(self, slack: Workspace, then: str) -> None:
        out = item()
        slack.faults("drop_after", path=POST)
        with pytest.raises(UnknownOutcome):
            deliver(out)
        slack.faults(then, path=HISTORY)
        with pytest.raises(RetryAfter):
            find(out)
        assert find(out) is not None
        assert slack.times(out.marker) == 1

    def test_a_pause_is_as_long_as_slack_asks_and_nothing_was_posted(self) -> None:
        with running(rate_limit=True) as there:
            for _ in range(5):
                deliver(item())
            with pytest.raises(RetryAfter) as caught:
                deliver(item())
            assert caught.value.seconds == 1
            assert len(there.messages) == 5

    def test_a_server_that_hangs_up_on_everybody(self, slack: Workspace) -> None:
        out = item()
        slack.faults(offline=True)
        with pytest.raises(UnknownOutcome):
            deliver(out)
        with pytest.raises(RetryAfter):
            find(out)
        slack.faults(offline=False)
        assert find(out) is None

    def test_nothing_listens(self, slack: Workspace) -> None:
        SlackWorkspace.objects.update(api_url=f"http://{LOOPBACK}:{free_port()}/api/")
        with pytest.raises(OfficeOffline, match="Slack cannot be reached"):
            deliver(item())
        with pytest.raises(OfficeOffline):
            find(item())
        assert told() == "Slack cannot be reached."
        SlackWorkspace.objects.update(api_url=f"{slack.server.url}/api/")
        deliver(item())
        assert told() == ""


class TestTheLook:
    def test_only_the_whole_marker_counts(self, slack: Workspace) -> None:
        out = item()
        longer = Outgoing(f"{out.marker}1", out.channel, out.target, out.payload, out.sent_at)
        deliver(longer)
        for text in (f"{out.marker}1", f"X{out.marker}", f"{out.marker}.1"):
            slack.control("say", channel=LEADERS, user="U0LEE", text=text)
        assert find(out) is None
        assert find(longer) is not None

    def test_what_a_person_pasted_counts_too(self, slack: Workspace) -> None:
        out = item()
        said = slack.control("say", channel=LEADERS, user="U0OMAR", text=f"Told by hand, see {out.marker}.")
        found = find(out)
        assert found is not None
        assert found.id == said["ts"]
        assert holds_marker(slack.messages[0]["text"], out.marker)

    def test_it_looks_through_more_than_one_page(self, slack: Workspace) -> None:
        out = item()
        proof = deliver(out)
        for number in range(205):
            slack.control("say", channel=LEADERS, user="U0SAM", text=f"No {number}")
        assert find(out) == proof
        assert find(item()) is None
        calls = slack.http("GET", "/_control/calls")[2].decode()
        assert calls.count('"conversations.history"') == 6

    def test_a_clock_of_slack_that_is_wrong_hides_nothing(self, slack: Workspace) -> None:
        for now in ("2024-03-02T14:05:00Z", "2031-03-02T14:05:00Z"):
            slack.simulator.clock.put({"now": now})
            out = item()
            slack.faults("drop_after", path=POST)
            assert carry(slack, out).id == slack.messages[-1]["ts"]
            assert slack.times(out.marker) == 1

    def test_without_the_scope_to_read_nobody_but_a_person_can_tell(self, slack: Workspace) -> None:
        out = item()
        deliver(out)
        slack.scopes("channels:history")
        with pytest.raises(CannotTell, match="look for the message in Slack"):
            find(out)

    def test_a_private_channel_needs_its_own_scope(self, slack: Workspace) -> None:
        slack.scopes("groups:history", and_also=("groups:write",))
        private = slack.client.conversations_create(name="leaders-only", is_private=True)["channel"]["id"]
        out = item(channel=private)
        proof = deliver(out)
        with pytest.raises(CannotTell):
            find(out)
        slack.scopes()
        assert find(out) == proof

    def test_a_public_channel_that_nobody_invited_it_to_is_written_and_not_read(self, slack: Workspace) -> None:
        out = item(channel="C0GENERAL")
        slack.faults("drop_after", path=POST)
        with pytest.raises(UnknownOutcome):
            deliver(out)
        assert slack.times(out.marker) == 1
        with pytest.raises(CannotTell, match="not a member"):
            find(out)


class TestWhatAPersonMustRepair:
    @pytest.mark.parametrize(
        ("act", "body", "sentence"),
        [
            ("revoke", {"token": BOT_TOKEN}, "The app was removed from Slack."),
            ("archive", {"channel": LEADERS}, "The channel is archived."),
            ("scopes", {"scopes": ["channels:history"]}, "a permission that it does not have"),
        ],
    )
    def test_the_workspace_changed(self, slack: Workspace, act: str, body: dict[str, object], sentence: str) -> None:
        slack.control(act, **body)
        with pytest.raises(Configuration, match=sentence):
            deliver(item())
        assert slack.messages == []
        assert sentence in told()

    def test_the_app_was_sent_out_of_the_channel_and_is_invited_again(self, slack: Workspace) -> None:
        slack.scopes("chat:write.public")
        slack.control("remove-bot", channel=LEADERS)
        with pytest.raises(Configuration, match="invite it"):
            deliver(item())
        assert "invite it" in told()
        slack.control("invite-bot", channel=LEADERS)
        deliver(item())
        assert told() == ""

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"bot_token": "xoxb-another"}, "does not accept the bot's token"),
            ({"leaders_channel": "C0NOWHERE"}, "The channel does not exist"),
            ({"leaders_channel": ""}, "No Slack channel is chosen"),
            ({"bot_token": ""}, "Slack is not set up"),
        ],
    )
    def test_the_settings_are_wrong(self, slack: Workspace, changes: dict[str, str], sentence: str) -> None:
        SlackWorkspace.objects.update(**changes)
        with pytest.raises(Configuration, match=sentence):
            deliver(item())
        assert slack.messages == []

    @pytest.mark.parametrize(
        "error",
        [
            *("token_revoked", "invalid_auth", "not_authed", "token_expired", "account_inactive", "missing_scope"),
            *("channel_not_found", "is_archived", "not_in_channel", "restricted_action_read_only_channel"),
        ],
    )
    def test_each_refusal_is_a_sentence_that_holds_neither_code_nor_token(self, slack: Workspace, error: str) -> None:
        slack.faults(f"error:{error}", path=POST)
        with pytest.raises(Configuration) as caught:
            deliver(item())
        sentence = str(caught.value)
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert "_" not in sentence
        assert "xoxb" not in sentence
        assert told() == sentence


class TestWithoutSlack:
    def test_the_leaders_are_told_by_email(self) -> None:
        out = item()
        with pytest.raises(UseInstead, match="Slack is not set up") as caught:
            deliver(out)
        assert caught.value.channel == "email"
        proof = channel(caught.value.channel).deliver(out)
        (sent,) = mail.outbox
        assert (sent.to, sent.body, sent.subject) == (out.payload["to"], out.payload["text"], out.payload["subject"])
        assert out.marker in proof.id

    def test_a_workspace_that_was_taken_away_says_nothing_about_absence(self) -> None:
        with pytest.raises(Configuration):
            find(item())

    def test_a_workspace_that_is_named_and_gone_is_a_matter_of_configuration(self) -> None:
        out = item()
        with pytest.raises(Configuration, match="not set up"):
            deliver(Outgoing(out.marker, out.channel, "harbor", out.payload))
