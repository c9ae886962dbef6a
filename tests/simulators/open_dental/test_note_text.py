"""What happens to text on its way in and out (open-dental-api.md 5.5)."""

import pytest
from tests.simulators.open_dental.caller import service

from amends.simulators.open_dental.text import TextRules, TextTooLongError


def test_line_ends_are_stored_as_cr_lf_and_shown_as_spaces(running):
    for shown_as_spaces, expected in ((True, "One two three"), (False, "One\r\ntwo\r\nthree")):
        practice = running(service(text=TextRules(line_ends_become_spaces=shown_as_spaces)))
        row = practice.post("commlogs", {"PatNum": 1001, "Note": "One\ntwo\r\nthree"}).json
        assert row["Note"] == expected
        assert practice.call("GET", "/_control/rows/commlog").json[-1]["Note"] == "One\r\ntwo\r\nthree"


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("plain", "plain"),
        ("zero\0byte", "zerobyte"),
        ("wide" + " " * 100 + "gap", "wide gap"),
        ("wide" + " " * 99 + "gap", "wide" + " " * 99 + "gap"),
        ("sad \N{PENSIVE FACE} face", "sad \ufffd face"),
        ("tick \N{WHITE HEAVY CHECK MARK}", "tick \ufffd"),
        ("café – “yes”", "café – “yes”"),
    ],
)
def test_the_filter(sent, stored):
    assert TextRules().into_database(sent) == stored
    assert TextRules(clean=False).into_database(sent) == sent


def test_fifty_blank_lines_disappear_from_procedure_notes():
    rules = TextRules()
    assert rules.into_database("a" + "\n" * 52 + "b", notes_of_procedure=True) == "a\r\nb"
    assert rules.into_database("a\n\nb", notes_of_procedure=True) == "a\r\n\r\nb"


def test_over_long_text_is_refused_or_cut_at_the_columns_bytes(running):
    with pytest.raises(TextTooLongError):
        TextRules().into_database("é" * 40_000)
    assert len(TextRules(cut_long_text=True).into_database("é" * 40_000)) == 32_767
    assert TextRules().into_database("e" * 65_535) == "e" * 65_535
    refused = running(service()).post("commlogs", {"PatNum": 1001, "Note": "e" * 65_536})
    assert (refused.status, refused.json) == (400, "Note is too long.")
