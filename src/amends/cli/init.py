"""`amends init`: keys, database and a first administrator, for real use. Refuses to overwrite."""

import argparse
import getpass
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet

from amends.cli.started import start_django


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amends init", description=__doc__)
    parser.add_argument("--home", default=os.environ.get("AMENDS_HOME", "var"), help="folder for keys and database")
    parser.add_argument("--group", help="the group's name")
    parser.add_argument("--name", help="the first administrator's name")
    parser.add_argument("--email", help="the first administrator's e-mail address")
    parser.add_argument("--upgrade", action="store_true", help="only bring the database up to this version")
    options = parser.parse_args(argv)
    os.environ["AMENDS_HOME"] = options.home
    env_file = Path(options.home) / "amends.env"
    if options.upgrade:
        if not _database_made():
            return 1
        print("The database is up to date.")
        return 0
    if env_file.exists():
        print(f"amends: {env_file} exists already; nothing was changed.", file=sys.stderr)
        return 1
    first = _ask(options)
    if first is None:
        return 1
    try:
        _write_keys(env_file)
    except OSError as wrong:
        print(f"amends: {env_file} cannot be written ({wrong.strerror}). Name another folder.", file=sys.stderr)
        return 1
    if not _database_made():
        env_file.unlink()  # nothing is sealed with these keys yet, and the next try makes new ones
        return 1
    return _first_people(first, options.home)


def _database_made() -> bool:
    if not start_django():
        return False
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as wrong:
        print(
            f"amends: the database cannot be made ({type(wrong).__name__}). Look at AMENDS_DATABASE.", file=sys.stderr
        )
        return False
    return True


@dataclass(frozen=True)
class _First:
    """The group and its first administrator."""

    group: str
    name: str
    email: str
    password: str


def _ask(options: argparse.Namespace) -> _First | None:
    first = _First(
        group=(options.group or input("Name of the group: ")).strip(),
        name=(options.name or input("Your name: ")).strip(),
        email=(options.email or input("Your e-mail address: ")).strip(),
        password=os.environ.get("AMENDS_FIRST_PASSWORD") or getpass.getpass("A password of at least 10 characters: "),
    )
    if first.group and first.name and "@" in first.email and len(first.password) >= 10:
        return first
    print("amends: a group, a name, an e-mail address and a password of 10 characters are needed.", file=sys.stderr)
    return None


def _write_keys(env_file: Path) -> None:
    env_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(env_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(
            "# Keys of this Amends. Keep a copy apart from the database's backups: without the sealing keys\n"
            "# the names of patients cannot be read again by anybody.\n"
            f"AMENDS_SECRET_KEY={secrets.token_urlsafe(48)}\n"
            f"AMENDS_SEALING_KEYS={Fernet.generate_key().decode()}\n"
        )


def _first_people(first: _First, home: str) -> int:
    from django.db import transaction

    from amends.practice.models import Group, Person, Post
    from amends.protocol.words import Role

    if Person.objects.exists():
        print("The keys are written. The database already has people, so nobody was added.")
        return 0
    with transaction.atomic():
        Group.objects.create(name=first.group)
        person = Person(name=first.name, email=first.email.lower())
        person.set_password(first.password)
        person.save()
        Post.objects.create(person=person, role=Role.ADMINISTRATOR)
    from django.conf import settings

    print(f"Ready. Start it with: AMENDS_HOME={home} amends serve")
    print(f"Then open {settings.BASE_URL}/setup and sign in as {first.email.lower()}: it leads through the rest.")
    return 0
