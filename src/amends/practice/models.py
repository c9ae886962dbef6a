"""The group: its regions, offices and people, and who is what where."""

import secrets
from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from amends.protocol.words import Role

OFFICE_ROLES = (Role.TEAM, Role.OFFICE_MANAGER)


def new_revision() -> str:
    """A value that no earlier state of the group had, also not one that came back from a backup."""
    return secrets.token_urlsafe(16)


class Revised(models.Model):
    """A row of which every process keeps a copy (`directory.py`): saving it makes them read again."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            # The group first: locks are taken in one order, so that nobody waits for each other in a ring.
            Group.objects.update(revision=new_revision())
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            Group.objects.update(revision=new_revision())
            return super().delete(*args, **kwargs)


class Group(models.Model):
    """The one dental group of this database."""

    name = models.CharField(max_length=120)
    accent = models.CharField(max_length=7, default="#1f6f6b")
    revision = models.CharField(max_length=22, default=new_revision)

    def __str__(self) -> str:
        return self.name


class Region(Revised):
    name = models.CharField(max_length=120, unique=True)

    def __str__(self) -> str:
        return self.name


class Office(Revised):
    """A place where patients are seen. `calendar` has the shape of `amends due`; its zone is the office's zone.

    `phone` and `email` are what everybody may read, so a public reply may invite to them. `joined_on` is since when
    upset patients are written down there, by the office's own date; None where that is as long as in the group.
    """

    name = models.CharField(max_length=120, unique=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT)
    calendar = models.JSONField()
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True, default="")
    open_dental = models.CharField(max_length=40, blank=True, help_text="Key of the Open Dental database")
    ClinicNum = models.PositiveBigIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    joined_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            before = Office.objects.filter(pk=self.pk).values_list("calendar", flat=True).first()
            super().save(*args, **kwargs)
            if before is not None and before != self.calendar:
                for told in _new_hours:
                    told(self.pk)


_new_hours: list[Callable[[int], object]] = []


def on_new_hours(told: Callable[[int], object]) -> None:
    """Registers what is called with the number of an office whose hours changed, in the same transaction."""
    _new_hours.append(told)


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(Revised, AbstractBaseUser):
    """Somebody who works for the group. People are never deleted, since cases name them; they become inactive."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Signing in stamps `last_login`, which nobody keeps a copy of.
        if kwargs.get("update_fields") == ["last_login"]:
            models.Model.save(self, *args, **kwargs)
        else:
            super().save(*args, **kwargs)


class OpenDentalUser(Revised):
    """Who a person is in one Open Dental database: numbers of two databases never mix (open-dental-api.md 0.1)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="open_dental_users")
    database = models.CharField(max_length=40, help_text="Key of the Open Dental database")
    UserNum = models.PositiveBigIntegerField()
    TaskListInBox = models.PositiveBigIntegerField(default=0, help_text="Their Task inbox, 0 to look it up")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "database"), name="one_user_in_each_database"),
            models.UniqueConstraint(fields=("database", "UserNum"), name="one_person_for_each_user"),
        )

    def __str__(self) -> str:
        return f"{self.database} {self.UserNum}"


class Absence(Revised):
    """A time for which a person said, or their manager did, that they are away; coming back early ends it.

    Without a `cover` the person's usual one answers. `said_by` is None for somebody who is not there any more.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences")
    begins = models.DateTimeField()
    ends = models.DateTimeField(db_index=True)
    cover = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    said_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-said_at", "-id")
        constraints = (
            models.CheckConstraint(condition=Q(begins__lt=models.F("ends")), name="absence_ends_after_it_began"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.begins:%Y-%m-%d}"


class Routine(Revised):
    """What holds every week: a person's days off, and who covers for them whenever nobody else is named.

    `days_off` has one digit for each such weekday, Monday is 0.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="routine")
    days_off = models.CharField(max_length=7, blank=True)
    cover = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.person_id} {self.days_off}"


class CoverageGap(models.Model):
    """An open day of an office on which nobody answered for it when that was looked at: once for each day."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE)
    day = models.DateField(db_index=True)
    noticed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("office", "day"), name="gap_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.office_id} {self.day}"


class GapTold(models.Model):
    """Somebody who must hear of a gap: since `claimed_at` a process is at it, and from `told_at` on they are told."""

    gap = models.ForeignKey(CoverageGap, on_delete=models.CASCADE, related_name="told")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    claimed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("gap", "person"), name="gap_told_once"),)

    def __str__(self) -> str:
        return f"{self.gap_id} {self.person_id}"


class Post(Revised):
    """What a person is, and where: at an office, in a region, or (neither) for the whole group."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="posts")
    role = models.CharField(max_length=20, choices=[(r.value, r.value) for r in Role if r is not Role.SYSTEM])
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.CASCADE)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.CASCADE)
    rank = models.PositiveSmallIntegerField(default=0, help_text="0 answers first")

    class Meta:
        ordering = ("rank", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(office__isnull=True) | Q(region__isnull=True), name="post_at_office_or_region_or_group"
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[r.value for r in OFFICE_ROLES]) | Q(office__isnull=False),
                name="post_of_team_and_office_manager_has_an_office",
            ),
            models.UniqueConstraint(
                fields=("person", "role", "office", "region"), nulls_distinct=False, name="post_only_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"
