"""What local-slack's own page does: it opens a WebSocket, and sends a modal over it. The control API cannot."""

import contextlib
import json
import threading
from queue import Queue
from types import TracebackType
from typing import Any

from slack_sdk.socket_mode.builtin.connection import Connection, ConnectionState
from tests.simulators.slack.driver import until

from amends.integrations.slack.client import SILENT


class Screen:
    """One person before one workspace."""

    def __init__(self, port: int, user: str) -> None:
        self._user = user
        self._frames: Queue[dict[str, Any]] = Queue()
        self._state = ConnectionState()
        self._line = Connection(
            url=f"ws://127.0.0.1:{port}/ui",
            logger=SILENT,
            on_message_listener=lambda frame: self._frames.put(json.loads(frame)),
        )

    def __enter__(self) -> "Screen":
        self._line.connect()
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._state.terminated = True
        self._line.close()

    def _listen(self) -> None:
        with contextlib.suppress(Exception):  # whatever ends it, ends it
            self._line.run_until_completion(self._state)

    def frame_with(self, words: str) -> dict[str, Any]:
        """The next frame that says this."""
        found: list[dict[str, Any]] = []

        def comes() -> bool:
            while not self._frames.empty():
                frame = self._frames.get()
                if words in json.dumps(frame, ensure_ascii=False):
                    found.append(frame)
            return bool(found)

        until(comes, what=f"a frame with {words!r}")
        return found[0]

    def submit(self, **values: dict[str, Any]) -> None:
        """Sends the topmost modal: block → its value in Slack's own shape, under an action of the same name."""
        given = {block: {block: value} for block, value in values.items()}
        self._line.send(json.dumps({"t": "view_submit", "user": self._user, "values": given}))
