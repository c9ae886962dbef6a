"""A clock for tests: only sleeping moves it, or the test itself."""

from dataclasses import dataclass


@dataclass
class Time:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
