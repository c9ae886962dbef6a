"""What people say about being away."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from amends.cases.forms import SomeOf
from amends.cases.forms_act import Day
from amends.practice.cover import midnight
from amends.practice.hours.forms import DAY_NAMES

_A_DAY = timedelta(days=1)
_LONGEST_AHEAD = timedelta(days=2 * 366)


class _WithCover(forms.Form):
    """Who answers meanwhile, as one list of people; nobody is a choice too."""

    use_required_attribute = False

    cover = forms.ChoiceField(required=False)

    def offer(self, covers: Mapping[str, str], nobody: str) -> None:
        """Fills the list, or leaves it out for somebody for whom nothing waits."""
        if not covers:
            del self.fields["cover"]
            return
        field = self.fields["cover"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker: it is declared as one above
        field.choices = [("", nobody), *covers.items()]
        field.error_messages["invalid_choice"] = "Choose somebody from the list."

    @property
    def chosen_cover(self) -> str:
        """Of a valid form: the person's number, "" for nobody."""
        cover: str = self.cleaned_data.get("cover", "")
        return cover


class AwayForm(_WithCover):
    """From one day to another, and who covers."""

    first = Day("From")
    last = Day("Through")
    field_order = ("first", "last", "cover")

    def __init__(
        self, covers: Mapping[str, str], *, today: date, usual: str = "", data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial={"first": today, "last": today})
        self._today = today
        self.fields["cover"].label = "Who covers?"
        self.offer(covers, f"{usual}, as usual" if usual else "Nobody in particular")

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and first < self._today:
            self.add_error("first", "That day is over.")
        if last and last > self._today + _LONGEST_AHEAD:
            self.add_error("last", "At most two years ahead. Look at the year.")
        elif first and last and last < first:
            self.add_error("last", "The last day comes before the first.")
        return self.cleaned_data

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Of a valid form: the whole days as instants."""
        return midnight(self.cleaned_data["first"], zone), midnight(self.cleaned_data["last"] + _A_DAY, zone)


class RoutineForm(_WithCover):
    """The days off of every week, and who covers when nobody else is named."""

    days_off = SomeOf({str(n): name for n, name in enumerate(DAY_NAMES.values())}, label="Days off every week")
    field_order = ("days_off", "cover")

    def __init__(
        self,
        covers: Mapping[str, str],
        *,
        days_off: Iterable[int] = (),
        cover: str | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={"days_off": [str(day) for day in days_off], "cover": cover or ""})
        self.prefix = "usual"
        self.fields["cover"].label = "Usual cover"
        self.fields["cover"].help_text = "Answers on days off, on sick days, and whenever nobody else is named."
        self.offer(covers, "Nobody in particular")

    @property
    def chosen_days(self) -> list[int]:
        return [int(day) for day in self.cleaned_data["days_off"]]
