"""From the row of a connection to a client that speaks for it, and back: tokens are kept sealed on the row, and how
calls ended is noted there for the pages.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings

from amends import clock
from amends.deliveries.channel import Configuration, DeliveryError, Permanent
from amends.integrations.open_dental.pacing import Pacer
from amends.integrations.open_dental.turns import SharedTurns

from .answers import NoPermission, QuotaSpent
from .client import GoogleClient, Hosts
from .models import GoogleConnection
from .shapes import Tokens
from .signing_in import refreshed

log = structlog.get_logger(__name__)

NOT_APPROVED = "Google has not approved the access yet: reviews by hand and by file work meanwhile."
_BEFORE_ITS_END = timedelta(minutes=1)
_SAY_AT_MOST_EVERY = timedelta(minutes=1)


def client_for(row: GoogleConnection, *, patience: float = 20.0) -> GoogleClient:
    """A client for this connection; `patience` is for how many seconds a call may wait for its turn.

    The pace is that of the OAuth client, whose project has the quota (1.10), in all processes together.
    """
    return GoogleClient(
        hosts=Hosts(row.accounts_url, row.places_url, row.reviews_url, row.notices_url),
        token=_Access(row.pk).token,
        pacer=Pacer(row.pace_seconds, shared=SharedTurns(f"google {row.client_id}")),
        told=_Noted(row.pk).note,
        read_seconds=row.timeout_seconds,
        patience=patience,
        allow_private=settings.ALLOW_PRIVATE_ADDRESSES,
    )


def keep_tokens(row: GoogleConnection, tokens: Tokens) -> None:
    """Writes them on the row; a refresh token only where there is a new one."""
    row.access_token = tokens.access_token
    row.access_until = clock.now() + timedelta(seconds=tokens.expires_in)
    row.refresh_token = tokens.refresh_token or row.refresh_token
    row.save(update_fields=["access_token", "access_until", "refresh_token"])


class _Access:
    """The access token that is kept, or a new one."""

    def __init__(self, pk: int) -> None:
        self._pk = pk

    def token(self, refused: str) -> str:
        """A token other than the refused one. Two processes may each get one at the same time; both are good."""
        row = GoogleConnection.objects.get(pk=self._pk)
        good = row.access_until is not None and row.access_until - _BEFORE_ITS_END > clock.now()
        if not row.refresh_token or not good or row.access_token == refused:
            keep_tokens(row, refreshed(row))
        return row.access_token


class _Noted:
    """Writes on the row how calls end: not each of them, and into the log only what changed."""

    def __init__(self, pk: int) -> None:
        self._pk = pk

    def note(self, error: DeliveryError | None) -> None:
        row = GoogleConnection.objects.get(pk=self._pk)
        now = clock.now()
        if error is None or isinstance(error, Permanent | NoPermission):
            self._answered(row, now)  # a refusal of this one thing is an answer, too
        elif (trouble := _trouble(row, error)) and row.trouble != trouble:
            log.warning("google.trouble", connection=row.key, error=type(error).__name__)
            since = row.trouble_since or now
            GoogleConnection.objects.filter(pk=self._pk).update(trouble=trouble[:300], trouble_since=since)

    def _answered(self, row: GoogleConnection, now: datetime) -> None:
        if row.trouble or row.answered_at is None or now - row.answered_at > _SAY_AT_MOST_EVERY:
            GoogleConnection.objects.filter(pk=self._pk).update(answered_at=now, trouble="", trouble_since=None)


def _trouble(row: GoogleConnection, error: DeliveryError) -> str:
    """What is wrong with the connection as a whole; "" where it is only this call, or only this profile."""
    if isinstance(error, QuotaSpent):
        return NOT_APPROVED if error.nothing or row.answered_at is None else ""
    if isinstance(error, Configuration) and not isinstance(error, NoPermission):
        return str(error)
    return ""
