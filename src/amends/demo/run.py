"""`amends demo`: a fictional group with its history, the simulators and the site. Nothing leaves this machine."""

import argparse
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TextIO
from zoneinfo import ZoneInfo

from amends.demo import simulated, staff
from amends.demo.simulated import LOOPBACK, Simulated

USUAL_PORT = 8000
USUAL_HOME = Path("var/demo")
_ANSWER_WITHIN = 20.0  # seconds
_PORTS_TO_TRY = 50
_OPEN_DENTAL, _GOOGLE = "Open Dental", "Google"
_OURS = (
    *("amends.env", "amends.sqlite3", "amends.sqlite3-wal", "amends.sqlite3-shm"),
    *("open-dental.json", "slack.json", "google.json"),
)
_TO_BE = (
    ("Ana Ruiz", "front desk at Maple Street: reports an upset patient"),
    ("Omar Haddad", "office manager of Maple Street: has the most on My work"),
    ("Ben Castellan", "office manager of Juniper Square: a patient is still here, and he is asked to come now"),
    ("Tessa Quill", "front desk there: reported it, and sees who comes"),
    ("Rita Lindqvist", "regional manager of the north: two cases were handed up to her, one was late"),
    ("Lee Hartwell", "leader: hears of everything, and has stepped in once today"),
    ("Pia Sorensen", "privacy officer: sees who looked at what"),
    ("Alex Marsh", "administrator: sees what does not arrive, and no patient's story"),
)


@dataclass(frozen=True)
class Ports:
    site: int
    open_dental: int
    slack: int
    google: int


class PortTakenError(Exception):
    """The port that was asked for is in use; the text says what to do."""


def main(argv: list[str]) -> int:
    """Runs the demo until Ctrl-C; its data stay in the home folder and are used again."""
    options = _parser().parse_args(argv)
    try:
        with _stoppable():
            return _run(options)
    except PortTakenError as taken:
        print_line(f"amends: {taken}", to=sys.stderr)
        return 1
    except OSError as wrong:
        print_line(
            f"amends: {options.home} cannot be used ({wrong.strerror}). Name another folder with --home.", to=sys.stderr
        )
        return 1
    except KeyboardInterrupt:
        print_line("Stopped.")
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="amends demo", description=__doc__)
    add = parser.add_argument
    add("--port", type=int, help=f"the site's port (default {USUAL_PORT}, or the next free one)")
    add("--seed", type=int, default=7, help="another number makes another history")
    add("--fresh", action="store_true", help="throw the demo's data away and begin anew")
    add("--no-history", action="store_true", help="only the group, without any case")
    add("--home", type=Path, default=USUAL_HOME, help=f"folder of the demo's data (default {USUAL_HOME})")
    return parser


@contextmanager
def _stoppable() -> Iterator[None]:
    """Every way of being asked to stop becomes a KeyboardInterrupt, so that the simulators are ended too."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), stop) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def _run(options: argparse.Namespace) -> int:
    home: Path = options.home
    home.mkdir(parents=True, exist_ok=True)
    ports = choose_ports(options.port)
    if options.fresh:
        throw_away(home)
    set_environment(home, ports)
    beside: list[Simulated] = []
    try:
        beside += _start_simulators(home, ports)
        return _serve(options, ports, beside)
    finally:
        for one in beside:
            one.stop()


def _serve(options: argparse.Namespace, ports: Ports, beside: list[Simulated]) -> int:
    from amends.cli.started import start_django

    if not start_django():
        return 1
    _fill(options, ports)
    for one in beside:
        if not one.wait_until_it_answers(_ANSWER_WITHIN):
            print_line(f"The simulated {one.name} does not answer. Amends starts without it and says so on its pages.")
        else:
            _make_ready(one)
        one.watch()
    from amends.serving import CannotListenError, serve

    try:
        serve(listen=f"{LOOPBACK}:{ports.site}", ready=lambda: print_line(welcome(options.home, ports)))
    except CannotListenError as taken:
        print_line(f"amends: {taken} Name another one with --port.", to=sys.stderr)
        return 1
    print_line("Stopped. Everything is kept; start it again to go on.")
    return 0


def _make_ready(one: Simulated) -> None:
    """What Amends must do with a simulator that answers, before the site opens."""
    from amends.deliveries.channel import DeliveryError
    from amends.demo.charts import fill_charts
    from amends.demo.profiles import connect_google

    try:
        if one.name == _OPEN_DENTAL:
            fill_charts(one)
        elif one.name == _GOOGLE:
            connect_google(one)
    except (OSError, DeliveryError) as wrong:
        lacks = "Its charts lack what happened before today." if one.name == _OPEN_DENTAL else "It is not connected."
        print_line(f"{wrong} {lacks}")


def _fill(options: argparse.Namespace, ports: Ports) -> None:
    """Tables, the group and its history, each only where it is not there yet."""
    from django.core.management import call_command

    from amends.demo.absences import make_absences
    from amends.demo.group import make_group
    from amends.demo.history import has_cases, make_history
    from amends.demo.visits import make_visits

    call_command("migrate", verbosity=0, interactive=False)
    make_group(
        open_dental_url=f"http://{LOOPBACK}:{ports.open_dental}/api/v1/",
        slack_url=f"http://{LOOPBACK}:{ports.slack}/api/",
    )
    if not options.no_history and not has_cases():
        print_line("Making ninety days of history (once) …")
        began = time.monotonic()
        cases = make_history(seed=options.seed, now=datetime.now(UTC))
        print_line(f"{cases} cases in {time.monotonic() - began:.0f} seconds.")
    make_absences(datetime.now(UTC))
    make_visits(datetime.now(UTC))


def _start_simulators(home: Path, ports: Ports) -> list[Simulated]:
    now = datetime.now(ZoneInfo(staff.NEW_YORK))
    offset = f"{now:%z}"
    open_dental = ["open-dental", "--mode", "service", f"--utc-offset={offset[:3]}:{offset[3:]}"]
    return [
        simulated.start(name, arguments, port=port, state=home / file, say=print_line)
        for name, arguments, port, file in (
            (_OPEN_DENTAL, open_dental, ports.open_dental, "open-dental.json"),
            ("Slack", ["slack"], ports.slack, "slack.json"),
            (_GOOGLE, ["google-business"], ports.google, "google.json"),
        )
    ]


def choose_ports(asked: int | None) -> Ports:
    """The site's port as asked for, else the usual one or the next free; the simulators take the next free ones.

    Raises `PortTakenError`.
    """
    if asked is not None and not is_free(asked):
        raise PortTakenError(f"Port {asked} is in use. Name another one with --port, or stop what uses it.")
    site = asked if asked is not None else next_free(USUAL_PORT)
    open_dental = next_free(site + 1)
    slack = next_free(open_dental + 1)
    return Ports(site=site, open_dental=open_dental, slack=slack, google=next_free(slack + 1))


def next_free(first: int) -> int:
    """The first free port from there on. Raises `PortTakenError` when there is none nearby."""
    for port in range(first, min(first + _PORTS_TO_TRY, 65_536)):
        if is_free(port):
            return port
    raise PortTakenError(f"No free port from {first} on. Name another one with --port.")


def is_free(port: int) -> bool:
    """Whether a program may listen on this port of this machine now."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((LOOPBACK, port))
        except (OSError, OverflowError):
            return False
    return True


def throw_away(home: Path) -> None:
    """Removes what the demo wrote into its home, and nothing else."""
    for name in _OURS:
        (home / name).unlink(missing_ok=True)


def set_environment(home: Path, ports: Ports) -> None:
    """The demo's own settings, and none of the machine's: a real database must never get a fictional group."""
    for name in [name for name in os.environ if name.startswith("AMENDS_")]:
        del os.environ[name]
    keep_keys(home / "amends.env")
    os.environ |= {
        "AMENDS_HOME": str(home),
        "AMENDS_DEMO": "true",
        "AMENDS_BASE_URL": f"http://{LOOPBACK}:{ports.site}",
        "AMENDS_LISTEN": f"{LOOPBACK}:{ports.site}",
        "DJANGO_SETTINGS_MODULE": "amends.settings",
    }


def keep_keys(file: Path) -> None:
    """Writes the demo's keys once, where other commands find them too: `AMENDS_HOME=var/demo amends verify`."""
    if file.exists():
        return
    from cryptography.fernet import Fernet

    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as keys:
        keys.write(
            "# Keys of the demo; a real group makes its own with `amends init`.\n"
            f"AMENDS_SECRET_KEY={secrets.token_urlsafe(48)}\n"
            f"AMENDS_SEALING_KEYS={Fernet.generate_key().decode()}\n"
            "AMENDS_DEMO=true\n"
        )


def welcome(home: Path, ports: Ports) -> str:
    """Where everything is, and who to be."""
    people = "\n".join(f"  {staff.email_of(name):<38} {what}" for name, what in _TO_BE)
    return f"""
{staff.GROUP} is open. It is invented, and so is everybody in it.

  Amends                    http://{LOOPBACK}:{ports.site}
  Open Dental (simulated)   http://{LOOPBACK}:{ports.open_dental}
  Slack (simulated)         http://{LOOPBACK}:{ports.slack}
  Google (simulated)        http://{LOOPBACK}:{ports.google}

Sign in as one of these; everybody's password is {staff.PASSWORD}
{people}

Ctrl-C stops everything. The data stay in {home}; --fresh begins anew."""


def print_line(text: str, *, to: TextIO | None = None) -> None:
    """One message for the person at the terminal, at once."""
    stream = to or sys.stdout
    stream.write(f"{text}\n")
    stream.flush()
