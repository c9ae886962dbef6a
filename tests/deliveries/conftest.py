import pytest
from tests.deliveries.other_side import Clock, OtherSide


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time, as far as Amends knows: it moves when a test moves it."""
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    return clock


@pytest.fixture
def side(clock: Clock) -> OtherSide:
    return OtherSide(clock=clock, move=clock.move)
