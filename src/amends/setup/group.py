"""A real group as a value, and the one way of writing it: `amends group FILE` and the guided run both come here."""

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field, field_validator

from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.integrations.slack.models import SlackWorkspace
from amends.practice.models import OFFICE_ROLES, Group, Office, OpenDentalUser, Person, Post, Region
from amends.protocol.hours import Calendar, HoursError
from amends.protocol.words import Role

MAIN = "main"  # a file speaks of one Open Dental database; more are added on the pages


class GroupError(ValueError):
    """The group cannot be like this; the text is a sentence that names who or what."""


class _Strict(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True
    )  # a misspelt name must not be a setting that silently does nothing


class OfficeIn(_Strict):
    name: str = Field(min_length=1, max_length=120)
    calendar: dict[str, Any]
    phone: str = Field(default="", max_length=40)
    email: str = Field(default="", pattern=r"^([^@\s]+@[^@\s]+)?$", max_length=254)
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
    """A role, and where: an office's or a region's name, or neither for the whole group. `rank` 0 answers first."""

    role: Role
    office: str = ""
    region: str = ""
    rank: int | None = Field(default=None, ge=0, le=100)


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
    """The whole group, with one Open Dental database, as a file says it."""

    group: str = Field(min_length=1, max_length=120)
    regions: list[RegionIn] = Field(min_length=1)
    people: list[PersonIn] = []
    open_dental: OpenDentalIn | None = None
    slack: SlackIn | None = None


@contextmanager
def together() -> Iterator[None]:
    """All that is written in the block, or nothing. Raises `GroupError` also for what somebody else wrote just now."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as wrong:
        raise GroupError("Somebody else has just saved the same. Please look at it again.") from wrong


def write_group(wanted: GroupIn) -> Mapping[str, str]:
    """Makes the group what the value says, whole or not at all; answers with new people's passwords by e-mail.

    What the value does not mention stays: who and what it does not name, and of those that it names what is not set.
    Where several people have one role at one place, the first of them answers. Raises `GroupError`.
    """
    with together():
        group = Group.objects.order_by("id").first() or Group()
        group.name = wanted.group
        group.save()
        for region in wanted.regions:
            for office in region.offices:
                row = Office.objects.filter(name=office.name).first()
                database = (row.open_dental if row else "") or (MAIN if wanted.open_dental else "")
                write_office(_completed(office, row), region=region.name, database=database, row=row)
        passwords: dict[str, str] = {}
        held: Counter[tuple[str, str, str]] = Counter()
        for person in wanted.people:
            row_of_person, password = write_person(person, ranks=_ranks(person, held))
            _write_main_user(row_of_person, person)
            if password:
                passwords[person.email] = password
        _connections(wanted)
    return passwords


def write_office(wanted: OfficeIn, *, region: str, database: str, row: Office | None = None) -> Office:
    """Makes one office, or changes `row`; its region is made where there is none of that name. A new one has joined
    today: charts hold nothing against it that was before.

    Raises `GroupError` where another office has the name or the clinic.
    """
    office = row or Office(joined_on=timezone.now().astimezone(Calendar.parse(wanted.calendar).tz).date())
    if Office.objects.filter(name__iexact=wanted.name).exclude(pk=office.pk).exists():
        raise GroupError(f"There is another office named {wanted.name}.")
    same = Office.objects.filter(open_dental=database, ClinicNum=wanted.ClinicNum).exclude(pk=office.pk).first()
    if same and database and wanted.ClinicNum:
        raise GroupError(f"Clinic {wanted.ClinicNum} of this Open Dental is the office {same.name} already.")
    office.name, office.calendar = wanted.name, wanted.calendar
    office.phone, office.email = wanted.phone, wanted.email
    office.ClinicNum, office.open_dental, office.is_active = wanted.ClinicNum, database, True
    office.region = Region.objects.filter(name__iexact=region).first() or Region.objects.create(name=region)
    office.save()
    return office


def database_with_keys(developer_key: str, customer_key: str, *, but: str) -> OpenDentalDatabase | None:
    """The database (another than `but`, a key of ours) that has this pair: one pair is one Open Dental database."""
    others = OpenDentalDatabase.objects.exclude(key=but)
    same = (one for one in others if (one.developer_key, one.customer_key) == (developer_key, customer_key))
    return next(same, None)


def write_person(
    wanted: PersonIn,
    *,
    row: Person | None = None,
    ranks: Sequence[int | None] | None = None,
    keeps_other_posts: bool = False,
) -> tuple[Person, str]:
    """Makes one person with their posts, or changes `row` or whoever has the e-mail address. Raises `GroupError`.

    Answers with the password of somebody new, "" else. A post whose rank is None keeps its place among others'.
    """
    known = Person.objects.filter(email__iexact=wanted.email).first()
    if row and known and known.pk != row.pk:
        raise GroupError(f"{wanted.email} is the address of {known.name} already.")
    person = row or known or Person()
    password = "" if person.pk else secrets.token_urlsafe(12)
    if password:
        person.set_password(password)
    person.name, person.email, person.is_active = wanted.name, wanted.email.lower(), True
    person.save()
    kept = [
        _write_post(person, post, rank)
        for post, rank in zip(wanted.posts, ranks or [post.rank for post in wanted.posts], strict=True)
    ]
    if not keeps_other_posts:
        for gone in person.posts.exclude(pk__in=kept):
            gone.delete()
    return person, password


def _write_post(person: Person, post: PostIn, rank: int | None) -> int:
    values = {"person": person, "role": post.role.value, **_place(post, person.name)}
    row = Post.objects.filter(**values).first() or Post(**values)
    if row._state.adding or rank not in (None, row.rank):
        row.rank = rank or 0
        row.save()
    return row.pk


def new_password(person: Person) -> str:
    """A password that nobody has seen yet, for somebody who never used theirs."""
    password = secrets.token_urlsafe(12)
    person.set_password(password)
    person.save()
    return password


def take_out(person: Person) -> None:
    """They have no role any more and cannot sign in; cases go on naming them."""
    for post in person.posts.all():
        post.delete()
    person.is_active = False
    person.save()


def write_user(person: Person, database: str, user_num: int, inbox: int) -> None:
    """Who the person is in one Open Dental database; 0 for nobody. Raises `GroupError` for another's number."""
    mine = OpenDentalUser.objects.filter(person=person, database=database).first()
    if not user_num:
        if mine:
            mine.delete()
        return
    others = OpenDentalUser.objects.filter(database=database, UserNum=user_num).exclude(person=person)
    other = others.select_related("person").first()
    if other:
        raise GroupError(f"{person.name}: Open Dental user {user_num} is {other.person.name} already.")
    user = mine or OpenDentalUser(person=person, database=database)
    if user._state.adding or (user.UserNum, user.TaskListInBox) != (user_num, inbox):
        user.UserNum, user.TaskListInBox = user_num, inbox
        user.save()


def _completed(wanted: OfficeIn, row: Office | None) -> OfficeIn:
    if row is None:
        return wanted
    kept = {name: getattr(row, name) for name in ("phone", "email", "ClinicNum") if name not in wanted.model_fields_set}
    return wanted.model_copy(update={**kept, "calendar": {**row.calendar, **wanted.calendar}})


def _write_main_user(person: Person, wanted: PersonIn) -> None:
    kept = OpenDentalUser.objects.filter(person=person, database=MAIN).first() or wanted
    user_num, inbox = (
        getattr(wanted if name in wanted.model_fields_set else kept, name) for name in ("UserNum", "TaskListInBox")
    )
    write_user(person, MAIN, user_num, inbox)


def _ranks(person: PersonIn, held: Counter[tuple[str, str, str]]) -> list[int]:
    """The rank of each post: what it says, or its turn among the holders of the same post so far."""
    ranks = []
    for post in person.posts:
        key = (post.role.value, post.office, post.region)
        ranks.append(held[key] if post.rank is None else post.rank)
        held[key] += 1
    return ranks


def _place(post: PostIn, name: str) -> dict[str, Any]:
    office = Office.objects.filter(name=post.office).first() if post.office else None
    region = Region.objects.filter(name=post.region).first() if post.region else None
    if (post.office and not office) or (post.region and not region) or (office and region):
        raise GroupError(f"{name}: {post.office or post.region!r} is not one office or region of the group.")
    if (post.role in OFFICE_ROLES) != bool(office) or post.role is Role.SYSTEM:
        raise GroupError(f"{name}: team and office managers belong to an office, and nobody else does ({post.role}).")
    return {"office": office, "region": region}


def _connections(wanted: GroupIn) -> None:
    named = {"name": wanted.group}
    if wanted.open_dental:
        said = wanted.open_dental.model_dump(exclude_unset=True)
        same = database_with_keys(said["developer_key"], said["customer_key"], but=MAIN)
        if same:
            raise GroupError(f"These two keys are those of {same.name} already; another database has another pair.")
        OpenDentalDatabase.objects.update_or_create(key=MAIN, defaults=said, create_defaults=said | named)
    if wanted.slack:
        said = wanted.slack.model_dump(exclude_unset=True)
        row = SlackWorkspace.objects.filter(key=MAIN).first()
        if row is None or row.bot_token != said["bot_token"]:
            said["token_is_new"] = True
        SlackWorkspace.objects.update_or_create(key=MAIN, defaults=said, create_defaults=said | named)
