"""What every page of the guided run has in common: who may open it, the list of steps, and going on."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from amends.access import Right, may_for_group
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.setup import progress
from amends.setup.paging import Part
from amends.setup.standing import standings
from amends.setup.steps import Step, lines

P = ParamSpec("P")


def administrators_only(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For an administrator of the whole group; for everybody else there is no such page."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not may_for_group(cast(Person, request.user), Right.SET_UP):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@administrators_only
def index(request: HttpRequest) -> HttpResponse:
    """On to where the run stopped the last time."""
    return HttpResponseRedirect(progress.place().url)


@require_POST
@administrators_only
def go_on(request: HttpRequest, step: str) -> HttpResponse:
    """Through with a step, or without it for now; on to the next."""
    if step not in set(Step):
        raise Http404
    return to(progress.go_on(Step(step)).url)


def page(
    request: HttpRequest, step: Step, context: dict[str, Any], *, template: str = "", status: int = 200
) -> HttpResponse:
    """The page of a step with the list of all steps beside it."""
    shared = {
        "step": step,
        "steps": lines(standings(), step),
        "how_many": len(Step),
        "changes": progress.changes(step),
        "zone": directory().zone_of(str(request.user.pk)),
    }
    name = template or step.replace("-", "_")
    return render(request, f"setup/{name}.html", {**shared, **context}, status=status)


def to(url: str) -> HttpResponseRedirect:
    """After something was sent: to a page that can be loaded again without sending it twice."""
    return HttpResponseRedirect(url, status=303)


def onward(part: Part[Any], step: Step) -> str:
    """After one part of a long list the next one, and after the last part the next step."""
    return f"{step.url}{part.next_url}" if part.next_url else progress.go_on(step).url


def person_of(request: HttpRequest) -> Person:
    return cast(Person, request.user)
