"""The pages that come with Amends: put in once as version 1, offered again when their text is newer, never put over."""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from django.db import transaction

from amends import clock
from amends.handbook.models import Page, PageVersion, Topic, VersionState

CAME_WITH_AMENDS = "Came with Amends."


@dataclass(frozen=True)
class ShippedTopic:
    slug: str
    title: str
    place: int


@dataclass(frozen=True)
class ShippedPage:
    """One page as it ships. `text` is Markdown; a live page has none, and no title of its own."""

    slug: str
    title: str
    topic: str
    place: int
    audience: str
    live: bool
    text: str

    @property
    def digest(self) -> str:
        """What tells this text from every other."""
        return hashlib.sha256(f"{self.title}\n{self.text}".encode()).hexdigest()[:12]


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(_folder().joinpath("pages.toml").read_text(encoding="utf-8"))


def _folder() -> Any:
    return resources.files("amends.handbook").joinpath("shipped")


def shipped_topics() -> tuple[ShippedTopic, ...]:
    return tuple(ShippedTopic(**topic) for topic in _table()["topic"])


@lru_cache(maxsize=1)
def shipped_pages() -> tuple[ShippedPage, ...]:
    return tuple(_page(**page) for page in _table()["page"])


def _page(*, slug: str, topic: str, place: int, audience: str, title: str = "", live: bool = False) -> ShippedPage:
    text = "" if live else _folder().joinpath(f"{slug}.md").read_text(encoding="utf-8").strip()
    return ShippedPage(slug, title, topic, place, audience, live, text)


@transaction.atomic
def put_in() -> None:
    """Adds the pages that are not there yet, each as its version 1. What is there stays as it is."""
    topics = {one.slug: Topic.objects.get_or_create(slug=one.slug, defaults=vars(one))[0] for one in shipped_topics()}
    for ship in shipped_pages():
        where = {"topic": topics[ship.topic], "place": ship.place, "audience": ship.audience, "live": ship.live}
        page, is_new = Page.objects.get_or_create(slug=ship.slug, defaults=where)
        if is_new and not ship.live:
            PageVersion.objects.create(
                page=page,
                no=1,
                state=VersionState.PUBLISHED,
                title=ship.title,
                text=ship.text,
                at=clock.now(),
                why=CAME_WITH_AMENDS,
                shipped=ship.digest,
            )


def offer(page: Page) -> ShippedPage | None:
    """The text that ships for this page now, where it is one that the group has neither had nor declined."""
    ship = next((one for one in shipped_pages() if one.slug == page.slug and not one.live), None)
    if ship is None or page.live or page.declined == ship.digest:
        return None
    return None if page.versions.filter(shipped=ship.digest).exists() else ship
