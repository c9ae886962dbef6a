"""The other side and the worker as programs of their own, so that one of them can be killed at any moment."""

import json
import os
import random
import re
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import connection

from amends.deliveries.models import MOVING, Delivery, State
from amends.integrations.marker import holds_marker
from amends.integrations.open_dental.models import Mode, OpenDentalDatabase
from amends.integrations.slack.models import SlackWorkspace
from amends.protocol.words import Purpose

AUTHOR = 1  # the user who writes Tasks for Amends
Tables = dict[str, list[dict[str, Any]]]
TABLES = {
    "open_dental.commlog": ("commlog", "Note"),
    "open_dental.task": ("task", "Descript"),
    "open_dental.task_close": ("tasknote", "Note"),
}

# The engine as `amends serve` runs it, without the site.
ENGINE = """
import django, sys
django.setup()
from django.conf import settings
from amends.deliveries.engine import Engine
from amends.deliveries.housekeeping import HOUSEKEEPING
from amends.integrations.channels import channel
from amends.logs import configure_logs
configure_logs("ERROR")
engine = Engine(channel, threads=4, chores=HOUSEKEEPING)
engine.start()
print("ready", flush=True)
sys.stdin.read()
engine.stop()
"""


def until(come_true: Callable[[], object], *, within: float, what: str) -> None:
    """Waits for something that another process does; an error with `what` when it does not come in time."""
    deadline = time.monotonic() + within
    while not come_true():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {within:g} s in vain: {what}")
        time.sleep(0.03)


class Simulated:
    """A simulator in its own process."""

    def __init__(self, name: str, *flags: str) -> None:
        command = [sys.executable, "-m", "amends.simulators", name, "--port", "0", *flags]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1].rstrip("/")

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=120)

    def state(self) -> Any:
        return self._call("GET", "/_control/state")

    def faults(self, **switches: object) -> None:
        self._call("PUT", "/_control/faults", switches)

    def _call(self, method: str, path: str, body: object = None) -> Any:
        sent = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(self.url + path, data=sent, method=method)
        with urllib.request.urlopen(asked, timeout=120) as answer:
            return json.loads(answer.read())


class OpenDentalServer(Simulated):
    """The group's Open Dental."""

    def __init__(self) -> None:
        super().__init__("open-dental", "--mode", "service")

    def tables(self) -> Tables:
        found: Tables = self.state()["databases"]["demo-customer"]
        return found


class SlackServer(Simulated):
    """The leaders' Slack. It is not paced: more is posted here in a second than leaders read in a month."""

    def __init__(self) -> None:
        super().__init__("slack", "--no-rate-limit")

    def posted(self) -> dict[str, list[str]]:
        """The `ts` of every message that carries a marker in its metadata, by that marker."""
        found: dict[str, list[str]] = {}
        for message in self.state()["messages"]:
            found.setdefault(message["metadata"]["event_payload"]["marker"], []).append(message["ts"])
        return found


class Worker:
    """The embedded engine in its own process, on the database of the running test."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", ENGINE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what it logs about its faults is not what is tested here
            text=True,
            env={**os.environ, **environment()},
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == "ready"

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=120)

    def stop(self) -> None:
        self.process.communicate(timeout=120)  # its input ends, and so does it


def environment() -> dict[str, str]:
    login = connection.settings_dict
    if connection.vendor == "sqlite":
        database = f"sqlite:///{login['NAME']}"
    else:
        name = f"{login['USER']}@" if login["USER"] else ""
        port = f":{login['PORT']}" if login["PORT"] else ""
        database = f"postgresql://{name}{login['HOST']}{port}/{login['NAME']}"
    return {
        "DJANGO_SETTINGS_MODULE": "amends.settings",
        "AMENDS_SECRET_KEY": settings.SECRET_KEY,
        "AMENDS_SEALING_KEYS": ",".join(settings.SEALING_KEYS),
        "AMENDS_DATABASE": database,
        "AMENDS_SETTLE_SECONDS": "3",  # far longer than the latest commit of the faults below, for a busy machine
        "AMENDS_LEASE_SECONDS": "10",
        "AMENDS_RETRY_SECONDS": "0.2",
    }


def bad_minutes(chance: random.Random) -> dict[str, object]:
    """A network on a bad day: some of everything that can happen to a request, in any order."""
    kinds = ["drop_before", "drop_after", "late_commit:0.5", "status:429", "status:504", "status_after:504", "truncate"]
    paths = ["/commlogs", "/tasks", "/procnotes", "/tasknotes"]
    rules = [rule("POST", chance.choice(paths), kind) for kind in kinds for _ in range(3)]
    rules += [rule("PUT", "/tasks", kind) for kind in chance.sample(kinds, 3)]
    rules += [rule("GET", "/", kind) for kind in ("drop_before", "status:504")]
    chance.shuffle(rules)
    return {"latency_ms": chance.choice([0, 5, 20]), "rules": rules}


def bad_minutes_of_slack(chance: random.Random) -> dict[str, object]:
    """The same for Slack, with the failures that it tells of, and a channel that was archived for a moment."""
    kinds = ["drop_before", "drop_after", "late_commit:0.5", "status:429", "status:503", "status_after:503", "truncate"]
    kinds += ["error:internal_error", "error_after:internal_error", "error_after:fatal_error", "error:is_archived"]
    rules = [rule("POST", "/chat.postMessage", kind) for kind in chance.sample(kinds, 6)]
    rules += [rule("*", "/conversations.history", kind) for kind in ("drop_before", "status:503")]
    rules += [rule("*", "/chat.getPermalink", kind) for kind in ("drop_before", "truncate")]
    return {"latency_ms": chance.choice([0, 5, 20]), "rules": rules}


def rule(method: str, path: str, then: str) -> dict[str, object]:
    """One fault, once."""
    return {"method": method, "path": path, "times": 1, "then": then}


def shown_notes(tables: Tables) -> dict[int, str]:
    """The clinical note of each procedure as people see it: the newest one."""
    return {row["ProcNum"]: row["Note"] for row in tables["procnote"]}


def written(tables: Tables, markers: Iterable[str]) -> Counter[str]:
    """How often each marker stands in what people see."""
    texts = [row[column] for table, column in TABLES.values() for row in tables[table]]
    texts += shown_notes(tables).values()
    of_case: dict[str, list[str]] = {}  # only these can hold a marker of that case
    for text in texts:
        for word in text.split():
            for case in set(re.findall(r"UP-\d+", word)):
                of_case.setdefault(case, []).append(word)
    return Counter(
        marker for marker in markers for word in of_case.get(marker.split(".")[0], ()) if holds_marker(word, marker)
    )


def seen_patients(open_dental: OpenDentalServer) -> list[int]:
    """Patients whose treatment was completed today: there is a clinical note to append to."""
    visits = [row for row in open_dental.tables()["appointment"] if row["AptStatus"] == "Complete"]
    latest = max(row["AptDateTime"][:10] for row in visits)
    return sorted({row["PatNum"] for row in visits if row["AptDateTime"].startswith(latest)})


def connect(open_dental: OpenDentalServer, slack: SlackServer) -> None:
    OpenDentalDatabase.objects.create(
        key="main",
        name="Bluebell & Finch",
        mode=Mode.SERVICE,
        base_url=f"{open_dental.url}/api/v1/",
        developer_key="demo-developer",
        customer_key="demo-customer",
        author_user_num=AUTHOR,
    )
    SlackWorkspace.objects.create(
        name="Bluebell & Finch",
        api_url=f"{slack.url}/api/",
        bot_token="xoxb-demo-token",
        leaders_channel="C0LEADERS",
        timeout_seconds=30,
        pace_seconds=0,
    )


def at_rest() -> int:
    """Deliveries for which the worker has nothing left to do: proved, with a person, or no longer needed."""
    return Delivery.objects.exclude(state__in=MOVING).count()


def everything_is_there_once(after: Tables, posted: dict[str, list[str]]) -> None:
    """What is proved is written once; what is not proved waits for a person or is no longer needed, and says why."""
    rows = list(Delivery.objects.order_by("pk"))
    times = written(after, [row.marker for row in rows])
    times.update({marker: len(found) for marker, found in posted.items()})
    # A message in Slack that is changed is no message more; that it is there once, its first post tells.
    proven = [row for row in rows if row.state == State.PROVED and row.purpose != Purpose.CARD]
    others = [row for row in rows if row.state != State.PROVED]
    assert {row.marker: times[row.marker] for row in proven if times[row.marker] != 1} == {}
    assert {row.marker: times[row.marker] for row in others if times[row.marker] > (row.sent_at is not None)} == {}
    assert [row.marker for row in others if not row.why] == []
    # Whoever is told by a Task need not be told any more once the case is addressed.
    withdrawn = {row.purpose for row in rows if row.state == State.WITHDRAWN}
    assert withdrawn <= {Purpose.TASK, Purpose.CARD, Purpose.THREAD}
    assert {row.state for row in others} <= {State.BY_HAND, State.WITHDRAWN}
    by_hand = [row for row in rows if row.state == State.BY_HAND]
    assert len(by_hand) < len(rows) * 0.1
