"""Who looked at what. Rows have no foreign keys, so that the log never blocks anything and survives everything."""

from django.db import models
from django.utils import timezone

from amends.practice.models import Person


class Look(models.Model):
    """One look at a case (`what` = "case"), an export or another reading of patient information."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    person = models.CharField(max_length=20)
    person_name = models.CharField(max_length=120)
    what = models.CharField(max_length=20)
    case = models.CharField(max_length=20, blank=True, db_index=True)
    address = models.CharField(max_length=45, blank=True)

    def __str__(self) -> str:
        return f"{self.person_name} {self.what} {self.case}"


def record_look(person: Person, what: str, *, case: str = "", address: str = "") -> None:
    """Writes that the person looked."""
    Look.objects.create(person=str(person.pk), person_name=person.name, what=what, case=case, address=address[:45])
