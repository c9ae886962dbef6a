"""The mail server, where the leaders are told by e-mail because the group has no Slack."""

from datetime import timedelta

from django.conf import settings

from amends.connections.checks import REACHED, Check, Neighbor, down, works
from amends.deliveries.channel import Configuration, DeliveryError
from amends.integrations.email.channel import mail_server

KEY = "email"
NAME = "E-mail to the leaders"
_EVERY = timedelta(minutes=5)  # a mail server may take many sign-ins for an attack


def neighbor() -> Neighbor:
    """The mail server as something to look at."""
    return Neighbor(KEY, NAME, look, far=True, every=_EVERY)


def look(seconds: float) -> list[Check]:
    """Signs in at the mail server, and sends nothing."""
    try:
        with mail_server(seconds / 2):  # it waits once for the connection and once for what is said
            return [works(REACHED, "Reached", f"The mail server takes e-mails from {settings.DEFAULT_FROM_EMAIL}.")]
    except Configuration as refused:
        repair = "Look at AMENDS_SMTP_USER, AMENDS_SMTP_PASSWORD and AMENDS_SMTP_TLS, and start again."
        if not settings.EMAIL_HOST:
            repair = "Set up Slack, or a mail server (AMENDS_SMTP_HOST and the settings beside it)."
        return [down("account", "Account", f"{refused} The leaders are told by hand.", repair)]
    except DeliveryError as away:
        repair = "Look at AMENDS_SMTP_HOST and AMENDS_SMTP_PORT, and at the network of this machine."
        return [down(REACHED, "Reached", str(away), repair)]
