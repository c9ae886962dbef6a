"""What people type about open hours. Each field says what is wrong with it, and keeps what was typed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms

from amends.cases.forms import Words
from amends.cases.forms_act import Day
from amends.practice.directory import OfficeEntry
from amends.practice.hours import kept, public_holidays
from amends.practice.hours.typed import CLOSED, TypedWrong, read_windows, show_windows
from amends.protocol.hours import WEEKDAYS, Calendar, Windows

DAY_NAMES = dict(
    zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)
_LONGEST_CLOSURE = 100  # days


class WindowsField(Words):
    """Open hours of one day, as people write them; nothing typed is closed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=200, **kwargs)
        self.widget.attrs.update(autocomplete="off", placeholder=CLOSED)

    def clean(self, value: Any) -> Windows:
        try:
            return read_windows(super().clean(value))
        except TypedWrong as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class Week(forms.Form):
    """The ordinary week, a field for each day."""

    use_required_attribute = False

    def __init__(self, data: Mapping[str, Any] | None = None, *, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        for key, name in DAY_NAMES.items():
            self.fields[key] = WindowsField(label=name)

    def clean(self) -> dict[str, Any]:
        if not self.errors and not any(self.weekly):
            raise forms.ValidationError("The office would never be open. Write the hours of at least one day.")
        return self.cleaned_data

    @property
    def weekly(self) -> tuple[Windows, ...]:
        """Of a valid form: the hours from Monday to Sunday."""
        return tuple(self.cleaned_data[key] for key in WEEKDAYS)

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[key] for key in WEEKDAYS]


class WeekForm(Week):
    """The ordinary week of an office. `seen` is the calendar that the person looked at (`kept.stamp`)."""

    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    zone = forms.ChoiceField(label="Time zone", error_messages={"invalid_choice": "Choose a time zone from the list."})

    def __init__(self, stored: kept.Stored, data: Mapping[str, Any] | None = None) -> None:
        calendar = Calendar.parse(stored)
        initial = {"seen": kept.stamp(stored), "zone": calendar.zone, **in_fields(calendar.weekly)}
        super().__init__(data, initial=initial)
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101  for the type checker: it is declared as one above
        zone.choices = _zones(calendar.zone)

    def applied_to(self, stored: kept.Stored) -> kept.Stored:
        """The calendar as this valid form would have it."""
        return kept.with_week(stored, self.cleaned_data["zone"], self.weekly)


class DaysForm(forms.Form):
    """One date, or every date from one to another, on which the hours are others."""

    use_required_attribute = False

    first = Day("Date")
    last = Day("Through", required=False, help_text="For several days in a row: the last of them.")
    hours = WindowsField(label="Open", help_text="Nothing here means closed.")
    name = Words(label="What is it?", required=False, max_length=kept.LONGEST_NAME)

    def __init__(self, entry: OfficeEntry, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self._today = entry.today

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and first < self._today:
            self.add_error("first", "That date is over.")
        if first and first > self._today + timedelta(days=5 * 365):
            self.add_error("first", "That is more than five years ahead. Look at the year.")
        if first and last and last < first:
            self.add_error("last", "The last date comes before the first.")
        elif first and last and (last - first).days >= _LONGEST_CLOSURE:
            self.add_error("last", f"At most {_LONGEST_CLOSURE} days at once. Change the weekly hours for longer.")
        return self.cleaned_data

    @property
    def days(self) -> dict[date, tuple[Windows, str]]:
        """Of a valid form: each date with its hours and its name."""
        typed = self.cleaned_data
        last = typed["last"] or typed["first"]
        each = (typed["first"] + timedelta(days=n) for n in range((last - typed["first"]).days + 1))
        return dict.fromkeys(each, (typed["hours"], typed["name"]))


class HolidaysForm(forms.Form):
    """Which of a place's public holidays the office is closed on."""

    country = forms.ChoiceField(label="Country")
    state = forms.ChoiceField(label="State or region", required=False)
    days = forms.MultipleChoiceField(
        label="Closed on",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one day, or press “Not now”."},
    )

    def __init__(
        self,
        entry: OfficeEntry,
        stored: kept.Stored,
        place: Mapping[str, str],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        asked = place.get("country", "")
        country = asked if asked in public_holidays.countries() else public_holidays.country_of(entry.calendar.zone)
        states = public_holidays.states(country)
        state = place.get("state", "") if place.get("state", "") in states else ""
        self.holidays = public_holidays.holidays_from(country, state, entry.today)
        special = stored.get("special", {})
        fresh = [one.day.isoformat() for one in self.holidays if one.day.isoformat() not in special]
        super().__init__(data, initial={"country": country, "state": state, "days": fresh})
        self._choose("country", public_holidays.countries().items())
        self._choose("state", [("", "The whole country"), *states.items()])
        self._choose("days", [(one.day.isoformat(), one.in_words) for one in self.holidays])
        self.has_states = bool(states)
        self.known = len(self.holidays) - len(fresh)

    def _choose(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker: these fields are
        field.choices = list(choices)

    @property
    def chosen(self) -> dict[date, tuple[Windows, str]]:
        """Of a valid form: the dates that shall be closed, each with the holiday's name."""
        chosen = set(self.cleaned_data["days"])
        return {one.day: ((), one.name) for one in self.holidays if one.day.isoformat() in chosen}


class CopyForm(forms.Form):
    """Which other offices get the hours of this one."""

    offices = forms.MultipleChoiceField(
        label="To which offices?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one office."},
    )
    what = forms.MultipleChoiceField(
        label="What?",
        choices=[("week", "The weekly hours"), ("days", "Holidays and special days")],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what to copy."},
    )

    def __init__(self, others: Mapping[str, str], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"what": ["week", "days"]})
        offices = self.fields["offices"]
        assert isinstance(offices, forms.ChoiceField)  # noqa: S101  for the type checker: it is declared as one above
        offices.choices = list(others.items())


def in_fields(weekly: Sequence[Windows]) -> dict[str, str]:
    """A week as the fields of `Week` show it."""
    return {key: show_windows(windows) for key, windows in zip(WEEKDAYS, weekly, strict=True)}


@cache
def _all_zones() -> tuple[tuple[str, str], ...]:
    return tuple((zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if zone != "localtime")


def _zones(current: str) -> list[tuple[str, str]]:
    here = () if current in dict(_all_zones()) else ((current, current),)
    return [*here, *_all_zones()]
