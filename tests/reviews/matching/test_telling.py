"""What a text tells: treatments, waits, days, hours, relatives, money."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from amends.reviews.matching.days import days_named, hours_named
from amends.reviews.matching.folding import fold
from amends.reviews.matching.procedures import code_of, treatments_named
from amends.reviews.matching.said import read
from amends.reviews.matching.values import Review, Visit
from amends.reviews.matching.visits import wait_weight
from amends.reviews.matching.waits import wait_named

POSTED = date(2026, 3, 4)  # a Wednesday
FAR_APART = (
    "the late doctor was rude to all of us and then she told me to come back for another hour and talk, 20 minutes"
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("my crown fell off", "D2740"), ("me pusieron una corona", "D2750"), ("a root canal", "D3330"),
        ("la endodoncia dolió", "D3310"),
        ("just a cleaning", "D1110"), ("my kid's cleaning", "D1120"), ("una limpieza", "D4910"),
        ("scaling on one side", "D4341"),
        ("a filling", "D2391"), ("two cavities", "D2140"), ("un empaste", "D2331"), ("pulled my tooth", "D7140"),
        ("wisdom teeth", "D7240"),
        ("me sacaron una muela", "D7210"), ("implant", "D6010"), ("dentures", "D5110"), ("dentadura", "D5213"),
        ("a bridge", "D6750"),
        ("un puente", "D6240"), ("whitening", "D9972"), ("x-rays", "D0330"), ("radiografías", "D0210"), ("braces",
        "D8080"), ("Invisalign", "D8090"),
        ("night guard", "D9944"), ("an exam", "D0150"), ("an emergency", "D9110"), ("laughing gas", "D9230"),
        ("sealants", "D1351"),
        ("veneers", "D2962"), ("carillas", "D2961"), ("onlay", "D2644"), ("fluoride", "D1206"), ("gum graft",
        "D4273"), ("la muela del juicio", "D7230"),
    ],
)  # fmt: skip
def test_treatments_in_plain_words_are_codes(text: str, code: str) -> None:
    assert any(code.startswith(named.treatment.codes) and named.had for named in treatments_named(fold(text)))


@pytest.mark.parametrize(
    "text",
    ["Parked by a Crown Victoria on Crown Street.", "Brooklyn Bridge is in the picture, Bridge Road in the address.",
     "You burned that bridge.", "I filled out forms and filled my prescription.", "Nobody filled me in.",
     "A partial refund, and it was like pulling teeth.", "They extracted more money.", "Corona, California.",
     "Ever since corona they are like this.", "Calle Corona 12, cerrado por el puente.", "Comimos chiles rellenos.",
     "The floors need to be cleaned by a cleaning lady.", "It smells of bleach.", "A veneer of kindness.",
     "My lawyer has a retainer.", "A cold room with an exam table by the emergency exit.", "There is a cap on it."],
)  # fmt: skip
def test_what_only_sounds_like_a_treatment_is_none(text: str) -> None:
    assert read(Review("Ann", text, 1, None)).treatments == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The Crown Street office put a crown on it.", {"a crown"}),
        ("My New Bridge broke, and the bridge on the left too.", {"a bridge"}),
        ("They had to work on the bridge again.", {"a bridge"}),
        ("Filled out forms, then they filled my tooth.", {"a filling"}),
        ("The filling came out the other day.", {"a filling"}),
        ("My partial does not fit.", {"a denture"}),
        ("They were pulling teeth that were fine.", {"an extraction"}),
        ("I had my teeth cleaned the other day.", {"a cleaning"}),
        ("I lost my retainer.", {"braces or aligners"}),
        ("The crown drives me crazy.", {"a crown"}),
        ("Se me cayo la corona y el puente.", {"a crown", "a bridge"}),
    ],
)
def test_and_what_is_one_beside_it_counts(text: str, names: set[str]) -> None:
    assert {named.treatment.name for named in read(Review("Ann", text, 1, None)).treatments} == names


def test_a_treatment_that_was_not_had_is_only_named() -> None:
    assert [named.had for named in treatments_named("they quoted me for a crown")] == [False]
    assert [named.had for named in treatments_named("no x-rays, no exam")] == [False, False]


def test_a_deep_cleaning_is_not_a_cleaning_too() -> None:
    assert [named.treatment.name for named in treatments_named("a deep cleaning")] == ["a deep cleaning"]
    assert treatments_named("they were rude") == ()


@pytest.mark.parametrize(
    ("written", "code"),
    [("D2740", "D2740"), (" d2740 crown", "D2740"), ("N4118", ""), ("", ""), ("crown", ""), ("D", "")],
)
def test_a_code_is_read_from_what_stands_there(written: str, code: str) -> None:
    assert code_of(written) == code


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("waited an hour", 60), ("I waited 45 min", 45), ("45-minute wait", 45), ("waited over two hours", 120),
        ("an hour and a half wait", 90),
        ("waited 1.5 hours", 90), ("waited one and a half hours", 90), ("half an hour in the lobby", 30),
        ("waited 1 hour 20 minutes", 80), ("esperé una hora", 60),
        ("esperé media hora", 30), ("hora y media, tardaron una hora y media", 90),
        ("me hicieron esperar 40 minutos", 40),
        ("they were 50 minutes late", 50), ("sat there for forty-five minutes", 45), ("no wait", 0),
        ("didn't have to wait", 0), ("sin esperar", 0),
    ],
)  # fmt: skip
def test_a_wait_in_minutes(text: str, minutes: int) -> None:
    found = wait_named(fold(text))
    assert found is not None
    assert found.minutes == minutes


@pytest.mark.parametrize(
    "text",
    [
        "waited forever",
        "such a long wait",
        "esperé muchísimo, mucho tiempo",
        "I had to wait",
        "waited 2 minutes too long",
    ],
)
def test_a_wait_without_minutes_is_a_long_one(text: str) -> None:
    found = wait_named(fold(text))
    assert found is not None
    assert found.minutes is None


@pytest.mark.parametrize(
    "text", ["", "I drove an hour to get here", "the cleaning took 20 minutes", "late fees and rude people", FAR_APART]
)
def test_minutes_of_something_else_are_no_wait(text: str) -> None:
    assert wait_named(fold(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "The waiting area smelled and the staff was grumpy", "La sala de espera olía mal", "on a waitlist forever",
        "Cannot wait to leave this place for good", "The front desk couldn't wait to see me go",
        "Just wait until you get their invoice", "Still waiting on an answer about my estimate",
        "I've been waiting for somebody to call me", "Waiting for my reimbursement, two hours on hold so far",
        "Spent an hour on the phone waiting", "Waited five weeks for this visit", "Wait, what?",
        "No me esperaba algo así", "No esperábamos tal trato", "Fue peor de lo que esperaba", "Espero que mejoren",
        "Sigo esperando una respuesta", "Espero el reembolso", "I was twenty minutes late and they sent me off",
        "Llegué diez minutos tarde",
    ],
)  # fmt: skip
def test_words_of_a_wait_that_are_none_in_the_office(text: str) -> None:
    assert wait_named(fold(text)) is None


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Sat in the waiting room for 50 minutes", 50), ("Una hora en la sala de espera", 60),
        ("Couldn't wait any longer, after two hours in the lobby", 120), ("esperamos hora y media", 90),
        ("They were not waiting on hold: I waited an hour in the chair", 60), ("I was not kept waiting", 0),
        ("They never made me wait", 0), ("No me hicieron esperar", 0), ("they ran 40 minutes late", 40),
    ],
)  # fmt: skip
def test_a_wait_beside_such_words_is_one(text: str, minutes: int) -> None:
    found = wait_named(fold(text))
    assert found is not None
    assert found.minutes == minutes


def test_that_there_was_a_wait_says_less_than_that_it_was_long() -> None:
    bare, long = wait_named("i waited"), wait_named("i waited forever")
    assert bare is not None
    assert long is not None
    assert bare.bare
    assert not long.bare


def test_a_wait_as_told_is_rounded_up_by_a_lot_and_never_made_of_nothing() -> None:
    assert wait_weight(60, 52) > wait_weight(60, 35) > 0 > wait_weight(60, 10)
    assert wait_weight(None, 45) > wait_weight(None, 20) > 0 > wait_weight(None, 5)
    assert wait_weight(0, 3) > 0 > wait_weight(0, 40)


def test_a_wait_is_from_arrival_to_the_chair() -> None:
    visit = Visit(POSTED, "complete", arrived=time(14), seated=time(14, 52))
    assert visit.wait == 52
    assert Visit(POSTED, "complete", arrived=time(14)).wait is None
    assert Visit(POSTED, "complete", arrived=time(14), seated=time(13)).wait is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("today", "2026-03-04", "2026-03-04"), ("this morning", "2026-03-04", "2026-03-04"), ("ayer", "2026-03-03",
        "2026-03-03"),
        ("yesterday", "2026-03-03", "2026-03-03"), ("day before yesterday", "2026-03-02", "2026-03-02"), ("antier",
        "2026-03-02", "2026-03-02"),
        ("last Tuesday", "2026-03-03", "2026-03-03"), ("el lunes", "2026-03-02", "2026-03-02"), ("on Friday",
        "2026-02-27", "2026-02-27"),
        ("last Wednesday", "2026-02-25", "2026-02-25"), ("el miércoles pasado", "2026-02-25", "2026-02-25"),
        ("on Wednesday", "2026-03-04", "2026-03-04"),
        ("in February", "2026-02-01", "2026-02-28"), ("en diciembre", "2025-12-01", "2025-12-31"), ("in March",
        "2026-03-01", "2026-03-04"),
        ("on Feb. 12th", "2026-02-12", "2026-02-12"), ("el 12 de febrero", "2026-02-12", "2026-02-12"), ("on 2/12",
        "2026-02-12", "2026-02-12"),
        ("December 30", "2025-12-30", "2025-12-30"), ("three days ago", "2026-03-01", "2026-03-01"),
        ("two weeks ago", "2026-02-15", "2026-02-21"),
        ("hace dos semanas", "2026-02-15", "2026-02-21"), ("5 days ago", "2026-02-26", "2026-02-28"), ("last week",
        "2026-02-18", "2026-03-03"),
        ("my December visit", "2025-12-01", "2025-12-31"),
        ("the other day", "2026-02-24", "2026-03-03"), ("a few weeks ago", "2026-01-21", "2026-02-21"),
        ("a month ago", "2026-01-18", "2026-02-17"),
    ],
)  # fmt: skip
def test_days_are_counted_from_the_post(text: str, first: str, last: str) -> None:
    found = days_named(fold(text), POSTED)
    assert found is not None
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "closed on Mondays, open Tuesday",
        "never on Fridays  every Friday",
        "13/45",
        "on 2/30",
        "February 31",
        "24/7 service",
    ],
)
def test_no_day_is_named(text: str) -> None:
    assert days_named(fold(text), POSTED) is None


def test_a_weekday_may_be_of_the_week_before_and_utc_may_be_a_day_ahead() -> None:
    tuesday = days_named("last tuesday", POSTED)
    assert tuesday is not None
    assert tuesday.a_week_before(date(2026, 2, 24))
    assert not tuesday.a_week_before(date(2026, 2, 25))
    slack = days_named("today", POSTED, slack=1)
    assert slack is not None
    assert slack.far(date(2026, 3, 3)) == 0
    assert slack.far(date(2026, 3, 1)) == 2
    assert days_named("a month ago", date(1, 1, 2)) is not None


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("my 2pm appointment", "14:00", "09:00"), ("at 9:30", "09:20", "14:00"), ("a las 3", "15:00", "09:00"),
        ("my 8 o'clock", "08:00", "13:00"),
        ("this morning", "10:00", "15:00"), ("esta tarde", "15:00", "09:00"), ("10 a.m.", "10:10", "13:00"),
        ("at 12:15 pm", "12:00", "15:00"),
    ],
)  # fmt: skip
def test_the_time_of_day(text: str, inside: str, outside: str) -> None:
    found = hours_named(fold(text))
    assert found is not None
    for clock, expected in [(inside, True), (outside, False)]:
        at = time.fromisoformat(clock)
        assert (found.first <= at.hour * 60 + at.minute <= found.last) is expected


@pytest.mark.parametrize("text", ["", "at 45 dollars", "25:99", "zero stars", "my 2 kids", "for 30 minutes"])
def test_no_time_of_day(text: str) -> None:
    assert hours_named(fold(text)) is None


@pytest.mark.parametrize(
    ("text", "relative"),
    [
        ("my son was hurt", "son"), ("my two kids", "kids"), ("took our little daughter", "daughter"),
        ("mi hija lloró", "hija"), ("a mi esposo", "esposo"),
        ("my husband and I go here", ""), ("my wife recommended them", ""), ("my appointment", ""), ("mi cita",
        ""), ("my 6 year old", "6 year old"),
    ],
)  # fmt: skip
def test_a_relative_is_heard_of(text: str, relative: str) -> None:
    assert read(Review(text=text)).relative == relative


def test_a_relative_may_be_called_by_name_in_text_or_display_name() -> None:
    assert read(Review(text="my son Diego, who is six")).relatives_name == "diego"
    assert read(Review(text="my son was hurt")).relatives_name == ""
    assert read(Review("Diego's Mom")).relative == "mom"
    assert read(Review("Mamá de Diego")).relative == "mama"


def test_amounts_and_subjects() -> None:
    said = read(Review(text="Charged me $1,250.50 and 75 dollars for missing an appointment, Dr. Hale hurt me"))
    assert said.amounts == {Decimal("1250.50"), Decimal("75.00")}
    assert said.money
    assert said.missed
    assert said.treated
    assert said.doctors == {"hale"}
    assert not said.cancelled


def test_the_day_of_the_post_is_its_own() -> None:
    said = read(Review(posted_at=datetime(2026, 3, 4, 20, 11, tzinfo=UTC)))
    assert said.posted == POSTED
    assert said.posted_minute == 20 * 60 + 11
    assert read(Review()).posted is None
