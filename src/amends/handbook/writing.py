"""Every change of the handbook: a draft kept, a version published, an old one restored, a page put elsewhere.

Each saving adds a row. Whoever saves says which row they began from (`seen`); if somebody saved another text in the
meantime nothing is written, and both texts are there to look at.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from amends import clock
from amends.handbook.models import OpenEditor, Page, PageVersion, Topic, VersionState
from amends.handbook.shipped import ShippedPage
from amends.practice.models import Person

# Addresses under /handbook/ that are no page.
RESERVED = frozenset({"card", "new", "topics"})
_LONGEST_SLUG = 50
_LATELY = timedelta(minutes=30)


class MovedError(Exception):
    """Somebody saved another text since; `newest` is theirs."""

    def __init__(self, newest: PageVersion) -> None:
        super().__init__(newest)
        self.newest = newest


@dataclass(frozen=True)
class Written:
    """What somebody wrote: `why` is the note of the change, `cases` the numbers of those it was made for."""

    title: str
    text: str
    why: str = ""
    cases: Sequence[str] = ()


@transaction.atomic
def begin(written: Written, *, topic: Topic, by: Person, publish: bool) -> PageVersion:
    """A new page in that topic. Its address is made of its title."""
    last = topic.pages.aggregate(Max("place"))["place__max"] or 0
    page = Page.objects.create(slug=_free_slug(written.title), topic=topic, place=min(last + 10, 32_000))
    return _add(page, written, by=by, publish=publish)


@transaction.atomic
def save(page: Page, written: Written, *, seen: int, by: Person, publish: bool) -> PageVersion:
    """A draft or a published version of the page; `seen` is the row that the writer began from.

    Raises `MovedError`, and writes nothing, where somebody else saved another text since. Saving the same once more
    adds nothing, so a button that is pressed twice does one thing.
    """
    Page.objects.select_for_update().get(pk=page.pk)
    newest = newest_of(page)
    if newest and newest.pk != seen:
        if newest.by == by and _is_it(newest, written, publish):
            return newest
        raise MovedError(newest)
    OpenEditor.objects.filter(page=page, person=by).delete()
    return _add(page, written, by=by, publish=publish)


def _is_it(newest: PageVersion, written: Written, publish: bool) -> bool:
    return (newest.title, newest.text) == (written.title, written.text) and newest.is_draft is not publish


@transaction.atomic
def restore(version: PageVersion, *, seen: int, by: Person) -> PageVersion:
    """The text of an old version as a new one. Raises `MovedError` as `save` does."""
    what = f"version {version.no}" if version.no else f"the draft by {version.author}"
    written = Written(version.title, version.text, why=f"Back to {what}.")
    return save(version.page, written, seen=seen, by=by, publish=True)


@transaction.atomic
def take_shipped(page: Page, ship: ShippedPage, *, seen: int, by: Person) -> PageVersion:
    """The newer text that ships becomes the group's. Raises `MovedError` as `save` does."""
    Page.objects.select_for_update().get(pk=page.pk)
    newest = newest_of(page)
    if newest and newest.pk != seen:
        raise MovedError(newest)
    written = Written(ship.title, ship.text, why="The newer text that came with Amends.")
    return _add(page, written, by=by, publish=True, shipped=ship.digest)


def decline_shipped(page: Page, ship: ShippedPage) -> None:
    """The group keeps its own text; the same one is not offered again."""
    Page.objects.filter(pk=page.pk).update(declined=ship.digest)


def new_topic(title: str) -> Topic:
    """The topic of that title, made where there is none."""
    found = Topic.objects.filter(title__iexact=title).first()
    if found:
        return found
    taken = set(Topic.objects.values_list("slug", flat=True))
    last = Topic.objects.aggregate(Max("place"))["place__max"] or 0
    return Topic.objects.create(slug=_free(_slug(title), taken), title=title, place=min(last + 10, 32_000))


def newest_of(page: Page) -> PageVersion | None:
    """What was saved last, draft or published."""
    return page.versions.select_related("by", "page").order_by("-pk").first()


def published(page: Page) -> PageVersion | None:
    """What readers see; None for a page that was never published."""
    return page.versions.select_related("by", "page").exclude(no=None).order_by("-no").first()


def note_open(page: Page, person: Person) -> list[OpenEditor]:
    """Notes that the person has the editor open, and gives the others who opened it within the last half hour."""
    now = timezone.now()
    OpenEditor.objects.update_or_create(page=page, person=person, defaults={"at": now})
    lately = page.editors.filter(at__gt=now - _LATELY).exclude(person=person)
    return list(lately.select_related("person").order_by("-at"))


def _add(page: Page, written: Written, *, by: Person, publish: bool, shipped: str = "") -> PageVersion:
    last = page.versions.aggregate(Max("no"))["no__max"] or 0
    return PageVersion.objects.create(
        page=page,
        no=last + 1 if publish else None,
        state=VersionState.PUBLISHED if publish else VersionState.DRAFT,
        title=written.title,
        text=written.text,
        by=by,
        at=clock.now(),
        why=written.why,
        cases=list(written.cases),
        shipped=shipped,
    )


def _free_slug(title: str) -> str:
    return _free(_slug(title), {*RESERVED, *Page.objects.values_list("slug", flat=True)})


def _slug(title: str) -> str:
    folded = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:_LONGEST_SLUG].strip("-") or "page"


def _free(wanted: str, taken: set[str]) -> str:
    found, again = wanted, 2
    while found in taken:
        found, again = f"{wanted}-{again}", again + 1
    return found
