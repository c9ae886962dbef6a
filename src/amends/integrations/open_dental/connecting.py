"""From the row of an Open Dental database to a client that speaks to it, and back: what the client notices on the way
is written on the row, for pages, and into the log once when it changes.
"""

import structlog
from django.conf import settings
from django.utils import timezone

from .breaker import Breaker
from .client import Connection, OpenDentalClient
from .models import Mode, OpenDentalDatabase
from .pacing import REMOTE_SECONDS, Pacer
from .route import Route, Routes
from .turns import SharedTurns

log = structlog.get_logger(__name__)


def client_for(row: OpenDentalDatabase) -> OpenDentalClient:
    """A client with the ways that the row names: its own first, then Remote where that is named too."""
    ways = [_way(row, row.mode, row.base_url)]
    if row.remote_url and row.mode != Mode.REMOTE:
        ways.append(_way(row, Mode.REMOTE, row.remote_url))
    noted = OpenDentalDatabase.objects.filter(pk=row.pk)

    def through(way: str) -> None:
        log.warning("open_dental.reached_through", database=row.key, where=way)
        noted.update(reached_through=way)

    def silent(offline: bool) -> None:
        log.warning("open_dental.offline" if offline else "open_dental.back", database=row.key)
        noted.update(offline_since=timezone.now() if offline else None)

    # As another process left it: an office that was silent a moment ago is asked gently.
    breaker = Breaker(changed=silent, is_open=row.offline_since is not None)
    return OpenDentalClient(Routes(ways, changed=through), breaker)


def _way(row: OpenDentalDatabase, mode: str, base_url: str) -> Route:
    connection = Connection(
        base_url,
        row.developer_key,
        row.customer_key,
        read_seconds=row.read_timeout_seconds,
        # API Service and Local mode live on private addresses (open-dental-api.md 1)
        allow_private=mode != Mode.REMOTE or settings.ALLOW_PRIVATE_ADDRESSES,
    )
    if mode == Mode.REMOTE:
        return Route(connection, Pacer(REMOTE_SECONDS, shared=SharedTurns(row.customer_key)), Mode.REMOTE.value)
    return Route(connection, Pacer(0.0), str(mode))
