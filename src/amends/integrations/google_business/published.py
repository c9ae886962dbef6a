"""Google's published keys, kept on the row of the connection, so that all processes share one copy."""

import json
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from amends import clock
from amends.integrations import http

from .models import GoogleConnection

_PATH = "oauth2/v3/certs"
_SECONDS = 5.0  # Pub/Sub waits ten for its answer
_AT_MOST_EVERY = timedelta(minutes=1)
_GOOD_FOR = timedelta(hours=12)


def kept_keys(row: GoogleConnection) -> Mapping[str, object]:
    """The keys (JWKS) as they were read last; read again after half a day, for Google takes keys back."""
    if row.keys_at is None or clock.now() - row.keys_at > _GOOD_FOR:
        return newer_keys(row)
    return dict(row.keys)


def newer_keys(row: GoogleConnection) -> Mapping[str, object]:
    """The keys as they are now, asked for once a minute at most, by whichever process: who sends forged pushes must not
    make Amends call Google with each. Where Google does not answer, those that were kept.
    """
    now = clock.now()
    rows = GoogleConnection.objects.filter(pk=row.pk)
    its_time = Q(keys_at=None) | Q(keys_at__lte=now - _AT_MOST_EVERY)
    if rows.filter(its_time).update(keys_at=now):
        found = _published(row)
        if found:
            rows.update(keys=found)
            return found
    return dict(rows.get().keys)


def _published(row: GoogleConnection) -> dict[str, object]:
    try:
        answer = http.send(
            "GET",
            row.keys_url,
            _PATH,
            connect_seconds=_SECONDS,
            read_seconds=_SECONDS,
            allow_private=settings.ALLOW_PRIVATE_ADDRESSES,
        )
        body = json.loads(answer.text) if answer.status == 200 else {}
    except (http.HttpError, ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) and isinstance(body.get("keys"), list) else {}
