"""Words behind `/upset`: dates as people say them, names without a guess, and nothing that is repeated."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.integrations.slack.inbound.words import (
    AwaySaid,
    BackSaid,
    HelpAsked,
    NotUnderstood,
    ReportAsked,
    mentioned,
    whose_name,
    wish_of,
)

WEDNESDAY = date(2026, 3, 4)
DAY = timedelta(days=1)
NAMES = {"1": "Ruth Bellamy", "2": "Ruth Okafor", "3": "Sam Okafor", "4": "Ruth", "5": "Zoë de Vries"}


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("", ReportAsked(typed=False)),
        ("  \n ", ReportAsked(typed=False)),
        ("Mrs Quintero left in tears", ReportAsked(typed=True)),
        ("backwards", ReportAsked(typed=True)),
        ("back pain after the visit", ReportAsked(typed=True)),
        ("help me", ReportAsked(typed=True)),
        ("help", HelpAsked()),
        ("HELP", HelpAsked()),
        ("back", BackSaid()),
        ("away today", AwaySaid(WEDNESDAY, WEDNESDAY)),
        ("away tomorrow", AwaySaid(WEDNESDAY + DAY, WEDNESDAY + DAY)),
        ("Away Until Friday", AwaySaid(WEDNESDAY, date(2026, 3, 6))),
        ("away until friday cover ruth", AwaySaid(WEDNESDAY, date(2026, 3, 6), "ruth")),
        ("away until fri, cover Ruth Bellamy", AwaySaid(WEDNESDAY, date(2026, 3, 6), "Ruth Bellamy")),
        ("away till wednesday", AwaySaid(WEDNESDAY, WEDNESDAY)),
        ("away through tues", AwaySaid(WEDNESDAY, date(2026, 3, 10))),
        ("away until 2026-04-01", AwaySaid(WEDNESDAY, date(2026, 4, 1))),
        ("away thurs", AwaySaid(WEDNESDAY + DAY, WEDNESDAY + DAY)),
        ("away from monday until wednesday", AwaySaid(date(2026, 3, 9), date(2026, 3, 11))),
        ("away friday to monday", AwaySaid(date(2026, 3, 6), date(2026, 3, 9))),
        ("away monday to monday", AwaySaid(date(2026, 3, 9), date(2026, 3, 9))),
        ("away today covered by Rita", AwaySaid(WEDNESDAY, WEDNESDAY, "Rita")),
        ("away today cover: <@U0RUTH|ruth>", AwaySaid(WEDNESDAY, WEDNESDAY, "<@U0RUTH|ruth>")),
    ],
)
def test_what_is_meant(text: str, wish: object) -> None:
    assert wish_of(text, WEDNESDAY) == wish


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("away", "Say until when"),
        ("away from", "Say until when"),
        ("away cover ruth", "Say until when"),
        ("away today cover", "Name who covers"),
        ("away until", "not clear"),
        ("away next friday", "not clear"),
        ("away until 2026-02-30", "not clear"),
        ("away until 26-03-06", "not clear"),
        ("away until 2026-03-03", "The last day comes before the first"),
        ("away 2026-03-03", "That day is over"),
        ("away 2026-03-09 to 2026-03-08", "The last day comes before the first"),
        ("away until 2029-01-01", "two years"),
        ("away until 9999-12-31", "two years"),
        ("away she was in tears again", "not clear"),
    ],
)
def test_what_is_not_clear_is_not_guessed(text: str, why: str) -> None:
    wish = wish_of(text, WEDNESDAY)
    assert isinstance(wish, NotUnderstood)
    assert why in wish.why


@given(st.text(), st.dates())
def test_any_text_means_something_and_none_of_it_is_repeated(text: str, today: date) -> None:
    match wish_of(text, today):
        case AwaySaid(first=first, last=last):
            assert today <= first <= last
        case NotUnderstood(why=why):
            assert why == wish_of(text.upper(), today).why  # type: ignore[union-attr]


@given(
    st.sampled_from(["monday", "tue", "wednesday", "thurs", "fri", "saturday", "Sun"]),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
def test_a_weekday_is_the_next_of_its_name(name: str, today: date) -> None:
    wish = wish_of(f"away until {name}", today)
    assert isinstance(wish, AwaySaid)
    assert (wish.last - today).days < 7
    assert f"{wish.last:%A}".lower().startswith(name[:3].lower())


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("ruth", ["4"]),  # that is the whole name of one
        ("ruth b", ["1"]),
        ("bellamy", ["1"]),
        ("OKAFOR", ["2", "3"]),
        ("sam okafor", ["3"]),
        ("okafor sam", ["3"]),
        ("zoë", ["5"]),
        ("ru", ["1", "2", "4"]),
        ("nobody", []),
        ("", []),
    ],
)
def test_a_name_means_one_person_or_is_asked_again(typed: str, keys: list[str]) -> None:
    assert whose_name(typed, NAMES) == keys


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1)), st.text())
def test_a_whole_name_always_means_whoever_has_it(people: dict[str, str], typed: str) -> None:
    assert set(whose_name(typed, people)) <= set(people)
    for key, name in people.items():
        if name.split():
            assert key in whose_name(name, people)


@pytest.mark.parametrize(
    ("cover", "user"), [("<@U0RUTH>", "U0RUTH"), ("<@U0RUTH|ruth.b>", "U0RUTH"), ("ruth", ""), ("<@u0ruth> x", "")]
)
def test_a_mention_is_a_user(cover: str, user: str) -> None:
    assert mentioned(cover) == user
