"""Many workers at once, in threads with connections of their own."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from django.db import connection
from tests.cases.story import opened
from tests.conftest import make_cast

from amends.cases import actions
from amends.deliveries.channel import Outgoing, Proof
from amends.deliveries.leasing import lease_next
from amends.deliveries.models import Delivery, State
from amends.deliveries.runner import run_one


def test_two_workers_never_hold_the_same_row(committed: None) -> None:
    group = make_cast()
    for _ in range(12):
        opened(group.maple, group.ana)

    def take_all(_: int) -> list[str]:
        try:
            return [row.marker for row in iter(lease_next, None)]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as workers:
        held = [marker for markers in workers.map(take_all, range(6)) for marker in markers]
    # A worker that lost every candidate to others goes home; whoever comes later finds the rest.
    held += take_all(0)
    assert len(held) == len(set(held)) == Delivery.objects.count() == 24


def test_many_workers_write_each_thing_once_and_in_order(committed: None) -> None:
    group = make_cast()
    for _ in range(10):
        opened(group.maple, group.ana)
    written: Counter[str] = Counter()
    lock = Lock()

    class There:
        name = "any"

        def deliver(self, item: Outgoing) -> Proof:
            with lock:
                written[item.marker] += 1
            return Proof(id=item.marker, place="There")

        def find(self, item: Outgoing) -> Proof | None:
            raise AssertionError("Nothing was unknown.")

    def work(_: int) -> None:
        try:
            while run_one(lambda name: There()):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as workers:
        list(workers.map(work, range(5)))
    work(0)
    assert set(written.values()) == {1}
    assert Delivery.objects.filter(state=State.PROVED).count() == len(written) == 20
    assert all(len(actions.state_of(pk).proofs) == 2 for pk in Delivery.objects.values_list("case_id", flat=True))
