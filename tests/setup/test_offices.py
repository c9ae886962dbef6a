"""Offices: clinics become offices, a database without clinics is one, and each can be entered by hand."""

from tests.setup.conftest import Connect, Go, Start, kept
from tests.simulators.open_dental.caller import Practice, service

from amends.practice.models import Office, Region
from amends.protocol.hours import Calendar
from amends.simulators.open_dental.settings import Settings


def names() -> list[str]:
    return list(Office.objects.filter(is_active=True).order_by("name").values_list("name", flat=True))


def test_clinics_become_offices_with_a_guessed_zone(connect: Connect, practice: Practice, go: Go) -> None:
    connect(practice)
    page = go("offices")
    assert page.value("main-1-zone") == "Eastern (New York)"
    landed = page.press("Save and go on", {"main-1-name": "Maple", "main-2-use": None, "main-3-region": "South"})
    assert landed.url == "/setup/hours"
    assert len(names()) == 11
    maple = Office.objects.get(name="Maple")
    assert (maple.open_dental, maple.ClinicNum, maple.phone) == ("main", 1, "2015550101")
    assert (maple.calendar["zone"], maple.region.name) == ("America/New_York", "All offices")
    assert any(Calendar.parse(maple.calendar).weekly)
    assert set(Region.objects.values_list("name", flat=True)) == {"All offices", "South"}
    assert kept(practice)


def test_what_the_public_may_call_and_write_to_is_entered_at_the_office(
    connect: Connect, practice: Practice, go: Go
) -> None:
    connect(practice)
    page = go("offices")
    assert page.value("main-1-phone") == "2015550101"
    refused = page.press("Save and go on", {"main-1-email": "office at example"})
    assert "office@example.com" in refused.text
    assert not Office.objects.exists()
    page.press("Save and go on", {"main-1-email": "office@maple.example", "main-1-phone": "201 555 0199"})
    maple = Office.objects.get(ClinicNum=1)
    assert (maple.phone, maple.email) == ("201 555 0199", "office@maple.example")
    go("offices").press("Save and go on", {"main-1-name": "Maple"})
    maple.refresh_from_db()
    assert (maple.name, maple.phone, maple.email) == ("Maple", "201 555 0199", "office@maple.example")


def test_a_database_without_clinics_is_one_office(connect: Connect, start: Start, go: Go) -> None:
    connect(start(service(clinics_on=False)), name="Old Mill Dental")
    page = go("offices")
    assert page.value("main-0-name") == "Old Mill Dental"
    page.press("Save and go on")
    assert list(Office.objects.values_list("name", "open_dental", "ClinicNum")) == [("Old Mill Dental", "main", 0)]


def test_clinics_of_two_databases_with_the_same_numbers_and_names_stay_apart(
    connect: Connect, start: Start, go: Go
) -> None:
    practice = start(Settings(mode=service().mode, customer_keys=("demo-customer", "other-customer")))
    connect(practice)
    connect(practice, name="Harbor Group", customer_key="other-customer")
    page = go("offices")
    assert page.value("main-1-name") == "Maple Street"
    assert page.value("harbor-group-1-name") == "Maple Street (Harbor Group)"
    page.press("Save and go on")
    both = Office.objects.filter(ClinicNum=1).order_by("pk").values_list("name", "open_dental")
    assert list(both) == [("Maple Street", "main"), ("Maple Street (Harbor Group)", "harbor-group")]


def test_offices_are_entered_by_hand_where_there_is_no_open_dental(go: Go) -> None:
    typed = {"new-name": "Maple Street", "new-zone": "Central (Chicago)"}
    assert go("offices").press("Save and go on", typed).url == "/setup/hours"
    maple = Office.objects.get()
    assert (maple.name, maple.open_dental, maple.calendar["zone"]) == ("Maple Street", "", "America/Chicago")
    again = go("offices")
    assert again.value(f"office-{maple.pk}-name") == "Maple Street"
    again.press("Save and go on", {"new-name": "Harbor View", "new-zone": "Central (Chicago)"})
    assert names() == ["Harbor View", "Maple Street"]


def test_a_refused_page_changes_nothing_and_keeps_what_was_typed(connect: Connect, practice: Practice, go: Go) -> None:
    connect(practice)
    refused = go("offices").press("Save and go on", {"main-1-name": "", "main-2-name": "Harbor", "main-2-zone": ""})
    assert refused.status == 422
    assert "Maple Street, Name: Enter what people call this office." in refused.text
    assert "Harbor View, Time zone: Choose the time zone" in refused.text
    assert not Office.objects.exists()
    later = go("offices")
    assert "This is what Alex Marsh typed" in later.text
    assert later.value("main-2-name") == "Harbor"
    later.press("Save and go on", {"main-1-name": "Maple", "main-2-zone": "Eastern (New York)"})
    assert len(names()) == 12
    assert "Alex Marsh typed" not in go("offices").text


def test_two_offices_cannot_have_one_name(connect: Connect, practice: Practice, go: Go) -> None:
    connect(practice)
    refused = go("offices").press("Save and go on", {"main-2-name": "maple street"})
    assert "Harbor View, Name: There is another office named maple street." in refused.text
    assert not Office.objects.exists()


def test_what_is_kept_for_later_is_not_in_effect(connect: Connect, practice: Practice, go: Go) -> None:
    connect(practice)
    page = go("offices").press("Keep for later", {"main-1-name": "Maple", "main-2-use": None})
    assert page.url == "/setup/offices"
    assert "The offices are not changed yet." in page.text
    assert not Office.objects.exists()
    page.press("Save and go on")
    assert "Maple" in names()
    assert "Harbor View" not in names()


def test_an_office_that_is_unticked_later_is_closed_and_its_hours_stay(
    connect: Connect, practice: Practice, go
) -> None:
    connect(practice)
    go("offices").press("Save and go on")
    go("offices").press("Save and go on", {"main-1-use": None})
    assert Office.objects.count() == 12
    assert "Maple Street" not in names()
    go("offices").press("Save and go on", {"main-1-use": "on", "main-1-zone": "Pacific (Los Angeles)"})
    assert Office.objects.get(name="Maple Street").calendar["weekly"]
    assert Office.objects.get(name="Maple Street").calendar["zone"] == "America/Los_Angeles"


def test_clinics_that_were_not_read_are_said_and_offices_go_on_by_hand(connect: Connect, start: Start, go: Go) -> None:
    practice = start()
    practice.server.stop()
    connect(practice)
    page = go("offices")
    assert "The clinics of Bluebell & Finch Dental are not read yet" in page.text
    page.press("Save and go on", {"new-name": "Maple Street", "new-zone": "Eastern (New York)"})
    assert names() == ["Maple Street"]
