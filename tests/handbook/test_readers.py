"""Read and understood: for each version anew, with who is missing, and quietly on My work."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from tests.handbook.conftest import newest, typed

from amends.handbook import readers
from amends.handbook.models import OpenEditor, Page, Reading
from amends.handbook.shelf import Shown, shown_page
from amends.practice.models import Person, Post
from amends.protocol.policy import shipped_policy, shipped_text


def words_of(answer) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


def the_desk() -> Shown:
    shown = shown_page("desk")
    assert shown is not None
    return shown


def titles(person) -> set[str]:
    return {one.page.slug for one in readers.to_read(person)}


def test_reading_is_of_one_version_and_the_next_is_to_be_read_again(group, desk, client_for):
    ana = client_for(group.ana)
    assert "What to say at the desk" in words_of(ana.get("/")).split("To read, when there is time")[1]
    assert "I have read and understood it" in words_of(ana.get("/handbook/desk"))
    ana.post("/handbook/desk/read", {"version": "1"})
    ana.post("/handbook/desk/read", {"version": "1"})
    assert Reading.objects.filter(person=group.ana).count() == 1
    assert "You have read and understood this version" in words_of(ana.get("/handbook/desk"))
    assert "desk" not in titles(group.ana)
    client_for(group.lee).post("/handbook/desk/edit", typed(newest(desk), text="New words", publish="1"))
    assert "desk" in titles(group.ana)
    assert "I have read and understood it" in words_of(ana.get("/handbook/desk"))


def test_a_draft_makes_nobody_read_again(group, desk, client_for):
    client_for(group.ana).post("/handbook/desk/read", {"version": "1"})
    client_for(group.lee).post("/handbook/desk/edit", typed(newest(desk), text="New words", draft="1"))
    assert "desk" not in titles(group.ana)


def test_a_version_that_nobody_had_before_them_is_not_marked_read(group, desk, client_for):
    client_for(group.lee).post("/handbook/desk/edit", typed(newest(desk), text="New words", publish="1"))
    answer = client_for(group.ana).post("/handbook/desk/read", {"version": "1"}, follow=True)
    assert "This page has changed since you opened it" in words_of(answer)
    assert not Reading.objects.exists()


def test_the_protocol_is_read_by_its_version_of_the_settings(group, client_for, settings, tmp_path):
    client = client_for(group.ana)
    client.post("/handbook/protocol/read", {"version": shipped_policy().version})
    assert "protocol" not in titles(group.ana)
    path = tmp_path / "protocol.toml"
    path.write_text(shipped_text().replace("speak_open_days = 0", "speak_open_days = 1"), encoding="utf-8")
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"protocol_file": path})
    assert "protocol" in titles(group.ana)
    earlier = client_for(group.omar).get(f"/handbook/protocol/readers?version={shipped_policy().version}")
    assert "Ana Ruiz" in words_of(earlier)


def test_what_is_for_managers_is_asked_of_managers_only(group):
    assert {name for name, person in group.people.items() if "reviews" in titles(person)} == {
        "omar", "ruth", "rita", "lee", "sam",
    }  # fmt: skip
    assert all("desk" in titles(person) for person in group.people.values())


def test_what_is_for_nobody_in_particular_is_asked_of_nobody(group, desk, client_for):
    Page.objects.filter(slug="desk").update(audience="nobody")
    assert all("desk" not in titles(person) for person in group.people.values())
    assert "I have read" not in words_of(client_for(group.ana).get("/handbook/desk"))
    assert "Nobody in particular is asked" in words_of(client_for(group.omar).get("/handbook/desk/readers"))


def names(places) -> dict[str, tuple[list[str], list[str]]]:
    return {place.name: ([one.name.split()[0] for one, _ in place.read], [one.name.split()[0] for one in place.missing])
            for place in places}  # fmt: skip


def test_managers_see_who_is_missing_at_their_offices_and_leaders_everywhere(group, desk, client_for):
    client_for(group.ana).post("/handbook/desk/read", {"version": "1"})
    shown = the_desk()
    maple = (["Ana"], ["Omar", "Ruth"])
    assert names(readers.places(shown, group.omar)) == {"Maple Street": maple}
    assert names(readers.places(shown, group.rita)) == {"Maple Street": maple}
    everywhere = {
        "Harbor View": ([], ["Nick"]),
        "Maple Street": maple,
        "Regions and group": ([], ["Alex", "Lee", "Pia", "Rita", "Sam"]),
    }
    for viewer in (group.lee, group.pia):
        assert names(readers.places(shown, viewer)) == everywhere
    page = words_of(client_for(group.omar).get("/handbook/desk/readers"))
    assert "1 of 3 has read it" in page
    assert "Missing (2): Omar Haddad, Ruth Bellamy" in page


def test_whoever_left_is_not_missing_and_whoever_is_at_two_offices_is_asked_once_at_each(group):
    group.ruth.is_active = False
    group.ruth.save()
    Post.objects.create(person=group.ana, role="team", office=group.harbor)
    Post.objects.create(person=group.ana, role="leader")
    found = names(readers.places(the_desk(), group.lee))
    assert found["Maple Street"] == ([], ["Ana", "Omar"])
    assert found["Harbor View"] == ([], ["Ana", "Nick"])
    assert "Ana" not in found["Regions and group"][1]


def test_people_are_counted_and_not_the_offices_where_they_are(group, client_for):
    Post.objects.create(person=group.ana, role="team", office=group.harbor)
    client_for(group.ana).post("/handbook/desk/read", {"version": "1"})
    everybody = Person.objects.filter(is_active=True).count()
    assert f"1 of {everybody} has read it" in words_of(client_for(group.lee).get("/handbook/desk/readers"))


def test_history_leads_to_who_read_an_earlier_version_and_when(group, desk, client_for):
    omar, nick = client_for(group.omar), client_for(group.nick)
    assert "Who read it" not in words_of(omar.get("/handbook/desk/history"))
    for client in (client_for(group.ana), nick):
        client.post("/handbook/desk/read", {"version": "1"})
    Reading.objects.update(at=datetime(2026, 3, 2, 15, 0, tzinfo=UTC))
    client_for(group.lee).post("/handbook/desk/edit", typed(newest(desk), text="New words", publish="1"))
    way = "/handbook/desk/readers?version=1"
    assert f'href="{way}"' in omar.get("/handbook/desk/history").content.decode()
    assert "Who read it" not in words_of(nick.get("/handbook/desk/history"))
    assert nick.get(way).status_code == 404
    page = words_of(omar.get(way))
    assert "Who read version 1" in page
    assert "Ana Ruiz Mar 2, 10:00 am" in page
    assert "Nick" not in page
    Post.objects.filter(person=group.nick).delete()
    assert group.nick.name in words_of(client_for(group.lee).get(way)), "also who has left"
    assert omar.get("/handbook/desk/readers?version=2").context["read"] == 0
    for nowhere in ("3", "x", ""):
        assert omar.get(f"/handbook/desk/readers?version={nowhere}").status_code == 404


def test_an_earlier_version_that_nobody_at_ones_offices_read_says_so(group, desk, client_for):
    client_for(group.nick).post("/handbook/desk/read", {"version": "1"})
    client_for(group.lee).post("/handbook/desk/edit", typed(newest(desk), text="New words", publish="1"))
    page = words_of(client_for(group.omar).get("/handbook/desk/readers?version=1"))
    assert "Nobody at your offices read this version." in page


def test_who_read_a_page_that_is_not_shown_has_no_way_there(group, desk, client_for):
    client_for(group.ana).post("/handbook/desk/read", {"version": "1"})
    lee = client_for(group.lee)
    assert "Who read it" in words_of(lee.get("/handbook/desk/history"))
    Page.objects.filter(slug="desk").update(is_shown=False)
    assert "Who read it" not in words_of(lee.get("/handbook/desk/history"))


def test_somebody_without_any_post_is_asked_nothing(group):
    nobody = Person.objects.create(email="new@bluebellfinch.example", name="New Person")
    assert titles(nobody) == set()


def test_when_everybody_has_read_it_the_page_says_so(group, client_for):
    for person in (group.ana, group.omar, group.ruth):
        client_for(person).post("/handbook/desk/read", {"version": "1"})
    assert "✓ Everybody has read it." in words_of(client_for(group.omar).get("/handbook/desk/readers"))


def test_my_work_says_nothing_where_nothing_is_to_be_read(group, client_for):
    Page.objects.update(audience="nobody")
    assert "To read" not in words_of(client_for(group.ana).get("/"))


@pytest.mark.parametrize(
    "address", ["/handbook/nowhere/readers", "/handbook/nowhere/history", "/handbook/nowhere/edit"]
)
def test_a_page_that_is_not_there_is_not_found(group, client_for, address):
    assert client_for(group.lee).get(address).status_code == 404


def test_the_rows_name_themselves(group, desk):
    readers.note_read(the_desk(), group.ana)
    assert str(Reading.objects.get()) == f"{desk.pk} 1 {group.ana.pk}"
    assert str(OpenEditor(page=desk, person=group.ana)) == f"{desk.pk} {group.ana.pk}"
