"""Reviews as the sites show them, every version that was seen, and each reply with its checks and signatures."""

from django.db import models
from django.db.models import Q

from amends.cases.models import CaseRow
from amends.deliveries.models import Delivery
from amends.practice.models import Office, Person


class Site(models.TextChoices):
    """Where the public reads it (review-platforms.md 5.4)."""

    GOOGLE = "google", "Google"
    FACEBOOK = "facebook", "Facebook"
    YELP = "yelp", "Yelp"
    HEALTHGRADES = "healthgrades", "Healthgrades"
    ZOCDOC = "zocdoc", "Zocdoc"
    BIRDEYE = "birdeye", "Birdeye"
    PODIUM = "podium", "Podium"
    OTHER = "other", "Another site"


class Via(models.TextChoices):
    """By which way Amends learned of it."""

    GOOGLE_BUSINESS = "google_business", "Google Business Profile"
    CSV = "csv", "Imported file"
    BIRDEYE = "birdeye", "Birdeye"
    PODIUM = "podium", "Podium"
    BY_HAND = "by_hand", "Entered by hand"


class Queue(models.TextChoices):
    """Where a review stands on the wall; each review is in exactly one (`queues.py`)."""

    NEW = "new", "New"
    NEEDS_CASE = "needs_case", "Needs case"
    IN_PROGRESS = "in_progress", "In progress"
    READY = "ready", "Ready for reply"
    WAITING = "waiting", "Waiting for the site"
    LIVE = "live", "Live"
    REFUSED = "refused", "Refused"
    PUBLIC = "public", "Still public"
    ELSEWHERE = "elsewhere", "Answered elsewhere"
    NO_REPLY = "no_reply", "Without a reply"
    SAME = "same", "The same as another"


def pictures(photos: int | None, videos: int | None) -> str:
    """How many photos and videos stand beside a review, in words: "2 photos and 1 video"; "" for none."""
    told = ((photos, "photo"), (videos, "video"))
    return " and ".join(f"{count} {what}{'' if count == 1 else 's'}" for count, what in told if count)


class Review(models.Model):
    """One public review: what it says now. `site` and `site_id` tell it from every other. `belongs_at` is the office
    that its profile is said to be now, where a case or a reply that was sent keeps it at another one.

    `stars` (1 to 5) or `recommended`, or neither. Texts are plain text; `text` is the original. `edited_at` is the
    site's own stamp. `photos` and `videos` are counted and never copied; None where nobody said. `lost_since` is since
    when it is not found on the site. While `maybe_same` names another review, a person must say whether it is the same
    one, and no case is opened; `same_as` is their answer yes (who gave it: `SameDecision`). `queue` follows from all
    the rest, and from the case.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, db_index=False)
    belongs_at = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    site = models.CharField(max_length=16, choices=Site.choices)
    site_id = models.CharField(max_length=255)
    location = models.CharField(max_length=255, blank=True)
    via = models.CharField(max_length=16, choices=Via.choices)
    stars = models.PositiveSmallIntegerField(null=True)
    recommended = models.BooleanField(null=True)
    reviewer = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    text_translated = models.TextField(blank=True)
    photos = models.PositiveSmallIntegerField(null=True)
    videos = models.PositiveSmallIntegerField(null=True)
    url = models.TextField(blank=True)
    reply_url = models.TextField(blank=True)
    posted_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    lost_since = models.DateTimeField(null=True)
    case = models.ForeignKey(CaseRow, null=True, on_delete=models.PROTECT, related_name="reviews")
    maybe_same = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    same_as = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    reply = models.ForeignKey("Reply", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    queue = models.CharField(max_length=12, choices=Queue.choices, default=Queue.READY)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("site", "site_id"), name="review_once"),)
        indexes = (
            models.Index(fields=("office", "-posted_at"), name="review_office"),
            models.Index(fields=("queue", "-posted_at", "-id"), name="review_queue"),
            models.Index(fields=("office", "queue", "-posted_at", "-id"), name="review_office_queue"),
            models.Index(fields=("-posted_at", "-id"), name="review_newest"),
            models.Index(fields=("id",), condition=Q(belongs_at__isnull=False), name="review_wrong_office"),
            # All that the counts of the wall look at.
            models.Index(fields=("queue", "office", "site", "stars"), name="review_counts"),
        )

    def __str__(self) -> str:
        return f"{self.site} {self.pk}"

    @property
    def said(self) -> str:
        """What the reviewer gave, in words: "2 stars", "not recommended"."""
        if self.stars is not None:
            return f"{self.stars} star{'' if self.stars == 1 else 's'}"
        return {True: "recommended", False: "not recommended", None: "no rating"}[self.recommended]

    @property
    def pictures(self) -> str:
        return pictures(self.photos, self.videos)


class ReviewVersion(models.Model):
    """What a review said at one time; a row is written when it is first seen and whenever it says something else."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="versions")
    seen_at = models.DateTimeField()
    via = models.CharField(max_length=16, choices=Via.choices)
    edited_at = models.DateTimeField()
    stars = models.PositiveSmallIntegerField(null=True)
    recommended = models.BooleanField(null=True)
    reviewer = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    text_translated = models.TextField(blank=True)
    photos = models.PositiveSmallIntegerField(null=True)
    videos = models.PositiveSmallIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.review_id} {self.seen_at:%Y-%m-%d}"

    @property
    def pictures(self) -> str:
        return pictures(self.photos, self.videos)


class SameDecision(models.Model):
    """A person's answer to whether a review is the same as another one, never changed: another answer is another row.

    Whose review it is, people say of its case, whose events keep that.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="same_decisions")
    other = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_same = models.BooleanField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"{self.review_id} {'=' if self.is_same else '≠'} {self.other_id}"


class ReplyState(models.TextChoices):
    DRAFT = "draft", "Draft"
    TO_APPROVE = "to_approve", "Waits for a second person"
    SENDING = "sending", "On its way to the site"
    BY_HAND = "by_hand", "To be posted by hand"
    PENDING = "pending", "With the site, which does not show it yet"
    LIVE = "live", "Live"
    REFUSED = "refused", "Refused by the site"
    TAKEN_DOWN = "taken_down", "Taken down"
    REPLACED = "replaced", "Replaced"
    GONE = "gone", "The review is gone; nothing was sent"


# Writing goes on; nothing has left.
UNSENT = (ReplyState.DRAFT, ReplyState.TO_APPROVE)
# It is with the site, may be, or soon will be.
STANDING = (ReplyState.SENDING, ReplyState.BY_HAND, ReplyState.PENDING, ReplyState.LIVE)


class Reply(models.Model):
    """One reply to a review, from draft to live, or to its end.

    `foreign`: it stood on the site and nobody here wrote it. `level` and `findings` are the checker's verdict on
    `text`. `reason` is why it goes out in spite of a finding, `early` why before the case was put right. `problem` is
    the site's own word for refusing it.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="replies")
    text = models.TextField()
    state = models.CharField(max_length=12, choices=ReplyState.choices, default=ReplyState.DRAFT)
    foreign = models.BooleanField(default=False)
    kept = models.BooleanField(default=False)  # foreign, and a manager said that it may stay
    level = models.CharField(max_length=8, blank=True)
    findings = models.JSONField(default=list)
    written_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    written_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    sent_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    early = models.TextField(blank=True)
    posted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    pending_since = models.DateTimeField(null=True)
    live_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=80, blank=True)
    delivery = models.ForeignKey(Delivery, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = (
            models.Index(
                fields=("review",),
                condition=Q(state__in=("sending", "by_hand", "pending", "live")),
                name="reply_standing",
            ),
            # What waits for a person's look or hands.
            models.Index(fields=("id",), condition=Q(state__in=("to_approve", "by_hand")), name="reply_for_person"),
        )

    def __str__(self) -> str:
        return f"{self.review_id}.{self.pk} {self.state}"


class ReplyStep(models.Model):
    """One thing that was done with a reply, never changed: who, when, and the text and verdict at that time."""

    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    text = models.TextField(blank=True)
    level = models.CharField(max_length=8, blank=True)

    def __str__(self) -> str:
        return f"{self.reply_id} {self.what}"
