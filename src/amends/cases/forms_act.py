"""What every action on a case has in common: a form that only reads what was typed; the rules decide."""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, ClassVar

from django import forms
from django.db import transaction

from amends.access import RIGHTS, Right, says_it
from amends.cases import actions
from amends.cases.steps import Desk
from amends.cases.suggested import Suggested, suggested_for
from amends.protocol import commands as c
from amends.protocol.values import Person

_END_OF_DAY = time(23, 59)


class Act(forms.Form):
    """Base of them all; `key` stands in its address, `title` on its page and `button` on its button."""

    key: ClassVar[str]
    title: ClassVar[str]
    button: ClassVar[str]
    said: ClassVar[str] = "Recorded."
    from_link: ClassVar[tuple[str, ...]] = ()  # fields that a link to its page may fill in, for a person to look at

    use_required_attribute = False  # what is missing is said in one place, with everything that was typed

    # The version of the case that the page was made from.
    seen = forms.IntegerField(min_value=1, max_value=1_000_000, required=False, widget=forms.HiddenInput)

    def __init__(self, desk: Desk, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"seen": desk.case.version})
        self.desk = desk
        self.suggested: list[Suggested] = []
        self.prepare(desk)

    def prepare(self, desk: Desk) -> None:
        """Fills in what the fields need to know of the case."""

    @abstractmethod
    def commands(self) -> list[c.Command]:
        """What the valid form asks for: performed in this order, together or not at all."""

    def perform(self) -> actions.Done:
        """Raises `protocol.decide.Refused` and `actions.CaseMovedError`; then nothing was written."""
        with transaction.atomic():
            seen = self.cleaned_data["seen"]
            for command in self.commands():
                by = says_it(command, self.desk.actor, self.desk.office.id)
                done = actions.perform(command=command, by=by, case=self.desk.row.pk, seen=seen)
                seen = None  # what follows is this same person's
        return done

    def choose(self, name: str, labels: Mapping[str, str]) -> None:
        """Gives a field its choices."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker: these fields are
        field.choices = list(labels.items())

    def choose_causes(self) -> None:
        """Gives the field of causes its choices, first those that the account speaks for."""
        labels = self.desk.policy.causes
        self.suggested = suggested_for(self.desk)
        self.choose("causes", {**{one.cause: labels[one.cause] for one in self.suggested}, **labels})

    @property
    def suggested_chips(self) -> list[tuple[forms.boundfield.BoundWidget, tuple[str, ...]]]:
        """The choices that come first, each with the words that speak for it."""
        return [(chip, one.words) for chip, one in zip(self["causes"], self.suggested, strict=False)]

    @property
    def other_chips(self) -> list[forms.boundfield.BoundWidget]:
        """The choices after those."""
        return list(self["causes"])[len(self.suggested) :]

    def person(self, name: str) -> Person:
        return self.desk.known.people[self.cleaned_data[name]].value

    def end_of(self, name: str) -> datetime:
        """The end of a typed day, in the office's zone."""
        day: date = self.cleaned_data[name]
        return datetime.combine(day, _END_OF_DAY, self.desk.zone)


def colleagues(desk: Desk, who_may: Right | None = None) -> dict[str, str]:
    """Everybody active with a role at the office, this person first; with this right there, where one is given."""
    me = desk.actor.id
    people = {
        person.id: person.name
        for person in desk.known.people.values()
        if any(who_may in (None, *RIGHTS[role]) for role in desk.known.roles_of(person.id).get(desk.office.id, ()))
    }
    return {me: f"{desk.actor.name} (me)", **{key: name for key, name in people.items() if key != me}}


class Day(forms.DateField):
    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(
            **kwargs,
            label=label,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"required": "Choose a date.", "invalid": "Write the date as year-month-day."},
        )
