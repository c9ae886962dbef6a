"""The demo's way in: choose who to be. There is no such address in real use."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from amends.practice.directory import Directory, PersonEntry, PostEntry, directory
from amends.practice.models import Person
from amends.protocol.policy import shipped_policy
from amends.protocol.words import Role

_FIRST = "Start with one of these"


@dataclass(frozen=True)
class Part:
    """Somebody to be, and what they are in words."""

    id: str
    name: str
    first_name: str
    what: str


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """The people of the group; a press on one signs in as them. Only in the demo: elsewhere there is no such page."""
    if not settings.CONFIGURATION.demo:
        raise Http404
    if request.method == "POST":
        chosen = request.POST.get("person", "")
        person = Person.objects.filter(pk=int(chosen), is_active=True).first() if chosen.isdecimal() else None
        if person is None:
            raise Http404
        login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
        return redirect("/")
    return render(request, "practice/be_somebody.html", {"parts": parts(directory())})


def parts(known: Directory) -> list[tuple[str, list[Part]]]:
    """One of each role to start with; then everybody who is active and has a post: the whole group's people, then each
    region's and office's."""
    places: dict[str, list[Part]] = {known.group: []}
    places |= {name: [] for name in known.regions.values()}
    places |= {office.name: [] for office in known.offices.values()}
    for post in known.posts:
        person = known.people[post.person]
        if person.is_active:
            places[_place(post, known)].append(_part(person, post.role))
    return [(_FIRST, _one_of_each(known)), *((place, people) for place, people in places.items() if people)]


def _one_of_each(known: Directory) -> list[Part]:
    """Who has to do with the oldest office: a short way into the demo."""
    office = min(known.offices.values(), key=lambda one: int(one.id), default=None)
    holders = [(role, known.holders(role, office)) for role in Role] if office else []
    return [_part(people[0], role) for role, people in holders if people]


def _part(person: PersonEntry, role: Role) -> Part:
    what = shipped_policy().roles[role]
    return Part(id=person.id, name=person.name, first_name=person.name.split()[0], what=what)


def _place(post: PostEntry, known: Directory) -> str:
    if post.office:
        return known.offices[post.office].name
    return known.regions[post.region] if post.region else known.group
