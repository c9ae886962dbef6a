"""The access log."""

import pytest

from amends.audit.models import Look, record_look
from amends.audit.pages import home_zone
from amends.practice.directory import directory


@pytest.fixture
def looked(group):
    record_look(group.omar, "case", case="UP-1001", address="192.0.2.7")
    record_look(group.ana, "case", case="UP-1002")
    record_look(group.omar, "export")
    return group


def lines(answer) -> str:
    """The table's body."""
    return str(answer.content.decode().partition("<tbody>")[2].partition("</tbody>")[0])


def test_the_privacy_officer_sees_who_looked_at_what_the_newest_first(looked, client_for):
    body = lines(client_for(looked.pia).get("/privacy/"))
    assert body.index("Exported a list") < body.index("UP-1002") < body.index("UP-1001")
    assert "192.0.2.7" in body


@pytest.mark.parametrize("name", ["ana", "omar", "ruth", "rita", "lee", "sam", "nick", "alex"])
def test_nobody_else_does(looked, client_for, name):
    assert client_for(looked.people[name]).get("/privacy/").status_code == 404


@pytest.mark.parametrize("case", ["UP-1001", "up-1001", " 1001 "])
def test_the_log_of_one_case(looked, client_for, case):
    body = lines(client_for(looked.pia).get("/privacy/", {"case": case}))
    assert "UP-1001" in body
    assert "UP-1002" not in body


def test_the_log_of_one_person(looked, client_for):
    body = lines(client_for(looked.pia).get("/privacy/", {"person": looked.ana.pk}))
    assert "Ana Ruiz" in body
    assert "Omar Haddad" not in body


@pytest.mark.parametrize("case", ["UP-9999", "nonsense", "' OR 1=1"])
def test_a_case_that_nobody_looked_at_says_so(looked, client_for, case):
    assert "Nobody has looked there." in client_for(looked.pia).get("/privacy/", {"case": case}).content.decode()


@pytest.mark.parametrize("person", ["\x00", "nobody", "9" * 40])
def test_a_person_who_is_none_has_looked_at_nothing(looked, client_for, person):
    answer = client_for(looked.pia).get("/privacy/", {"person": person})
    assert (answer.status_code, lines(answer)) == (200, "")


def test_an_empty_log_teaches(group, client_for):
    assert "Nobody has looked at a case yet." in client_for(group.pia).get("/privacy/").content.decode()


def test_the_log_is_read_page_by_page_and_keeps_its_filter(looked, client_for, monkeypatch):
    monkeypatch.setattr("amends.audit.pages._PAGE", 1)
    client = client_for(looked.pia)
    first = client.get("/privacy/", {"person": looked.omar.pk}).content.decode()
    newest = Look.objects.order_by("-pk").first()
    assert newest is not None
    assert f"?person={looked.omar.pk}&amp;before={newest.pk}" in first
    older = client.get("/privacy/", {"person": looked.omar.pk, "before": newest.pk}).content.decode()
    assert "UP-1001" in older
    assert "Newest" in older
    assert client.get("/privacy/?before=x").status_code == 200
    assert client.get("/privacy/?before=" + "9" * 40).status_code == 200


def test_the_log_is_in_the_zone_of_most_offices(group):
    assert home_zone(directory()).key == "America/New_York"


def test_without_offices_the_log_is_in_universal_time(db):
    assert home_zone(directory()).key == "UTC"
