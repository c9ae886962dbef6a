"""What stands in the handbook now: its topics with their pages, as readers see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Max
from django.template.loader import render_to_string

from amends.access import Right, may, may_for_group
from amends.cases.policies import current_policy
from amends.handbook.limits import in_words
from amends.handbook.live import values
from amends.handbook.models import Page, PageVersion, Topic
from amends.handbook.reading import Heading, contents, passages
from amends.handbook.rendering import render
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.protocol.policy import Policy
from amends.web.steps import STEPS

_ABOUT = 140  # characters of a page's first paragraph that a list shows


@dataclass(frozen=True)
class Shown:
    """A page as it reads now. `version` is what is read and understood: the number of the version, or of a live page
    the policy's; `of` its row, None for a live one."""

    page: Page
    title: str
    version: str
    of: PageVersion | None
    policy: Policy

    @cached_property
    def html(self) -> str:
        """What the page says, safe to show as it is."""
        return render(self.of.text, values(self.policy)) if self.of else live_text(self.page.slug, self.policy)

    @property
    def headings(self) -> list[Heading]:
        return contents(self.html)

    @property
    def about(self) -> str:
        """What it is about, for lists: its first words."""
        first = next((one.text for one in passages(self.html) if not one.is_heading), "")
        return first if len(first) <= _ABOUT else f"{first[:_ABOUT].rsplit(' ', 1)[0]} …"


@dataclass(frozen=True)
class Shelf:
    topic: Topic
    pages: tuple[Shown, ...]


def shown_pages() -> list[Shown]:
    """Every page that readers see, in order."""
    policy = current_policy()
    pages = list(Page.objects.filter(is_shown=True).select_related("topic"))
    newest = _published({page.pk for page in pages})
    return [shown for page in pages if (shown := _shown(page, newest.get(page.pk), policy))]


def shelves(shown: Sequence[Shown]) -> list[Shelf]:
    """These pages by topic, in order."""
    by_topic: dict[Topic, list[Shown]] = {}
    for one in shown:
        by_topic.setdefault(one.page.topic, []).append(one)
    return [Shelf(topic, tuple(pages)) for topic, pages in by_topic.items()]


def shown_page(slug: str) -> Shown | None:
    """The page as readers see it; None where there is none."""
    page = Page.objects.filter(slug=slug, is_shown=True).select_related("topic").first()
    return _shown(page, _published({page.pk}).get(page.pk), current_policy()) if page else None


@dataclass(frozen=True)
class Unshown:
    """A page that readers do not see: a draft that was never published, or one that was taken out."""

    page: Page
    title: str


def unshown(shown: Sequence[Shown]) -> list[Unshown]:
    """The pages besides these, for those who write and arrange them."""
    pages = Page.objects.exclude(pk__in=[one.page.pk for one in shown]).prefetch_related("versions")
    policy = current_policy()
    return [Unshown(page, policy.name if page.live else list(page.versions.all())[-1].title) for page in pages]


def rendered(text: str) -> str:
    """Markdown as it will be shown, with the policy's values of now."""
    return render(text, values(current_policy()))


def may_edit(person: Person) -> bool:
    """Whether the person writes the handbook: regional managers, leaders and the privacy officer do."""
    return may(person, Right.EDIT_HANDBOOK)


def may_arrange(person: Person) -> bool:
    """Whether the person says where pages stand and who reads them: whoever writes, and administrators."""
    return may_edit(person) or may_for_group(person, Right.SET_UP)


def _published(pages: set[int]) -> dict[int, PageVersion]:
    """page → what was published last."""
    newest = PageVersion.objects.filter(page__in=pages).exclude(no=None).order_by().values("page").annotate(Max("pk"))
    rows = PageVersion.objects.filter(pk__in=newest.values("pk__max")).select_related("by", "page")
    return {row.page_id: row for row in rows}


def _shown(page: Page, version: PageVersion | None, policy: Policy) -> Shown | None:
    if page.live:
        return Shown(page, policy.name, policy.version, None, policy)
    if version is None:
        return None
    return Shown(page, version.title, str(version.no), version, policy)


def live_text(slug: str, policy: Policy) -> str:
    """A page that is a template, since it is made of the policy's own tables."""
    severe = [label for key, label in policy.triggers.items() if key != "privacy"]
    context = {"policy": policy, "limits": in_words(policy.limits), "steps": STEPS, "severe": severe}
    return render_to_string(f"handbook/live/{slug}.html", {**context, "group": directory().group})
