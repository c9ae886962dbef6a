"""People: the users of each Open Dental database to choose from, with their roles, and people entered by hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from amends.cases.forms import Words
from amends.cases.policies import current_policy
from amends.integrations.open_dental.rows import Userod
from amends.practice.directory import Directory, directory
from amends.practice.models import OpenDentalUser, Person, Post
from amends.protocol.words import Role
from amends.setup import databases as od
from amends.setup import progress
from amends.setup.group import GroupError, PersonIn, PostIn, new_password, take_out, together, write_person, write_user
from amends.setup.pages import administrators_only, onward, page, person_of, to
from amends.setup.paging import Part, part_of
from amends.setup.posts import Choice, chosen_of, place_choices, posts_of, role_choices
from amends.setup.steps import Step

_NEW = "new"
_HERE, _NOWHERE = "In Amends already", "Without an office in Open Dental"


@dataclass(frozen=True)
class Somebody:
    """Somebody who may get access: a user of Open Dental, somebody who has it already, or an empty line.

    `users` are their `UserNum` by database.
    """

    key: str
    called: str
    among: str
    users: Mapping[str, int]
    name: str = ""
    email: str = ""
    choices: tuple[Choice, ...] = ()
    person: Person | None = None


@dataclass(frozen=True)
class NewPerson:
    """Somebody who is new, with the password that is shown once."""

    name: str
    email: str
    password: str


class PersonForm(forms.Form):
    """One person with their roles."""

    use_required_attribute = False
    name = Words(label="Name", max_length=120, error_messages={"required": "Enter the name."})
    email = forms.EmailField(
        label="E-mail, to sign in with",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Enter an e-mail address: they sign in with it.",
            "invalid": "This is not an e-mail address.",
        },
    )

    def __init__(self, somebody: Somebody, known: Directory, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix=somebody.key, initial={"name": somebody.name, "email": somebody.email})
        self.somebody, self.called, self._known = somebody, somebody.called, known
        self._rows = len(somebody.choices) + 1
        roles, places = role_choices(current_policy().roles), place_choices(known)
        for number, choice in enumerate((*somebody.choices, Choice())):
            again = f" {number + 1}" if number else ""
            self.fields[f"role_{number}"] = forms.ChoiceField(
                label=f"Role{again}", choices=roles, required=False, initial=choice.role
            )
            self.fields[f"place_{number}"] = forms.ChoiceField(
                label=f"Where{again}", choices=places, required=False, initial=choice.place
            )
        if data is not None:
            for name in ("name", "email"):
                self.fields[name].required = self.is_wanted

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The role and the place of each post, the last one empty."""
        return [(self[f"role_{number}"], self[f"place_{number}"]) for number in range(self._rows)]

    @property
    def is_wanted(self) -> bool:
        """Whether a role was chosen."""
        return any(self.data.get(self.add_prefix(f"role_{number}"), "") for number in range(self._rows))

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        pairs = (Choice(typed.get(f"role_{n}", ""), typed.get(f"place_{n}", "")) for n in range(self._rows))
        self.posts: list[PostIn] = []
        self.ranks: list[int | None] = []
        try:
            self.posts, self.ranks = posts_of(
                pairs, self._known, person=str(self.somebody.person.pk) if self.somebody.person else ""
            )
        except ValueError as wrong:
            self.add_error("place_0", str(wrong))
        return typed

    def write(self) -> NewPerson | None:
        """Writes the person of a valid form; they come back where they are new. Raises `GroupError`."""
        somebody = self.somebody
        if not self.posts:
            if somebody.person and somebody.person.is_active:
                take_out(somebody.person)
            return None
        name, email = self.cleaned_data["name"], self.cleaned_data["email"]
        # Somebody who turns out to be here already (a second database, a second line) keeps what they are.
        person, password = write_person(
            PersonIn(name=name, email=email, posts=self.posts),
            row=somebody.person,
            ranks=self.ranks,
            keeps_other_posts=somebody.person is None,
        )
        for database, user_num in somebody.users.items():
            before = OpenDentalUser.objects.filter(person=person, database=database).first()
            if before and before.UserNum != user_num:
                raise GroupError(f"{name} is another user of this Open Dental already (number {before.UserNum}).")
            write_user(person, database, user_num, before.TaskListInBox if before else 0)
        return NewPerson(name, email.lower(), password) if password else None


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def people(request: HttpRequest) -> HttpResponse:
    """Who gets access and as what. New people's passwords are shown in the answer, and never again."""
    known = directory()
    part = part_of(everybody(known), request)
    name = str(part.number)
    if request.method != "POST":
        kept = progress.draft(Step.PEOPLE, part=name)
        return _page(request, part, _forms(part.rows, known, progress.typed_in(kept)), draft=kept)
    made = [PersonForm(somebody, known, request.POST) for somebody in part.rows]
    if request.POST.get("press") == "later":
        progress.keep_draft(Step.PEOPLE, request.POST, person_of(request), part=name)
        messages.success(request, "Kept. Nobody’s access is changed yet.")
        return to(request.get_full_path())
    new = _written(made) if all(form.is_valid() for form in made) else None
    if new is None:
        progress.keep_draft(Step.PEOPLE, request.POST, person_of(request), part=name)
        return _page(request, part, made, status=422)
    progress.drop_draft(Step.PEOPLE, part=name)
    url = onward(part, Step.PEOPLE)
    if new:
        return page(request, Step.PEOPLE, {"new": new, "onward": url}, template="people_new")
    messages.success(request, "The people are saved.")
    return to(url)


@require_POST
@administrators_only
def password(request: HttpRequest) -> HttpResponse:
    """Another one-time password for somebody who never signed in."""
    pk = request.POST.get("person", "")
    person = Person.objects.filter(pk=int(pk), is_active=True).first() if pk.isascii() and pk.isdigit() else None
    if person is None:
        raise Http404
    if person.last_login is not None:
        messages.error(request, f"{person.name} has signed in already. They change their password themselves.")
        return to(Step.PEOPLE.url)
    new = [NewPerson(person.name, person.email, new_password(person))]
    return page(request, Step.PEOPLE, {"new": new, "onward": Step.PEOPLE.url}, template="people_new")


def everybody(known: Directory) -> list[Somebody]:
    """People who have access, users of every database who do not, and an empty line."""
    persons = {str(person.pk): person for person in Person.objects.order_by("name")}
    by_user = {
        (database, user.UserNum): entry.id for entry in known.people.values() for database, user in entry.users.items()
    }
    by_email = {person.email.casefold(): key for key, person in persons.items()}
    users: dict[str, dict[str, int]] = {key: {} for key in persons}
    strangers: list[Somebody] = []
    all_of_them = od.databases()
    for database in all_of_them:
        where = f", {database.name}" if len(all_of_them) > 1 else ""
        for user in od.users(database.key).rows:
            key = by_user.get((database.key, user.UserNum)) or by_email.get(user.emailAddress.strip().casefold(), "")
            if key and database.key not in users[key]:
                users[key][database.key] = user.UserNum
            else:
                strangers.append(_stranger(database, user, known, where))
    return [
        *(_known(person, users[key], known) for key, person in persons.items()),
        *sorted(strangers, key=lambda one: (one.among == _NOWHERE, one.among)),
        Somebody(_NEW, "Somebody new", "Not in this list", {}, choices=(Choice(),)),
    ]


def _known(person: Person, users: Mapping[str, int], known: Directory) -> Somebody:
    choices = tuple(chosen_of(known, str(person.pk))) if person.is_active else ()
    return Somebody(
        f"person-{person.pk}", person.name, _HERE, users, person.name, person.email, choices or (Choice(),), person
    )


def _stranger(database: od.Database, user: Userod, known: Directory, where: str) -> Somebody:
    email = user.emailAddress.strip()
    here = [one for one in known.offices.values() if one.open_dental == database.key and one.is_active]
    theirs = [one for one in here if one.ClinicNum == user.ClinicNum] if user.ClinicNum else []
    office = theirs[0] if theirs else here[0] if len(here) == 1 else None
    # Only whose address is known can have access; the roles of the others wait until somebody types it.
    role = Role.TEAM.value if email and office else ""
    return Somebody(
        key=f"{database.key}-{user.UserNum}",
        called=f"{user.UserName} (user {user.UserNum}{where})",
        among=office.name if office else _NOWHERE,
        users={database.key: user.UserNum},
        name=_name_of(user),
        email=email,
        choices=(Choice(role, f"office:{office.id}" if office else ""),),
    )


def _name_of(user: Userod) -> str:
    """The provider's or employee's name, else the user's own."""
    return (user.providerName.strip() or user.employeeName.strip() or user.UserName.strip())[:120]


def _forms(rows: Iterable[Somebody], known: Directory, typed: Mapping[str, Any] | None) -> list[PersonForm]:
    made = [PersonForm(somebody, known) for somebody in rows]
    if typed is not None:
        for form in made:
            form.initial = dict(progress.as_initial(PersonForm(form.somebody, known, typed)))
    return made


def _written(made: Sequence[PersonForm]) -> list[NewPerson] | None:
    """Writes them together or not at all (None); what is in the way stands at its form then."""
    new: list[NewPerson] = []
    try:
        with together():
            for form in made:
                person = form.write()
                if person:
                    new.append(person)
            _somebody_stays_administrator()
    except GroupError as wrong:
        form.add_error("email", str(wrong))
        return None
    return new


def _somebody_stays_administrator() -> None:
    group_wide = Post.objects.filter(office__isnull=True, region__isnull=True, person__is_active=True)
    if not group_wide.filter(role=Role.ADMINISTRATOR).exists():
        raise GroupError("Somebody must stay administrator of the whole group.")


def _page(
    request: HttpRequest, part: Part[Somebody], made: list[PersonForm], *, draft: object = None, status: int = 200
) -> HttpResponse:
    known = od.databases()
    context = {
        "forms": made,
        "refused": status == 422,
        "part": part,
        "draft": draft,
        "databases": known,
        "troubles": [(one.name, read) for one in known if (read := od.users(one.key)).trouble],
        "never_signed_in": Person.objects.filter(last_login__isnull=True, is_active=True).order_by("name"),
    }
    return page(request, Step.PEOPLE, context, status=status)
