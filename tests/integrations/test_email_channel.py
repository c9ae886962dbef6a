"""An e-mail is handed over once; whether it may have been is told honestly."""

from typing import Any

import pytest
from django.core import mail
from pytest_django import Settings
from tests.integrations.servers import LOOPBACK, conversation
from tests.integrations.smtp import SMTP, Replies, mail_server
from tests.ports import free_port

from amends.deliveries.channel import (
    CannotTell,
    Configuration,
    DeliveryError,
    OfficeOffline,
    Outgoing,
    Permanent,
    Proof,
    RetryAfter,
    UnknownOutcome,
)
from amends.integrations.channels import channel

PAYLOAD: dict[str, Any] = {
    "to": ["omar@maple.example"],
    "subject": "Case UP-1042\nwaits",
    "text": "Please look.\n.\nBye.",
}


def deliver(**changes: Any) -> Proof:
    return channel("email").deliver(Outgoing("UP-1042.7", "email", "", {**PAYLOAD, **changes}))


@pytest.fixture(autouse=True)
def _sender(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Amends <amends@maple.example>"


def use(settings: Settings, port: int) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, LOOPBACK, port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = False, 30


def test_an_email_carries_the_marker_as_its_message_id() -> None:
    assert deliver() == Proof("<UP-1042.7@maple.example>", "E-mail")
    (sent,) = mail.outbox
    assert sent.message()["Message-ID"] == "<UP-1042.7@maple.example>"
    assert sent.subject == "Case UP-1042 waits"
    assert sent.to == ["omar@maple.example"]


def test_an_email_reaches_a_real_server(settings: Settings) -> None:
    received: list[bytes] = []
    with conversation(mail_server({}, received)) as port:
        use(settings, port)
        assert deliver().id == "<UP-1042.7@maple.example>"
    assert b"Message-ID: <UP-1042.7@maple.example>" in received[0]
    assert b"Please look." in received[0]


@pytest.mark.parametrize(
    ("replies", "kind"),
    [
        ({"greeting": None}, OfficeOffline),
        ({"greeting": b"421 too busy"}, OfficeOffline),
        ({"MAIL": b"450 later"}, RetryAfter),
        ({"MAIL": b"550 not from you"}, Configuration),
        ({"RCPT": b"550 nobody"}, Permanent),
        ({"RCPT": b"451 later"}, RetryAfter),
        ({"DATA": b"451 later"}, RetryAfter),
        ({".": b"554 refused"}, Permanent),
        ({".": b"452 full"}, RetryAfter),
        ({".": None}, UnknownOutcome),
        ({"MAIL": None}, UnknownOutcome),
        ({".": b"nonsense"}, UnknownOutcome),
    ],
)
def test_each_reply_has_its_meaning(settings: Settings, replies: Replies, kind: type[DeliveryError]) -> None:
    with conversation(mail_server(replies)) as port:
        use(settings, port)
        with pytest.raises(kind):
            deliver()


@pytest.mark.parametrize("reply", [None, b"500 what"])
def test_a_rude_farewell_changes_nothing(settings: Settings, reply: bytes | None) -> None:
    with conversation(mail_server({"QUIT": reply})) as port:
        use(settings, port)
        assert deliver().place == "E-mail"


def test_nothing_listening_was_not_sent(settings: Settings) -> None:
    use(settings, free_port())
    with pytest.raises(OfficeOffline):
        deliver()


def test_a_sign_in_that_is_refused_is_a_matter_of_configuration(settings: Settings) -> None:
    replies: Replies = {"EHLO": b"250-ok\r\n250 AUTH PLAIN", "AUTH": b"535 wrong"}
    with conversation(mail_server(replies)) as port:
        use(settings, port)
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "amends", "wrong"
        with pytest.raises(Configuration):
            deliver()


def test_encryption_that_is_not_offered_is_a_matter_of_configuration(settings: Settings) -> None:
    with conversation(mail_server({})) as port:
        use(settings, port)
        settings.EMAIL_USE_TLS = True
        with pytest.raises(Configuration):
            deliver()


def test_without_a_mail_server_it_is_a_matter_of_configuration(settings: Settings) -> None:
    use(settings, 25)
    settings.EMAIL_HOST = ""
    with pytest.raises(Configuration):
        deliver()


@pytest.mark.parametrize("to", [None, [], "omar@maple.example", [7]])
def test_an_email_to_nobody_is_refused(to: Any) -> None:
    with pytest.raises(Permanent):
        deliver(to=to)


def test_an_address_that_is_none_is_refused(settings: Settings) -> None:
    with conversation(mail_server({})) as port:
        use(settings, port)
        with pytest.raises(Permanent):
            deliver(to=["omar@maple.example\nBcc: all@maple.example"])


def test_nobody_can_look_for_an_email() -> None:
    with pytest.raises(CannotTell):
        channel("email").find(Outgoing("UP-1042.7", "email", "", PAYLOAD))
