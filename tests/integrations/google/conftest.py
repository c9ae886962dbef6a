"""Amends connected to a simulated Google on a real port, on one clock that only the test moves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from tests.conftest import Cast
from tests.integrations.clocks import Time
from tests.simulators.google_business.driver import Google

from amends import clock
from amends.deliveries.models import Delivery, State
from amends.deliveries.runner import run_one
from amends.integrations.channels import channel
from amends.integrations.google_business import channel as reply_channel
from amends.integrations.google_business import connecting
from amends.integrations.google_business.chores import look_for_waiting_replies, read_reviews
from amends.integrations.google_business.client import GoogleClient
from amends.integrations.google_business.connecting import client_for
from amends.integrations.google_business.models import GoogleAccount, GoogleConnection, GoogleLocation
from amends.integrations.open_dental.pacing import Pacer
from amends.practice.models import Person
from amends.reviews import replying
from amends.reviews.models import Reply, Review
from amends.simulators.clock import Clock
from amends.simulators.google_business.settings import Settings
from amends.simulators.google_business.simulator import GoogleBusinessSimulator
from amends.simulators.serving import Server

SAFE = (
    "Thank you for taking the time to share this. Privacy rules keep us from discussing anything here. "
    "We would like to hear more: please call our office manager."
)
OTHER = "We value every word of feedback. For privacy we say no more in public. Please call us so that we can listen."


@dataclass
class Moments:
    """The time of both sides. It begins now, because pushes carry real times. `late`: what Google does later."""

    now: datetime
    late: list[tuple[datetime, Callable[[], None]]] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        until = self.now + timedelta(**by)
        while due := sorted((at for at, _ in self.late if at <= until)):
            at, act = next(one for one in self.late if one[0] == due[0])
            self.late.remove((at, act))
            self.now = max(self.now, at)
            act()
        self.now = until

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """For the simulator: a commit that comes late comes by this clock."""
        self.late.append((self.now + timedelta(seconds=seconds), act))


class NoTurns:
    """Edits of profiles as one process makes them, one after the other."""

    def __init__(self, of: str) -> None:
        pass

    def take(self, interval: float, *, at_most: float) -> float:
        return 0.0


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Moments:
    moments = Moments(datetime.now(UTC).replace(microsecond=0))
    monkeypatch.setattr(clock, "now", moments)
    return moments


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = Time()
    monkeypatch.setattr(connecting, "Pacer", partial(Pacer, clock=ticks, sleep=ticks.sleep))
    monkeypatch.setattr(connecting, "SharedTurns", lambda _: None)
    monkeypatch.setattr(reply_channel, "SharedTurns", NoTurns)


@pytest.fixture
def google(time: Moments) -> Iterator[Google]:
    simulator = GoogleBusinessSimulator(clock=Clock(real=time), settings=Settings().changed({"rate_limit": False}))
    simulator.faults.later = time.later
    server = Server(simulator)
    server.start()
    yield Google(simulator, server)
    server.stop()


@pytest.fixture
def connection(google: Google, group: Cast) -> GoogleConnection:
    return GoogleConnection.objects.create(
        client_id="demo-client-id",
        client_secret="demo-client-secret",
        refresh_token="demo-refresh-token",
        timeout_seconds=30,
        push_email="reviews-push@amends-demo.iam.gserviceaccount.example",
        **GoogleConnection.at_one_address(google.server.url),
    )


@pytest.fixture
def client(connection: GoogleConnection) -> GoogleClient:
    return client_for(connection)


@dataclass
class Story:
    """Maple Street's profile, connected, and the other side."""

    google: Google
    time: Moments
    group: Cast
    location: GoogleLocation

    def poll(self) -> None:
        """The housekeeping comes by when the profile is due."""
        self.time.move(minutes=5)
        assert read_reviews()
        self.location.refresh_from_db()

    def hourly(self, *, hours: float = 1) -> bool:
        self.time.move(hours=hours)
        return look_for_waiting_replies()

    def write(self, **given: object) -> Review:
        """Somebody writes a review, and Amends reads it."""
        name = self.google.write("lakeside", **given)
        self.poll()
        return Review.objects.get(site_id=name)

    def reply(self, review: Review, text: str = SAFE, person: Person | None = None) -> Reply:
        """A leader lets a reply go out, before or after the case is put right."""
        person = person or self.group.lee
        reply = replying.write(review.pk, text, person)
        return replying.send(reply.pk, person, text=text, early="They asked for a word in public at once.")

    def deliver(self, *, times: int = 30, seconds: float = 20) -> None:
        """The engine works until nothing is due any more, or for so many rounds of time."""
        for _ in range(times):
            self.work()
            if (
                not Delivery.objects.filter(state__in=(State.WAITING, State.UNKNOWN, State.SENDING))
                .filter(channel="google_business.reply")
                .exists()
            ):
                return
            self.time.move(seconds=seconds)

    def work(self) -> None:
        """The engine does what is due at this moment."""
        while run_one(channel):
            pass

    def shown(self, review: Review) -> str:
        """The reply as Google has it; "" for none."""
        return str(self.google.review(review.site_id).get("reviewReply", {}).get("comment", ""))

    def puts(self, method: str = "PUT") -> int:
        calls = self.google.http("GET", "/_control/calls").json["calls"]
        return sum(one["verb"] == method and one["path"].endswith("/reply") for one in calls)


@pytest.fixture
def story(google: Google, connection: GoogleConnection, group: Cast, time: Moments) -> Story:
    """Lakeside's profile is Maple Street's office here; no review is there yet but those of the seed."""
    account = GoogleAccount.objects.create(connection=connection, name=google.accounts[1], chosen=True)
    location = GoogleLocation.objects.create(
        account=account, name=google.location("lakeside"), title="Lakeside", office=group.maple, due_at=time.now
    )
    told = Story(google, time, group, location)
    told.poll()
    return told


Raises = Callable[..., Any]
