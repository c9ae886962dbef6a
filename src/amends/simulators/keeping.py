"""The state file: the whole state as JSON, replaced as one, soon after a change and at the end."""

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

# A burst of writes becomes one save; a large state is saved less often, so that saving stays a tenth of the time.
SHORTEST_PAUSE = 0.5
PAUSE_PER_SECOND_OF_SAVING = 10


def read_state(path: Path) -> object | None:
    """The state kept in `path`, or None when there is none yet. Raises ValueError when it is not JSON."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() and path.stat().st_size else None


def write_state(path: Path, state: object) -> None:
    """Replace the file as one: a reader sees the old state or the new one."""
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(json.dumps(state, ensure_ascii=False, separators=(",", ":")))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


class Keeper:
    """Saves in a thread of its own what `dump` gives, after `touch` was called, and once more at `stop`."""

    def __init__(self, path: Path, dump: Callable[[], object]) -> None:
        self._path = path
        self._dump = dump
        self._changed = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="state file", daemon=True)

    def start(self) -> None:
        """Save once, so that a path that cannot be written is known at the start, then watch. Raises OSError."""
        write_state(self._path, self._dump())
        self._thread.start()

    def touch(self) -> None:
        """Something has changed."""
        self._changed.set()

    def stop(self) -> None:
        """Save what is left and end."""
        self._stopping.set()
        self._changed.set()
        if self._thread.is_alive():
            self._thread.join()
        write_state(self._path, self._dump())

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._changed.wait()
            if self._stopping.is_set():
                return
            self._changed.clear()
            started = time.monotonic()
            write_state(self._path, self._dump())
            spent = time.monotonic() - started
            self._stopping.wait(max(SHORTEST_PAUSE, spent * PAUSE_PER_SECOND_OF_SAVING))
