"""`email`: one e-mail through the SMTP server of Django's `EMAIL_*` settings.

Payload: `{"to": [address], "subject": str, "text": str}`. The target is not used. Proof: the Message-ID, which is made
from the marker, so that a repeated e-mail can be recognised (slack.md 17). One row per person is best: where some of
several recipients are refused, SMTP takes the e-mail for the others and Django does not tell.
"""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

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

PLACE = "E-mail"
_SECONDS = 30
_SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Email:
    """Hands an e-mail to the mail server. Nobody can look afterwards whether it arrived."""

    name = "email"

    def deliver(self, item: Outgoing) -> Proof:
        """Send once. Raises a `DeliveryError`."""
        message = _message(item)
        with mail_server() as connection:
            message.connection = connection
            try:
                message.send()
            except OSError as trouble:
                raise _error_of(trouble) from None
            except ValueError:
                raise Permanent("An address of this e-mail is not valid.") from None
        return Proof(str(message.extra_headers["Message-ID"]), PLACE)

    def find(self, item: Outgoing) -> Proof | None:
        """Always raises `CannotTell`."""
        raise CannotTell("Nobody can look whether an e-mail was sent. Please ask the person, or send it again.")


def message_id(marker: str) -> str:
    """`<UP-1042.7@maple.example>`: the same for every try, in the domain that the e-mails come from."""
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return f"<{marker}@{address.rpartition('@')[2] or 'amends.invalid'}>"


def _message(item: Outgoing) -> EmailMessage:
    to, subject, text = (item.payload.get(name) for name in ("to", "subject", "text"))
    if not isinstance(to, list) or not to or not all(isinstance(address, str) for address in to):
        raise Permanent(f"{item.marker} cannot be sent: it has no recipient.")
    return EmailMessage(
        subject=" ".join(str(subject or "").split()),  # a line break would be refused as a header injection
        body=str(text or ""),
        to=to,
        headers={"Message-ID": message_id(item.marker), "Auto-Submitted": "auto-generated"},
    )


@contextlib.contextmanager
def mail_server(seconds: float | None = None) -> Iterator[BaseEmailBackend]:
    """A connection to the mail server, signed in; each wait lasts `seconds` at most, by default as long as is set.

    Raises `Configuration` or `OfficeOffline`.
    """
    if settings.EMAIL_BACKEND == _SMTP and not settings.EMAIL_HOST:
        raise Configuration("No mail server is set up.")
    connection = get_connection(timeout=seconds or settings.EMAIL_TIMEOUT or _SECONDS)
    try:
        connection.open()
        yield connection
    except smtplib.SMTPAuthenticationError:
        raise Configuration("The mail server does not accept the user name and password.") from None
    except (smtplib.SMTPNotSupportedError, ssl.SSLCertVerificationError):
        raise Configuration("The mail server does not offer the sign-in or the encryption that is set.") from None
    except OSError:  # smtplib's own errors are OSErrors too
        raise OfficeOffline("The mail server cannot be reached.") from None
    finally:
        # The e-mail is sent or it is not: how the farewell goes changes nothing.
        with contextlib.suppress(OSError):
            connection.close()


def _error_of(trouble: OSError) -> DeliveryError:
    """What a failure after the connection was made means."""
    match trouble:
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            if all(400 <= code < 500 for code, _ in refused.values()):
                return RetryAfter("The mail server asked to try again later.")
            return Permanent("The mail server refuses every recipient.")
        case smtplib.SMTPResponseException(smtp_code=code) if 400 <= code < 500:
            return RetryAfter("The mail server asked to try again later.")
        case smtplib.SMTPSenderRefused():
            return Configuration("The mail server refuses the sender's address.")
        case smtplib.SMTPResponseException(smtp_code=code) if code >= 500:
            return Permanent(f"The mail server refused the e-mail with code {code}.")
        case smtplib.SMTPNotSupportedError():
            return Permanent("The mail server cannot take this address.")
        case _:
            return UnknownOutcome("The connection to the mail server broke. The e-mail may have been sent.")
