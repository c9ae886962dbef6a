"""Search: every word, in any of its forms, whatever its case and accents, with the section that it stands in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.handbook.reading import contents, nested, passages
from amends.handbook.search import Text, folded, search, stem, words_in

DESK = Text(
    "desk",
    "What to say",
    '<p>Before.</p><h2 id="on">Words</h2><p>Una señora está <em>enojada</em>.</p><h2 id="ph">Phone</h2>'
    "<ul><li>Leave a voicemail; it is no conversation.</li><li>Voicemail again</li></ul>",
)
CALLS = Text("calls", "Calling back", '<p>A voicemail is a try.</p><h2 id="v">Voicemail</h2><p>Say little.</p>')


def shown(parts) -> str:
    return "".join(f"[{part.text}]" if part.marked else part.text for part in parts)


def test_words_are_marked_where_they_stand_and_the_section_is_named():
    [found] = search([DESK], "conversation")
    assert [(hit.anchor, shown(hit.heading), shown(hit.line)) for hit in found.hits] == [
        ("ph", "Phone", "Leave a voicemail; it is no [conversation].")
    ]


def test_accents_and_case_do_not_matter():
    for typed in ("senora", "SEÑORA", "señora", "esta ENOJ"):
        [found] = search([DESK], typed)
        assert found.hits[0].anchor == "on"
    assert shown(search([DESK], "senora")[0].hits[0].line) == "Una [señora] está enojada."


def test_a_word_is_found_by_its_beginning_and_not_by_its_middle():
    assert [one.key for one in search([DESK, CALLS], "conver")] == ["desk"]
    assert search([DESK, CALLS], "versation") == []


FORMS = (
    ("escalate", "escalates", "escalated", "escalating", "escalation", "Escalations"),
    ("apology", "apologies", "apologise", "apologised", "apologising", "apologize", "apologizes", "apologizing"),
    ("reply", "replies", "replied"),
    ("call", "calls", "called", "calling"),
    ("cancel", "cancelled", "canceled", "cancelling"),
    ("close", "closed", "closing"),
    ("organize", "organisation", "organizing"),
    ("manager", "managers", "manage"),
    ("review", "reviews", "reviewed", "reviewing"),
)


@pytest.mark.parametrize("forms", FORMS, ids=[forms[0] for forms in FORMS])
def test_a_word_is_found_and_marked_in_any_of_its_forms(forms: tuple[str, ...]):
    for typed in forms:
        for written in forms:
            [found] = search([Text("a", "A page", f"<p>Then {written}, and so on.</p>")], typed)
            assert shown(found.hits[0].line) == f"Then [{written}], and so on."


def test_words_that_only_look_alike_stay_apart():
    for typed, written in (
        ("notes", "not"),
        ("reply", "replace"),
        ("promise", "prompt"),
        ("organize", "organ"),
        ("later", "lately"),
        ("listen", "list"),
        ("caring", "car"),
    ):
        assert search([Text("a", "A page", f"<p>{written}</p>")], typed) == [], (typed, written)


def test_the_second_half_of_a_word_is_found_where_it_is_a_word_itself():
    [found] = search([Text("a", "A page", "<p>Leave a voicemail.</p>")], "mail")
    assert shown(found.hits[0].line) == "Leave a [voicemail]."
    assert search([Text("a", "A page", "<p>Leave a voicemail.</p>")], "cemail voice") == []


def test_every_word_must_be_there_in_any_order_and_any_section():
    assert [one.key for one in search([DESK, CALLS], "enojada voicemail")] == ["desk"]
    assert search([DESK], "enojada zebra") == []


def test_a_heading_says_more_than_a_line_and_a_title_more_than_both():
    assert [one.key for one in search([DESK, CALLS], "voicemail")] == ["calls", "desk"]
    assert [one.key for one in search([CALLS, DESK], "say")] == ["desk", "calls"]


def test_the_sections_with_the_most_of_the_words_are_shown():
    [found] = search([CALLS], "voicemail little")
    assert [hit.anchor for hit in found.hits] == ["v"]
    assert shown(found.hits[0].heading) == "[Voicemail]"
    assert shown(found.hits[0].line) == "Say [little]."


def test_words_in_the_title_alone_find_the_page():
    [found] = search([CALLS], "calling back")
    assert shown(found.title) == "[Calling back]"
    assert found.hits == ()


def test_a_long_line_is_cut_around_the_first_word():
    long = "one " * 60 + "needle" + " two" * 60
    [found] = search([Text("a", "A", f"<p>{long}</p>")], "needle")
    line = shown(found.hits[0].line)
    assert line.startswith("… one")
    assert "[needle]" in line
    assert line.endswith("two …")
    assert len(line) < 220


def test_a_line_that_is_one_long_word_is_cut_at_the_word():
    [found] = search([Text("a", "A", f"<p>{'x' * 300} needle{'y' * 300}</p>")], "needle")
    assert shown(found.hits[0].line).startswith("… [needley")


def test_nothing_typed_finds_nothing():
    assert search([DESK], "  ?! ") == []
    assert words_in("a A á b" + " c" * 40) == ("a", "b", "c")


@given(st.text(max_size=80), st.text(max_size=20))
def test_what_is_shown_is_what_stands_there(text, typed):
    page = Text("a", text or "x", "<p>nothing</p>")
    for found in search([page], typed):
        assert "".join(part.text for part in found.title) == page.title
        assert all(
            any(folded(word).startswith(wanted) for wanted in words_in(typed) for word in part.text.split())
            or any(wanted in folded(part.text) for wanted in words_in(typed))
            or {stem(wanted) for wanted in words_in(typed)} & {stem(word) for word in words_in(part.text)}
            for part in found.title
            if part.marked
        )


def test_reading_keeps_nested_and_loose_text():
    html = '<h2 id="a">First</h2><ul><li>one<p>two</p></li></ul><h3 id="b">  </h3>tail'
    assert [heading.anchor for heading in contents(html)] == ["a"]
    assert [(one.under, one.text) for one in passages(html)] == [
        ("First", "First"),
        ("First", "one"),
        ("First", "two"),
        ("First", "tail"),
    ]


def test_a_contents_holds_two_levels():
    html = '<h3 id="z">Z</h3><h2 id="a">A</h2><h3 id="b">B</h3><h4 id="c">C</h4>'
    assert [(line.heading.anchor, [one.anchor for one in line.under]) for line in nested(contents(html))] == [
        ("z", []),
        ("a", ["b"]),
    ]
