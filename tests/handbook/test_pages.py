"""The handbook: topics, search, contents, and a protocol page that cannot promise what the engine does not keep."""

import re
from dataclasses import fields
from html import unescape

import pytest

from amends.handbook.limits import in_words
from amends.handbook.reading import contents, search
from amends.protocol.policy import Limits, read_policy, shipped_policy, shipped_text
from amends.web.steps import STEPS, RailStep


def words_of(answer) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


@pytest.fixture
def policy_file(settings, tmp_path):
    """The group's own policy file, as `AMENDS_PROTOCOL_FILE` names it; call it with a changed text."""

    def use(text: str) -> None:
        path = tmp_path / f"protocol-{abs(hash(text))}.toml"
        path.write_text(text, encoding="utf-8")
        settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"protocol_file": path})

    return use


@pytest.mark.parametrize("name", [field.name for field in fields(Limits)])
def test_each_limit_on_the_page_is_the_one_of_the_policy(group, client_for, policy_file, name):
    client = client_for(group.ana)
    shipped = in_words(shipped_policy().limits)[name]
    assert shipped in words_of(client.get("/handbook/protocol"))

    value = 5 if name == "review_stars" else getattr(shipped_policy().limits, name) + 4
    changed = re.sub(rf"(?m)^{name} = \d+", f"{name} = {value}", shipped_text())
    policy_file(changed)
    promised = in_words(read_policy(changed).limits)[name]
    assert promised != shipped
    before, after = shipped_policy().limits, words_of(client.get("/handbook/protocol"))
    assert promised in after
    alike = sum(phrase == shipped for phrase in in_words(before).values())
    if alike == 1:
        assert not re.search(rf"(?<!\w){re.escape(shipped)}(?! and)", after)


def test_a_renamed_role_and_protocol_show_on_the_page(group, client_for, policy_file):
    policy_file(
        shipped_text()
        .replace('name = "Upset Patient Protocol"', 'name = "Making it right"')
        .replace('regional_manager = "regional manager"', 'regional_manager = "area lead"')
    )
    page = words_of(client_for(group.ana).get("/handbook/protocol"))
    assert "Making it right" in page
    assert "area lead" in page
    assert "regional manager" not in page


def test_the_steps_stand_in_the_order_and_words_of_the_rail(group, client_for):
    html = client_for(group.ana).get("/handbook/protocol").content.decode()
    found = [heading.text for heading in contents(html.split("<aside")[0]) if heading.level == 3]
    assert found == [f"{number}. {words}" for number, words in enumerate(STEPS.values(), start=1)]
    assert list(STEPS) == list(RailStep)


def test_every_severe_trigger_is_named_and_privacy_goes_its_own_way(group, client_for):
    page = words_of(client_for(group.ana).get("/handbook/protocol"))
    for key, label in shipped_policy().triggers.items():
        assert (label in page) is (key != "privacy")


def test_the_contents_lead_to_headings_that_are_there(group, client_for):
    for slug in ("protocol", "desk"):
        html = client_for(group.ana).get(f"/handbook/{slug}").content.decode()
        anchors = set(re.findall(r'<a href="#([\w-]+)">', html))
        assert len(anchors) >= 5
        assert anchors <= set(re.findall(r' id="([\w-]+)"', html))
        assert html.count("<h1") == 1


def test_everybody_who_is_signed_in_may_read_it(group, client_for):
    for person in group.people.values():
        assert client_for(person).get("/handbook/").status_code == 200


def test_a_topic_that_is_not_there_is_not_found(group, client_for):
    assert client_for(group.ana).get("/handbook/everything").status_code == 404


def test_search_finds_passages_and_marks_the_words(group, client_for):
    answer = client_for(group.ana).get("/handbook/", {"q": "VOICEMAIL is"})
    assert "<mark>voicemail is</mark>" in answer.content.decode()
    assert "3. Speak with the patient" in words_of(answer)


@pytest.mark.parametrize("words", ["zebra", "<script>", "a" * 300, "\u202e", "\x00"])
def test_search_that_finds_nothing_teaches_and_escapes(group, client_for, words):
    answer = client_for(group.ana).get("/handbook/", {"q": words})
    assert "nowhere in the handbook" in words_of(answer)
    assert "<script>" not in answer.content.decode().replace("<script src", "")


def test_an_empty_search_lists_the_topics(group, client_for):
    assert "What to say at the desk" in words_of(client_for(group.ana).get("/handbook/?q=++"))


def test_a_passage_is_cut_around_what_was_found():
    long = "one " * 60 + "needle" + " two" * 60
    [hit] = search(f"<p>{long}</p>", "needle")
    assert hit.before.startswith("… ")
    assert hit.after.endswith(" …")
    assert (hit.match, hit.anchor, hit.under) == ("needle", "", "")


def test_reading_keeps_nested_and_loose_text():
    html = '<h2 id="a">First</h2><ul><li>one<p>two</p></li></ul><h3 id="b">  </h3>tail'
    assert [heading.anchor for heading in contents(html)] == ["a"]
    assert [hit.under for hit in search(html, "two")] == ["First"]
    assert list(search(html, "  ")) == []


def test_the_page_names_the_version_that_new_cases_run_under(group, client_for):
    assert shipped_policy().version in words_of(client_for(group.ana).get("/handbook/protocol"))
