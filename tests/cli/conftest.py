"""`amends` as a program of its own, with a home of its own; nothing of the test's settings reaches it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "correct horse battery"


def _inherited() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("AMENDS_", "DJANGO_"))}


@dataclass
class Home:
    """One folder with keys and database. `run` answers with exit status, output and what it said on the side."""

    path: Path
    settings: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, stdin: str | bytes = "", **settings: str) -> "Said":
        done = subprocess.run(
            [sys.executable, "-c", "import sys; from amends.cli import main; sys.exit(main())", *arguments],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            env={**_inherited(), "AMENDS_HOME": str(self.path), **self.settings, **settings},
            timeout=300,
        )
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    def init(self) -> "Said":
        people = ("--group", "Bluebell & Finch Dental", "--name", "Alex Marsh", "--email", "Alex@bluebellfinch.example")
        return self.run("init", "--home", str(self.path), *people, AMENDS_FIRST_PASSWORD=PASSWORD)

    def python(self, code: str) -> str:
        """Runs lines of Python in this home, with Django set up."""
        done = subprocess.run(
            [sys.executable, "-c", f"import django\ndjango.setup()\n{code}"],
            capture_output=True,
            text=True,
            env={**_inherited(), "AMENDS_HOME": str(self.path), "DJANGO_SETTINGS_MODULE": "amends.settings"},
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    def sentence(self, *parts: str) -> None:
        """It ended with a sentence for a person: all of `parts` in it, and no traceback."""
        assert self.status != 0
        assert "Traceback" not in self.err
        assert self.err.startswith("amends: ")
        for part in parts:
            assert part in self.err


OFFICE = """
from amends.practice.models import Office, Person, Post, Region
week = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
maple = Office.objects.create(name="Maple Street", region=Region.objects.create(name="North"), open_dental="main",
    ClinicNum=1, calendar={"zone": "America/New_York", "weekly": week})
for name, role in (("Ana Ruiz", "team"), ("Omar Haddad", "office_manager")):
    person = Person.objects.create(name=name, email=f"{name.split()[0].lower()}@bluebellfinch.example")
    Post.objects.create(person=person, role=role, office=maple)
"""


@pytest.fixture
def empty(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one office, made once and copied for each test."""
    home = Home(tmp_path_factory.mktemp("template") / "home")
    assert home.init().status == 0
    home.python(OFFICE)
    return home.path


@pytest.fixture
def home(_template: Path, tmp_path: Path) -> Home:
    path = tmp_path / "home"
    path.mkdir()
    for file in _template.iterdir():
        (path / file.name).write_bytes(file.read_bytes())
    return Home(path)


Report = Callable[..., dict[str, Any]]


@pytest.fixture
def line() -> Report:
    """A line for `amends report --json`."""

    def made(**changes: Any) -> dict[str, Any]:
        usual = {"id": 1, "office": "Maple Street", "account": "Waited an hour.", "by": "ana@bluebellfinch.example"}
        return {**usual, **changes}

    return made
