"""Socket Mode: Slack is called and keeps the line open, so that an office behind a firewall needs no open door.

One process of a group holds each socket, by a lease on its row. Two for a moment would do no harm: Slack gives a thing
to one of them, and what came twice is seen to once.
"""

import os
import secrets
import socket as sockets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, close_old_connections, connection
from django.db.models import Q
from slack_bolt.adapter.socket_mode import SocketModeHandler

from amends import clock
from amends.integrations.slack.answers import TROUBLE, error_of
from amends.integrations.slack.client import SILENT
from amends.integrations.slack.models import SlackInbound, SlackWorkspace

from . import traffic
from .app import app_of

log = structlog.get_logger(__name__)

_LOOK_EVERY = 5.0
# Longer than connecting may take, so that nobody takes over a socket that is being opened.
_LEASE = timedelta(seconds=60)
_SECONDS = 10  # for the call that opens a socket
_SECONDS_TO_CLOSE = 10
_PING_EVERY = 3.0  # a line that says nothing for four of them is broken
_BY_ITSELF = timedelta(seconds=30)  # within which Slack's client comes back after a broken line


@dataclass
class _Line:
    """One socket: the settings that it was opened with, and since when it is down (None while it is up)."""

    handler: SocketModeHandler
    settings: tuple[str, ...]
    down_since: datetime | None = None


class SocketHolder:
    """Start it, and stop it. Holds the sockets that no other process holds, and never keeps the site from starting."""

    def __init__(self, holder: str = "") -> None:
        self.holder = holder or f"{sockets.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._lines: dict[int, _Line] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="slack-sockets", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Hangs up, and gives the leases back so that another process need not wait for them to run out."""
        self._stopping.set()
        self._thread.join(timeout)

    def look(self) -> None:
        """One round: keeps what is held, takes what nobody holds, lets go of what is not to be held any more."""
        wanted = {row.pk: row for row in SlackWorkspace.objects.all() if row.app_token and row.bot_token}
        for pk in self._lines.keys() - wanted.keys():
            self._hang_up(pk)
        mine = SlackInbound.objects.filter(held_by=self.holder)
        mine.exclude(workspace_id__in=wanted).update(held_by="", held_until=None, connected_at=None, trouble="")
        for pk, workspace in wanted.items():
            if not self._hold(pk):
                self._hang_up(pk)
            else:
                self._see_to(workspace)

    def let_go_of_all(self) -> None:
        """Hangs up everything and gives every lease back."""
        for pk in list(self._lines):
            self._hang_up(pk)
        SlackInbound.objects.filter(held_by=self.holder).update(held_by="", held_until=None, connected_at=None)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._guarded(self.look)
            self._guarded(traffic.write_down)
            self._stopping.wait(_LOOK_EVERY)
        self._guarded(self.let_go_of_all)
        self._guarded(traffic.write_down)
        connection.close()

    def _guarded(self, work: Callable[[], object]) -> None:
        """The thread outlives a database that is away and a fault of ours: it says so and goes on."""
        try:
            close_old_connections()
            work()
        except DatabaseError as error:
            log.error("slack.sockets.database", error=type(error).__name__)
        except Exception:
            log.exception("slack.sockets.fault")

    def _hold(self, pk: int) -> bool:
        """Takes or renews the lease. One statement, so that of two processes one has it."""
        now = clock.now()
        SlackInbound.objects.get_or_create(workspace_id=pk)
        free = Q(held_by="") | Q(held_by=self.holder) | Q(held_until=None) | Q(held_until__lt=now)
        mine = SlackInbound.objects.filter(free, workspace_id=pk)
        return bool(mine.update(held_by=self.holder, held_until=now + _LEASE))

    def _see_to(self, workspace: SlackWorkspace) -> None:
        settings = (workspace.app_token, workspace.bot_token, workspace.api_url, workspace.signing_secret)
        line = self._lines.get(workspace.pk)
        if line and line.settings == settings:
            if line.handler.client.is_connected():
                self._note_up(workspace.pk, line)
                return
            if line.down_since is None:
                line.down_since = clock.now()
                self._note(workspace.pk, connected_at=None, trouble="The line broke. Slack is being called again.")
            if clock.now() - line.down_since < _BY_ITSELF:
                return
        self._hang_up(workspace.pk)
        self._connect(workspace, settings)

    def _connect(self, workspace: SlackWorkspace, settings: tuple[str, ...]) -> None:
        app = app_of(workspace)
        app.client.timeout = _SECONDS
        handler = SocketModeHandler(app, workspace.app_token, logger=SILENT, ping_interval=_PING_EVERY)
        handler.client.proxy = None  # as in `client_of`
        try:
            handler.connect()  # type: ignore[no-untyped-call]
        except TROUBLE as trouble:
            _close(handler)
            self._note(workspace.pk, connected_at=None, trouble=_in_words(trouble))
            return
        line = _Line(handler, settings, down_since=clock.now())
        self._lines[workspace.pk] = line
        if handler.client.is_connected():
            self._note_up(workspace.pk, line)
        else:  # a line that Slack's client could not open it tries again by itself
            self._note(workspace.pk, connected_at=None, trouble="Slack answers, but the line could not be opened.")

    def _note_up(self, pk: int, line: _Line) -> None:
        if line.down_since is not None:
            line.down_since = None
            self._note(pk, connected_at=clock.now(), trouble="")

    def _hang_up(self, pk: int) -> None:
        line = self._lines.pop(pk, None)
        if line:
            _close(line.handler)

    def _note(self, pk: int, **changes: object) -> None:
        SlackInbound.objects.filter(workspace_id=pk, held_by=self.holder).update(**changes)


def _close(handler: SocketModeHandler) -> None:
    """Closes it, in a thread that may be left behind: Slack's client can wait for ever for one of its own.

    Its receiving thread takes back the sign to end when it starts at that very moment, so the sign is given until it
    is seen.
    """
    closing = threading.Thread(target=handler.close, name="slack-hanging-up", daemon=True)
    closing.start()
    for _ in range(_SECONDS_TO_CLOSE * 5):
        handler.client.current_session_state.terminated = True
        closing.join(0.2)
        if not closing.is_alive():
            return
    log.error("slack.sockets.not_closed")


def _in_words(trouble: Exception) -> str:
    """Why no socket was opened; the token that Slack speaks of is the app's."""
    return str(error_of(trouble)).replace("the bot's token", "the app token")[:300]
