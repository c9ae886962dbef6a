"""Writing: drafts, versions that stay, two writers at once, the way back, and the text that ships."""

import re
from html import unescape

import pytest
from django.db import connection
from tests.handbook.conftest import newest, typed

from amends.handbook import shipped, writing
from amends.handbook.apps import _put_in
from amends.handbook.kept import KeptError
from amends.handbook.models import OpenEditor, Page, PageVersion, Topic
from amends.handbook.shipped import put_in, shipped_pages
from amends.handbook.writing import MovedError, Written
from amends.web.asked import row_number


def words_of(answer) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


def test_every_page_that_ships_is_version_1_by_amends(group):
    assert {page.slug for page in Page.objects.all()} == {page.slug for page in shipped_pages()}
    for ship in shipped_pages():
        rows = list(PageVersion.objects.filter(page__slug=ship.slug))
        assert [(row.no, row.author, row.text) for row in rows] == ([] if ship.live else [(1, "Amends", ship.text)])


def test_putting_in_again_changes_nothing(group, desk):
    writing.save(desk, Written("Ours", "Ours"), seen=newest(desk).pk, by=group.rita, publish=True)
    before = list(PageVersion.objects.values_list("pk", "text"))
    put_in()
    assert list(PageVersion.objects.values_list("pk", "text")) == before


def test_a_version_is_never_changed_and_never_deleted(desk):
    row = newest(desk)
    row.text = "Otherwise"
    for change in (row.save, row.delete, desk.versions.all().delete, lambda: desk.versions.all().update(text="x")):
        with pytest.raises(KeptError):
            change()


def test_a_draft_is_kept_and_shown_to_no_reader(group, desk, client_for):
    rita = client_for(group.rita)
    answer = rita.post("/handbook/desk/edit", typed(newest(desk), text="Half a thought", draft="1"))
    assert answer.status_code == 303
    assert "Half a thought" in words_of(rita.get(answer["Location"]))
    assert client_for(group.ana).get(answer["Location"]).status_code == 404
    for address in ("/handbook/desk", "/handbook/?q=thought", "/handbook/desk/history"):
        page = words_of(client_for(group.ana).get(address))
        assert "Half a thought" not in page
        assert "Draft" not in page
    assert "Half a thought" in words_of(rita.get("/handbook/desk/edit"))
    assert "Half a thought" not in words_of(rita.get("/handbook/desk/edit?from=published"))


def test_a_draft_goes_on_with_its_reasons_and_is_published(group, desk, client_for, case_at):
    number = case_at(group.maple, group.ana)
    client = client_for(group.rita)
    client.post("/handbook/desk/edit", typed(newest(desk), text="Better", why="Clearer", cases=number, draft="1"))
    form = client.get("/handbook/desk/edit").context["form"]
    assert (form["why"].value(), form["cases"].value()) == ("Clearer", number)
    client.post("/handbook/desk/edit", typed(newest(desk), why="Clearer", cases=number, publish="1"))
    assert (newest(desk).no, newest(desk).by, newest(desk).cases) == (2, group.rita, [number])
    page = words_of(client_for(group.ana).get("/handbook/desk"))
    assert "Better" in page
    assert "Rita Lindqvist. Clearer Changed because of 1 case: " + number in page
    assert client.get("/handbook/desk/edit").context["form"]["why"].value() in ("", None)


def test_a_preview_shows_the_page_and_saves_nothing(group, desk, client_for):
    sent = typed(newest(desk), text="## News\n\n<script>x</script> {limit:attempts}", preview="1")
    answer = client_for(group.lee).post("/handbook/desk/edit", sent)
    assert answer.status_code == 200
    assert '<h2 id="news">News</h2>' in answer.content.decode()
    assert "3 tries" in words_of(answer)
    assert "<script>x" not in answer.content.decode()
    assert desk.versions.count() == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"text": "We call {limit:speak_open_day}."}, "There is no such value: {limit:speak_open_day}"),
        ({"text": "  "}, "Write what the page says."),
        ({"title": ""}, "Give the page a title."),
        ({"cases": "UP-9999"}, "“UP-9999” is no case that you may open."),
        ({"cases": "abc"}, "“abc” is no case that you may open."),
        ({"text": "x" * 40_001}, "40000"),
    ],
)
def test_what_cannot_be_published_is_said_and_kept(group, desk, client_for, sent, said):
    answer = client_for(group.rita).post("/handbook/desk/edit", typed(newest(desk), publish="1", **sent))
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert desk.versions.count() == 1


def test_a_case_of_another_region_cannot_be_named(group, desk, client_for, case_at):
    number = case_at(group.harbor, group.nick)
    answer = client_for(group.rita).post("/handbook/desk/edit", typed(newest(desk), cases=number, publish="1"))
    assert answer.status_code == 422


def test_whoever_may_not_open_the_cases_reads_only_how_many(group, desk, client_for, case_at):
    numbers = [case_at(group.maple, group.ana), case_at(group.harbor, group.nick), case_at(group.maple, group.ana)]
    sent = typed(newest(desk), text="Better", cases=" ".join(numbers), publish="1")
    assert client_for(group.lee).post("/handbook/desk/edit", sent).status_code == 303
    for address in ("/handbook/desk", "/handbook/desk/history", f"/handbook/desk/history/{newest(desk).pk}"):
        assert all(number in words_of(client_for(group.lee).get(address)) for number in numbers)
        seen = words_of(client_for(group.ana).get(address))
        assert f"Changed because of 3 cases: {numbers[0]} , {numbers[2]} and 1 that you may not open." in seen
        alex = words_of(client_for(group.alex).get(address))
        assert "Changed because of 3 cases." in alex
        assert "UP-" not in alex


def test_cases_that_the_next_writer_may_not_open_stay_reasons_of_the_draft(group, desk, client_for, case_at):
    here, there = case_at(group.maple, group.ana), case_at(group.harbor, group.nick)
    sent = typed(newest(desk), text="Better", cases=f"{here} {there}", draft="1")
    client_for(group.lee).post("/handbook/desk/edit", sent)
    rita = client_for(group.rita)
    page = rita.get("/handbook/desk/edit")
    assert there not in words_of(page)
    assert page.context["form"]["cases"].value() == here
    rita.post("/handbook/desk/edit", typed(newest(desk), cases=here, publish="1"))
    assert newest(desk).cases == [here, there]


def test_the_second_of_two_writers_overwrites_nothing_and_sees_both_texts(group, desk, client_for):
    begun = newest(desk)
    lee, rita = client_for(group.lee), client_for(group.rita)
    lee.post("/handbook/desk/edit", typed(begun, text="The text of Lee", publish="1"))
    answer = rita.post("/handbook/desk/edit", typed(begun, text="The text of Rita", publish="1"))
    assert answer.status_code == 409
    page = words_of(answer)
    assert "Lee Hartwell saved this page while you were writing" in page
    assert answer.context["form"]["text"].value() == "The text of Rita"
    assert "Lee" in page
    assert newest(desk).text == "The text of Lee"
    again = {**typed(begun, text="Both", publish="1"), "seen": answer.context["form"]["seen"].value()}
    assert rita.post("/handbook/desk/edit", again).status_code == 303
    assert [row.text for row in desk.versions.order_by("pk")][1:] == ["The text of Lee", "Both"]


def test_a_button_that_is_pressed_twice_publishes_once(group, desk, client_for):
    sent = typed(newest(desk), text="Once", publish="1")
    client = client_for(group.rita)
    assert [client.post("/handbook/desk/edit", sent).status_code for _ in range(2)] == [303, 303]
    assert desk.versions.count() == 2


def test_two_people_who_edit_at_once_see_each_other(group, desk, client_for):
    client_for(group.lee).get("/handbook/desk/edit")
    assert "Lee Hartwell has this page open, too" in words_of(client_for(group.rita).get("/handbook/desk/edit"))
    client_for(group.lee).post("/handbook/desk/edit", typed(newest(desk), text="Done", publish="1"))
    assert "has this page open" not in words_of(client_for(group.rita).get("/handbook/desk/edit"))
    assert OpenEditor.objects.get().person == group.rita


def test_the_history_says_who_when_why_and_what_changed_in_words(group, desk, client_for):
    text = newest(desk).text.replace("Stand up.", "Please stand up.")
    client_for(group.rita).post(
        "/handbook/desk/edit", typed(newest(desk), title="At the desk", text=text, why="Politer", publish="1")
    )
    history = words_of(client_for(group.ana).get("/handbook/desk/history"))
    assert re.search(r"Version 2 .*Readers see this one .*Rita Lindqvist Politer .*Version 1 .*Amends", history)
    version = client_for(group.ana).get(f"/handbook/desk/history/{newest(desk).pk}")
    assert "The title was “What to say at the desk”." in words_of(version)
    assert '<del><span class="hidden-words">[taken out: </span>Stand ' in version.content.decode()
    assert '<ins><span class="hidden-words">[added: </span>Please stand ' in version.content.decode()


def test_an_old_version_comes_back_as_a_new_one(group, desk, client_for):
    first = newest(desk)
    rita = client_for(group.rita)
    rita.post("/handbook/desk/edit", typed(first, text="Worse", publish="1"))
    address = f"/handbook/desk/history/{first.pk}"
    assert "Publish this text again" in words_of(rita.get(address))
    stale = rita.post(f"{address}/restore", {"seen": first.pk}, follow=True)
    assert "Nothing was changed: Rita Lindqvist saved this page since" in words_of(stale)
    rita.post(f"{address}/restore", {"seen": newest(desk).pk})
    assert (newest(desk).no, newest(desk).text, newest(desk).why) == (3, first.text, "Back to version 1.")
    assert desk.versions.count() == 3


def test_readers_write_nothing(group, desk, client_for):
    ana = client_for(group.ana)
    for place in ("edit", f"history/{newest(desk).pk}/restore", "place"):
        assert ana.post(f"/handbook/desk/{place}", typed(newest(desk), publish="1")).status_code == 404
    assert ana.post("/handbook/new", typed(newest(desk), publish="1")).status_code == 404
    assert Page.objects.count() == len(shipped_pages())
    assert desk.versions.count() == 1


def test_pages_are_put_in_only_where_their_tables_are(group, monkeypatch):
    Page.objects.filter(slug="protocol").delete()
    monkeypatch.setattr(connection.introspection, "table_names", lambda: ["cases_caserow"])
    _put_in()
    assert not Page.objects.filter(slug="protocol").exists()
    monkeypatch.undo()
    _put_in()
    assert Page.objects.filter(slug="protocol").exists()


def test_a_draft_of_somebody_may_be_published_as_it_is(group, desk):
    draft = writing.save(desk, Written("T", "Draft"), seen=newest(desk).pk, by=group.lee, publish=False)
    made = writing.restore(draft, seen=draft.pk, by=group.rita)
    assert (made.no, made.why) == (2, "Back to the draft by Lee Hartwell.")


def test_a_new_page_gets_an_address_of_its_own_and_is_for_writers_until_it_is_published(group, client_for):
    topic = Topic.objects.get(slug="upset")
    client = client_for(group.pia)
    sent = {"seen": "0", "title": "Card!", "text": "Words for the card", "topic": str(topic.pk)}
    assert client.post("/handbook/new", {**sent, "preview": "1"}).status_code == 200
    assert not Page.objects.filter(slug__startswith="card").exists()
    client.post("/handbook/new", {**sent, "draft": "1"})
    page = Page.objects.get(slug="card-2")
    assert client_for(group.ana).get("/handbook/card-2").status_code == 404
    assert client_for(group.ana).get("/handbook/card-2/history").status_code == 404
    assert "Draft, never published" in words_of(client.get("/handbook/"))
    assert client.get("/handbook/card-2/history").status_code == 200
    assert client.get("/handbook/card-2/edit?from=published").context["form"]["text"].value() == "Words for the card"
    client.post("/handbook/card-2/edit", typed(newest(page), publish="1"))
    assert "Words for the card" in words_of(client_for(group.ana).get("/handbook/card-2"))
    assert "Card!" in words_of(client_for(group.ana).get("/handbook/topics/upset"))


def test_a_new_page_may_begin_a_new_topic_and_the_same_name_is_the_same_topic(group, client_for):
    client = client_for(group.lee)
    sent = {"seen": "0", "title": "Ñandú", "text": "Text", "topic": "new", "publish": "1"}
    assert "Give the new topic a name." in words_of(client.post("/handbook/new", sent))
    for name in ("Huddles", "huddles"):
        assert client.post("/handbook/new", {**sent, "new_topic": name}).status_code == 303
    topic = Topic.objects.get(slug="huddles")
    assert [page.slug for page in topic.pages.all()] == ["nandu", "nandu-2"]
    client.post("/handbook/new", {**sent, "title": "你好", "new_topic": "你好"})
    assert Page.objects.get(slug="page").topic.slug == "page"


def test_a_page_is_put_elsewhere_given_readers_and_taken_out(group, desk, client_for):
    alex = client_for(group.alex)
    public = Topic.objects.get(slug="public")
    sent = {"topic": str(public.pk), "place": "5", "audience": "managers", "is_shown": "on"}
    assert alex.post("/handbook/desk/place", sent).status_code == 303
    desk.refresh_from_db()
    assert (desk.topic, desk.place, desk.audience, desk.is_shown) == (public, 5, "managers", True)
    assert alex.post("/handbook/desk/place", {**sent, "topic": "4711"}).status_code == 422
    del sent["is_shown"]
    alex.post("/handbook/desk/place", sent)
    assert client_for(group.ana).get("/handbook/desk").status_code == 404
    assert client_for(group.ana).get("/handbook/?q=señora").status_code == 200
    assert "Taken out of the handbook" in words_of(alex.get("/handbook/"))
    assert "What to say at the desk" not in words_of(client_for(group.ana).get("/handbook/"))


def test_the_live_page_has_a_place_but_no_editor(group, client_for):
    assert client_for(group.rita).get("/handbook/protocol/edit").status_code == 404
    assert "Upset Patient Protocol" in words_of(client_for(group.rita).get("/handbook/protocol/place"))


def newer(monkeypatch, text: str) -> None:
    """A later Amends brings another text of the page for the desk."""
    changed = tuple(
        shipped.ShippedPage(**{**vars(page), "text": text}) if page.slug == "desk" else page for page in shipped_pages()
    )
    monkeypatch.setattr(shipped, "shipped_pages", lambda: changed)


def test_a_newer_text_that_ships_is_offered_and_never_put_over(group, desk, client_for, monkeypatch):
    assert "A newer text" not in words_of(client_for(group.rita).get("/handbook/desk"))
    newer(monkeypatch, "## New\n\nA better text")
    put_in()
    assert newest(desk).no == 1
    assert "A newer text" in words_of(client_for(group.rita).get("/handbook/desk"))
    assert "A newer text" not in words_of(client_for(group.ana).get("/handbook/desk"))
    assert client_for(group.ana).get("/handbook/desk/shipped").status_code == 404
    page = client_for(group.rita).get("/handbook/desk/shipped")
    assert "A better text" in words_of(page)
    seen = page.context["newest"].pk
    assert client_for(group.rita).post("/handbook/desk/shipped", {"take": "1", "seen": seen}).status_code == 303
    assert (newest(desk).no, newest(desk).text, newest(desk).by) == (2, "## New\n\nA better text", group.rita)
    assert client_for(group.rita).get("/handbook/desk/shipped").status_code == 404


def test_a_newer_text_that_is_declined_is_not_offered_again_but_the_next_one_is(group, desk, client_for, monkeypatch):
    newer(monkeypatch, "A better text")
    rita = client_for(group.rita)
    rita.post("/handbook/desk/shipped", {"keep": "1"})
    assert newest(desk).no == 1
    assert rita.get("/handbook/desk/shipped").status_code == 404
    newer(monkeypatch, "A text that is better still")
    assert rita.get("/handbook/desk/shipped").status_code == 200


def test_the_text_that_ships_is_not_put_over_what_somebody_saved_meanwhile(group, desk, client_for, monkeypatch):
    newer(monkeypatch, "A better text")
    begun = newest(desk)
    writing.save(desk, Written("Ours", "Ours"), seen=begun.pk, by=group.lee, publish=True)
    answer = client_for(group.rita).post("/handbook/desk/shipped", {"take": "1", "seen": begun.pk}, follow=True)
    assert "Nothing was changed: Lee Hartwell saved this page since" in words_of(answer)
    assert newest(desk).text == "Ours"


def test_a_form_that_says_nothing_of_where_it_began_overwrites_nothing(group, desk):
    assert row_number("7") == 7
    assert [row_number(sent) for sent in ("", "-1", "x", "²", "9" * 30)] == [0] * 5
    with pytest.raises(MovedError):
        writing.save(desk, Written("T", "t"), seen=0, by=group.rita, publish=True)


def test_the_rows_name_themselves(group, desk):
    made = writing.save(desk, Written("T", "t"), seen=newest(desk).pk, by=group.rita, publish=False)
    assert str(made) == f"{desk.pk} draft"
    assert str(desk) == "desk"
    assert str(desk.topic) == "When a patient is upset"
