"""What `tests.chaos.scaled` does once its database answers."""

import random
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import TypeVar
from urllib.parse import urlencode

from bench.load import Visitor
from django.core.management import call_command
from django.db import DatabaseError, InterfaceError, connection
from django.test import Client
from tests.cases.acting import CAUSE, PUT_RIGHT, SPOKE
from tests.cases.story import by
from tests.chaos.cluster import Cluster
from tests.chaos.world import (
    OpenDentalServer,
    SlackServer,
    at_rest,
    bad_minutes,
    bad_minutes_of_slack,
    connect,
    everything_is_there_once,
    seen_patients,
    until,
)
from tests.conftest import Cast, make_cast
from tests.ports import free_port

from amends.cases import actions
from amends.cases.models import CaseRow
from amends.deliveries.models import Delivery
from amends.protocol.decide import Refused

WORKERS, SITES = 3, 2
PATIENCE = 3600  # seconds until something is waited for in vain: it bounds a run that hangs, and no run needs it
_AWAY = (OSError, HTTPException, RuntimeError, DatabaseError, InterfaceError)


@dataclass
class Program:
    """One `amends` process, which is started again when it was killed."""

    arguments: list[str]
    version: tuple[str, ...] = (sys.executable, "-m", "amends")
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [*self.version, *self.arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        assert self.process
        self.process.terminate()
        return self.process.wait(300)


@dataclass
class World:
    """Everybody who acts, until it is over. What is counted here is what they know to have happened."""

    group: Cast
    ports: list[int]
    patients: list[int]
    tokens: list[str]
    over: threading.Event = field(default_factory=threading.Event)
    reported: list[str] = field(default_factory=list)
    addressed: int = 0
    kills: Counter[str] = field(default_factory=Counter)


def survive(cluster: Cluster, *, cases: int, seconds: float, seed: int) -> str:
    """What happened, in a line. Raises AssertionError when something was lost, written twice or does not verify."""
    call_command("migrate", verbosity=0)
    open_dental, slack = OpenDentalServer(), SlackServer()
    programs: list[Program] = []
    try:
        group = make_cast()
        connect(open_dental, slack)
        ports = [free_port() for _ in range(SITES)]
        programs += [Program(["worker"]) for _ in range(WORKERS)]
        programs += [Program(["serve", "--listen", f"127.0.0.1:{port}"]) for port in ports]
        for program in programs:
            program.start()
        tokens = [str(uuid.UUID(int=random.Random(seed + n).getrandbits(128))) for n in range(cases)]
        world = World(group, ports, seen_patients(open_dental), tokens)
        reporters = [_thread(_report, world, seconds, share, seed) for share in range(SITES)]
        omar = _thread(_put_right, world, seed)
        _kill_at_random(world, programs, cluster, open_dental, slack, seconds=seconds, seed=seed)
        open_dental.faults()
        slack.faults()
        for reporter in reporters:
            reporter.join(PATIENCE)
        world.over.set()
        omar.join(PATIENCE)
        assert sorted(world.reported) == sorted(tokens), "every report was taken"
        connection.close()  # it ended with the database
        began = time.monotonic()
        until(lambda: at_rest() == Delivery.objects.count(), within=PATIENCE, what="every delivery at rest")
        rest = time.monotonic() - began
        assert {program.stop() for program in programs} == {0}, "asked to stop, each process ends well"
        _prove(world, open_dental, slack)
        return (
            f"{cases} cases reported, {world.addressed} addressed, {Delivery.objects.count()} deliveries, each once; "
            f"killed: {dict(world.kills)}; the last delivery was at rest {rest:.0f} s after the last kill"
        )
    finally:
        for program in programs:
            if program.process and program.process.poll() is None:
                program.kill()
        open_dental.stop()
        slack.stop()
        connection.close()


def upgrade(old: str) -> str:
    """What happened, in a line. Raises AssertionError when something was lost, written twice or does not verify."""
    open_dental, slack = OpenDentalServer(), SlackServer()
    ports = [free_port() for _ in range(SITES)]
    sites = [["serve", "--listen", f"127.0.0.1:{port}"] for port in ports]
    before, after = Program(sites[0], version=(old,)), Program(sites[1])
    workers = [Program(["worker"]) for _ in range(2)]
    try:
        group = make_cast()
        connect(open_dental, slack)
        tokens = [str(uuid.uuid4()) for _ in range(90)]
        world = World(group, [ports[0]], seen_patients(open_dental), tokens)
        before.start()
        reporters = [_thread(_report, world, 60.0, share, 1) for share in range(SITES)]
        until(lambda: len(world.reported) >= 30, within=PATIENCE, what="30 reports to the old site")
        subprocess.run([sys.executable, "-m", "amends", "init", "--upgrade"], check=True, stdout=subprocess.DEVNULL)
        for program in (*workers, after):
            program.start()
        omar = _thread(_put_right, world, 1)
        world.ports.append(ports[1])
        until(lambda: len(world.reported) >= 60, within=PATIENCE, what="60 reports to both")
        world.ports.remove(ports[0])
        assert before.stop() == 0
        for reporter in reporters:
            reporter.join(PATIENCE)
        world.over.set()
        omar.join(PATIENCE)
        assert sorted(world.reported) == sorted(tokens), "every report was taken"
        until(lambda: at_rest() == Delivery.objects.count(), within=PATIENCE, what="every delivery at rest")
        assert {program.stop() for program in (*workers, after)} == {0}
        _prove(world, open_dental, slack)
        verified = subprocess.run([old, "verify"], capture_output=True, text=True)
        assert verified.returncode == 0, verified.stdout
        return f"{len(tokens)} cases, {world.addressed} addressed, {Delivery.objects.count()} deliveries, each once"
    finally:
        for program in (before, after, *workers):
            if program.process and program.process.poll() is None:
                program.kill()
        open_dental.stop()
        slack.stop()
        connection.close()


def _prove(world: World, open_dental: OpenDentalServer, slack: SlackServer) -> None:
    assert CaseRow.system.count() == len(world.tokens), "each report is one case"
    everything_is_there_once(open_dental.tables(), slack.posted())
    verified = subprocess.run([sys.executable, "-m", "amends", "verify"], capture_output=True, text=True)
    assert verified.returncode == 0, verified.stdout


def _kill_at_random(
    world: World,
    programs: list[Program],
    cluster: Cluster,
    open_dental: OpenDentalServer,
    slack: SlackServer,
    *,
    seconds: float,
    seed: int,
) -> None:
    """Kills one process after another, starts it again, and the database once in the middle."""
    chance = random.Random(seed)
    began, crashed = time.monotonic(), False
    while (now := time.monotonic() - began) < seconds or len(world.reported) < len(world.tokens):
        assert now < seconds + PATIENCE, f"only {len(world.reported)} reports were taken"
        if not crashed and now > seconds / 2:
            crashed = True
            cluster.crash()
            time.sleep(1)
            cluster.start()
            world.kills["database"] += 1
        open_dental.faults(**bad_minutes(chance))
        slack.faults(**bad_minutes_of_slack(chance))
        time.sleep(chance.uniform(0.5, 4))
        program = chance.choice(programs)
        program.kill()
        world.kills[program.arguments[0]] += 1
        time.sleep(chance.uniform(0, 1))
        program.start()


def _report(world: World, seconds: float, share: int, seed: int) -> None:
    """Ana reports one case after another, and presses again where no answer came."""
    chance = random.Random(f"{seed} {share}")
    mine = world.tokens[share::SITES]
    session = _insist(lambda: _signed_in(world))
    for token in mine:
        fields = _fields(world, chance, token)
        _insist(lambda fields=fields: _send(chance.choice(world.ports), session, fields))  # type: ignore[misc]  # at once
        world.reported.append(token)
        time.sleep(chance.uniform(0, 1.6) * seconds / len(mine))


def _signed_in(world: World) -> str:
    client = Client()
    client.force_login(world.group.ana)
    return client.cookies["amends_session"].value


def _send(port: int, session: str, fields: dict[str, str]) -> None:
    visitor = Visitor(port, session)
    visitor.get("/report")
    visitor.post("/report", urlencode(fields))


def _fields(world: World, chance: random.Random, token: str) -> dict[str, str]:
    patient = str(chance.choice(world.patients))
    return {
        "token": token,
        "office": str(world.group.maple.pk),
        "patient": patient,
        f"name_{patient}": "Marisol Quintero",
        "moment": chance.choice(["treatment", "checkout"]),
        "severity": "upset",
        "account": "Waited an hour and nobody said a word.",
    }


def _put_right(world: World, seed: int) -> None:
    """Omar puts one case after another right, and tries again where the database was away."""
    chance, omar = random.Random(seed), _insist(lambda: by(world.group.omar, world.group.maple))
    while not world.over.wait(0.05):
        try:
            fresh = list(CaseRow.system.filter(stage="reported").values_list("pk", flat=True)[:20])
            if len(fresh) > 10:
                case = chance.choice(fresh)
                for command in (SPOKE, CAUSE, PUT_RIGHT):
                    actions.perform(command=command, by=omar, case=case)
                world.addressed += 1
        except Refused:
            continue
        except _AWAY:
            connection.close()
    connection.close()


Result = TypeVar("Result")


def _insist(do: Callable[[], Result]) -> Result:
    """Does it until it is done."""
    while True:
        try:
            return do()
        except _AWAY:
            connection.close()
            time.sleep(0.2)


def _thread(work: Callable[..., None], *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=work, args=arguments, daemon=True)
    thread.start()
    return thread
