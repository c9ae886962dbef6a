"""What learning reads of cases: figures and watched actions. Every row follows from events and can be made anew."""

from django.db import models
from django.db.models import Q

from amends.cases.models import CaseRow
from amends.practice.models import Office
from amends.sealing import SealedJSONField


def keys_in(listed: str) -> tuple[str, ...]:
    """The keys of a column that has them as ",a,b,"."""
    return tuple(key for key in listed.split(",") if key)


class CaseFigures(models.Model):
    """What charts and summaries count of one case; `day` is the office's own date when it was reported.

    Durations are whole minutes of elapsed time since the case was opened, None where it has not happened. Of a case
    that was opened again because it is not put right, only the first contact is of whichever round; whether they were
    spoken with, and when it was put right and the leaders told, is of this one. A case that was set aside counts
    nowhere (`counts` is false).
    """

    case = models.OneToOneField(CaseRow, primary_key=True, on_delete=models.CASCADE, related_name="figures")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, db_index=False)
    day = models.DateField()
    happened_at = models.DateTimeField(null=True)
    counts = models.BooleanField()
    source = models.CharField(max_length=16)
    severity = models.CharField(max_length=8)
    kinds = models.CharField(max_length=400, blank=True)  # ",billing,wait,"
    causes = models.CharField(max_length=800, blank=True)
    moment = models.CharField(max_length=12, blank=True, default="")
    involved = models.TextField(blank=True, default="")  # ",12,15,": people; who may read it: `people/pages.py`
    is_repeat = models.BooleanField()
    with_patient = models.BooleanField()
    minutes_to_contact = models.PositiveIntegerField(null=True)
    minutes_to_addressed = models.PositiveIntegerField(null=True)
    minutes_to_closed = models.PositiveIntegerField(null=True)
    minutes_to_reply = models.PositiveIntegerField(null=True)  # from addressed until the public reply was live
    spoken_with = models.BooleanField(db_default=False)  # or the attempts to reach them were ended
    addressed_on = models.DateField(null=True)
    addressed_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=40, blank=True)
    has_review = models.BooleanField()
    reply_live = models.BooleanField()
    kept_on = models.DateField(null=True)
    confirmed = models.CharField(max_length=12, blank=True, default="")  # the patient's newest answer: is it fixed?
    confirmed_on = models.DateField(null=True)
    replied_on = models.DateField(null=True)  # since when the public reply is live
    reply_excepted = models.BooleanField(default=False)
    minutes_to_documented = models.PositiveIntegerField(null=True)
    minutes_to_told = models.PositiveIntegerField(null=True)  # from addressed until the leaders had heard
    late_steps = models.CharField(max_length=100, blank=True, default="")  # ",speak,learn,", in whichever round
    was_late = models.BooleanField()

    class Meta:
        indexes = (
            models.Index(fields=("day", "office"), condition=Q(counts=True), name="figures_day"),
            models.Index(fields=("office", "day"), condition=Q(counts=True), name="figures_office"),
            models.Index(fields=("kept_on", "office"), condition=Q(kept_on__isnull=False), name="figures_kept"),
            models.Index(fields=("confirmed_on", "office"), condition=Q(confirmed="yes"), name="figures_confirmed"),
            models.Index(fields=("replied_on", "office"), condition=Q(replied_on__isnull=False), name="figures_reply"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.day}"


class AccountWords(models.Model):
    """Which words the accounts of one case have, as keyed digests with spaces between: equal for equal words, and
    silent without the key. Earlier cases with similar words are found by them."""

    case = models.OneToOneField(CaseRow, primary_key=True, on_delete=models.CASCADE, related_name="account_words")
    words = models.TextField(blank=True)

    def __str__(self) -> str:
        return str(self.case_id)


class LearnedCauses(models.Model):
    """What the group's choices of causes have taught: `kept` as `suggesting.model` keeps it. One row, made anew from
    the cases; `version` names its content, `until` is the newest event that it knows of."""

    version = models.CharField(max_length=22)
    until = models.PositiveBigIntegerField()
    kept = SealedJSONField()

    def __str__(self) -> str:
        return self.version


class Outcome(models.TextChoices):
    WATCHING = "watching", "Watching"
    HELD = "held", "Held"
    DID_NOT_HOLD = "did_not_hold", "Did not hold"


class WatchedAction(models.Model):
    """One corrective action with its watch rule, as its case has it now. `causes` and `offices` are ",a,b,"; no
    offices mean the whole group."""

    case = models.ForeignKey(CaseRow, on_delete=models.CASCADE, related_name="watched")
    no = models.PositiveSmallIntegerField()
    office = models.ForeignKey(Office, on_delete=models.PROTECT, db_index=False)
    what = models.TextField(blank=True)
    owner = models.CharField(max_length=20, blank=True)
    causes = models.CharField(max_length=800, blank=True)
    offices = models.TextField(blank=True)
    due_at = models.DateTimeField()
    until = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    failed_by = models.ForeignKey(CaseRow, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "no"), name="watched_once"),)
        indexes = (
            models.Index(fields=("until",), condition=Q(outcome="watching"), name="watched_open"),
            models.Index(fields=("office", "-due_at"), name="watched_office"),
            models.Index(fields=("outcome", "until"), name="watched_outcome"),
            models.Index(fields=("owner", "due_at"), condition=Q(done_at=None), name="watched_to_do"),
        )

    def __str__(self) -> str:
        return f"{self.case_id}.{self.no} {self.outcome}"

    @property
    def is_open(self) -> bool:
        """Whether its days have no end yet: nobody has done it, and no case has shown that it did not hold."""
        return self.outcome == Outcome.WATCHING and self.done_at is None


class Tallied(models.Model):
    """Cases of one place, counted, from `begins` on: what charts add up.

    `cells`: by source, then by causes as figures have them, what `tallies.Cell` says. `place` is the office, or
    `EVERYWHERE` for the whole group.
    """

    EVERYWHERE = 0

    place = models.PositiveBigIntegerField()
    begins = models.DateField()
    cells = models.TextField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.place} {self.begins}"


class Tally(Tallied):
    """Those of one part of a week (`practice/parts_of_weeks.py`)."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=("place", "begins"), name="tallied_once"),)


class MonthTally(Tallied):
    """Those of one month, added up, for charts over years; `begins` is the first of it."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=("place", "begins"), name="tallied_once_a_month"),)


class ToTally(models.Model):
    """Figures of this office and part changed, so that its tally does not hold: written in their transaction.

    A row for each change, so that one that comes while an earlier one is being tallied is not taken for that.
    """

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="+", db_index=False)
    begins = models.DateField()

    def __str__(self) -> str:
        return f"{self.office_id} {self.begins}"


class ToCompare(models.Model):
    """A case that says something else about why it happened, when or where: it is compared with what is watched."""

    case = models.OneToOneField(CaseRow, primary_key=True, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.case_id)
