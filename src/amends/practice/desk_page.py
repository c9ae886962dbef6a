"""The page on which a manager hands over the whole desk of somebody who leaves."""

from collections.abc import Collection, Mapping
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from amends.cases.forms import Story
from amends.cases.policies import current_policy
from amends.practice import desk
from amends.practice.away.on_work import who_named
from amends.practice.away.people import manages, possible_covers
from amends.practice.directory import Directory, directory, directory_now
from amends.practice.models import Person

_NAMED = 3  # so many offices are named behind a person


class DeskForm(forms.Form):
    use_required_attribute = False

    to = forms.ChoiceField(
        label="To whom?",
        error_messages={
            "required": "Choose who takes everything on.",
            "invalid_choice": "Choose somebody of this list; the other has no role where the cases are.",
        },
    )
    why = Story(
        label="Why?", rows=2, max_length=2_000, error_messages={"required": "Write why; it stands in each case."}
    )
    leaves = forms.BooleanField(label="They have left: no more sign-in, no more cases", required=False)

    def __init__(
        self, people: Mapping[str, str], why: str, data: Mapping[str, Any] | None = None, *, leaves: bool = False
    ) -> None:
        super().__init__(data, initial={"why": why, "leaves": leaves})
        self.has_receivers = bool(people)
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)  # noqa: S101  for the type checker: it is declared as one above
        to.choices = [("", "Choose somebody"), *people.items()]


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, person: int) -> HttpResponse:
    """What lies on the desk; and handing it over, which may be pressed again until nothing is left."""
    whom = _whom(request, person)
    people = _receivers(whom, desk.on_the_desk(whom))
    form = DeskForm(people, f"{whom.name} moves on.", request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, whom, form, status=422 if request.method == "POST" else 200)
    to = Person.objects.get(pk=int(form.cleaned_data["to"]))
    handed = desk.hand_over(whom, to, by=cast(Person, request.user), why=form.cleaned_data["why"])
    said, leaves = f"{handed.words} went to {to.name}.", form.cleaned_data["leaves"]
    if handed.stayed:
        rest = DeskForm(_receivers(whom, desk.on_the_desk(whom)), form.cleaned_data["why"], leaves=leaves)
        return _page(request, whom, rest, status=422, said=said, stayed=handed.stayed)
    messages.success(request, said)
    if leaves:
        if desk.make_inactive(whom):
            messages.success(request, f"{whom.name} can sign in no more.")
            named = [one.name for one in who_named(str(whom.pk), directory_now(), timezone.now())]
            if named:
                asked = "Their My work asks them to choose somebody else."
                messages.warning(request, f"{whom.name} was to cover for {', '.join(named)}. {asked}")
            return HttpResponseRedirect(reverse("away"), status=303)
        messages.warning(request, f"Something new came for {whom.name} meanwhile. Hand it over too, then they can go.")
    return HttpResponseRedirect(reverse("desk", args=[whom.pk]), status=303)


def _receivers(whom: Person, on_it: desk.OnTheDesk) -> dict[str, str]:
    """Person → name and post, of everybody who can take something of it on: who can take everything first.

    Behind who has a role at some of the offices alone stands which those are.
    """
    known, offices = directory(), on_it.offices
    everything: dict[str, str] = {}
    something: dict[str, str] = {}
    for key, label in possible_covers(str(whom.pk), known, current_policy().roles, managers=True).items():
        there = offices.intersection(known.own_roles_of(key))
        if there == offices:
            everything[key] = label
        elif there:
            something[key] = f"{label}; only for {_named(there, known)}"
    return everything | something


def _named(offices: Collection[str], known: Directory) -> str:
    names = sorted(known.offices[office].name for office in offices)
    more = f" and {len(names) - _NAMED} more offices" if len(names) > _NAMED + 1 else ""
    return f"{', '.join(names[:_NAMED] if more else names)}{more}"


def _page(
    request: HttpRequest,
    whom: Person,
    form: DeskForm,
    *,
    status: int,
    said: str = "",
    stayed: tuple[tuple[str, str], ...] = (),
) -> HttpResponse:
    context = {"whom": whom, "form": form, "desk": desk.on_the_desk(whom), "said": said, "stayed": stayed}
    return render(request, "practice/desk.html", context, status=status)


def _whom(request: HttpRequest, person: int) -> Person:
    """Somebody whom this person manages, active or not; else Http404."""
    if not manages(str(request.user.pk), str(person), directory()) or person == request.user.pk:
        raise Http404
    return Person.objects.get(pk=person)
