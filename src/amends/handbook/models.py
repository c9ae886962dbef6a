"""The handbook's topics, pages and every version of them, and who has read which."""

from django.db import models

from amends.handbook.kept import KeptRow
from amends.practice.models import Person


class Audience(models.TextChoices):
    """Who is asked to read each new version of a page."""

    NOBODY = "nobody", "Nobody in particular"
    EVERYBODY = "everybody", "Everybody"
    MANAGERS = "managers", "Managers and leaders"


class Topic(models.Model):
    """A shelf of pages, in the order of `place`."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=80)
    place = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ("place", "title")

    def __str__(self) -> str:
        return self.title


class Page(models.Model):
    """One page. What it says stands in its versions, but for a `live` one: that is a template that reads the policy.

    `declined` is the shipped text that the group looked at and did not want; `is_shown` False takes the page out of the
    handbook and keeps all of it.
    """

    slug = models.SlugField(max_length=60, unique=True)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="pages")
    place = models.PositiveSmallIntegerField(default=100)
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.NOBODY)
    live = models.BooleanField(default=False)
    is_shown = models.BooleanField(default=True)
    declined = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering = ("topic__place", "topic__title", "place", "slug")

    def __str__(self) -> str:
        return self.slug


class VersionState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"


class PageVersion(KeptRow):
    """What a page says, or was about to say: each saving adds a row and changes none.

    `text` is Markdown (`rendering.py`). `no` counts what was published, from 1; a draft has none. `why` is the note of
    the change and `cases` the numbers of the cases that it was made for. `by` is None for Amends itself, whose
    text has the digest `shipped`.
    """

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="versions")
    no = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=10, choices=VersionState.choices)
    title = models.CharField(max_length=120)
    text = models.TextField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    why = models.CharField(max_length=300, blank=True)
    cases = models.JSONField(default=list)
    shipped = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering = ("page", "pk")
        constraints = (
            models.UniqueConstraint(fields=("page", "no"), name="page_version_once"),
            models.CheckConstraint(
                condition=models.Q(no__isnull=False, state="published") | models.Q(no__isnull=True, state="draft"),
                name="page_version_published_has_a_number",
            ),
        )

    def __str__(self) -> str:
        return f"{self.page_id} {self.no or 'draft'}"

    @property
    def author(self) -> str:
        return self.by.name if self.by else "Amends"

    @property
    def is_draft(self) -> bool:
        return self.state == VersionState.DRAFT


class Reading(models.Model):
    """That a person has read and understood one version of a page. `version` is its number; of a live page the
    policy's version."""

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="readings")
    version = models.CharField(max_length=12)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("page", "version", "person"), name="read_once"),)

    def __str__(self) -> str:
        return f"{self.page_id} {self.version} {self.person_id}"


class OpenEditor(models.Model):
    """That somebody has opened a page for editing, so that two people who do it at once see each other."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="editors")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("page", "person"), name="one_editor_each"),)

    def __str__(self) -> str:
        return f"{self.page_id} {self.person_id}"
