"""The process that `bench.listening` measures: `python -m bench.listener URL OFFICES`."""

import json
import os
import sys
import time
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amends.settings")
django.setup()

from django.core.management import call_command  # noqa: E402

from amends.integrations.open_dental.client import Budget  # noqa: E402
from amends.integrations.open_dental.listening import listener  # noqa: E402
from amends.integrations.open_dental.listening.chores import CHORES, Work  # noqa: E402
from amends.integrations.open_dental.listening.state import Listening  # noqa: E402
from amends.integrations.open_dental.models import Mode, OpenDentalDatabase  # noqa: E402
from amends.integrations.open_dental.office import Office  # noqa: E402
from amends.practice.models import Group, Region  # noqa: E402
from amends.practice.models import Office as Place  # noqa: E402

THREADS = 16
MEASURED = 120.0  # seconds, after the first facts of each key were read at the pace of Remote mode
LONGEST_WARM_UP = 400.0


class Count:
    """When each office was heard, and how much was asked."""

    def __init__(self) -> None:
        self.heard: dict[int, list[float]] = {}
        self.requests = 0

    def all_heard_twice(self, offices: int) -> bool:
        return len(self.heard) == offices and all(len(times) > 1 for times in self.heard.values())

    def of(self, name: str, work: Work) -> Work:
        def run(listening: Listening, office: Office, budget: Budget) -> bool:
            self.requests += 1
            if name == "commlogs":
                self.heard.setdefault(listening.database.pk, []).append(time.monotonic())
            return work(listening, office, budget)

        return run


def listen(url: str, offices: int) -> dict[str, float]:
    """The longest time between two rounds of one office (s), the share of one core, and chores a second."""
    make_offices(url, offices)
    count = Count()
    counted = {name: replace(chore, work=count.of(name, chore.work)) for name, chore in CHORES.items()}
    setattr(listener, "CHORES", MappingProxyType(counted))  # noqa: B010  the module does not offer it
    ears = listener.Listener(threads=THREADS)
    ears.start()
    started = time.monotonic()
    while time.monotonic() - started < LONGEST_WARM_UP and not count.all_heard_twice(offices):
        time.sleep(1.0)
    began, cpu, before = time.monotonic(), time.process_time(), count.requests
    time.sleep(MEASURED)
    ended, used = time.monotonic(), time.process_time() - cpu
    ears.stop()
    span = ended - began
    longest = max(_longest(times, began, ended) for times in count.heard.values())
    return {
        "offices": len(count.heard),
        "longest": longest,
        "cpu": used / span,
        "requests": (count.requests - before) / span,
    }


def _longest(times: list[float], began: float, ended: float) -> float:
    inside = [began, *(at for at in times if began < at < ended), ended]
    return max(later - sooner for sooner, later in pairwise(inside))


def make_offices(url: str, offices: int) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    Group.objects.create(name="Bench Dental")
    region = Region.objects.create(name="Bench")
    calendar = {"zone": "America/New_York", "weekly": {"mon": [["08:00", "17:00"]]}}
    for n in range(1, offices + 1):
        OpenDentalDatabase.objects.create(
            key=f"d{n}",
            name=f"Office {n}",
            mode=Mode.REMOTE,
            base_url=f"{url}/api/v1/",
            developer_key="demo-developer",
            customer_key=f"bench-{n}",
        )
    Place.objects.bulk_create(
        Place(name=f"Office {n}", region=region, calendar=calendar, open_dental=f"d{n}", ClinicNum=1)
        for n in range(1, offices + 1)
    )


if __name__ == "__main__":
    print(json.dumps(listen(sys.argv[1], int(sys.argv[2]))))
