"""The site and the embedded engine in one process: `amends serve`."""

import logging
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from django.conf import settings
from waitress import create_server

from amends.cases.policies import keep_current_policy
from amends.deliveries.engine import Engine
from amends.integrations.channels import channel
from amends.wsgi import application


class CannotListenError(Exception):
    """The address is taken or not ours; the text says how to choose another."""


def serve(*, listen: str, ready: Callable[[], None]) -> None:
    """Serves until SIGINT or SIGTERM; `ready` is called once requests are answered. Raises `CannotListenError`."""
    keep_current_policy()
    # A thread in a transaction gets the interpreter back within a millisecond, so the next writer waits less.
    sys.setswitchinterval(0.001)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        server = create_server(
            application,
            listen=listen,
            threads=settings.CONFIGURATION.web_threads,
            ident="",
            clear_untrusted_proxy_headers=True,
            **_behind_tls(),
        )
    except OSError as taken:
        raise CannotListenError(f"{listen} cannot be used ({taken.strerror}). Choose another address.") from taken
    dispatcher = server.task_dispatcher
    engine = Engine(
        channel,
        threads=settings.CONFIGURATION.delivery_threads,
        people_wait=lambda: bool(dispatcher.active_count),
    )
    stop = threading.Event()

    def ask_to_stop(signum: int, frame: FrameType | None) -> None:
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, ask_to_stop)
    web = threading.Thread(target=server.run, name="web", daemon=True)
    engine.start()
    web.start()
    try:
        ready()
        stop.wait()
    finally:
        server.close()
        engine.stop()


def _behind_tls() -> dict[str, object]:
    """What the web server in front may say of the visitor: their address, and that they came over TLS."""
    if not settings.CONFIGURATION.behind_tls:
        return {}
    return {
        "trusted_proxy": settings.CONFIGURATION.trusted_proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
    }
