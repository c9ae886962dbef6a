"""`amends init`: keys, database and a first administrator, for real use. Refuses to overwrite."""

import argparse
import getpass
import os
import secrets
import sys
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
    if not options.upgrade:
        if env_file.exists():
            print(f"amends: {env_file} exists already; nothing was changed.", file=sys.stderr)
            return 1
        _write_keys(env_file)
    if not start_django():
        return 1
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    if options.upgrade:
        print("The database is up to date.")
        return 0
    return _first_people(options)


def _write_keys(env_file: Path) -> None:
    env_file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(env_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(
            "# Keys of this Amends. Keep a copy apart from the database's backups: without the sealing keys\n"
            "# the names of patients cannot be read again by anybody.\n"
            f"AMENDS_SECRET_KEY={secrets.token_urlsafe(48)}\n"
            f"AMENDS_SEALING_KEYS={Fernet.generate_key().decode()}\n"
        )


def _first_people(options: argparse.Namespace) -> int:
    from django.db import transaction

    from amends.practice.models import Group, Person, Post
    from amends.protocol.words import Role

    if Person.objects.exists():
        print("The keys are written. The database already has people, so nobody was added.")
        return 0
    group = options.group or input("Name of the group: ").strip()
    name = options.name or input("Your name: ").strip()
    email = options.email or input("Your e-mail address: ").strip()
    password = os.environ.get("AMENDS_FIRST_PASSWORD") or getpass.getpass("A password of at least 10 characters: ")
    if not (group and name and "@" in email and len(password) >= 10):
        print("amends: a group, a name, an e-mail address and a password of 10 characters are needed.", file=sys.stderr)
        return 1
    with transaction.atomic():
        Group.objects.create(name=group)
        person = Person(name=name, email=email.lower())
        person.set_password(password)
        person.save()
        Post.objects.create(person=person, role=Role.ADMINISTRATOR)
    print(f"Ready. Start it with: AMENDS_HOME={options.home} amends serve")
    return 0
