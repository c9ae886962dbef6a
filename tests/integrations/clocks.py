"""A clock for tests: only sleeping moves it, or the test itself."""

from dataclasses import dataclass
from functools import partial

import pytest

from amends.integrations.open_dental import connecting
from amends.integrations.open_dental.pacing import Pacer


@dataclass
class Time:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def let_nobody_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Databases in Remote mode are paced on a clock of their own, and share their turns with nobody."""
    time = Time()
    monkeypatch.setattr(connecting, "Pacer", partial(Pacer, clock=time, sleep=time.sleep))
    monkeypatch.setattr(connecting, "SharedTurns", lambda _: None)
