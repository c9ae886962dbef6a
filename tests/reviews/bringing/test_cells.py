"""Ratings, dates, sites and columns in the many ways in which tools write them; what could be two things is refused."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reviews.bringing.conftest import NOW

from amends.reviews.bringing.columns import FIELDS, TOOLS, columns_of, tells_of_patient
from amends.reviews.bringing.dates import Order, moment_of
from amends.reviews.bringing.names import NAMES, words
from amends.reviews.bringing.ratings import rating_from, rating_of, recommended_of
from amends.reviews.bringing.sites import site_of
from amends.reviews.bringing.values import NotUsable, Rating
from amends.reviews.models import Site

ZONE = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    "written",
    [
        "4",
        "4.0",
        "4,0",
        "4/5",
        "4 / 5",
        "4 out of 5",
        "4 of 5",
        "4 stars",
        "4-star",
        "4 Stars ",
        "★★★★☆",
        "★★★★",
        "⭐⭐⭐⭐",
        "⭐️⭐️⭐️⭐️",
        "FOUR",
        "four stars",
        "Four Star",
        "4.5",
        "4 estrellas",
        "4/5.0",
    ],
)
def test_four_stars(written: str) -> None:
    assert rating_of(written) == Rating(stars=4)


@pytest.mark.parametrize("written", ["Recommended", "recommends", "Would recommend", "positive", "YES", "True", "Sí"])
def test_recommended(written: str) -> None:
    assert rating_of(written) == Rating(recommended=True)
    assert recommended_of(written) is True


@pytest.mark.parametrize("written", ["not recommended", "Not Recommended", "Doesn't recommend", "NEGATIVE", "no"])
def test_not_recommended(written: str) -> None:
    assert rating_of(written) == Rating(recommended=False)
    assert recommended_of(written) is False


@pytest.mark.parametrize("written", ["", "  ", "N/A", "n/a", "-", "—", "None", "STAR_RATING_UNSPECIFIED", "not rated"])
def test_no_rating(written: str) -> None:
    assert not rating_of(written).is_given
    assert recommended_of(written) is None


@pytest.mark.parametrize(
    "written",
    ["0", "6", "10", "8/10", "-1", "4/4", "☆☆☆☆☆", "★★★★★★", "★x", "4 5", "NaN", "1e1", "good", "?", "99", "٤", "²"],
)
def test_what_is_no_rating_from_one_to_five_is_refused(written: str) -> None:
    with pytest.raises(NotUsable):
        rating_of(written)


def test_grades_from_one_to_ten_only_where_a_person_said_so() -> None:
    assert [rating_of(str(grade), scale=10).stars for grade in range(1, 11)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert rating_of("8/10", scale=10) == Rating(stars=4)
    with pytest.raises(NotUsable):
        rating_of("4/5", scale=10)
    with pytest.raises(NotUsable):
        recommended_of("8")


@pytest.mark.parametrize(
    ("site", "tool", "written", "rating"),
    [
        ("google", "birdeye", "0", Rating()),
        ("birdeye", "", "0", Rating()),
        ("facebook", "birdeye", "0", Rating(recommended=False)),
        ("facebook", "birdeye", "1", Rating(recommended=True)),
        ("facebook", "birdeye", "4", Rating(stars=4)),
        ("facebook", "podium", "1", Rating(recommended=False)),
        ("facebook", "podium", "5", Rating(recommended=True)),
        ("facebook", "podium", "3", Rating(stars=3)),
        ("facebook", "", "1", Rating(stars=1)),
        ("google", "podium", "1", Rating(stars=1)),
    ],
)
def test_what_a_number_means_depends_on_the_tool_and_the_site(site, tool, written, rating) -> None:
    assert rating_from(written, site=site, tool=tool) == rating


@given(st.text(max_size=12), st.sampled_from([5, 10]))
def test_any_cell_is_a_rating_within_its_scale_or_refused(written: str, scale: int) -> None:
    try:
        rating = rating_of(written, scale=scale)
    except NotUsable:
        return
    assert rating.stars in (None, 1, 2, 3, 4, 5)


# --- dates ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-04", "2026-03-04T05:00"),
        ("2026-03-04 14:05", "2026-03-04T19:05"),
        ("2026-03-04T14:05:06", "2026-03-04T19:05"),
        ("2026-03-04T14:05:06.123456Z", "2026-03-04T14:05"),
        ("2026-03-04T14:05:06,5+02:00", "2026-03-04T12:05"),
        ("2026-03-04 14:05:06 UTC", "2026-03-04T14:05"),
        ("2026/03/04", "2026-03-04T05:00"),
        ("3/4/2026", "2026-03-04T05:00"),
        ("03/04/2026 2:05 PM", "2026-03-04T19:05"),
        ("03/04/2026, 12:05 a.m.", "2026-03-04T05:05"),
        ("03/04/26 2:05:10pm", "2026-03-04T19:05"),
        ("Mar 4, 2026", "2026-03-04T05:00"),
        ("March 4th, 2026 at 2:05 PM EST", "2026-03-04T19:05"),
        ("Wednesday, March 4, 2026", "2026-03-04T05:00"),
        ("4 Mar 2026", "2026-03-04T05:00"),
        ("04-Mar-2026 14:05", "2026-03-04T19:05"),
        ("Wed, 04 Mar 2026 14:05:00 +0000", "2026-03-04T14:05"),
        ("Mar 04 2026 14:05 PST", "2026-03-04T22:05"),
        ("1772633100000", "2026-03-04T14:05"),
        ("1772633100", "2026-03-04T14:05"),
        ("13.02.2026", "2026-02-13T05:00"),
        ("2-2-2026", "2026-02-02T05:00"),
        ("25/02/2026", "2026-02-25T05:00"),
        ("2.25.2026", "2026-02-25T05:00"),
        ("4 ene 2026", "2026-01-04T05:00"),
    ],
)
def test_one_moment_in_many_ways(written: str, expected: str) -> None:
    at = moment_of(written, ZONE, NOW)
    assert at.astimezone(UTC).isoformat(timespec="minutes")[:16] == expected
    assert at.tzinfo is ZONE


@pytest.mark.parametrize(
    "written",
    [
        "4.3.2026",
        "4-3-2026",
        "soon",
        "2026",
        "2026-13-04",
        "2026-02-30",
        "31/31/2026",
        "Foo 4, 2026",
        "4 Foo 2026",
        "2026-03-04 25:00",
        "2026-03-04 13:05 PM",
        "2026-03-04 2:05 XYZ",
        "03/04/2026 or so",
        "1999-01-01",
        "2026-03-12",
        "9999999999999",
        "12345",
        "2 days ago",
        "0000-00-00",
        "2026-03-04T00:00:00+99:99",
    ],
)
def test_what_is_no_date_or_could_be_two_is_refused(written: str) -> None:
    with pytest.raises(NotUsable):
        moment_of(written, ZONE, NOW)


def test_the_order_that_a_person_names_counts() -> None:
    assert moment_of("4.3.2026", ZONE, NOW, Order.DAY_FIRST).date().isoformat() == "2026-03-04"
    assert moment_of("3.4.2026", ZONE, NOW, Order.MONTH_FIRST).date().isoformat() == "2026-03-04"
    with pytest.raises(NotUsable):
        moment_of("25/02/2026", ZONE, NOW, Order.MONTH_FIRST)
    with pytest.raises(NotUsable):
        moment_of("3/4/2026", ZONE, NOW, slashes_are_us=False)


@given(st.text(max_size=30), st.sampled_from(Order), st.booleans())
def test_any_cell_is_a_date_or_refused(written: str, order: Order, us: bool) -> None:
    try:
        at = moment_of(written, ZONE, NOW, order, slashes_are_us=us)
    except NotUsable:
        return
    assert datetime(2000, 1, 1, tzinfo=UTC) <= at


FORMS = (
    "%Y-%m-%dT%H:%M:%SZ",
    "%b %d, %Y %I:%M:%S %p UTC",
    "%m/%d/%Y %I:%M:%S %p GMT",
    "%a, %d %b %Y %H:%M:%S +0000",
)


@given(st.integers(946_800_000, 1_773_100_000), st.sampled_from(FORMS))
def test_every_moment_comes_back_from_how_it_is_written(second: int, form: str) -> None:
    moment = datetime.fromtimestamp(second, UTC)
    assert moment_of(moment.strftime(form), ZONE, NOW) == moment


# --- columns -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", FIELDS)
def test_each_name_of_each_field_is_known_in_any_spelling(field: str) -> None:
    for name in FIELDS[field]:
        for spelled in (name, name.upper(), f" {name[:2]}_{name[2:]} ", f"\ufeff{name}"):
            assert columns_of([spelled, "x"]).at == {field: 0}, spelled


def test_no_name_of_a_field_is_taken_for_a_patients() -> None:
    assert [name for names in FIELDS.values() for name in names if tells_of_patient(name)] == []


@pytest.mark.parametrize("tool", [tool.name for tool in TOOLS])
def test_each_tool_is_known_by_its_marks(tool: str) -> None:
    marks = words(NAMES["tools"][tool]["marks"])
    assert columns_of(marks).tool == tool
    own = NAMES["tools"][tool].get("own", {})
    found = columns_of([*marks, *own]).at
    assert set(own.values()) <= found.keys()


@pytest.mark.parametrize(
    "name",
    [
        "Patient Name",
        "patient_phone",
        "PatientId",
        "Customer",
        "customerId",
        "Phone",
        "Mobile Number",
        "E-mail",
        "email",
        "First Name",
        "lastName",
        "DOB",
        "Date of Birth",
        "Chart Number",
        "Appointment Date",
        "Sent To",
        "Recipient",
        "PatNum",
        "Reviewer Email",
        "reviewer_phone",
        "Invited Name",
        "Guarantor",
        "Teléfono",
        "Contact",
    ],
)
def test_columns_about_the_patient_are_never_read(name: str) -> None:
    columns = columns_of(["Date", "Review", name])
    assert 2 in columns.of_patient
    assert 2 not in columns.at.values()


@pytest.mark.parametrize("name", ["Reviewer First Name", "Review Date", "Author Name", "Office", "Response"])
def test_the_public_name_is_not_a_patients(name: str) -> None:
    assert not tells_of_patient(name)


def test_of_two_columns_for_one_field_the_first_name_of_the_field_is_taken() -> None:
    columns = columns_of(["Comment", "Review Text", "Posted", "Review Date"])
    assert columns.at == {"text_original": 1, "created_at": 3}
    assert columns.unread == ("Comment", "Posted")


@pytest.mark.parametrize(
    ("name", "site"),
    [
        ("Google", "google"),
        ("google.com", "google"),
        ("Google Reviews", "google"),
        ("GMB", "google"),
        ("FB", "facebook"),
        ("www.yelp.com", "yelp"),
        ("Healthgrades.com", "healthgrades"),
        ("Zocdoc", "zocdoc"),
        ("Direct Feedback", "birdeye"),
        ("RateMDs", "other"),
        ("", ""),
        ("—", ""),
    ],
)
def test_names_of_sites(name: str, site: str) -> None:
    assert site_of(name) == site


def test_every_site_that_is_named_is_one_of_the_reviews() -> None:
    assert NAMES["sites"].keys() <= set(Site.values)
