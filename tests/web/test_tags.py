"""Times as people say them, and labels."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template

from amends.protocol.wording import clock
from amends.web.templatetags.amends import (
    ago,
    dollars,
    due_in,
    exact,
    label,
    office_time,
    phone,
    slack_time,
    spoken,
    until,
    weekday,
)

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 2, 20, 15, tzinfo=UTC)  # Monday, 3:15 pm at the office


@pytest.fixture(autouse=True)
def _monday_afternoon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW, "3:15 pm"),
        (datetime(2026, 3, 2, 5, 5, tzinfo=UTC), "12:05 am"),
        (datetime(2026, 3, 2, 17, 0, tzinfo=UTC), "12:00 pm"),
        (datetime(2026, 3, 3, 14, 0, tzinfo=UTC), "Tue 9:00 am"),
        (datetime(2026, 2, 27, 22, 30, tzinfo=UTC), "Fri 5:30 pm"),
        (datetime(2026, 3, 9, 13, 0, tzinfo=UTC), "Mar 9, 9:00 am"),
        (datetime(2025, 12, 24, 13, 0, tzinfo=UTC), "Dec 24 2025, 8:00 am"),
    ],
)
def test_a_moment_is_said_in_the_offices_zone(moment, words):
    assert spoken(moment, ZONE) == words


def test_today_is_the_offices_day_and_not_that_of_the_clock_in_london():
    assert spoken(datetime(2026, 3, 3, 2, 0, tzinfo=UTC), ZONE) == "9:00 pm"


def test_the_exact_stamp_is_on_hover():
    assert exact(NOW, ZONE) == "Mon, Mar 2 2026, 3:15 pm EST"
    assert office_time(NOW, ZONE) == (
        '<time datetime="2026-03-02T15:15:00-05:00" title="Mon, Mar 2 2026, 3:15 pm EST">3:15 pm</time>'
    )


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(minutes=40), "due in 40 min ("),
        (timedelta(minutes=190), "due in 3 h 10 min ("),
        (timedelta(days=3), "due in 3 days ("),
        (timedelta(seconds=20), "due now ("),
        (timedelta(0), "due now ("),
    ],
)
def test_what_is_due_says_how_long_is_left(left, words):
    said = due_in(NOW + left, ZONE)
    assert said.startswith(words)
    assert "late" not in said


@pytest.mark.parametrize(
    ("over", "words"), [(timedelta(hours=2), "late by 2 h ("), (timedelta(seconds=5), "late by 1 min (")]
)
def test_what_is_late_says_so_in_words_and_in_the_colour_of_lateness(over, words):
    assert due_in(NOW - over, ZONE).startswith(f'<span class="late">{words}')


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(minutes=12), "12 min ago"),
        (timedelta(seconds=30), "just now"),
        (timedelta(seconds=-30), "just now"),
        (timedelta(days=2), "2 days ago"),
    ],
)
def test_how_long_ago(before, words):
    assert ago(NOW - before) == words


def test_no_moment_is_no_words():
    assert (office_time(None, ZONE), due_in(None, ZONE), ago(None)) == ("", "", "")


def test_a_label_falls_back_to_its_key_and_both_are_escaped():
    labels = {"billing": "Billing <surprise>"}
    page = Template("{{ 'billing'|label:labels }} {{ odd|label:labels }}")
    assert page.render(Context({"labels": labels, "odd": "od<d"})) == "Billing &lt;surprise&gt; od&lt;d"
    assert label("billing", labels) == "Billing <surprise>"


def test_the_tags_are_there_without_loading_them():
    page = Template("{{ moment|office_time:zone }} {{ moment|due_in:zone }} {{ moment|ago }}")
    assert "3:15 pm" in page.render(Context({"moment": NOW, "zone": ZONE}))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("2015550159", "(201) 555-0159"),
        ("(201)555-0159", "(201) 555-0159"),
        ("+1 201 555 0159", "(201) 555-0159"),
        ("555-0102", "555-0102"),
        ("2015550159 ext 4", "2015550159 ext 4"),
        ("", ""),
    ],
)
def test_a_phone_number_reads_as_it_is_dialled(number, said):
    assert phone(number) == said


def test_a_slack_message_is_named_by_its_time():
    told = "Slack 1772482500.000200"  # 3:15 pm at the office
    assert slack_time(f"Arrived: {told}.", ZONE) == "Arrived: Slack, 3:15 pm."
    assert slack_time("CommLog 90213", ZONE) == "CommLog 90213"


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ("2026-03-03T05:00:00+00:00", "today"),
        ("2026-03-02T22:30:00+00:00", "until 5:30 pm"),
        ("2026-03-07T05:00:00+00:00", "until Friday"),
        ("2026-03-06T19:30:00+00:00", "until Friday 2:30 pm"),
        ("2026-03-21T04:00:00+00:00", "until Mar 20"),
        ("2027-01-04T05:00:00+00:00", "until Jan 3 2027"),
    ],
)
def test_until_names_the_last_day(ends: str, words: str) -> None:
    assert until(datetime.fromisoformat(ends), ZONE) == words
    assert until(None, ZONE) == ""


def test_a_day_has_its_weekday_and_its_year_where_that_is_not_this_one():
    assert [weekday(date(year, 3, 2), ZONE) for year in (2026, 2025)] == ["Mon, Mar 2", "Sun, Mar 2 2025"]


def test_whether_it_is_this_year_is_asked_at_the_office():
    with time_machine.travel(datetime(2027, 1, 1, 2, 0, tzinfo=UTC), tick=False):
        assert weekday(date(2026, 12, 31), ZONE) == "Thu, Dec 31"


def test_a_time_without_a_day():
    assert [clock(time(hour, 5)) for hour in (0, 9, 12, 23)] == ["12:05 am", "9:05 am", "12:05 pm", "11:05 pm"]


@pytest.mark.parametrize(
    ("amount", "words"),
    [("184.5", "$184.50"), ("0", "$0.00"), ("-20", "$20.00 credit"), ("12345.678", "$12,345.68")],
)
def test_money_has_its_cents_and_a_credit_is_called_one(amount, words):
    assert dollars(Decimal(amount)) == words
