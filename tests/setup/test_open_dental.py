"""Open Dental, the first step: the way there is tested in words, and what goes wrong is a sentence with its repair."""

import pytest
from tests.setup.conftest import KEY, Connect, Go, Start, kept
from tests.simulators.open_dental.caller import Practice, service

from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.setup.addresses import address_of
from amends.simulators.open_dental.permissions import read_permissions
from amends.simulators.open_dental.settings import Settings


def test_a_test_says_in_words_what_works(connect: Connect, practice: Practice) -> None:
    page = connect(practice)
    assert page.url == "/setup/open-dental/main"
    for words in ("What the test found", "Open Dental takes the keys.", "Everything.", "Open Dental 25.4.48"):
        assert words in page.text
    assert page.press("It is right, go on").url == "/setup/offices"


def test_keys_are_kept_sealed_and_never_shown_again(connect: Connect, practice: Practice, go: Go) -> None:
    page = connect(practice, customer_key=f"  {KEY}\n")
    assert "demo-developer" not in page.html
    assert KEY not in page.html
    row = OpenDentalDatabase.objects.get()
    assert (row.key, row.developer_key, row.customer_key) == ("main", "demo-developer", KEY)
    again = page.press("Save and test", name="Bluebell")
    assert "What the test found" in again.text
    row.refresh_from_db()
    assert (row.name, row.customer_key) == ("Bluebell", KEY)


def test_a_key_that_was_typed_survives_a_form_that_is_refused(connect: Connect, practice: Practice, go: Go) -> None:
    refused = connect(practice, base_url="http:// not an address")
    assert refused.status == 422
    assert "This is no address" in refused.text
    assert KEY not in refused.html
    assert not OpenDentalDatabase.objects.exists()
    later = go("open-dental/new")
    assert "kept, and not in effect yet" in later.text
    assert later.value("mode") == "service"
    address = f"127.0.0.1:{practice.server.port}"
    assert "What the test found" in later.press("Save and test", base_url=address).text
    assert OpenDentalDatabase.objects.get().customer_key == KEY


@pytest.mark.parametrize(
    ("break_it", "says", "repair"),
    [
        (lambda practice: None, "refused the key", "Enter both keys again"),
        (lambda practice: practice.server.stop(), "cannot be reached", "let port 30223 in"),
    ],
    ids=["wrong key", "offline"],
)
def test_what_does_not_get_through_is_a_sentence_with_its_repair(
    connect: Connect, start: Start, break_it, says: str, repair: str
) -> None:
    practice = start()
    break_it(practice)
    page = connect(practice, customer_key="nobody's")
    assert page.status == 200
    for words in ("is saved. The test did not get through", says, repair):
        assert words in page.text
    assert page.press("Go on, and repair it later").url == "/setup/offices"


def test_what_was_repaired_is_seen_at_the_next_test(connect: Connect, practice: Practice) -> None:
    page = connect(practice, customer_key="nobody's")
    assert "What the test found" in page.press("Save and test", customer_key=KEY).text


def test_missing_permissions_and_old_versions_say_what_becomes_by_hand(connect: Connect, start: Start) -> None:
    page = connect(start(service(permissions=read_permissions("ReadAll,Comm"))))
    assert "CommLogs only." in page.text
    assert "ApiAllOthers" in page.text
    assert "a person enters them, with the text ready" in page.text.casefold()
    old = connect(start(service(version="22.4", customer_keys=("old",))), name="The old one", customer_key="old")
    assert "Open Dental 22.4" in old.text
    assert "a CommLog is written instead" in old.text
    assert "Update Open Dental" in old.text


def test_a_key_that_allows_nothing_leads_on_all_the_same(connect: Connect, start: Start) -> None:
    page = connect(start(service(permissions=frozenset())))
    assert page.press("Go on, and repair it later").url == "/setup/offices"


def test_more_than_one_database_can_be_added(connect: Connect, start: Start, go: Go) -> None:
    practice = start(Settings(mode=service().mode, customer_keys=(KEY, "second", "third")))
    connect(practice)
    connect(practice, name="Harbor Group", customer_key="second")
    connect(practice, name="Harbor Group", customer_key="third")
    assert list(OpenDentalDatabase.objects.order_by("pk").values_list("key", flat=True)) == [
        "main",
        "harbor-group",
        "harbor-group-2",
    ]
    listed = go("open-dental")
    assert "Everything. Amends writes CommLogs" in listed.text
    assert listed.press("Go on").url == "/setup/offices"


def test_one_pair_of_keys_is_one_database(connect: Connect, practice: Practice) -> None:
    connect(practice)
    refused = connect(practice, name="Harbor Group", customer_key=f" {KEY} ")
    assert refused.status == 422
    assert "These two keys are those of Bluebell & Finch Dental already." in refused.text
    assert OpenDentalDatabase.objects.count() == 1
    assert refused.press("Save and test", customer_key="another").status == 200
    assert OpenDentalDatabase.objects.count() == 2


def test_going_through_remote_when_the_service_is_down_is_for_the_administrator_to_choose(
    connect: Connect, practice: Practice
) -> None:
    page = connect(practice)
    assert OpenDentalDatabase.objects.get().remote_url == ""
    page = page.press("Save and test", falls_back="on")
    assert OpenDentalDatabase.objects.get().remote_url == "https://api.opendental.com/api/v1/"
    page.press("Save and test", falls_back=None)
    assert OpenDentalDatabase.objects.get().remote_url == ""


def test_connecting_and_testing_writes_nothing_into_open_dental(connect: Connect, practice: Practice) -> None:
    before = kept(practice)
    connect(practice).press("Test again")
    assert kept(practice) == before


def test_without_open_dental_one_goes_on_as_well(go: Go) -> None:
    page = go("open-dental").press("Go on without Open Dental")
    assert page.url == "/setup/offices"
    assert "Not connected: everything by hand" in page.text


def test_a_database_that_is_not_there_is_not_there(go: Go) -> None:
    assert go("open-dental/nothing").status == 404


@pytest.mark.parametrize(
    ("mode", "typed", "whole"),
    [
        ("remote", "", "https://api.opendental.com/api/v1/"),
        ("service", "SERVER", "http://server:30223/api/v1/"),
        ("service", " 192.168.1.5 ", "http://192.168.1.5:30223/api/v1/"),
        ("service", "192.168.1.5:8080", "http://192.168.1.5:8080/api/v1/"),
        ("service", "http://server:30223/api/v1", "http://server:30223/api/v1/"),
        ("service", "https://od.example/", "https://od.example/api/v1/"),
        ("service", "[fe80::1]", "http://[fe80::1]:30223/api/v1/"),
        ("local", "", "http://localhost:30222/api/v1/"),
        ("local", "http://127.0.0.1:30222/api/v1/", "http://127.0.0.1:30222/api/v1/"),
    ],
)
def test_an_address_is_made_whole(mode: str, typed: str, whole: str) -> None:
    assert address_of(mode, typed) == whole


@pytest.mark.parametrize("typed", ["", "ftp://server", "http://", "server:port", "two words", "[fe80", "http://a b/"])
def test_what_is_no_address_is_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match=r"^(This is no address|Enter the name)"):
        address_of("service", typed)
