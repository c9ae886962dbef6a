"""The Open Dental databases that this group has: where they are, the keys to them, what was heard and what was read."""

from django.db import models
from django.db.models import Q

from amends.cases.models import CaseRow
from amends.practice.models import Office
from amends.sealing import SealedJSONField, SealedTextField


class Mode(models.TextChoices):
    """How Open Dental is reached (open-dental-api.md 1)."""

    REMOTE = "remote", "Remote (through Open Dental's own servers)"
    SERVICE = "service", "API Service (on the office's database server)"
    LOCAL = "local", "Local (inside the desktop program)"


class OpenDentalDatabase(models.Model):
    """One database: one customer key (open-dental-api.md 0.1). Numbers such as `PatNum` mean nothing outside it."""

    key = models.SlugField(
        unique=True, help_text="A short name that cases and deliveries refer to, for example “main”."
    )
    name = models.CharField(max_length=100)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.REMOTE)
    base_url = models.URLField(default="https://api.opendental.com/api/v1/")
    remote_url = models.URLField(
        blank=True,
        help_text="Where Remote is, to be used while the API Service cannot be reached; empty: it is not used.",
    )
    developer_key = SealedTextField(blank=True)
    customer_key = SealedTextField(blank=True)
    author_user_num = models.BigIntegerField(
        default=0, help_text="UserNum of the Open Dental user who is the author of Tasks; 0 while none is chosen."
    )
    comm_type_name = models.CharField(max_length=255, default="Upset patient")
    read_timeout_seconds = models.PositiveSmallIntegerField(default=65, help_text="Open Dental itself gives up at 60.")
    facts = models.JSONField(
        default=dict, blank=True, editable=False, help_text="What was read last, see facts.py: no keys, no patients."
    )
    practice = models.JSONField(
        default=dict, blank=True, editable=False, help_text="Title of the practice that the keys opened first, and now."
    )
    last_seen = models.DateTimeField(null=True, blank=True, editable=False)
    last_error = models.CharField(max_length=300, blank=True, editable=False)
    last_error_at = models.DateTimeField(null=True, blank=True, editable=False)
    offline_since = models.DateTimeField(null=True, blank=True, editable=False)
    reached_through = models.CharField(max_length=10, blank=True, editable=False)

    class Meta:
        ordering = ["key"]
        verbose_name = "Open Dental database"

    def __str__(self) -> str:
        return self.name


class Ear(models.Model):
    """One database that is listened to. `since` is on the office's clock: what was created earlier is history.

    `holder` is the process that listens, for as long as `held_until`; another takes over from one that died.
    `lost` says in a sentence what this office's version or permissions do not let Amends hear.
    """

    database = models.OneToOneField(OpenDentalDatabase, on_delete=models.CASCADE, related_name="ear")
    holder = models.CharField(max_length=40, blank=True)
    held_until = models.DateTimeField(null=True)
    since = models.CharField(max_length=19, blank=True)
    heard_at = models.DateTimeField(null=True)
    lost = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"ear of {self.database_id}"


class Cursor(models.Model):
    """How far one thing of one database was read: a time on the office's clock, or a number."""

    database = models.ForeignKey(OpenDentalDatabase, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=16)
    value = models.CharField(max_length=40)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("database", "what"), name="cursor_once"),)

    def __str__(self) -> str:
        return f"{self.what} of {self.database_id}"


class HeardEntry(models.Model):
    """An entry that counted for a case, so that it counts once; `digest` tells whether it was changed since.

    `number` is the CommlogNum, or the ProcNum of the procedure whose note it is: an edited note gets a new number.
    """

    database = models.ForeignKey(OpenDentalDatabase, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=20)
    number = models.BigIntegerField()
    row_id = models.BigIntegerField()  # what the case knows it by: the newest ProcNoteNum where `number` is a ProcNum
    patient_key = models.CharField(max_length=22)
    digest = models.CharField(max_length=22)
    is_marked = models.BooleanField()
    case = models.ForeignKey(CaseRow, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("database", "place", "number"), name="entry_heard_once"),)

    def __str__(self) -> str:
        return f"{self.place} {self.number}"


class KeyTurn(models.Model):
    """Whose turn it is to call with one customer key, for all processes (`turns.py`). Times are seconds since 1970."""

    digest = models.CharField(max_length=64, primary_key=True)
    free_at = models.FloatField()
    paused_until = models.FloatField()

    def __str__(self) -> str:
        return self.digest[:8]


class PatientRecord(models.Model):
    """What Open Dental's record said of one patient when it was read last: a copy for the pages, sealed.

    `wanted_at` is since when somebody waits for a fresh reading; a worker leases the row for it. `tried_at` is when the
    last reading ended, `read_at` when the last good one did, `trouble` why the last one failed (empty: it did not).
    """

    database = models.CharField(max_length=50, help_text="Key of the Open Dental database")
    patient_key = models.CharField(max_length=22, unique=True)
    PatNum = SealedTextField()
    zone = models.CharField(max_length=60, help_text="Time zone of the office whose page asked first")
    since = models.DateField(help_text="How far back visits are wanted")
    record = SealedJSONField(null=True)
    read_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    wanted_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    lease = models.CharField(max_length=22, blank=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("wanted_at",), condition=Q(wanted_at__isnull=False), name="record_wanted"),)

    def __str__(self) -> str:
        return self.patient_key


class VisitCount(models.Model):
    """How many visits were completed at an office on one of its days, as its Open Dental had it when it was read last.

    A day that was read has a row, also with 0; a day without one is not known, or was before the office joined.
    """

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    completed = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("office", "day"), name="visits_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.office_id} {self.day} {self.completed}"


class VisitSum(models.Model):
    """The days of `VisitCount` added up, kept in the same transaction: one row for each office and each part of a month
    that lies in one week (`parts_of_weeks.py`). `days` of it are known."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="+", db_index=False)
    begins = models.DateField()
    completed = models.PositiveIntegerField()
    days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("begins", "office"), name="visits_once_a_part"),)

    def __str__(self) -> str:
        return f"{self.office_id} {self.begins} {self.completed}"


class SimilarPatients(models.Model):
    """How many of a few patients like this case's came back: seen at the same office in the week before it was told,
    without a case, and followed for the same days. Nothing else is kept of them.

    `similar` is None until `due_on`, when the days are over. `addressed_on` begins them.
    """

    case = models.OneToOneField(CaseRow, primary_key=True, on_delete=models.CASCADE, related_name="similar_patients")
    addressed_on = models.DateField()
    due_on = models.DateField()
    similar = models.PositiveSmallIntegerField(null=True)
    came_back = models.PositiveSmallIntegerField(null=True)
    is_counted = models.BooleanField(default=False)  # the charts know of it

    class Meta:
        indexes = (
            models.Index(fields=("due_on",), condition=Q(similar__isnull=True), name="similar_due"),
            models.Index(
                fields=("case",), condition=Q(similar__isnull=False, is_counted=False), name="similar_uncounted"
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.came_back}/{self.similar}"
