"""Setting Slack up: tokens that are never shown again, a channel by its id, people confirmed one by one."""

import html
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.conftest import Cast
from tests.integrations.servers import Says, StubServer

from amends.connections.neighbors.slack import _inbound
from amends.integrations.slack.client import client_of
from amends.integrations.slack.manifest import SCOPES, manifest, new_app_link
from amends.integrations.slack.models import SlackInbound, SlackPerson, SlackWorkspace
from amends.integrations.slack.outbound.models import SlackAgreement, SlackChannel, SlackTrouble
from amends.integrations.slack.people import person_of, recognise, set_user, slack_user
from amends.practice.models import Person
from amends.simulators.slack.manifest import problems

PAGE = "/connections/slack"
TEAM = {"ok": True, "team_id": "T0MAPLE", "team": "Maple"}


@pytest.fixture
def server() -> Iterator[StubServer]:
    with StubServer("/api") as stub:
        stub.on("POST", "auth.test", TEAM)
        channels = [{"id": "C0LEADERS", "name": "leaders"}, {"id": "C0NORTH", "name": "north"}]
        stub.on("GET", "conversations.list", {"ok": True, "channels": channels})
        stub.on("POST", "conversations.list", {"ok": True, "channels": channels})
        stub.on("POST", "conversations.info", {"ok": True, "channel": {"is_member": True}})
        stub.on("POST", "chat.postMessage", {"ok": True, "ts": "1.1", "channel": "C0LEADERS"})
        yield stub


@pytest.fixture
def workspace(server: StubServer, group: Cast) -> SlackWorkspace:
    return SlackWorkspace.objects.create(
        name="Maple", api_url=f"{server.url}/", bot_token="xoxb-old", team_id="T0MAPLE", leaders_channel="C0LEADERS"
    )


@pytest.fixture
def alex(group: Cast, client_for: Callable[[Person], Client]) -> Client:
    return client_for(group.alex)


def text(client: Client, query: str = "") -> str:
    return html.unescape(client.get(f"{PAGE}{query}").content.decode())


def post(client: Client, path: str = "", **fields: str) -> str:
    """What the page says afterwards."""
    answer: Any = client.post(f"{PAGE}{path}", fields)
    assert answer.status_code in (303, 422)
    if answer.status_code == 422:
        return html.unescape(answer.content.decode())
    return text(client, answer["Location"].removeprefix(PAGE).partition("#")[0])


class TestTokens:
    def test_the_first_time_it_leads_to_slack_and_asks_for_a_bot_token(self, alex: Client) -> None:
        page = text(alex)
        assert "Make it for Socket Mode" in page
        assert "api.slack.com/apps?new_app=1" in page
        assert "Who is who" not in page
        assert "This field is required" in post(alex, bot_token="")
        assert not SlackWorkspace.objects.exists()

    def test_they_are_kept_and_never_shown_again(self, alex: Client, workspace: SlackWorkspace) -> None:
        page = post(
            alex, bot_token=" xoxb-new\n", signing_secret="s3cret", app_token="xapp-1", leaders_channel="C0NORTH"
        )
        assert "Slack takes the bot token of Maple" in page
        workspace.refresh_from_db()
        kept = (workspace.bot_token, workspace.signing_secret, workspace.app_token, workspace.leaders_channel)
        assert kept == ("xoxb-new", "s3cret", "xapp-1", "C0NORTH")
        for secret in ("xoxb-", "s3cret", "xapp-1"):
            assert f'value="{secret}' not in page
        post(alex, leaders_channel="C0NORTH")
        workspace.refresh_from_db()
        assert (workspace.bot_token, workspace.app_token) == ("xoxb-new", "xapp-1")

    @pytest.mark.parametrize(
        ("field", "value", "says"),
        [
            ("bot_token", "xapp-1", "begins with xoxb-"),
            ("app_token", "xoxb-1", "begins with xapp-"),
            ("leaders_channel", "#leaders", "no id of a channel"),
        ],
    )
    def test_what_was_pasted_into_the_wrong_field_is_said(
        self, alex: Client, workspace: SlackWorkspace, field: str, value: str, says: str
    ) -> None:
        page = post(alex, **{field: value})
        assert says in page
        assert f'value="{value}"' not in page or field == "leaders_channel"

    def test_a_token_that_slack_does_not_take_is_said(
        self, alex: Client, workspace: SlackWorkspace, server: StubServer
    ) -> None:
        server.on("POST", "auth.test", {"ok": False, "error": "invalid_auth"})
        assert "Slack does not accept the bot's token" in post(alex, bot_token="xoxb-wrong")

    def test_another_workspace_has_other_people(
        self, alex: Client, workspace: SlackWorkspace, group: Cast, server: StubServer
    ) -> None:
        set_user(workspace, group.omar, "U0OMAR", SlackPerson.How.TYPED)
        post(alex, bot_token="xoxb-same")
        assert SlackPerson.objects.exists()
        server.on("POST", "auth.test", {**TEAM, "team_id": "T0OTHER"})
        assert "That is another workspace" in post(alex, bot_token="xoxb-other")
        assert not SlackPerson.objects.exists()

    def test_while_slack_is_down_nobody_knows_whose_a_new_token_is(
        self, alex: Client, workspace: SlackWorkspace, group: Cast, server: StubServer
    ) -> None:
        set_user(workspace, group.omar, "U0OMAR", SlackPerson.How.TYPED)
        server.on("POST", "auth.test", {"ok": False, "error": "internal_error"})
        assert "Until it does, nothing is posted." in post(alex, bot_token="xoxb-new")
        assert SlackWorkspace.objects.get().token_is_new
        server.on("POST", "auth.test", {**TEAM, "team_id": "T0OTHER"})
        post(alex, bot_token="")  # the same token once more
        assert not SlackWorkspace.objects.get().token_is_new
        assert not SlackPerson.objects.exists()

    def test_channels_are_offered_by_name_and_kept_by_id(
        self, alex: Client, workspace: SlackWorkspace, server: StubServer
    ) -> None:
        assert '<option value="C0NORTH">#north</option>' in text(alex)
        for method in ("GET", "POST"):
            server.on(method, "conversations.list", {"ok": False, "error": "missing_scope"})
        assert "<select" not in text(alex)

    def test_where_slack_tells_a_part_of_its_channels_the_id_is_typed(
        self, alex: Client, workspace: SlackWorkspace, server: StubServer
    ) -> None:
        page = {"ok": True, "channels": [{"id": "C0NORTH", "name": "north"}]}
        for cursor, offered in (("dGVhbTpDMDYx", False), ("", True)):
            for method in ("GET", "POST"):
                server.on(method, "conversations.list", {**page, "response_metadata": {"next_cursor": cursor}})
            assert ("<select" in text(alex)) is offered

    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            ({"ok": True, "channel": {"is_archived": True}}, "That channel is archived"),
            ({"ok": True, "channel": {"is_member": False, "is_private": True}}, "not a member of that channel"),
            ({"ok": False, "error": "channel_not_found"}, "There is no such channel"),
            ({"ok": True, "channel": {"is_member": True}}, ""),
            ({"ok": False, "error": "internal_error"}, ""),
        ],
    )
    def test_a_channel_that_takes_no_messages_is_not_that_of_the_leaders(
        self, alex: Client, workspace: SlackWorkspace, server: StubServer, answer: dict[str, object], says: str
    ) -> None:
        for method in ("GET", "POST"):
            server.on(method, "conversations.info", answer)
        page = post(alex, leaders_channel="C0NEW")
        assert says in page
        workspace.refresh_from_db()
        assert workspace.leaders_channel == ("C0LEADERS" if says else "C0NEW")
        assert 'value="C0NEW"' in page  # kept where it was refused, too

    def test_a_channel_that_is_somebodys_already_is_not_that_of_the_leaders(
        self, alex: Client, workspace: SlackWorkspace, group: Cast
    ) -> None:
        SlackChannel.objects.create(workspace=workspace, office=group.maple, channel="C0NORTH")
        assert "two messages for one case" in post(alex, leaders_channel="C0NORTH")
        workspace.refresh_from_db()
        assert workspace.leaders_channel == "C0LEADERS"

    def test_whatever_became_of_the_channel_that_is_there_the_tokens_can_be_mended(
        self, alex: Client, workspace: SlackWorkspace, server: StubServer
    ) -> None:
        for method in ("GET", "POST"):
            server.on(method, "conversations.info", {"ok": True, "channel": {"is_archived": True}})
        assert "Slack takes the bot token" in post(alex, bot_token="xoxb-new", leaders_channel="C0LEADERS")

    def test_socket_mode_is_switched_off_by_taking_the_app_token_away(
        self, alex: Client, workspace: SlackWorkspace
    ) -> None:
        assert "Do not use Socket Mode any more" not in text(alex)
        post(alex, app_token="xapp-1", signing_secret="s3cret")
        assert "Do not use Socket Mode any more" in text(alex)
        assert "Either a new app token or none" in post(alex, no_socket="on", app_token="xapp-2")
        workspace.refresh_from_db()
        assert workspace.app_token == "xapp-1"
        post(alex, no_socket="on")
        workspace.refresh_from_db()
        assert (workspace.app_token, workspace.signing_secret, workspace.bot_token) == ("", "s3cret", "xoxb-old")

    def test_slack_is_disconnected_and_can_be_set_up_anew(
        self, alex: Client, workspace: SlackWorkspace, group: Cast, client_for: Callable[[Person], Client]
    ) -> None:
        set_user(workspace, group.omar, "U0OMAR", SlackPerson.How.TYPED)
        SlackTrouble.objects.create(target="leaders", says="It is archived.", since=timezone.now())
        SlackWorkspace.objects.update(may_carry_patients=True)
        assert client_for(group.lee).post(f"{PAGE}/disconnect").status_code == 404
        assert "Slack is disconnected" in post(alex, "/disconnect")
        assert not SlackWorkspace.objects.exists()
        assert slack_user(str(group.omar.pk)) is None
        assert not SlackTrouble.objects.exists()
        said = SlackAgreement.objects.get()
        assert (said.workspace, said.may_carry_patients) == ("main", False)
        assert said.person_name == "Amends, because Slack was disconnected"
        assert client_for(group.alex).post(f"{PAGE}/disconnect").status_code == 404


class TestTheTestMessage:
    def test_it_is_posted_once_where_leaders_are_told(
        self, alex: Client, workspace: SlackWorkspace, server: StubServer
    ) -> None:
        assert "Posted. Look into the channel." in post(alex, "/test-message")
        (body,) = server.bodies("POST", "chat.postMessage")
        assert body["channel"] == "C0LEADERS"

    def test_what_goes_wrong_is_said(self, alex: Client, workspace: SlackWorkspace, server: StubServer) -> None:
        server.on("POST", "chat.postMessage", {"ok": False, "error": "not_in_channel"})
        assert "invite it" in post(alex, "/test-message")
        SlackWorkspace.objects.update(leaders_channel="")
        assert "Choose the leaders' channel first" in post(alex, "/test-message")


class TestPeople:
    def test_who_is_found_by_email_counts_once_confirmed(
        self, alex: Client, workspace: SlackWorkspace, group: Cast, server: StubServer
    ) -> None:
        def by_email(asked: Any) -> Any:
            email = {**asked.query, **(asked.body or {})}["email"]
            known = {group.omar.email: "U0OMAR", group.lee.email: "U0GONE"}
            if email not in known:
                return {"ok": False, "error": "users_not_found"}
            return {"ok": True, "user": {"id": known[email], "deleted": known[email] == "U0GONE"}}

        for method in ("GET", "POST"):
            server.on(method, "users.lookupByEmail", by_email)
        page = post(alex, "/find-people")
        assert "Found 1 of 9 by their e-mail address. Confirm each of them below." in page
        assert "8 are not matched: they get no direct messages" in page
        assert "they hear of cases by e-mail" not in page
        assert "U0OMAR, found by e-mail: is it them?" in page
        assert (person_of("T0MAPLE", "U0OMAR"), slack_user(str(group.omar.pk))) == (None, None)
        assert "Omar Haddad is confirmed." in post(alex, f"/people/{group.omar.pk}", confirm="1")
        assert (person_of("T0MAPLE", "U0OMAR"), slack_user(str(group.omar.pk))) == (group.omar, "U0OMAR")
        assert person_of("", "U0OMAR") is None

    def test_a_match_is_corrected_and_taken_away(self, alex: Client, workspace: SlackWorkspace, group: Cast) -> None:
        path = f"/people/{group.omar.pk}"
        assert "Omar Haddad is matched." in post(alex, path, user_id=" u0omar ")
        assert slack_user(str(group.omar.pk)) == "U0OMAR"
        assert "is somebody else of the group already" in post(alex, f"/people/{group.lee.pk}", user_id="U0OMAR")
        for wrong in ("", "omar", "C0NORTH", "U0 OMAR", "U" * 30, "Ü0"):
            assert "no id of a person" in post(alex, path, user_id=wrong)
        assert slack_user(str(group.omar.pk)) == "U0OMAR"
        assert "is matched with nobody" in post(alex, path, forget="1")
        assert slack_user(str(group.omar.pk)) is None

    def test_looking_ends_early_where_slack_asks_for_a_pause(
        self, alex: Client, workspace: SlackWorkspace, server: StubServer
    ) -> None:
        for method in ("GET", "POST"):
            server.on(method, "users.lookupByEmail", Says(429, {"ok": False, "error": "ratelimited"}))
        assert "Slack asked for a pause" in post(alex, "/find-people")

    def test_the_next_press_goes_on_after_the_last_who_was_looked_for(
        self, alex: Client, workspace: SlackWorkspace, server: StubServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("amends.connections.slack_set_up._AT_ONCE", 5)
        asked: list[str] = []

        def nobody(question: Any) -> Any:
            asked.append({**question.query, **(question.body or {})}["email"])
            return {"ok": False, "error": "users_not_found"}

        for method in ("GET", "POST"):
            server.on(method, "users.lookupByEmail", nobody)
        page = post(alex, "/find-people")
        assert "4 more are to be looked for" in page
        assert "Found 0 of 5 by their e-mail address. Enter the Slack id" in page
        assert "Confirm each" not in page
        after = re.search(r'name="after" value="(\d+)"', page)
        assert after
        page = post(alex, "/find-people", after=after[1])
        assert "to be looked for" not in page
        assert 'name="after"' not in page
        assert sorted(asked) == sorted(set(asked))
        assert len(asked) == 9
        for wrong in ("", "-1", "x", "9" * 40, "²"):
            assert "Found 0 of 5" in post(alex, "/find-people", after=wrong)

    def test_a_name_is_searched_for(self, alex: Client, workspace: SlackWorkspace) -> None:
        page = text(alex, "?q=omar")
        assert "Omar Haddad" in page
        assert "Lee Hartwell" not in page

    @pytest.mark.parametrize(
        "profile", [{"email": "OMAR@bluebellfinch.example"}, {"email": "nobody@x.example"}, {}, None]
    )
    def test_an_unknown_user_is_looked_up_once_and_waits_for_a_confirmation(
        self, workspace: SlackWorkspace, group: Cast, server: StubServer, profile: object
    ) -> None:
        for method in ("GET", "POST"):
            server.on(method, "users.info", {"ok": True, "user": {"id": "U0NEW", "profile": profile}})
        for _ in range(2):
            recognise(workspace, "U0NEW", client_of(workspace))
        assert sum(asked.path == "users.info" for asked in server.asked) == 1
        found = [(row.person, row.user_id, row.confirmed_at) for row in SlackPerson.objects.all()]
        assert found == ([(group.omar, "U0NEW", None)] if profile and "OMAR" in str(profile) else [])

    def test_what_is_found_does_not_change_what_was_confirmed(self, workspace: SlackWorkspace, group: Cast) -> None:
        set_user(workspace, group.omar, "U0OMAR", SlackPerson.How.TYPED)
        set_user(workspace, group.omar, "U0OTHER", SlackPerson.How.EMAIL)
        assert slack_user(str(group.omar.pk)) == "U0OMAR"


@pytest.mark.parametrize("socket", [True, False])
def test_slack_takes_the_manifest(socket: bool) -> None:
    made = manifest("https://amends.example", socket=socket)
    assert problems(made) == []
    assert made["settings"]["socket_mode_enabled"] is socket
    assert ("https://amends.example/slack/events" in str(made)) is not socket
    assert len(new_app_link(made)) < 4000
    assert set(made["oauth_config"]["scopes"]["bot"]) == set(SCOPES)


class TestConnections:
    def says(self, workspace: SlackWorkspace) -> list[tuple[str, str, str]]:
        return [(check.key, check.state.value, check.says) for check in _inbound(workspace)]

    def test_nothing_where_nothing_comes_in(self, workspace: SlackWorkspace) -> None:
        assert self.says(workspace) == []

    def test_over_http(self, workspace: SlackWorkspace) -> None:
        workspace.signing_secret = "s"
        ((_, state, says),) = self.says(workspace)
        assert (state, says) == ("works", "Requests that Slack signs are taken. Nothing was heard yet.")
        now = timezone.now()
        SlackInbound.objects.create(
            workspace=workspace, heard_at=now - timedelta(hours=3), refused=3, refused_at=now - timedelta(hours=2)
        )
        heard, refused = self.says(workspace)
        assert heard[2].endswith("Last heard 3 h ago.")
        assert refused[:2] == ("signatures", "partly")
        assert refused[2] == (
            "Refused because Slack did not sign them: 3, the last 2 h ago. Somebody else may have tried."
        )

    @pytest.mark.parametrize(
        ("refused_hours", "heard_hours", "shown"),
        [(2, None, True), (2, 3, True), (2, 1, False), (23, None, True), (25, None, False), (25, 30, False)],
    )
    def test_who_posts_rubbish_is_no_trouble_once_a_signed_request_came_and_for_a_day_at_most(
        self, workspace: SlackWorkspace, refused_hours: int, heard_hours: int | None, shown: bool
    ) -> None:
        workspace.signing_secret = "s"
        now = timezone.now()
        heard = now - timedelta(hours=heard_hours) if heard_hours else None
        refused = now - timedelta(hours=refused_hours)
        SlackInbound.objects.create(workspace=workspace, heard_at=heard, refused=6, refused_at=refused)
        assert ("signatures" in [key for key, _, _ in self.says(workspace)]) is shown

    def test_over_a_socket(self, workspace: SlackWorkspace) -> None:
        workspace.app_token = "xapp-1"
        row = SlackInbound.objects.create(workspace=workspace, trouble="Slack cannot be reached.")
        assert self.says(workspace) == [("inbound", "down", "Socket Mode: not connected. Slack cannot be reached.")]
        row.connected_at = timezone.now()
        row.save()
        assert self.says(workspace)[0][2].startswith("Socket Mode: connected just now.")
