"""A file on the page: looked at first, brought in with one press, and nothing of a patient kept."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone
from tests.conftest import Cast

from amends.cases.models import CaseRow
from amends.practice.models import Person
from amends.reviews.bringing import uploads
from amends.reviews.bringing.models import Upload
from amends.reviews.models import Review

ClientFor = Callable[[Person], Client]
HEAD = "Date,Location,Site,Rating,Review,Patient Name,Patient Phone"


def lines(*rows: str) -> str:
    day = (timezone.now() - timedelta(days=2)).strftime("%Y-%m-%d")
    return "\n".join((HEAD, *(f"{day},{row},Jennifer Morales,555-0100" for row in rows)))


MIXED = ("Maple Street,Google,1,Rushed.", "Maple Street,Google,5,Lovely.", "Elm Street,Google,1,Bad.")


def send(client: Client, content: str | bytes, **typed: object):
    raw = content.encode() if isinstance(content, str) else content
    return client.post("/reviews/import", {"file": SimpleUploadedFile("march.csv", raw), **typed})


def test_first_it_tells_then_one_press_brings_it_in(group: Cast, client_for: ClientFor) -> None:
    client = client_for(group.omar)
    looked = send(client, lines(*MIXED))
    assert looked.status_code == 303
    page = client.get(looked["Location"]).content.decode()
    assert "What march.csv would bring" in page
    assert "<strong>2</strong> new" in page
    assert "Line 4: Its location (Elm Street)" in page
    assert not Review.objects.exists()
    after = client.post(looked["Location"], follow=True).content.decode()
    assert "march.csv is brought in" in after
    assert (Review.objects.count(), CaseRow.system.count()) == (2, 1)


def test_a_second_press_and_the_same_file_again_bring_nothing_twice(group: Cast, client_for: ClientFor) -> None:
    client = client_for(group.omar)
    where = send(client, lines(*MIXED))["Location"]
    for _ in range(2):
        assert client.post(where).status_code == 303
    again = send(client_for(group.ruth), lines(*MIXED))["Location"]
    assert "<strong>2</strong> known already" in client_for(group.ruth).get(again).content.decode()
    client_for(group.ruth).post(again)
    assert (Review.objects.count(), CaseRow.system.count()) == (2, 1)


def test_two_who_look_at_the_same_before_either_brings_it_in(group: Cast, client_for: ClientFor) -> None:
    places = {who: send(client_for(who), lines(*MIXED))["Location"] for who in (group.omar, group.ruth)}
    for who, where in places.items():
        assert client_for(who).post(where).status_code == 303
    assert (Review.objects.count(), CaseRow.system.count()) == (2, 1)
    assert [(row.result or {})["new"] for row in Upload.objects.order_by("at")] == [2, 0]


def test_no_patient_is_kept_not_even_sealed(group: Cast, client_for: ClientFor) -> None:
    client = client_for(group.omar)
    where = send(client, lines(*MIXED))["Location"]
    row = Upload.objects.get()
    assert "Rushed." in json.dumps(row.rows)
    kept = json.dumps([row.rows, row.foreseen, row.rejected]) + client.get(where).content.decode()
    assert "Morales" not in kept
    assert "555-0100" not in kept
    with connection.cursor() as asked:
        asked.execute("select rows from bringing_upload")
        assert "Rushed" not in asked.fetchone()[0]
    client.post(where)
    assert Upload.objects.get().rows == []


def test_a_manager_brings_in_for_their_own_offices_only(group: Cast, client_for: ClientFor) -> None:
    client = client_for(group.omar)
    where = send(client, lines("Harbor View,Google,1,Rushed."))["Location"]
    assert "Nothing of this file can come in" in client.get(where).content.decode()
    client.post(where)
    assert not Review.objects.exists()
    assert client_for(group.lee).get(where).status_code == 404


def test_who_lost_the_office_meanwhile_brings_nothing_in_there(group: Cast, client_for: ClientFor) -> None:
    client = client_for(group.lee)
    where = send(client, lines("Harbor View,Google,1,Rushed.", "Maple Street,Google,1,Bad."))["Location"]
    group.harbor.is_active = False
    group.harbor.save()
    client.post(where)
    assert list(Review.objects.values_list("text", flat=True)) == ["Bad."]


def test_what_the_file_does_not_say_is_chosen_or_comes_from_a_map(group: Cast, client_for: ClientFor) -> None:
    client = client_for(group.alex)
    bare = "Date,Rating,Review\n3.4.2025,9,Fine.\n"
    chosen = {"office": "Maple Street", "site": "google", "date_order": "dmy", "rating_scale": "10"}
    client.post(send(client, bare, **chosen)["Location"])
    mapped = SimpleUploadedFile("m.toml", b'office = "Harbor View"\nsite = "yelp"\ndate_order = "mdy"')
    client.post(send(client, bare.replace(",9,", ",5,"), map=mapped)["Location"])
    assert set(Review.objects.values_list("site", "stars", "posted_at__month")) == {("google", 5, 4), ("yelp", 5, 3)}


@pytest.mark.parametrize(
    ("content", "typed", "says"),
    [
        ("", {}, "The file is empty."),
        ("PK\x03\x04", {}, "spreadsheet"),
        ("a,b\n1,2\n", {}, "No header was found"),
        (HEAD + "\n" + "2026-01-02,Elm Street,Google,1,x,,\n" * 5_001, {}, "5,000 rows"),
        (b"x" * (5 * 1024 * 1024 + 1), {}, "5,000 rows and 5 MB"),
        (HEAD, {"map": SimpleUploadedFile("m.json", b"{")}, "no JSON"),
        (HEAD, {"office": "Elm Street"}, "Elm Street"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_form(
    group: Cast, client_for: ClientFor, content: str | bytes, typed: dict[str, object], says: str
) -> None:
    answer = send(client_for(group.omar), content, **typed)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Upload.objects.exists()


def test_many_rejected_rows_are_not_all_shown(group: Cast, client_for: ClientFor) -> None:
    client = client_for(group.omar)
    page = client.get(send(client, lines(*["Elm Street,Google,1,x"] * 203))["Location"]).content.decode()
    assert page.count("<li>Line ") == 200
    assert "And 3 more." in page


def test_what_nobody_brought_in_is_forgotten_after_a_day(group: Cast, client_for: ClientFor) -> None:
    client = client_for(group.omar)
    send(client, lines(*MIXED))
    Upload.objects.update(at=timezone.now() - timedelta(days=1, minutes=1))
    send(client, lines(*MIXED))
    assert Upload.objects.count() == 1


def test_a_database_that_refuses_is_said_and_the_press_can_be_made_again(
    group: Cast, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*args: object, **kwargs: object) -> None:
        raise DatabaseError

    client = client_for(group.omar)
    where = send(client, lines(*MIXED))["Location"]
    with monkeypatch.context() as patched:
        patched.setattr(uploads, "bring_rows", refuses)
        assert send(client, lines(*MIXED)).status_code == 503
        assert client.post(where).status_code == 503
    assert client.post(where).status_code == 303
    assert Review.objects.count() == 2
