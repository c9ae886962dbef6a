"""Task inboxes: for everybody who is asked by a Task, the list into which it goes; and the user who writes Tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from amends.integrations.open_dental.features import Feature, why_not
from amends.integrations.open_dental.rows import TaskList, Userod
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.setup import databases as od
from amends.setup import progress
from amends.setup.asked import Asked, asked_in
from amends.setup.group import GroupError, together, write_user
from amends.setup.pages import administrators_only, page, person_of, to
from amends.setup.steps import Step

_AUTHORS = ("service recovery", "amends")
_HIGHEST = 2**53 - 1


@dataclass(frozen=True)
class Lists:
    """What one database offers to choose from."""

    users: Sequence[Userod]
    lists: Sequence[TaskList]
    troubles: Sequence[od.Read[Any]]

    def name_of(self, inbox: int) -> str:
        """ "Omar Haddad (501)"."""
        name = next((row.Descript for row in self.lists if row.TaskListNum == inbox), "")
        return f"{name} ({inbox})" if name else f"number {inbox}"


class InboxForm(forms.Form):
    """Who somebody is in Open Dental, and their inbox."""

    use_required_attribute = False

    def __init__(self, asked: Asked, offered: Lists, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix=asked.key)
        self.asked, self.called = asked, f"{asked.person.name}, {asked.database.name}"
        self.found = offered.name_of(asked.inbox) if asked.inbox else ""
        self.guess = 0 if asked.inbox else _list_of(asked.person.name, offered.lists)
        self.fields["user"] = _user_field("User in Open Dental", offered.users, asked.user.UserNum, "No user")
        self.fields["inbox"] = _inbox_field(offered.lists, asked.user.TaskListInBox or self.guess)

    def write(self) -> None:
        """Raises `GroupError`."""
        user_num, inbox = self.cleaned_data["user"] or 0, self.cleaned_data["inbox"] or 0
        person = Person.objects.get(pk=int(self.asked.person.id))
        write_user(person, self.asked.database.key, user_num, inbox)


class AuthorForm(forms.Form):
    """The user under whose name Tasks are written."""

    use_required_attribute = False

    def __init__(self, database: od.Database, offered: Lists, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix=f"author-{database.key}")
        self.database, self.called = database, database.name
        named = {row.UserName.strip().casefold(): row for row in offered.users}
        self.recommended = next((named[name] for name in _AUTHORS if name in named), None)
        chosen = database.row.author_user_num or (self.recommended.UserNum if self.recommended else 0)
        self.fields["user"] = _user_field("Tasks are written by", offered.users, chosen, "Nobody yet: no Tasks")

    def write(self) -> None:
        self.database.row.author_user_num = self.cleaned_data["user"] or 0
        self.database.row.save(update_fields=["author_user_num"])


@dataclass(frozen=True)
class Section:
    """One database on the page."""

    database: od.Database
    author: AuthorForm
    inboxes: Sequence[InboxForm]
    troubles: Sequence[od.Read[Any]]
    no_tasks: str

    @property
    def forms(self) -> list["AuthorForm | InboxForm"]:
        """All of its forms, in the order of the page."""
        return [self.author, *self.inboxes]


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def inboxes(request: HttpRequest) -> HttpResponse:
    """Every database with its author of Tasks and its inboxes."""
    if request.method != "POST":
        kept = progress.draft(Step.INBOXES)
        return _page(request, _sections(progress.typed_in(kept), as_draft=True), draft=kept)
    sections = _sections(request.POST)
    made = [form for section in sections for form in section.forms]
    if request.POST.get("press") == "later":
        progress.keep_draft(Step.INBOXES, request.POST, person_of(request))
        messages.success(request, "Kept. The inboxes are not changed yet.")
        return to(Step.INBOXES.url)
    if not all(form.is_valid() for form in made) or not _written(made):
        progress.keep_draft(Step.INBOXES, request.POST, person_of(request))
        return _page(request, sections, status=422)
    progress.drop_draft(Step.INBOXES)
    messages.success(request, "The inboxes are saved.")
    return to(progress.go_on(Step.INBOXES).url)


def _sections(typed: Mapping[str, Any] | None, *, as_draft: bool = False) -> list[Section]:
    known = directory()
    found = []
    for database in od.databases():
        users, told, lists = od.users(database.key), od.inboxes(database.key), od.task_lists(database.key)
        troubles = {read.trouble: read for read in (lists, told, users) if read.trouble}
        offered = Lists(users.rows, lists.rows, list(troubles.values()))
        asked = asked_in(database, known, {row.UserNum: row.TaskListInBox for row in told.rows})
        author, made = AuthorForm(database, offered, typed), [InboxForm(one, offered, typed) for one in asked]
        if typed is not None and as_draft:
            fresh = AuthorForm(database, offered), [InboxForm(one, offered) for one in asked]
            for form, bound in zip((fresh[0], *fresh[1]), (author, *made), strict=True):
                form.initial = dict(progress.as_initial(bound))
            author, made = fresh
        no_tasks = why_not(Feature.TASK_WRITE, database.facts)
        found.append(Section(database, author, made, offered.troubles, no_tasks))
    return found


def _user_field(label: str, users: Sequence[Userod], chosen: int, nobody: str) -> forms.Field:
    if not users:
        return forms.IntegerField(
            label=f"{label} (number)", required=False, initial=chosen or None, min_value=0, max_value=_HIGHEST
        )
    choices = [(0, nobody), *((user.UserNum, f"{user.UserName} ({user.UserNum})") for user in users)]
    if chosen and chosen not in dict(choices):
        choices.append((chosen, f"number {chosen}"))
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, empty_value=None, initial=chosen)


def _inbox_field(lists: Sequence[TaskList], chosen: int) -> forms.Field:
    if not lists:
        return forms.IntegerField(
            label="Number of the inbox", required=False, initial=chosen or None, min_value=0, max_value=_HIGHEST
        )
    choices = [(0, "The one that Open Dental tells"), *((row.TaskListNum, _called(row)) for row in lists)]
    if chosen and chosen not in dict(choices):
        choices.append((chosen, f"number {chosen}"))
    return forms.TypedChoiceField(label="Inbox", choices=choices, coerce=int, empty_value=None, initial=chosen)


def _called(row: TaskList) -> str:
    return f"{row.Descript or 'Task list'} ({row.TaskListNum})"


def _list_of(name: str, lists: Sequence[TaskList]) -> int:
    """The one list that is called like the person: only a guess (open-dental-api.md 3.4)."""
    same = [row.TaskListNum for row in lists if row.Descript.strip().casefold() == name.casefold()]
    return same[0] if len(same) == 1 else 0


def _written(made: Sequence[AuthorForm | InboxForm]) -> bool:
    try:
        with together():
            for form in made:
                form.write()
    except GroupError as wrong:
        form.add_error("user", str(wrong))
        return False
    return True


def _page(
    request: HttpRequest, sections: Sequence[Section], *, draft: object = None, status: int = 200
) -> HttpResponse:
    context = {
        "sections": sections,
        "forms": [form for section in sections for form in section.forms],
        "databases": [section.database for section in sections],
        "refused": status == 422,
        "draft": draft,
    }
    return page(request, Step.INBOXES, context, status=status)
