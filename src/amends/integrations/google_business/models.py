"""The group's profiles at Google: how they are reached, which office each is, how far their reviews were read."""

from django.db import models

from amends.practice.models import Office
from amends.reviews.models import Reply, Review
from amends.sealing import SealedTextField


class GoogleConnection(models.Model):
    """One person's permission to read reviews and to reply, with the OAuth client that it was given to.

    The addresses are Google's own; a simulator has all of them at one (`at_one_address`). `keys` are the published
    keys (JWKS) that pushes are signed with. `answered_at` is when Google last answered: until then a refusal for the
    quota means that Google has not approved the access yet (review-platforms.md 1.2).
    """

    key = models.SlugField(unique=True, default="main", help_text="A short name for the log.")
    accounts_url = models.URLField(default="https://mybusinessaccountmanagement.googleapis.com")
    places_url = models.URLField(default="https://mybusinessbusinessinformation.googleapis.com")
    reviews_url = models.URLField(default="https://mybusiness.googleapis.com")
    notices_url = models.URLField(default="https://mybusinessnotifications.googleapis.com")
    consent_url = models.URLField(default="https://accounts.google.com")
    token_url = models.URLField(default="https://oauth2.googleapis.com")
    keys_url = models.URLField(default="https://www.googleapis.com")
    client_id = models.CharField(max_length=200, blank=True)
    client_secret = SealedTextField(blank=True)
    refresh_token = SealedTextField(blank=True)
    access_token = SealedTextField(blank=True)
    access_until = models.DateTimeField(null=True)
    timeout_seconds = models.PositiveSmallIntegerField(default=30)
    poll_seconds = models.PositiveIntegerField(default=300)
    pace_seconds = models.FloatField(default=0.2, help_text="Google takes 300 calls a minute, evenly spaced.")
    edit_seconds = models.FloatField(default=6, help_text="And ten edits a minute of each profile.")
    push_topic = models.CharField(max_length=255, blank=True)
    push_email = models.CharField(max_length=255, blank=True)
    push_issuer = models.CharField(max_length=100, default="https://accounts.google.com")
    keys = models.JSONField(default=dict, editable=False)
    keys_at = models.DateTimeField(null=True, editable=False)
    pushed_at = models.DateTimeField(null=True, editable=False)
    push_refused = models.PositiveIntegerField(default=0, editable=False)
    push_refused_at = models.DateTimeField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    trouble = models.CharField(max_length=300, blank=True, editable=False)
    trouble_since = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key

    @classmethod
    def at_one_address(cls, url: str) -> dict[str, str]:
        """The addresses where one server stands for all of Google's, as the simulator does."""
        return {field.name: url for field in cls._meta.get_fields() if field.name.endswith("_url")}


class GoogleAccount(models.Model):
    """An account that the connection may use: `name` is `accounts/1`. Locations are read of those `chosen`.

    `topic` is where Google published what happens in it when that was last read, at `topic_at`: ours or another's.
    """

    connection = models.ForeignKey(GoogleConnection, on_delete=models.CASCADE, related_name="accounts")
    name = models.CharField(max_length=100)
    title = models.CharField(max_length=200, blank=True)
    chosen = models.BooleanField(default=False)
    topic = models.CharField(max_length=255, blank=True)
    topic_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = (models.UniqueConstraint(fields=("connection", "name"), name="google_account_once"),)

    def __str__(self) -> str:
        return self.name


class GoogleLocation(models.Model):
    """One profile: `name` is the long form, `accounts/1/locations/2`, which alone the reviews API takes (1.3).

    Its reviews are read once a person has said which `office` it is. `mark` is the newest time of change that was
    read, `total` how many reviews Google counted then, `listed_at` when all of them were last read. `due_at` is when
    it is read next; a push brings that forward. `leased_until`: one process reads it.
    """

    account = models.ForeignKey(GoogleAccount, on_delete=models.CASCADE, related_name="locations")
    name = models.CharField(max_length=200, unique=True)
    title = models.CharField(max_length=200, blank=True)
    store_code = models.CharField(max_length=100, blank=True)
    place_id = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_verified = models.BooleanField(default=True)
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    mark = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(null=True)
    listed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, db_index=True)
    leased_until = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    trouble_since = models.DateTimeField(null=True)

    class Meta:
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title or self.name


class GoogleRow(models.Model):
    """What a review's row at Google looked like when it was taken in last, so that the same is not taken in again."""

    review = models.OneToOneField(Review, on_delete=models.CASCADE, related_name="+", primary_key=True)
    digest = models.CharField(max_length=43)

    def __str__(self) -> str:
        return str(self.review_id)


class GoogleReread(models.Model):
    """When a reply that waits for Google was last looked for (`rereading.py`)."""

    reply = models.OneToOneField(Reply, on_delete=models.CASCADE, related_name="+", primary_key=True)
    looked_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.reply_id)


class GooglePush(models.Model):
    """A push that was seen to: Pub/Sub delivers at least once."""

    message = models.CharField(max_length=64, unique=True)  # a digest of its messageId
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.message
