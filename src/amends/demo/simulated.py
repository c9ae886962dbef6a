"""The simulated Open Dental, Slack and Google, as programs of their own beside the demo."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
_LOOK_EVERY = 0.05  # seconds
_ANSWER_WITHIN = 10.0
_STOP_WITHIN = 10.0


@dataclass
class Simulated:
    """One simulator. `say` is told when it ends without being asked to."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    say: Callable[[str], None]
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def control(self, method: str, what: str, body: object = None) -> Any:  # JSON of many shapes
        """What its control answers. Raises `OSError` where it does not, or refuses."""
        connection = HTTPConnection(LOOPBACK, self.port, timeout=_ANSWER_WITHIN)
        try:
            connection.request(method, f"/_control/{what}", None if body is None else json.dumps(body))
            answer = connection.getresponse()
            told = answer.read().decode()
        except HTTPException as wrong:
            raise OSError(f"The simulated {self.name} does not answer: {type(wrong).__name__}.") from wrong
        finally:
            connection.close()
        if not 200 <= answer.status < 300:
            raise OSError(f"The simulated {self.name} refuses {method} {what}: {told[:200]}")
        return json.loads(told or "null")

    def answers(self) -> bool:
        """Whether it answers now."""
        try:
            self.control("GET", "clock")
        except OSError:
            return False
        return True

    def wait_until_it_answers(self, seconds: float) -> bool:
        """False where it ended, or did not answer within that time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            if self.answers():
                return True
            time.sleep(_LOOK_EVERY)
        return False

    def watch(self) -> threading.Thread:
        """Says so when it ends by itself; the demo goes on, as the product does when an outside system is away."""

        def wait() -> None:
            self.process.wait()
            if not self.stopping.is_set():
                self.say(
                    f"The simulated {self.name} has ended. Amends goes on and keeps what it has to tell; "
                    "start the demo again to bring it back."
                )

        thread = threading.Thread(target=wait, name=f"watches {self.name}", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Asks it to end, so that it keeps its state, and waits."""
        self.stopping.set()
        self.process.terminate()
        try:
            self.process.wait(_STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(name: str, arguments: Sequence[str], *, port: int, state: Path, say: Callable[[str], None]) -> Simulated:
    """Starts a simulator on that port; it keeps its world in `state`.

    In a session of its own: Ctrl-C reaches the demo first, which ends its simulators when nothing is on its way to
    them any more.
    """
    command = [sys.executable, "-m", "amends.simulators", *arguments, "--port", str(port), "--state", str(state)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)  # noqa: S603  ours
    return Simulated(name=name, port=port, process=process, say=say)
