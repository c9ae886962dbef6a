"""The handbook: topics, search, contents, and a protocol page that cannot promise what the engine does not keep."""

import re
from dataclasses import fields
from html import unescape

import pytest

from amends.handbook.limits import in_words
from amends.handbook.models import Page
from amends.handbook.reading import contents
from amends.handbook.shipped import shipped_pages
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
    for slug in ["protocol", *(page.slug for page in shipped_pages() if not page.live)]:
        html = client_for(group.ana).get(f"/handbook/{slug}").content.decode()
        anchors = set(re.findall(r'<a href="#([\w-]+)">', html))
        assert len(anchors) >= 4
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


def test_search_finds_other_forms_of_a_word(group, client_for):
    answer = client_for(group.ana).get("/handbook/", {"q": "voicemails leaving"})
    assert "<mark>voicemail</mark>" in answer.content.decode()


@pytest.mark.parametrize("words", ["zebra", "<script>", "a" * 300, "\u202e", "\x00"])
def test_search_that_finds_nothing_teaches_and_escapes(group, client_for, words):
    answer = client_for(group.ana).get("/handbook/", {"q": words})
    assert "nowhere in the handbook" in words_of(answer)
    assert "<script>" not in answer.content.decode().replace("<script src", "")


def test_an_empty_search_lists_the_topics(group, client_for):
    assert "What to say at the desk" in words_of(client_for(group.ana).get("/handbook/?q=++"))


def test_the_page_names_the_version_that_new_cases_run_under(group, client_for):
    assert shipped_policy().version in words_of(client_for(group.ana).get("/handbook/protocol"))


def test_a_step_of_the_rail_leads_to_the_page_and_the_page_back_to_the_case(group, client_for, case_at):
    number = case_at(group.maple, group.ana)
    client = client_for(group.ana)
    html = client.get(f"/cases/{number}").content.decode()
    for step in RailStep:
        assert f'href="/handbook/protocol?case={number}#{step}"' in html
    page = client.get(f"/handbook/protocol?case={number}").content.decode()
    assert f'href="/cases/{number}">Back to case {number}' in page
    assert all(f'id="{step}"' in page for step in RailStep)


@pytest.mark.parametrize("case", ["UP-1001", "UP-9999", "x", "", "javascript:x"])
def test_there_is_no_way_back_to_a_case_that_one_may_not_open(group, client_for, case_at, case):
    case_at(group.maple, group.ana)
    assert "Back to case" not in words_of(client_for(group.nick).get("/handbook/protocol", {"case": case}))


def test_the_card_shows_every_step_and_the_limits_of_now(group, client_for, policy_file):
    client = client_for(group.ana)
    page = words_of(client.get("/handbook/card"))
    limits = in_words(shipped_policy().limits)
    assert all(step in page for step in STEPS.values())
    for name in ("accept_open_minutes", "accept_severe_open_minutes", "speak_open_days", "speak_severe_open_minutes",
                 "plan_open_days", "reply_open_days"):  # fmt: skip
        assert limits[name] in page
    policy_file(shipped_text().replace("speak_open_days = 0", "speak_open_days = 6"))
    assert "by closing time of the sixth open day after" in words_of(client.get("/handbook/card"))


def test_a_page_shows_the_limits_of_now_in_every_place(group, client_for, policy_file):
    policy_file(shipped_text().replace("accept_severe_open_minutes = 15", "accept_severe_open_minutes = 25"))
    client = client_for(group.ana)
    for address in ("/handbook/emergency", "/handbook/topics/upset"):
        assert "a manager has the case within 25 open minutes" in words_of(client.get(address))
    assert "25" in words_of(client.get("/handbook/?q=manager+25"))


def test_a_whole_topic_stands_on_one_page_with_ids_of_their_own(group, client_for):
    html = client_for(group.ana).get("/handbook/topics/upset").content.decode()
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert "Upset Patient Protocol" in html
    assert "What to write down, and where" in html
    assert html.count("<h1") == 1
    assert client_for(group.ana).get("/handbook/topics/none").status_code == 404
    Page.objects.filter(topic__slug="public").update(is_shown=False)
    assert client_for(group.ana).get("/handbook/topics/public").status_code == 404


def test_the_history_of_the_protocol_says_what_the_settings_said_before(group, client_for, case_at, policy_file):
    client = client_for(group.ana)
    assert "There is no earlier version." in words_of(client.get("/handbook/protocol/history"))
    case_at(group.maple, group.ana)
    client.post("/handbook/protocol/read", {"version": shipped_policy().version})
    policy_file(shipped_text().replace("speak_open_days = 0", "speak_open_days = 6"))
    page = words_of(client.get("/handbook/protocol/history"))
    assert f"Version {shipped_policy().version}" in page
    assert "Who read it" not in page
    way = f'href="/handbook/protocol/readers?version={shipped_policy().version}"'
    assert way in client_for(group.omar).get("/handbook/protocol/history").content.decode()
    assert re.search(r"by closing time of the \[taken out: same .*?\] .*?\[added: sixth ", page)


def test_lists_show_the_first_words_of_a_page(group, client_for):
    page = words_of(client_for(group.ana).get("/handbook/"))
    assert "Somebody is upset, people are waiting, and the phone rings." in page
    assert "To read" in page


@pytest.mark.parametrize(
    ("minutes", "said", "silent"),
    [
        (30, "no reminder: so it is when a manager has to have it within 15 open minutes.", ""),
        (10, "has no reminder.", "so it is when"),
        (0, "nobody is reminded.", "has no reminder"),
    ],
)
def test_the_page_says_of_what_nobody_is_reminded(group, client_for, policy_file, minutes, said, silent):
    policy_file(shipped_text().replace("warn_open_minutes = 30", f"warn_open_minutes = {minutes}"))
    page = words_of(client_for(group.ana).get("/handbook/protocol"))
    assert said in page
    assert not silent or silent not in page
