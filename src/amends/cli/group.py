"""`amends group FILE`: offices, people and connections from one JSON file, made or brought up to date.

Regions, offices and people are known by name and e-mail; running it again with a changed file changes what differs and
removes nobody. New people get a password that is printed once. See the operator guide for the shape of the file.
"""

import argparse
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from amends.cli.started import database_is_ready, start_django
from amends.protocol.hours import Calendar, HoursError
from amends.protocol.words import Role

DATABASE = "main"  # the file speaks of one Open Dental database; more are added on the pages


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")  # a misspelt name must not be a setting that silently does nothing


class OfficeIn(_Strict):
    name: str = Field(min_length=1, max_length=120)
    calendar: dict[str, Any]
    phone: str = Field(default="", max_length=40)
    ClinicNum: int = Field(default=0, ge=0)

    @field_validator("calendar")
    @classmethod
    def _is_a_calendar(cls, value: dict[str, Any]) -> dict[str, Any]:
        try:
            Calendar.parse(value)
        except HoursError as wrong:
            raise ValueError(str(wrong)) from wrong
        return value


class RegionIn(_Strict):
    name: str = Field(min_length=1, max_length=120)
    offices: list[OfficeIn]


class PostIn(_Strict):
    role: Role
    office: str = ""
    region: str = ""


class PersonIn(_Strict):
    name: str = Field(min_length=1, max_length=120)
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)
    posts: list[PostIn] = Field(min_length=1)
    UserNum: int = Field(default=0, ge=0)
    TaskListInBox: int = Field(default=0, ge=0)


class OpenDentalIn(_Strict):
    base_url: str
    developer_key: str
    customer_key: str
    mode: Literal["remote", "service", "local"] = "remote"
    remote_url: str = ""
    author_user_num: int = Field(default=0, ge=0)


class SlackIn(_Strict):
    bot_token: str
    leaders_channel: str
    api_url: str = "https://slack.com/api/"


class GroupIn(_Strict):
    group: str = Field(min_length=1, max_length=120)
    regions: list[RegionIn] = Field(min_length=1)
    people: list[PersonIn] = []
    open_dental: OpenDentalIn | None = None
    slack: SlackIn | None = None


class PlaceError(ValueError):
    """A post names an office or region that is not there, or stands where such a role cannot."""


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amends group", description=__doc__)
    parser.add_argument("file", type=Path, help="the group's file")
    options = parser.parse_args(argv)
    if not start_django() or not database_is_ready():
        return 1
    try:
        wanted = GroupIn.model_validate_json(options.file.read_bytes())
        passwords = apply(wanted)
    except OSError as wrong:
        return _refuse(f"{options.file} cannot be read ({wrong.strerror}).")
    except ValidationError as wrong:
        return _refuse("; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in wrong.errors()))
    except PlaceError as wrong:
        return _refuse(str(wrong))
    for email, password in passwords.items():
        print(f"{email}  {password}")
    print(f"{wanted.group} is as the file says. {len(passwords)} new people; ask them to change their passwords.")
    return 0


def _refuse(why: str) -> int:
    print(f"amends: {why} Nothing was changed.", file=sys.stderr)
    return 1


def apply(wanted: GroupIn) -> Mapping[str, str]:
    """Makes the group what the file says, whole or not at all; answers with new people's passwords by e-mail."""
    from django.db import transaction

    from amends.practice.models import Group, Office, Region

    with transaction.atomic():
        group = Group.objects.order_by("id").first() or Group()
        group.name = wanted.group
        group.save()
        database = DATABASE if wanted.open_dental else ""
        for region_in in wanted.regions:
            region, _ = Region.objects.get_or_create(name=region_in.name)
            for office_in in region_in.offices:
                fields = office_in.model_dump(exclude={"name"}) | {"region": region, "open_dental": database}
                Office.objects.update_or_create(name=office_in.name, defaults=fields)
        passwords = {person.email: password for person in wanted.people if (password := _person(person))}
        _connections(wanted)
    return passwords


def _person(wanted: PersonIn) -> str:
    """Makes or changes one person and their posts; their password where they are new."""
    from amends.practice.models import OpenDentalUser, Person, Post

    person = Person.objects.filter(email__iexact=wanted.email).first() or Person(email=wanted.email.lower())
    password = "" if person.pk else secrets.token_urlsafe(12)
    if password:
        person.set_password(password)
    person.name = wanted.name
    person.save()
    if wanted.UserNum:
        user = {"UserNum": wanted.UserNum, "TaskListInBox": wanted.TaskListInBox}
        OpenDentalUser.objects.update_or_create(person=person, database=DATABASE, defaults=user)
    person.posts.all().delete()
    for rank, post in enumerate(wanted.posts):
        Post(person=person, role=post.role.value, rank=rank, **_place(post, wanted.name)).save()
    return password


def _place(post: PostIn, name: str) -> dict[str, Any]:
    from amends.practice.models import OFFICE_ROLES, Office, Region

    office = Office.objects.filter(name=post.office).first() if post.office else None
    region = Region.objects.filter(name=post.region).first() if post.region else None
    if (post.office and not office) or (post.region and not region) or (office and region):
        raise PlaceError(f"{name}: {post.office or post.region!r} is not one office or region of the file.")
    if (post.role in OFFICE_ROLES) != bool(office) or post.role is Role.SYSTEM:
        raise PlaceError(f"{name}: team and office managers belong to an office, and nobody else does ({post.role}).")
    return {"office": office, "region": region}


def _connections(wanted: GroupIn) -> None:
    from amends.integrations.open_dental.models import OpenDentalDatabase
    from amends.integrations.slack.models import SlackWorkspace

    if wanted.open_dental:
        fields = wanted.open_dental.model_dump() | {"name": wanted.group}
        OpenDentalDatabase.objects.update_or_create(key=DATABASE, defaults=fields)
    if wanted.slack:
        SlackWorkspace.objects.update_or_create(key="main", defaults=wanted.slack.model_dump() | {"name": wanted.group})
