"""A call to an address outside, every few minutes while all is well. Whoever watches it hears when it stops.

It is the one alarm that works when Amends itself, its machine or its network is gone. It says nothing but that it came.
"""

from datetime import timedelta
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from amends import clock
from amends.deliveries import pulses
from amends.deliveries.housekeeping import AUDIT, AUDIT_EVERY
from amends.deliveries.models import Pulse
from amends.integrations.http import HttpError, send

log = structlog.get_logger(__name__)

DEAD_MAN = "dead_man"
_EVERY = 120.0
_SECONDS = 10.0
NO_ANSWER = 1  # noted in place of a status


def say_that_all_is_well() -> bool:
    """Calls the address, if one is set, the last audit was clean and it is this process's turn; True when it did.

    A call that fails is told to the log and on Connections, and harms nothing: whoever watches hears of it by its
    absence.
    """
    url = settings.CONFIGURATION.dead_man_url
    if not url or not _is_well() or not pulses.take_turn(DEAD_MAN, _EVERY):
        return False
    try:
        base, path = _split(url)
        answer = send("GET", base, path, connect_seconds=_SECONDS, read_seconds=_SECONDS, allow_private=True)
    except (HttpError, ValueError) as trouble:  # ValueError: it is no address
        log.warning("dead_man.failed", error=type(trouble).__name__)
        pulses.note_failure(DEAD_MAN, NO_ANSWER)
        return False
    if not 200 <= answer.status < 300:  # a redirect too: nobody is called by it
        log.warning("dead_man.failed", status=answer.status)
        pulses.note_failure(DEAD_MAN, answer.status)
        return False
    pulses.end_turn(DEAD_MAN)
    return True


def _is_well() -> bool:
    fresh = clock.now() - timedelta(seconds=2 * AUDIT_EVERY)
    return Pulse.objects.filter(name=AUDIT, found=0, done_at__gt=fresh).exists()


def _split(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}", f"{parts.path}?{parts.query}" if parts.query else parts.path
