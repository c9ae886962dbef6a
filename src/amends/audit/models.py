"""Who looked at what. Rows have no foreign keys, so that the log never blocks anything and survives everything."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from amends.practice.models import Person
from amends.protocol.values import Person as PersonValue


class Look(models.Model):
    """One look at a case (`what` = "case"), an export or another reading of patient information; or at what the cases
    of somebody of the group have in common: then `whom` is their number, and `whom_name` what they were called."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    person = models.CharField(max_length=20)
    person_name = models.CharField(max_length=120)
    what = models.CharField(max_length=20)
    case = models.CharField(max_length=20, blank=True, db_index=True)
    whom = models.CharField(max_length=20, blank=True, default="")
    whom_name = models.CharField(max_length=120, blank=True, default="")
    address = models.CharField(max_length=45, blank=True)

    def __str__(self) -> str:
        return f"{self.person_name} {self.what} {self.case or self.whom_name}"


def record_look(
    person: Person, what: str, *, case: str = "", whom: PersonValue | None = None, address: str = ""
) -> None:
    """Writes that the person looked: at a case, at somebody (`whom`), or at something without a number."""
    Look.objects.create(
        person=str(person.pk),
        person_name=person.name,
        what=what,
        case=case,
        whom=whom.id if whom else "",
        whom_name=whom.name if whom else "",
        address=address[:45],
    )


# Those concerned are told without unreasonable delay and within 60 days of the discovery (45 CFR 164.404).
NOTIFY_WITHIN = timedelta(days=60)


class Incident(models.Model):
    """A possible breach of privacy: what was shown, where and how long, and what was decided about it.

    `what` is what was wrong with it, in the words of whoever found it; `disposition` the privacy officer's, with which
    the incident ends. `public_since` is None where nobody can have read it, `public_until` while it may still be read.
    A row is never deleted.
    """

    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=20)
    opened_by_name = models.CharField(max_length=120)
    office = models.CharField(max_length=20)
    case = models.CharField(max_length=20, blank=True)
    about = models.CharField(max_length=40, blank=True)  # names what was shown, such as "reply 12"
    what = models.TextField()
    where = models.CharField(max_length=120)
    shown = models.TextField()
    public_since = models.DateTimeField(null=True)
    public_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    disposition = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = (models.Index(fields=("closed_at", "due_at"), name="incident_open"),)

    def __str__(self) -> str:
        return f"Incident {self.pk}"


def open_incident(
    *,
    by: Person,
    office: int,
    what: str,
    where: str,
    shown: str,
    public_since: datetime | None,
    case: str,
    about: str,
    at: datetime,
) -> Incident:
    """Begins an incident's record and its sixty-day clock, which runs from its discovery (`at`, aware)."""
    return Incident.objects.create(
        opened_at=at,
        opened_by=str(by.pk),
        opened_by_name=by.name,
        office=str(office),
        case=case,
        what=what,
        where=where,
        shown=shown,
        public_since=public_since,
        about=about,
        due_at=at + NOTIFY_WITHIN,
    )


def no_longer_public(about: str, *, at: datetime) -> None:
    """What was shown is off the site now, for certain."""
    Incident.objects.filter(about=about, public_until=None).exclude(public_since=None).update(public_until=at)


def close_incident(pk: int, *, by: Person, disposition: str, at: datetime) -> None:
    """Ends an open incident with what was decided and done about it."""
    Incident.objects.filter(pk=pk, closed_at=None).update(disposition=disposition, closed_at=at, closed_by_name=by.name)
