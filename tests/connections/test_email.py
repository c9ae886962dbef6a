"""The mail server, where a group has no Slack: looked at by signing in, without sending anything."""

import pytest
from pytest_django import Settings
from tests.connections.says import by_key
from tests.integrations.servers import LOOPBACK, conversation
from tests.integrations.smtp import SMTP, Replies, mail_server
from tests.ports import free_port

from amends.connections.checks import REACHED, Check, State
from amends.connections.neighbors import everybody
from amends.connections.neighbors.email import look
from amends.integrations.slack.models import SlackWorkspace


def told() -> dict[str, Check]:
    return by_key(look(4.0))


@pytest.fixture
def at(settings: Settings):
    """Points Amends at a mail server on this port."""

    def point(port: int) -> None:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, LOOPBACK, port
        settings.EMAIL_USE_TLS = False

    return point


def test_a_mail_server_that_answers_works_and_gets_no_mail(at) -> None:
    received: list[bytes] = []
    with conversation(mail_server({}, received)) as port:
        at(port)
        assert told()[REACHED].state is State.WORKS
    assert received == []


@pytest.mark.parametrize(
    ("replies", "key"), [({"greeting": b"421 busy"}, REACHED), ({"greeting": None}, REACHED), ({}, "account")]
)
def test_what_is_wrong_says_where_to_look(at, settings: Settings, replies: Replies, key: str) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "amends", "hunter2"  # the server offers no sign-in
    with conversation(mail_server(replies)) as port:
        at(port)
        check = told()[key]
    assert (check.state, "AMENDS_SMTP" in check.repair, "hunter2" in str(check)) == (State.DOWN, True, False)


def test_no_connection_at_all_is_down(at) -> None:
    at(free_port())
    assert told()[REACHED].state is State.DOWN


def test_neither_slack_nor_mail_means_that_leaders_are_told_by_hand(settings: Settings) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, ""
    check = told()["account"]
    assert (check.state, "by hand" in check.says, "Set up Slack" in check.repair) == (State.DOWN, True, True)


@pytest.mark.django_db
def test_mail_is_looked_at_only_where_there_is_no_slack() -> None:
    assert {"email"} == {neighbor.key for neighbor in everybody()} & {"email", "slack.main"}
    SlackWorkspace.objects.create(key="main", name="Bluebell & Finch")
    assert {"slack.main"} == {neighbor.key for neighbor in everybody()} & {"email", "slack.main"}
