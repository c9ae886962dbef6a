"""The engine with everything that it does: in the process of the site, or in that of `amends worker`."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from django.conf import settings

from amends import clock
from amends.cases.policies import keep_current_policy
from amends.connections.dead_man import say_that_all_is_well
from amends.connections.refresh import refresh_checks
from amends.deliveries.engine import Chore, Engine
from amends.deliveries.housekeeping import HOUSEKEEPING
from amends.integrations.channels import channel
from amends.integrations.google_business import chores as google
from amends.integrations.open_dental.listening.listener import Listener
from amends.integrations.open_dental.record_keeping import forget_old_records, read_wanted_records
from amends.integrations.slack.inbound.left_over import see_to_left_over
from amends.integrations.slack.inbound.once import forget_heard
from amends.integrations.slack.inbound.socket import SocketHolder
from amends.integrations.slack.outbound.notices import keep_notices
from amends.learning.learned_causes import learn_in_turn
from amends.learning.overdue import remind
from amends.learning.summary.monday import tell_the_week
from amends.learning.tallies import make_tallies, note_followed
from amends.learning.watching import compare_cases, end_watches
from amends.practice.away.check import check_coverage
from amends.practice.away.returning import return_cases

CHORES = (
    *HOUSEKEEPING,
    Chore("connections.dead_man", 30.0, say_that_all_is_well),
    Chore("connections.refresh", 30.0, refresh_checks),
    # Two readers, so that an office whose Open Dental does not answer keeps only one of them waiting.
    Chore("records.read-1", 1.0, lambda: bool(read_wanted_records(limit=3, now=clock.now))),
    Chore("records.read-2", 1.0, lambda: bool(read_wanted_records(limit=3, now=clock.now))),
    Chore("practice.cover", 60.0, lambda: bool(check_coverage(clock.now()) + return_cases(clock.now()))),
    Chore("learning.compare", 5.0, lambda: bool(compare_cases())),
    Chore("learning.watches", 60.0, lambda: bool(end_watches())),
    Chore("learning.overdue", 60.0, lambda: bool(remind())),
    Chore("learning.followed", 60.0, lambda: bool(note_followed())),
    Chore("learning.tally", 2.0, lambda: bool(make_tallies())),
    Chore("learning.causes", 60.0, learn_in_turn),
    Chore("summary.monday", 20.0, tell_the_week),
    Chore("slack.notices", 20.0, keep_notices),
    Chore("slack.left_over", 5.0, lambda: see_to_left_over(clock.now())),
    Chore("slack.forget", 3_600.0, lambda: bool(forget_heard(clock.now()))),
    Chore("google.read", 2.0, google.read_reviews),
    Chore("google.replies", 30.0, google.look_for_waiting_replies),
    Chore("google.forget", 3_600.0, google.forget_pushes),
    Chore("records.forget", 86_400.0, lambda: bool(forget_old_records(now=clock.now))),
)


@contextmanager
def engine_running(*, people_wait: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Delivers, keeps house, listens and sees to the chores while the block lasts, in threads of this process."""
    engine = Engine(channel, threads=settings.CONFIGURATION.delivery_threads, people_wait=people_wait, chores=CHORES)
    listener = Listener(threads=settings.CONFIGURATION.listen_threads)
    sockets = SocketHolder()
    engine.start()
    sockets.start()
    if settings.CONFIGURATION.listen_threads:
        listener.start()
    try:
        yield
    finally:
        sockets.stop()
        if settings.CONFIGURATION.listen_threads:
            listener.stop()
        engine.stop()


def work(*, ready: Callable[[], None]) -> None:
    """A worker of the scaled engine, until SIGINT or SIGTERM; `ready` is called once it works."""
    from amends.deliveries.jobs import Bell  # needs PostgreSQL

    keep_current_policy()
    stop = asked_to_stop()
    bell = Bell()
    with engine_running():
        bell.start()
        try:
            ready()
            stop.wait()
        finally:
            bell.stop()


def asked_to_stop() -> threading.Event:
    """Is set when this process is asked to stop (SIGINT or SIGTERM)."""
    stop = threading.Event()

    def ask(signum: int, frame: FrameType | None) -> None:
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, ask)
    return stop
