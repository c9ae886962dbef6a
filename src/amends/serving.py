"""The site and the embedded engine in one process: `amends serve`."""

import logging
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from django.conf import settings
from django.utils import timezone
from waitress import create_server
from waitress.server import BaseWSGIServer

from amends.cases.policies import keep_current_policy
from amends.connections.refresh import refresh_checks
from amends.deliveries.engine import Chore, Engine
from amends.integrations.channels import channel
from amends.integrations.open_dental.listening.listener import Listener
from amends.integrations.open_dental.record_keeping import forget_old_records, read_wanted_records
from amends.integrations.slack.inbound.once import forget_heard
from amends.integrations.slack.inbound.socket import SocketHolder
from amends.integrations.slack.outbound.notices import keep_notices
from amends.practice.away.check import check_coverage
from amends.practice.away.returning import return_cases
from amends.wsgi import application

CHORES = (
    Chore("connections.refresh", 30.0, refresh_checks),
    # Two readers, so that an office whose Open Dental does not answer keeps only one of them waiting.
    Chore("records.read-1", 1.0, lambda: bool(read_wanted_records(limit=3))),
    Chore("records.read-2", 1.0, lambda: bool(read_wanted_records(limit=3))),
    Chore("practice.cover", 60.0, lambda: bool(check_coverage(timezone.now()) + return_cases(timezone.now()))),
    Chore("slack.notices", 20.0, keep_notices),
    Chore("records.forget", 86_400.0, lambda: bool(forget_old_records())),
    Chore("slack.forget", 3_600.0, lambda: bool(forget_heard(timezone.now()))),
)


class CannotListenError(Exception):
    """The address is taken or not ours; the text says how to choose another."""


def serve(*, listen: str, ready: Callable[[], None]) -> None:
    """Serves until SIGINT or SIGTERM; `ready` is called once requests are answered. Raises `CannotListenError`."""
    _check(listen)
    keep_current_policy()
    # A thread in a transaction gets the interpreter back within a millisecond, so the next writer waits less.
    sys.setswitchinterval(0.001)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = site(listen)
    dispatcher = server.task_dispatcher
    engine = Engine(
        channel,
        threads=settings.CONFIGURATION.delivery_threads,
        people_wait=lambda: bool(dispatcher.active_count),
        chores=CHORES,
    )
    listener = Listener(threads=settings.CONFIGURATION.listen_threads)
    sockets = SocketHolder()
    stop = threading.Event()

    def ask_to_stop(signum: int, frame: FrameType | None) -> None:
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, ask_to_stop)
    web = threading.Thread(target=server.run, name="web", daemon=True)
    engine.start()
    sockets.start()
    if settings.CONFIGURATION.listen_threads:
        listener.start()
    web.start()
    try:
        ready()
        stop.wait()
    finally:
        server.close()
        sockets.stop()
        if settings.CONFIGURATION.listen_threads:
            listener.stop()
        engine.stop()


def site(listen: str) -> BaseWSGIServer:
    """The web server at that address, not yet running. Raises `CannotListenError`."""
    try:
        return create_server(
            application,
            listen=listen,
            threads=settings.CONFIGURATION.web_threads,
            ident="",
            clear_untrusted_proxy_headers=True,
            **_behind_tls(),
        )
    except (OSError, ValueError) as wrong:
        why = wrong.strerror if isinstance(wrong, OSError) else wrong
        raise CannotListenError(f"{listen} cannot be used ({why}). Choose another address.") from wrong


def _check(listen: str) -> None:
    # The system takes a port that is too large for another one.
    port = listen.rpartition(":")[2]
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        raise CannotListenError(f"“{listen}” is no address with a port, such as 127.0.0.1:8000.")


def _behind_tls() -> dict[str, object]:
    """What the web server in front may say of the visitor: their address, and that they came over TLS."""
    if not settings.CONFIGURATION.behind_tls:
        return {}
    return {
        "trusted_proxy": settings.CONFIGURATION.trusted_proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
    }
