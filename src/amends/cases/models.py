"""Events (the truth, append-only), one row for each case (what lists and searches read), and the policies in use."""

from typing import Any

from django.db import models
from django.db.models import BooleanField, F, Func, Q

from amends.cases.door import Guarded, GuardedQuerySet
from amends.practice.models import Office, Person
from amends.protocol.words import Severity, Source, Stage
from amends.sealing import SealedTextField

FIRST_NUMBER = 1000  # UP-1001 is the first case: a number that reads as one


def number_of(pk: int) -> str:
    """The case number that people use."""
    return f"UP-{FIRST_NUMBER + pk}"


def pk_of(number: str) -> int | None:
    """The row that a case number names; None where it is not a case number."""
    digits = number.strip().upper().removeprefix("UP-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 12:
        return None
    pk = int(digits) - FIRST_NUMBER
    return pk if pk > 0 else None


# Open, or closed with a promise to keep or a patient to ask. In two parts, since each has its index.
UNDONE = (Q(is_open=True), Q(is_open=False, due_at__isnull=False))
NOT_DONE = UNDONE[0] | UNDONE[1]


class UnscopedError(RuntimeError):
    """A query over cases forgot to say for whom."""


class ScopedManager(models.Manager["CaseRow"]):
    """Answers only after `within`: a query that forgets whose cases it may show is an error instead of a leak."""

    def get_queryset(self) -> Any:
        raise UnscopedError("Say whose cases: CaseRow.objects.within(offices), or CaseRow.system for Amends itself.")

    def within(self, offices: list[str] | None) -> "GuardedQuerySet[CaseRow]":
        """Cases of these offices; None means every office of the group."""
        rows = GuardedQuerySet[CaseRow](self.model, using=self._db)
        return rows if offices is None else rows.filter(office_id__in=[int(office) for office in offices])


class _Urgent(Func):
    output_field = BooleanField()
    template = "(%(expressions)s)"
    arg_joiner = " = 'severe' OR "


def is_urgent() -> Func:
    """ "Severe, or still here", in the very words of a partial index's condition: see `deliveries.models.in_states`."""
    return _Urgent(F("severity"), F("still_here"))


class CaseRow(Guarded):
    """What lists and searches read of a case. Every column follows from the events; `amends verify` proves it."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, db_index=False)
    stage = models.CharField(max_length=12, choices=[(s.value, s.value) for s in Stage])
    is_open = models.BooleanField()
    severity = models.CharField(max_length=8, choices=[(s.value, s.value) for s in Severity])
    source = models.CharField(max_length=16, choices=[(s.value, s.value) for s in Source])
    kinds = models.CharField(max_length=400, blank=True)
    causes = models.CharField(max_length=800, blank=True)
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    reporter = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    accepted = models.BooleanField()
    still_here = models.BooleanField()
    asked = models.TextField(blank=True)  # who is to come to a patient who is still here: ",12,15,"
    patient_name = SealedTextField(blank=True)
    patient_key = models.CharField(max_length=22, blank=True)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    promise_due_at = models.DateTimeField(null=True)  # the first promise that is still to be kept
    keepers = models.TextField(blank=True, db_default="")  # who has one to keep: ",12,15,"
    alarm_at = models.DateTimeField(null=True)  # when the ticker must speak: passes over what is noted as late
    late_for = models.DateTimeField(null=True)
    version = models.PositiveIntegerField()
    to_confirm = models.BooleanField(default=False)  # the patient is to be asked whether it is fixed
    kept_on = models.DateField(null=True)  # the visit that shows that the patient came back
    task_seen_at = models.DateTimeField(null=True)  # the Task of whoever has it now, in Open Dental
    task_done_at = models.DateTimeField(null=True)
    policy = models.CharField(max_length=12)
    head = models.CharField(max_length=43)
    origin = models.CharField(max_length=80, null=True, unique=True)

    objects = ScopedManager()
    system = GuardedQuerySet["CaseRow"].as_manager()

    class Meta:
        base_manager_name = "system"
        default_manager_name = "system"
        indexes = (
            models.Index(fields=("owner", "due_at"), condition=Q(is_open=True), name="case_open_by_owner"),
            models.Index(fields=("office", "due_at"), condition=Q(is_open=True), name="case_open_by_office"),
            models.Index(
                fields=("owner", "due_at"),
                condition=Q(is_open=False, due_at__isnull=False),
                name="case_promised",
            ),
            models.Index(
                fields=("office", "due_at"),
                condition=Q(is_open=False, due_at__isnull=False),
                name="case_left_by_office",
            ),
            models.Index(fields=("promise_due_at",), condition=Q(promise_due_at__isnull=False), name="case_keepers"),
            models.Index(fields=("id",), condition=Q(still_here=True), name="case_still_here"),
            models.Index(fields=("alarm_at",), condition=Q(alarm_at__isnull=False), name="case_alarm"),
            models.Index(
                fields=("alarm_at",),
                condition=Q(alarm_at__isnull=False) & (Q(severity="severe") | Q(still_here=True)),
                name="case_alarm_urgent",
            ),
            models.Index(fields=("patient_key", "-id"), name="case_patient"),
            models.Index(fields=("reporter", "-id"), name="case_reporter"),
            models.Index(fields=("office", "-id"), name="case_office"),
            models.Index(fields=("stage", "-id"), name="case_stage"),
            models.Index(fields=("office", "-opened_at"), name="case_reported"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return number_of(self.pk)


class EventRow(Guarded):
    """One event, never changed or removed: triggers on both databases refuse it. `hash` chains it to the one before."""

    case = models.ForeignKey(CaseRow, on_delete=models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    by = models.CharField(max_length=20, blank=True)
    by_name = models.CharField(max_length=120)
    by_role = models.CharField(max_length=20)
    fact = models.TextField()
    sealed = models.TextField(blank=True)
    hash = models.CharField(max_length=43)

    objects = GuardedQuerySet["EventRow"].as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "seq"), name="event_once"),)

    def __str__(self) -> str:
        return f"{number_of(self.case_id)} #{self.seq} {self.kind}"


class HeardBack(models.Model):
    """What became of a case, for whoever reported it: shown once, until they say "Got it".

    `part_of` is the case that took theirs in, where that is the one that closed.
    """

    case = models.OneToOneField(CaseRow, primary_key=True, on_delete=models.CASCADE, related_name="heard_back")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    part_of = models.ForeignKey(CaseRow, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    closed_at = models.DateTimeField()
    got_it_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("person", "closed_at"), condition=Q(got_it_at=None), name="heard_back_new"),
            models.Index(fields=("person", "part_of"), condition=Q(part_of__isnull=False), name="heard_back_joined"),
        )

    def __str__(self) -> str:
        return number_of(self.case_id)


class HeardChange(models.Model):
    """What is changed, for whoever reported a case that had closed before: shown once, until they say "Got it".

    `of` and `no` are the corrective action; `what` are its words, as far as this person may read them.
    """

    case = models.ForeignKey(CaseRow, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    of = models.ForeignKey(CaseRow, on_delete=models.CASCADE, related_name="+", db_index=False)
    no = models.PositiveSmallIntegerField()
    what = models.TextField()
    planned_at = models.DateTimeField()
    got_it_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("of", "no", "person"), name="heard_change_once"),)
        indexes = (models.Index(fields=("person", "planned_at"), condition=Q(got_it_at=None), name="heard_change_new"),)

    def __str__(self) -> str:
        return f"{number_of(self.of_id)}.{self.no}"


class SavedView(models.Model):
    """Filters of the list of cases under a name: "stage=contacted&late=1". They are the person's alone."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    filters = models.CharField(max_length=1_000)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "name"), name="saved_view_once"),)

    def __str__(self) -> str:
        return self.name


class PolicyText(models.Model):
    """Every version of `protocol.toml` that a case was opened under, so that a running clock never changes."""

    version = models.CharField(max_length=12, primary_key=True)
    text = models.TextField()

    def __str__(self) -> str:
        return self.version
