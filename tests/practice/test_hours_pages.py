"""The pages of an office's open hours: what is typed is what counts, and nothing that was typed is lost."""

import html
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.cases.acting import a_case
from tests.conftest import CALENDAR, Cast

from amends.cases.models import CaseRow
from amends.practice.hours import kept, public_holidays
from amends.practice.hours.ahead import days_ahead
from amends.practice.hours.typed import show_windows
from amends.practice.models import Office, Person, Post
from amends.protocol.hours import WEEKDAYS, Calendar, Window, Windows, windows_on

ClientFor = Callable[[Person], Client]
MONDAY = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)  # 11:30 at Maple Street; the clock goes forward on the 8th


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def rita(group: Cast, client_for: ClientFor) -> Client:
    return client_for(group.rita)


def address(office: Office, rest: str = "hours") -> str:
    return f"/offices/{office.pk}/{rest}"


def calendar_of(office: Office) -> Calendar:
    return Calendar.parse(Office.objects.get(pk=office.pk).calendar)


def week(zone: str = "America/New_York", **days: str) -> dict[str, str]:
    usual = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "8 am - 12 pm, 1 pm - 5 pm")
    return {"zone": zone, **usual, "sat": "", "sun": "", **days}


def fields_of(page: str) -> dict[str, str]:
    """What stands in the form of the week on the page."""
    form = page.split("Save the week")[0]
    found = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}
    found |= {"zone": re.findall(r'<option value="([^"]+)" selected', form)[0]}
    return {name: found[name] for name in (*WEEKDAYS, "zone", "seen")}


def some_hours(chance: Random) -> Windows:
    edges = sorted(chance.sample(range(0, 1441, 5), 2 * chance.randint(0, 3)))
    return tuple(Window(opens, closes) for opens, closes in zip(edges[::2], edges[1::2], strict=True))


@pytest.mark.parametrize("seed", range(12))
def test_any_week_that_is_typed_is_kept_and_stands_in_the_form_again(group: Cast, rita: Client, seed: int) -> None:
    chance = Random(seed)
    zone = chance.choice(["America/New_York", "Asia/Kolkata", "Pacific/Chatham", "UTC"])
    hours = {day: some_hours(chance) for day in WEEKDAYS} | {"mon": (Window(480, 1020),)}
    typed = {"zone": zone, **{day: show_windows(windows) for day, windows in hours.items()}}
    assert rita.post(address(group.maple), typed).status_code == 303
    kept_as = calendar_of(group.maple)
    assert (kept_as.zone, kept_as.weekly) == (zone, tuple(hours[day] for day in WEEKDAYS))
    again = fields_of(rita.get(address(group.maple)).content.decode())
    assert {name: again[name] for name in typed} == typed
    assert rita.post(address(group.maple), again).status_code == 303
    assert calendar_of(group.maple) == kept_as


def test_the_next_fourteen_days_are_shown_as_deadlines_count_them(group: Cast, rita: Client) -> None:
    kept.change_hours(group.maple.pk, lambda now: kept.with_week(now, now["zone"], ((Window(0, 1440),),) * 7))
    kept.change_hours(group.maple.pk, lambda now: kept.with_days(now, {date(2026, 3, 4): ((), "Staff training")}))
    shown = days_ahead(Office.objects.get(pk=group.maple.pk).calendar, MONDAY)
    calendar = calendar_of(group.maple)
    assert [one.day for one in shown] == [date(2026, 3, day) for day in range(2, 16)]
    assert all(one.windows == windows_on(calendar, one.day) for one in shown)
    assert [one.minutes for one in shown] == [1440, 1440, 0, 1440, 1440, 1440, 23 * 60, *[1440] * 7]
    assert [one.clock_change for one in shown if one.clock_change] == ["The clock goes forward one hour."]
    page = rita.get(address(group.maple)).content.decode()
    for words in (
        "Sun, Mar 8",
        "23 h",
        "The clock goes forward one hour.",
        "Staff training",
        "As they will be counted.",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("zone", "day", "words"),
    [
        ("America/New_York", datetime(2026, 10, 31, 12, tzinfo=UTC), "The clock goes back one hour."),
        ("Australia/Lord_Howe", datetime(2026, 4, 3, 12, tzinfo=UTC), "The clock goes back 30 minutes."),
        ("Asia/Kolkata", datetime(2026, 3, 7, 12, tzinfo=UTC), ""),
    ],
)
def test_clock_changes_are_named_in_any_zone(zone: str, day: datetime, words: str) -> None:
    named = {one.clock_change for one in days_ahead({"zone": zone, "weekly": {}}, day)} - {""}
    assert named == ({words} if words else set())


def test_looking_first_saves_nothing(group: Cast, rita: Client) -> None:
    answer = rita.post(address(group.maple), {**week(mon="6 am - 7 am"), "look": "1"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Nothing is saved yet." in page
    assert "6:00 am - 7:00 am" in page
    assert 'name="mon" value="6 am - 7 am"' in page
    assert calendar_of(group.maple) == Calendar.parse(CALENDAR)


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        ({"mon": "8:00-12:00, 1:00-5:00"}, "could be morning or afternoon"),
        ({"tue": "9 am - 1 pm, 12 pm - 5 pm"}, "overlap"),
        ({"zone": "Mars/Olympus"}, "Choose a time zone from the list."),
        (dict.fromkeys(WEEKDAYS, "closed"), "The office would never be open."),
        ({"sat": "9 am\x00 - 1"}, "could be morning or afternoon"),
    ],
)
def test_refused_hours_keep_their_text_and_say_what_is_wrong(
    group: Cast, rita: Client, typed: dict[str, str], because: str
) -> None:
    answer = rita.post(address(group.maple), week(**typed))
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert because in page
    for name, text in typed.items():
        if name != "zone":
            assert f'value="{text.replace(chr(0), "")}"' in page or "\x00" in text
    assert calendar_of(group.maple) == Calendar.parse(CALENDAR)


def test_deadlines_of_open_cases_move_with_the_hours(group: Cast, rita: Client) -> None:
    row = a_case(group)
    rita.post(address(group.maple), week(mon="8 am - 5 pm"))
    after = CaseRow.system.get(pk=row.pk)
    assert row.due_at == datetime(2026, 3, 2, 19, 30, tzinfo=UTC)  # 2 open hours with lunch in them
    assert after.due_at == datetime(2026, 3, 2, 18, 30, tzinfo=UTC)


def test_what_somebody_else_saved_meanwhile_is_shown_before_it_is_replaced(group: Cast, rita: Client) -> None:
    mine = fields_of(rita.get(address(group.maple)).content.decode()) | {"mon": "6 am - 7 am"}
    kept.change_hours(group.maple.pk, lambda now: kept.with_days(now, {date(2026, 3, 5): ((), "Burst pipe")}))
    answer = rita.post(address(group.maple), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else changed these hours" in page
    assert "Burst pipe" in page
    again = fields_of(page)
    assert again["mon"] == "6 am - 7 am"
    assert rita.post(address(group.maple), again).status_code == 303
    assert calendar_of(group.maple).weekly[0] == (Window(360, 420),)
    assert calendar_of(group.maple).hours_of(date(2026, 3, 5)) == ()


# --- special days ------------------------------------------------------------------------------------------------


def add(client: Client, office: Office, **typed: str) -> Any:
    return client.post(address(office, "hours/days"), typed)


def test_a_closure_of_several_days_and_a_short_day_are_added_and_taken_back(group: Cast, rita: Client) -> None:
    assert add(rita, group.maple, first="2026-07-06", last="2026-07-10", name="Summer").status_code == 303
    add(rita, group.maple, first="2026-12-24", hours="8 am - 12 pm")
    calendar = calendar_of(group.maple)
    assert all(calendar.hours_of(date(2026, 7, day)) == () for day in range(6, 11))
    assert calendar.hours_of(date(2026, 7, 13)) == calendar.weekly[0]
    assert calendar.hours_of(date(2026, 12, 24)) == (Window(480, 720),)
    page = rita.get(address(group.maple)).content.decode()
    assert page.count("Summer") == 5
    rita.post(address(group.maple, "hours/days/2026-07-08/remove"))
    assert calendar_of(group.maple).hours_of(date(2026, 7, 8)) == calendar.weekly[2]
    assert rita.get(address(group.maple)).content.decode().count("Summer") == 4


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        ({"name": "Summer"}, "Choose a date."),
        ({"first": "next summer", "name": "Summer"}, "Write the date as year-month-day."),
        ({"first": "2026-03-01", "name": "Summer"}, "That date is over."),
        ({"first": "2062-07-06", "name": "Summer"}, "Look at the year."),
        ({"first": "2026-07-06", "last": "2026-07-01", "name": "Summer"}, "The last date comes before the first."),
        ({"first": "2026-07-06", "last": "2027-07-01", "name": "Summer"}, "At most 100 days at once."),
        ({"first": "2026-07-06", "hours": "8-5", "name": "Summer"}, "could be morning or afternoon"),
        ({"first": "2026-07-06", "name": "x" * 81}, "at most 80 characters"),
    ],
)
def test_a_refused_day_keeps_its_text(group: Cast, rita: Client, typed: dict[str, str], because: str) -> None:
    answer = add(rita, group.maple, **typed)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert because in page
    assert all(f'value="{text}"' in page for text in typed.values())
    assert calendar_of(group.maple) == Calendar.parse(CALENDAR)


def test_a_day_that_is_none_is_not_there(group: Cast, rita: Client) -> None:
    assert rita.post(address(group.maple, "hours/days/tomorrow/remove")).status_code == 404
    assert rita.post(address(group.maple, "hours/days/2026-07-06/remove")).status_code == 303  # nothing to take back


# --- public holidays ---------------------------------------------------------------------------------------------


def test_holidays_of_the_state_become_closed_days_for_this_and_the_next_two_years(group: Cast, rita: Client) -> None:
    page = rita.get(address(group.maple, "holidays") + "?country=US&state=TX").content.decode()
    offered = re.findall(r'name="days" value="([\d-]+)"[^>]*checked', page)
    assert offered[0] == "2026-03-02"  # Texas Independence Day, today
    assert {day[:4] for day in offered} == {"2026", "2027", "2028"}
    without = [day for day in offered if day != "2026-03-02"]
    sent = {"country": "US", "state": "TX", "days": without}
    assert rita.post(address(group.maple, "holidays"), sent).status_code == 303
    calendar = calendar_of(group.maple)
    assert [day.isoformat() for day in calendar.special_dates] == without
    assert all(calendar.hours_of(day) == () for day in calendar.special_dates)
    assert calendar.hours_of(date(2027, 11, 25)) == ()
    assert "Thanksgiving Day" in rita.get(address(group.maple)).content.decode()
    rita.post(address(group.maple, "hours/days/2026-11-26/remove"))
    assert calendar_of(group.maple).hours_of(date(2026, 11, 26)) == calendar.weekly[3]


def test_nothing_ticked_is_said_and_one_holiday_is_one(group: Cast, rita: Client) -> None:
    answer = rita.post(address(group.maple, "holidays"), {"country": "US", "state": "TX"})
    assert answer.status_code == 422
    assert "Tick at least one day" in answer.content.decode()
    assert calendar_of(group.maple) == Calendar.parse(CALENDAR)
    answer = rita.post(address(group.maple, "holidays"), {"country": "US", "days": ["2026-12-25"]}, follow=True)
    assert "Closed on 1 holiday." in answer.content.decode()


def test_what_the_office_has_settled_already_is_not_ticked_again(group: Cast, rita: Client) -> None:
    add(rita, group.maple, first="2026-12-25", hours="9 am - 11 am", name="Emergencies")
    page = rita.get(address(group.maple, "holidays")).content.decode()
    assert "1 of these is a special day of the office already" in page
    ticked = re.findall(r'name="days" value="([\d-]+)"[^>]*checked', page)
    assert "2026-12-25" not in ticked
    rita.post(address(group.maple, "holidays"), {"country": "US", "days": ticked})
    assert calendar_of(group.maple).hours_of(date(2026, 12, 25)) == (Window(540, 660),)


def test_the_country_is_that_of_the_offices_zone_until_another_is_chosen(group: Cast, rita: Client) -> None:
    assert public_holidays.country_of("America/Toronto") == "CA"
    assert public_holidays.country_of("Etc/GMT+5") == "US"
    rita.post(address(group.maple), week(zone="Europe/Berlin"))
    assert "German Unity Day" in rita.get(address(group.maple, "holidays")).content.decode()
    answer = rita.get(address(group.maple, "holidays") + "?country=ZZ&state=<b>")
    assert answer.status_code == 200
    assert "<b>" not in answer.content.decode()


def test_a_day_that_is_no_holiday_of_the_place_is_refused(group: Cast, rita: Client) -> None:
    sent = {"country": "US", "state": "", "days": ["2026-08-08"]}
    assert rita.post(address(group.maple, "holidays"), sent).status_code == 422
    assert calendar_of(group.maple) == Calendar.parse(CALENDAR)


@pytest.mark.parametrize("country", ["US", "CA", "GB", "DE", "JP", "IN", "BR", "SA"])
def test_holidays_of_any_country_are_dates_of_the_three_years_in_order(country: str) -> None:
    for state in ("", *list(public_holidays.states(country))[:3]):
        found = [one.day for one in public_holidays.holidays_from(country, state, date(2026, 3, 2))]
        assert found == sorted(set(found))
        assert found
        assert date(2026, 3, 2) <= found[0] <= found[-1] <= date(2028, 12, 31)


# --- copying -----------------------------------------------------------------------------------------------------


@pytest.fixture
def lakes_too(group: Cast) -> None:
    """Rita sees to Harbor View, too."""
    Post.objects.create(person=group.rita, role="regional_manager", region=group.harbor.region)


def test_hours_are_copied_to_other_offices_and_each_keeps_its_zone(group: Cast, rita: Client, lakes_too: None) -> None:
    kept.change_hours(group.harbor.pk, lambda now: {**now, "zone": "America/Chicago"})
    rita.post(address(group.maple), week(wed="closed", sat="9 am - 1 pm"))
    add(rita, group.maple, first="2026-12-24", hours="8 am - 12 pm", name="Christmas Eve")
    row = a_case(group, by=group.nick, office=group.harbor)
    sent = {"offices": [str(group.harbor.pk)], "what": ["week", "days"]}
    assert rita.post(address(group.maple, "hours/copy"), sent).status_code == 303
    here, there = calendar_of(group.maple), calendar_of(group.harbor)
    assert (there.zone, there.weekly, there.special) == ("America/Chicago", here.weekly, here.special)
    assert kept.name_of(Office.objects.get(pk=group.harbor.pk).calendar, date(2026, 12, 24)) == "Christmas Eve"
    assert CaseRow.system.get(pk=row.pk).due_at is not None


def test_only_what_was_ticked_is_copied(group: Cast, rita: Client, lakes_too: None) -> None:
    rita.post(address(group.maple), week(wed="closed"))
    add(rita, group.maple, first="2026-12-24", name="Christmas Eve")
    rita.post(address(group.maple, "hours/copy"), {"offices": [str(group.harbor.pk)], "what": ["days"]})
    there = calendar_of(group.harbor)
    assert (there.weekly, there.special_dates) == (Calendar.parse(CALENDAR).weekly, (date(2026, 12, 24),))


def test_offices_of_others_are_no_places_to_copy_to(group: Cast, rita: Client) -> None:
    assert "Copy these hours" not in rita.get(address(group.maple)).content.decode()
    sent = {"offices": [str(group.harbor.pk)], "what": ["week"]}
    assert rita.post(address(group.maple, "hours/copy"), sent).status_code == 422
    assert rita.get(address(group.harbor)).status_code == 404
    assert rita.get("/offices/999/hours").status_code == 404
