"""Text reaches the chart as Open Dental can keep it, and the marker always whole."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.integrations.marker import holds_marker
from amends.integrations.open_dental.texts import LONGEST, chart_text, headline
from amends.protocol import wording
from amends.protocol.messages import ChartNote
from amends.protocol.policy import ChartWords, shipped_policy
from amends.protocol.values import Actor, Patient
from amends.protocol.words import Purpose, Role

LAST = "Ana Ruiz, 2 Mar 2026 2:05 PM · UP-1042.7"


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("She said “never again” – and left…", 'She said "never again" - and left...'),
        ("José Müller’s crown, 3rd floor", "Jose Muller's crown, 3rd floor"),
        ("Strauße, Øystein, Łukasz", "Strausse, Oystein, Lukasz"),
        ("½ hour late, 20 € × 2", "1/2 hour late, 20 EUR x 2"),
        ("angry 😡👍🏽 ☎ customer", "angry customer"),
        ("one\r\n\r\n\r\ntwo\n   \nthree\rfour\u2028five", "one\ntwo\nthree\nfour\nfive"),
        ("a \t\u00a0 b\x00c\x07d\u200b", "a bcd"),
        ("Иван", "????"),
        ("   ", ""),
        ("", ""),
    ],
)
def test_what_becomes_of_each_kind_of_sign(told: str, kept: str) -> None:
    assert chart_text(told) == kept


def test_a_long_text_loses_the_end_of_its_body_and_never_its_last_line() -> None:
    text = chart_text("A long story. " * 1000 + "\n" + LAST)
    assert len(text) <= LONGEST
    assert text.endswith("...\nAna Ruiz, 2 Mar 2026 2:05 PM - UP-1042.7")
    assert text.startswith("A long story. A long story.")


def test_a_last_line_that_is_too_long_by_itself_keeps_its_end() -> None:
    text = chart_text("word " * 2000 + "UP-1042.7")
    assert len(text) <= LONGEST
    assert holds_marker(text, "UP-1042.7")


@given(st.text(max_size=6000), st.text(max_size=300))
def test_any_text_becomes_short_ascii_with_single_line_breaks_and_its_marker(body: str, author: str) -> None:
    text = chart_text(f"{body}\n{author} UP-1042.7")
    assert len(text) <= LONGEST
    assert text.isascii()
    assert "\n\n" not in text
    assert "  " not in text
    assert holds_marker(text, "UP-1042.7")
    assert chart_text(text) == text


# Signs that plain ASCII drops, folds or keeps, between the letters of a mark.
SIGNS = st.sampled_from([*"#＃﹟upsetUPSET\n\r\t \x00\x1c\u200b\u0301\ufe0f\u20e3é①1.-", "#upset", "# upset"])


@given(
    st.lists(SIGNS, max_size=60).map("".join) | st.text(max_size=200),
    st.lists(SIGNS, max_size=12).map("".join),
    st.sampled_from(["#upset", "#up", "#set1", "#e-e", "#u_p"]),
)
def test_no_note_of_ours_holds_the_mark_that_would_open_a_case(said: str, author: str, mark: str) -> None:
    policy = replace(shipped_policy(), chart=ChartWords(note_mark=mark))
    note = ChartNote(
        purpose=Purpose.ACCOUNT,
        about=1,
        patient=Patient("main", 1, "Dana"),
        clinical=True,
        text=f"Patient upset. {said}",
        way=None,
        from_patient=True,
        at=datetime(2026, 3, 2, 15, tzinfo=UTC),
        author=Actor("1", f"Ana {author}", Role.TEAM),
    )
    pasted = wording.chart_text(note, "UP-1042.7", ZoneInfo("America/New_York"), policy)
    written = chart_text(pasted)
    assert mark not in pasted.casefold()
    assert mark not in written.casefold()
    assert mark not in " ".join(written.split()).casefold()
    assert holds_marker(written, "UP-1042.7")


@given(st.text(max_size=600))
def test_any_headline_is_one_line_that_fits_its_column(text: str) -> None:
    line = headline(text)
    assert len(line) <= 255
    assert "\n" not in line
    assert line.isascii()


@pytest.mark.parametrize(
    "text",
    [
        "UP-1042.7",
        "Ana Ruiz UP-1042.7",
        "(UP-1042.7)",
        "written. UP-1042.7.",
        "UP-1042.7. Next",
        "line\nUP-1042.7\nline",
    ],
)
def test_a_whole_marker_is_found(text: str) -> None:
    assert holds_marker(text, "UP-1042.7")


@pytest.mark.parametrize(
    "text", ["UP-1042.71", "XUP-1042.7", "UP-1042.7.1", "UP-1042.7-2", "X-UP-1042.7", "UP-1042x7", "UP-1042.", ""]
)
def test_a_part_of_another_marker_is_not_found(text: str) -> None:
    assert not holds_marker(text, "UP-1042.7")


def test_no_marker_is_in_no_text() -> None:
    assert not holds_marker("anything", "")
