"""The morning check: each office without anybody is noticed on each open day, and whoever must know is told once."""

import smtplib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from hypothesis import given
from pytest_django import Settings
from tests.conftest import CALENDAR, Cast, make_cast
from tests.practice.test_cover import moments
from tests.practice.test_directory import directories, unhurried
from tests.practice.test_typed import windows

from amends.practice.away import check
from amends.practice.away.check import check_coverage
from amends.practice.away.coverage import gap_on
from amends.practice.away.said import keep_routine, say_away, say_back, say_sick
from amends.practice.directory import Directory
from amends.practice.hours import kept
from amends.practice.models import CoverageGap, GapTold, Office, Person, Post
from amends.protocol.hours import Calendar, Windows, windows_on
from amends.protocol.words import Role

ClientFor = Callable[[Person], Client]
HALF_PAST_SEVEN = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)  # Monday at Maple Street
A_MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(HALF_PAST_SEVEN, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _mail_is_set_up(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.bluebellfinch.example"
    settings.BASE_URL = "https://amends.example"


@pytest.fixture
def somebody_everywhere(group: Cast) -> None:
    """Harbor View has a manager of its own, so that only what a test takes away is missing."""
    grace = Person.objects.create(email="grace@bluebellfinch.example", name="Grace Okoro", password="!")
    Post.objects.create(person=grace, role="office_manager", office=group.harbor)


def nobody_at(office: Office, since: datetime = HALF_PAST_SEVEN - DAY) -> None:
    for post in Post.objects.filter(office=office, role="office_manager"):
        say_away(post.person, since, since + 3 * DAY, cover=None, by=post.person, now=since)


def mails() -> list[tuple[str, str]]:
    return [(message.to[0].partition("@")[0], str(message.subject)) for message in mail.outbox]


def told() -> set[str]:
    """Who is told of any gap, by the first name."""
    names = GapTold.objects.exclude(told_at=None).values_list("person__name", flat=True)
    return {name.split()[0].casefold() for name in names}


@pytest.mark.usefixtures("somebody_everywhere")
def test_from_half_past_seven_the_regional_manager_and_the_administrators_are_told_once(
    group: Cast, clock: time_machine.Traveller
) -> None:
    nobody_at(group.maple)
    assert check_coverage(HALF_PAST_SEVEN - A_MINUTE) == 0
    assert check_coverage(HALF_PAST_SEVEN) == 1
    assert mails() == [(name, "Nobody answers for Maple Street today") for name in ("rita", "alex")]
    assert "https://amends.example/offices" in mail.outbox[0].body
    assert "Upset patients of today come to you until" in mail.outbox[0].body
    name_somebody = "Please name somebody there, or a cover for who is away. Until then Rita Lindqvist is asked."
    assert name_somebody in mail.outbox[1].body
    assert "come to you" not in mail.outbox[1].body
    for minutes in range(1, 600, 30):
        assert check_coverage(HALF_PAST_SEVEN + minutes * A_MINUTE) == 0
    assert len(mail.outbox) == 2
    gap = CoverageGap.objects.get()
    assert (gap.office, gap.day, told()) == (group.maple, date(2026, 3, 2), {"rita", "alex"})
    assert check_coverage(HALF_PAST_SEVEN + DAY) == 1  # the next day it is said again
    assert len(mail.outbox) == 4


@pytest.mark.usefixtures("somebody_everywhere")
def test_where_everybody_is_there_or_covered_nothing_is_said(group: Cast, clock: time_machine.Traveller) -> None:
    say_away(group.omar, HALF_PAST_SEVEN, HALF_PAST_SEVEN + DAY, cover=group.ana, by=group.omar, now=HALF_PAST_SEVEN)
    say_sick(group.ruth, by=group.ruth, now=HALF_PAST_SEVEN)
    assert check_coverage(HALF_PAST_SEVEN) == 0
    assert mails() == []


@pytest.mark.usefixtures("somebody_everywhere")
def test_closed_days_and_closed_offices_need_nobody(group: Cast, clock: time_machine.Traveller) -> None:
    nobody_at(group.maple)
    kept.change_hours(group.maple.pk, lambda now: kept.with_days(now, {date(2026, 3, 2): ((), "Flood")}))
    assert check_coverage(HALF_PAST_SEVEN) == 0
    kept.change_hours(group.maple.pk, lambda now: kept.without_day(now, date(2026, 3, 2)))
    Office.objects.filter(pk=group.maple.pk).update(is_active=False)
    group.harbor.save()
    assert check_coverage(HALF_PAST_SEVEN) == 0
    assert check_coverage(HALF_PAST_SEVEN - 2 * DAY) == 0  # Saturday


@pytest.mark.usefixtures("somebody_everywhere")
def test_who_falls_sick_during_the_day_is_noticed_then(group: Cast, clock: time_machine.Traveller) -> None:
    assert check_coverage(HALF_PAST_SEVEN) == 0
    eleven = HALF_PAST_SEVEN + timedelta(hours=3, minutes=30)
    for person in (group.omar, group.ruth):
        say_sick(person, by=person, now=eleven)
    assert check_coverage(eleven) == 1
    assert check_coverage(eleven + timedelta(hours=9)) == 0  # closed by now


@pytest.mark.usefixtures("somebody_everywhere")
def test_where_the_region_is_away_too_the_leaders_and_administrators_are_told(
    group: Cast, clock: time_machine.Traveller
) -> None:
    nobody_at(group.maple)
    say_sick(group.rita, by=group.rita, now=HALF_PAST_SEVEN)
    say_sick(group.sam, by=group.sam, now=HALF_PAST_SEVEN)
    check_coverage(HALF_PAST_SEVEN)
    assert [name for name, _ in mails()] == ["lee", "alex"]
    assert told() == {"lee", "alex"}


def test_one_person_gets_one_mail_for_all_their_offices(group: Cast, clock: time_machine.Traveller) -> None:
    nobody_at(group.maple)
    group.harbor.region = group.maple.region
    group.harbor.save()
    for n in range(3):
        Office.objects.create(name=f"Branch {n}", region=group.maple.region, calendar=CALENDAR)
    assert check_coverage(HALF_PAST_SEVEN) == 5
    assert mails() == [(name, "Nobody answers for Branch 0 and 4 more today") for name in ("rita", "alex")]
    assert "Branch 0, Branch 1, Branch 2, Harbor View and Maple Street" in mail.outbox[0].body


def test_an_administrator_hears_for_each_office_who_is_asked_there(group: Cast, clock: time_machine.Traveller) -> None:
    """Rita answers for Maple Street, and nobody between it and the leaders for Harbor View."""
    nobody_at(group.maple)
    check_coverage(HALF_PAST_SEVEN)
    (body,) = (str(one.body) for one in mail.outbox if one.to[0].startswith("alex"))
    please = "Please name somebody there, or a cover for who is away."
    assert f"for Harbor View.\n{please} Until then Lee Hartwell is asked." in body
    assert f"for Maple Street.\n{please} Until then Rita Lindqvist is asked." in body
    mail.outbox.clear()
    for person in (group.rita, group.lee, group.sam):
        say_sick(person, by=person, now=HALF_PAST_SEVEN + DAY)
    clock.move_to(HALF_PAST_SEVEN + DAY)
    check_coverage(HALF_PAST_SEVEN + DAY)
    (body,) = (str(one.body) for one in mail.outbox)
    assert "Until then nobody is left to be asked." in body


def test_each_office_by_the_clock_of_its_own_zone(group: Cast, clock: time_machine.Traveller) -> None:
    """Half past seven is later in the west."""
    nobody_at(group.maple)
    kept.change_hours(group.harbor.pk, lambda now: {**now, "zone": "America/Los_Angeles"})
    assert check_coverage(HALF_PAST_SEVEN) == 1
    assert check_coverage(HALF_PAST_SEVEN + timedelta(hours=2, minutes=59)) == 0
    assert check_coverage(HALF_PAST_SEVEN + timedelta(hours=3)) == 1


@pytest.mark.usefixtures("somebody_everywhere")
@pytest.mark.parametrize("fails", [("rita", "alex"), ("rita",), ("alex",)])
def test_who_could_not_be_told_is_tried_again_and_nobody_is_told_twice(
    group: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, fails: tuple[str, ...]
) -> None:
    nobody_at(group.maple)
    tried: list[str] = []

    class Down(EmailMessage):
        def send(self, *args: Any, **kwargs: Any) -> int:
            name = self.to[0].partition("@")[0]
            tried.append(name)
            if name in fails:
                raise smtplib.SMTPServerDisconnected
            return super().send(*args, **kwargs)

    with monkeypatch.context() as broken:
        broken.setattr(check, "EmailMessage", Down)
        assert check_coverage(HALF_PAST_SEVEN) == 1
        assert check_coverage(HALF_PAST_SEVEN + A_MINUTE) == 0
        assert tried == ["rita", "alex"]  # it waits some minutes
    assert told() == {"rita", "alex"} - set(fails)
    for minutes in (6, 20, 60):
        assert check_coverage(HALF_PAST_SEVEN + minutes * A_MINUTE) == 0
        assert sorted(name for name, _ in mails()) == ["alex", "rita"]
    assert told() == {"rita", "alex"}


@pytest.mark.usefixtures("somebody_everywhere")
def test_who_becomes_the_level_above_during_the_day_is_told_too(group: Cast, clock: time_machine.Traveller) -> None:
    nobody_at(group.maple)
    check_coverage(HALF_PAST_SEVEN)
    say_sick(group.rita, by=group.rita, now=HALF_PAST_SEVEN)
    check_coverage(HALF_PAST_SEVEN + A_MINUTE)
    assert [name for name, _ in mails()] == ["rita", "alex", "lee", "sam"]


@pytest.mark.usefixtures("somebody_everywhere")
def test_without_a_mail_server_my_work_tells(
    group: Cast, clock: time_machine.Traveller, settings: Settings, client_for: ClientFor
) -> None:
    settings.EMAIL_HOST = ""
    nobody_at(group.maple)
    assert check_coverage(HALF_PAST_SEVEN) == 1
    assert mails() == []
    assert "Nobody answers for Maple Street today." in client_for(group.rita).get("/").content.decode()


@pytest.mark.usefixtures("somebody_everywhere")
def test_my_work_shows_a_gap_to_whom_it_concerns_while_it_lasts(
    group: Cast, clock: time_machine.Traveller, client_for: ClientFor
) -> None:
    said = "Nobody answers for Maple Street today."
    nobody_at(group.maple)
    check_coverage(HALF_PAST_SEVEN)

    def who_sees_it() -> set[str]:
        people = group.people.items()
        return {name for name, person in people if said in client_for(person).get("/").content.decode()}

    assert who_sees_it() == {"rita", "alex"}
    say_sick(group.rita, by=group.rita, now=HALF_PAST_SEVEN)
    assert who_sees_it() == {"lee", "sam", "alex"}
    say_back(group.ruth, HALF_PAST_SEVEN)
    assert who_sees_it() == set()
    clock.move_to(HALF_PAST_SEVEN + DAY)
    assert who_sees_it() == set()


def test_an_office_that_is_never_open_does_not_stop_the_check(group: Cast, clock: time_machine.Traveller) -> None:
    group.maple.calendar = {"zone": "America/New_York", "weekly": {}}
    group.maple.save()
    assert check_coverage(HALF_PAST_SEVEN) == 1  # Harbor View has no manager
    assert mails() == [(name, "Nobody answers for Harbor View today") for name in ("lee", "sam", "alex")]


def test_two_processes_that_look_at_once_tell_once(committed: None) -> None:
    group = make_cast()
    keep_routine(group.ruth, range(6), cover=None, now=HALF_PAST_SEVEN)
    keep_routine(group.omar, range(6), cover=None, now=HALF_PAST_SEVEN)
    Office.objects.filter(pk=group.harbor.pk).update(is_active=False)
    group.maple.save()
    begin = Barrier(3)

    def look(_: int) -> None:
        try:
            begin.wait()
            check_coverage(HALF_PAST_SEVEN)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(look, range(3)))
    assert CoverageGap.objects.count() == 1
    assert sorted(name for name, _ in mails()) == ["alex", "rita"]


@unhurried
@given(directories(), moments, windows())
def test_a_gap_is_the_first_open_moment_of_the_day_at_which_nobody_answers(
    known: Directory, now: datetime, hours: Windows
) -> None:
    office = replace(known.offices["maple"], calendar=Calendar(known.offices["maple"].calendar.zone, (hours,) * 7))
    day = now.astimezone(office.zone).date()
    open_times = windows_on(office.calendar, day)
    to_come = [at for at in (now, *(opens for opens, _ in open_times)) if at >= now]
    uncovered = [
        at
        for at in to_come
        if any(opens <= at < closes for opens, closes in open_times)
        and not known.answers(Role.OFFICE_MANAGER, "maple", at)
    ]
    gap = gap_on(office, day, known, now=now)
    assert (gap.at if gap else None) == min(uncovered, default=None)
