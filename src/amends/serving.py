"""The site, with the embedded engine in the same process unless workers deliver: `amends serve`."""

import gc
import logging
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from django.conf import settings
from django.urls import get_resolver
from waitress import create_server
from waitress.server import BaseWSGIServer

from amends.cases.policies import keep_current_policy
from amends.working import asked_to_stop, engine_running
from amends.wsgi import application


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
    engine: AbstractContextManager[None] = nullcontext()  # workers deliver
    if settings.ENGINE == "embedded":
        engine = engine_running(people_wait=lambda: bool(dispatcher.active_count))
    stop = asked_to_stop()
    _spare_what_stays()
    web = threading.Thread(target=until_closed, args=(server, stop), name="web", daemon=True)
    with engine:
        web.start()
        try:
            ready()
            stop.wait()
        finally:
            server.close()


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


def until_closed(server: BaseWSGIServer, stop: threading.Event) -> None:
    """Answers requests. Closing the server takes its sockets from under it, which is an error only without `stop`."""
    try:
        server.run()
    except OSError:
        if not stop.is_set():
            raise


def _spare_what_stays() -> None:
    """Loads every page, and looks for garbage only in what comes later: to look through all that stays as long as the
    process would keep a page waiting for a tenth of a second, and to look at every 700 new objects takes a tenth of
    the time of a large page."""
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


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
