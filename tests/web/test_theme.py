"""The accent is bent until it can be read."""

import re

from hypothesis import given
from hypothesis import strategies as st

from amends.practice.models import Group
from amends.web.theme import DARK_SURFACE, LIGHT_SURFACE, contrast, readable_on, stylesheet

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_that_of_wcag():
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@given(COLOURS)
def test_any_accent_can_be_read_on_light_and_dark_and_text_can_be_read_on_it(accent):
    light, dark = readable_on(LIGHT_SURFACE, accent), readable_on(DARK_SURFACE, accent)
    assert contrast(light, LIGHT_SURFACE) >= 4.5
    assert contrast(dark, DARK_SURFACE) >= 4.5
    pairs = re.findall(r"--accent: (#\w{6}); --on-accent: (#\w{6})", stylesheet(accent))
    assert [pair[0] for pair in pairs] == [light, dark, light]
    assert all(contrast(*pair) >= 4.5 for pair in pairs)


def test_a_colour_that_can_be_read_stays_as_it_is():
    assert readable_on(LIGHT_SURFACE, "#1f6f6b") == "#1f6f6b"


def test_what_is_no_colour_falls_back_and_never_reaches_the_stylesheet():
    assert stylesheet("red; } body { display: none") == stylesheet("#1f6f6b")


def test_the_stylesheet_may_be_kept_for_good_under_the_groups_revision(group, client):
    revision = Group.objects.get().revision
    answer = client.get(f"/theme.css?v={revision}")
    assert answer["Content-Type"] == "text/css"
    assert "immutable" in answer["Cache-Control"]
    assert client.get("/theme.css?v=older")["Cache-Control"] == "no-cache"


def test_a_group_without_people_still_has_a_theme(db, client):
    assert "--accent" in client.get("/theme.css").content.decode()
