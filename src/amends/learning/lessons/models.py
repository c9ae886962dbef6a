"""Lessons, every version of them, and who has read which."""

from django.db import models

from amends.cases.models import CaseRow
from amends.handbook.kept import KeptRow
from amends.handbook.models import Page
from amends.practice.models import Office, Person

LONGEST = 300  # characters of each half: both take less than a minute to read aloud, and three fit one sheet


class Lesson(models.Model):
    """A card of one office's huddle. What it says stands in its versions.

    `case` is the case from which it was made and `action` the number of its corrective action, None without one; a fix
    that was copied comes from a case of another office.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="lessons")
    case = models.ForeignKey(CaseRow, on_delete=models.PROTECT, related_name="lessons")
    action = models.PositiveSmallIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"Lesson {self.pk}"


class LessonVersion(KeptRow):
    """What a lesson says, or said: never changed, since people have read it. `no` counts from 1."""

    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="versions", db_index=False)
    no = models.PositiveSmallIntegerField()
    happened = models.CharField(max_length=LONGEST)
    we_do = models.CharField(max_length=LONGEST)
    page = models.ForeignKey(Page, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("lesson", "no"), name="lesson_version_once"),)

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.no}"


class LessonReading(models.Model):
    """That a person has read one version of a lesson."""

    version = models.ForeignKey(LessonVersion, on_delete=models.PROTECT, related_name="readings", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("version", "person"), name="lesson_read_once"),)

    def __str__(self) -> str:
        return f"{self.version_id} {self.person_id}"
