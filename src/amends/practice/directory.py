"""The group as one frozen value (`roles.Directory`) that every request can ask without a query.

Each process keeps the directory in memory and reads it again when the group's `revision` has moved; saving anything
that it holds moves the revision in the same transaction (`models.Revised`).
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import lru_cache

from django.db import connection

from amends.practice import cover
from amends.practice.entries import NO_USER, OfficeEntry, PersonEntry, PostEntry, UserEntry
from amends.practice.models import Group, Office, OpenDentalUser, Person, Post, Region
from amends.practice.presences import presences_said
from amends.practice.roles import ANSWERING, Directory
from amends.protocol.hours import Calendar
from amends.protocol.words import Role

__all__ = [
    "ANSWERING",
    "NO_USER",
    "Directory",
    "OfficeEntry",
    "PersonEntry",
    "PostEntry",
    "UserEntry",
    "directory",
    "directory_now",
    "group_held",
    "group_stays",
    "held",
]


class _Kept:
    """The directory last read by this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.directory: Directory | None = None


_kept = _Kept()
_held: ContextVar[list[Directory] | None] = ContextVar("directory_held", default=None)


@contextmanager
def held() -> Iterator[None]:
    """Within the block the directory is asked for once: one request sees one state of the group."""
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


def directory() -> Directory:
    """The directory as it is now: one small query, and a fresh reading only when something changed."""
    held_now = _held.get()
    if held_now is None:
        return _current()
    if not held_now:
        held_now.append(_current())
    return held_now[0]


def directory_now() -> Directory:
    """The directory read again although one request sees one state: for whoever changed the group or waited for a lock.

    What the request asks from now on is answered from it as well.
    """
    current, held_now = _current(), _held.get()
    if held_now is not None:
        held_now[:] = [current]
    return current


def group_held() -> Directory:
    """Nobody else changes the group until the transaction ends; the directory as it is then."""
    list(Group.objects.select_for_update())
    return directory_now()


def group_stays() -> None:
    """Until the transaction ends nobody changes what the directory holds (SQLite holds its write lock anyway)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM practice_group FOR SHARE")


def _current() -> Directory:
    revision = Group.objects.values_list("revision", flat=True).order_by("id").first()
    kept = _kept.directory
    if kept is not None and kept.revision == revision:
        return kept
    with _kept.lock:
        _kept.directory = _read()
        return _kept.directory


@lru_cache(maxsize=4096)
def _calendar(hours: str) -> Calendar:
    """A group changes far oftener than its hours, and many offices have the same."""
    return Calendar.parse(json.loads(hours))


def _read() -> Directory:
    group = Group.objects.order_by("id").first() or Group(name="Amends", revision="")
    offices = Office.objects.select_related("region").order_by("name")
    presences = presences_said()
    users: dict[int, dict[str, UserEntry]] = {}
    for user in OpenDentalUser.objects.all():
        users.setdefault(user.person_id, {})[user.database] = UserEntry(user.UserNum, user.TaskListInBox)
    return Directory(
        revision=group.revision,
        group=group.name,
        accent=group.accent,
        offices={
            str(office.pk): OfficeEntry(
                id=str(office.pk),
                name=office.name,
                region_id=str(office.region_id),
                region=office.region.name,
                calendar=_calendar(json.dumps(office.calendar)),
                phone=office.phone,
                email=office.email,
                open_dental=office.open_dental,
                ClinicNum=office.ClinicNum,
                is_active=office.is_active,
                joined_on=office.joined_on,
            )
            for office in offices
        },
        regions={str(region.pk): region.name for region in Region.objects.order_by("name")},
        people={
            str(person.pk): PersonEntry(
                id=str(person.pk),
                name=person.name,
                email=person.email,
                is_active=person.is_active,
                users=users.get(person.pk, {}),
                presence=replace(presences.get(person.pk, cover.ALWAYS_THERE), is_active=person.is_active),
            )
            for person in Person.objects.order_by("name")
        },
        posts=tuple(
            PostEntry(
                person=str(post.person_id),
                role=Role(post.role),
                office=str(post.office_id) if post.office_id else None,
                region=str(post.region_id) if post.region_id else None,
                rank=post.rank,
            )
            for post in Post.objects.all()
        ),
    )
