"""Open hours as people write them: what is meant is kept, and what could mean two things is asked back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.practice.hours.typed import TypedWrong, read_windows, show_week, show_windows
from amends.protocol.hours import Calendar, Window, Windows


@st.composite
def windows(draw: st.DrawFn) -> Windows:
    """Any hours of a day that a calendar can hold: sorted, apart from each other."""
    edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=8)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(Window(opens, closes) for opens, closes in pairs)


@given(windows())
def test_what_is_shown_is_read_again_as_the_same(hours: Windows) -> None:
    assert read_windows(show_windows(hours)) == hours


@given(windows(), st.sampled_from([", ", ";", "\n", " and ", " & "]), st.sampled_from([" - ", "-", " – ", " to ", "—"]))
def test_twenty_four_hours_and_every_usual_sign_are_understood(hours: Windows, apart: str, dash: str) -> None:
    def clock(minute: int) -> str:
        return f"{minute // 60:02d}:{minute % 60:02d}"

    typed = apart.join(f"{clock(opens)}{dash}{clock(closes)}" for opens, closes in reversed(hours))
    assert read_windows(typed) == hours


@given(st.text(max_size=60) | st.from_regex(r"[0-9:apm ,\-]{0,30}", fullmatch=True))
def test_anything_typed_is_hours_that_a_calendar_takes_or_a_sentence(typed: str) -> None:
    hours: Windows = ()
    said = ""
    try:
        hours = read_windows(typed)
    except TypedWrong as wrong:
        said = str(wrong)
    assert Calendar("UTC", weekly=(hours,) * 7).weekly[0] == hours
    assert not said or said.endswith(".")


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("", ()),
        (" Closed. ", ()),
        ("8am-5pm", ((480, 1020),)),
        ("8 a.m. to 5 P.M.", ((480, 1020),)),
        ("8:30 am - noon, 1 pm - 5:15 pm", ((510, 720), (780, 1035))),
        ("12 pm - 12 am", ((720, 1440),)),
        ("12 am - 6 am", ((0, 360),)),
        ("9 pm - midnight", ((1260, 1440),)),
        ("08:00-12:00, 12:00-17:00", ((480, 1020),)),
        ("10:00 until 24:00", ((600, 1440),)),
    ],
)
def test_hours_as_they_are_written(typed: str, hours: tuple[tuple[int, int], ...]) -> None:
    assert read_windows(typed) == hours


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        ("8:00-12:00, 1:00-5:00", "“8:00” could be morning or afternoon"),
        ("8-5", "“8” could be morning or afternoon"),
        ("10-4 pm", "“10” could be morning or afternoon"),
        ("5 pm - 8 am", "closes before it opens"),
        ("8 am - 8 am", "closes before it opens"),
        ("8 am - 1 pm, 12:30 pm - 5 pm", "8 am - 1 pm and 12:30 pm - 5 pm overlap"),
        ("8 am", "no time from and to"),
        ("8 am - lunch", "“lunch” is no time"),
        ("8 am - ", "A time is missing"),
        ("25:00 - 26:00", "no time of the day"),
        ("13 pm - 14 pm", "no time of the day"),
        ("0 am - 5 pm", "no time of the day"),
        ("08:75 - 10:00", "no time of the day"),
        ("24:00 - 24:00", "closes before it opens"),
        ("24:30 - 24:45", "no time of the day"),
        ("by appointment", "no time from and to"),
    ],
)
def test_what_cannot_be_or_could_mean_two_things_is_asked_back(typed: str, because: str) -> None:
    with pytest.raises(TypedWrong, match=because):
        read_windows(typed)


def test_a_week_in_words_puts_days_together_that_are_alike() -> None:
    usual, short = (Window(480, 720), Window(780, 1020)), (Window(480, 750),)
    assert show_week((usual,) * 4 + (short, (), ())) == "Mon–Thu 8 am - 12 pm, 1 pm - 5 pm; Fri 8 am - 12:30 pm"
    assert show_week(((),) * 7) == "never open"
