"""The handbook: what staff read, search and print. The protocol's page is made from the policy in force."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from amends.cases.policies import current_policy
from amends.handbook.limits import in_words
from amends.handbook.reading import Heading, Hit, contents, search
from amends.practice.directory import directory
from amends.protocol.policy import Policy
from amends.web.steps import STEPS

_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Topic:
    """A page of the handbook. Its text is the template `handbook/topics/<slug>.html`."""

    slug: str
    title: str
    about: str


@dataclass(frozen=True)
class Contents:
    """One line of a page's contents, with the lines under it."""

    heading: Heading
    under: tuple[Heading, ...]


@dataclass(frozen=True)
class Found:
    topic: Topic
    hits: tuple[Hit, ...]


def topics(policy: Policy) -> list[Topic]:
    """The handbook's topics, in order."""
    return [
        Topic("protocol", policy.name, "What we do when a patient is upset: who, by when, and when it is finished."),
        Topic("desk", "What to say at the desk", "Five steps for the first minute: hear, empathize, apologize, "
              "respond, thank."),
    ]  # fmt: skip


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The topics, and what a search (`q`) finds in them."""
    policy = current_policy()
    words = request.GET.get("q", "").strip()[:_LONGEST_SEARCH]
    listed = topics(policy)
    found = [Found(topic, tuple(search(_text(topic, policy), words))) for topic in listed] if words else []
    context = {"topics": listed, "words": words, "found": [one for one in found if one.hits]}
    return render(request, "handbook/index.html", context)


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """One page of the handbook with its contents."""
    policy = current_policy()
    shown = next((one for one in topics(policy) if one.slug == slug), None)
    if shown is None:
        raise Http404
    html = _text(shown, policy)
    context = {"topic": shown, "text": html, "contents": _nested(contents(html)), "policy": policy}
    return render(request, "handbook/topic.html", context)


def _text(shown: Topic, policy: Policy) -> str:
    severe = [label for key, label in policy.triggers.items() if key != "privacy"]
    return render_to_string(
        f"handbook/topics/{shown.slug}.html",
        {
            "policy": policy,
            "limits": in_words(policy.limits),
            "steps": STEPS,
            "severe": severe,
            "group": directory().group,
        },
    )


def _nested(headings: list[Heading]) -> list[Contents]:
    lines: list[tuple[Heading, list[Heading]]] = []
    for heading in headings:
        if heading.level == 2 or not lines:
            lines.append((heading, []))
        else:
            lines[-1][1].append(heading)
    return [Contents(heading, tuple(under)) for heading, under in lines]
