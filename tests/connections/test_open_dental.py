"""Open Dental as the administrator sees it, against the simulated office: each trouble has its repair, and heals.

Nothing here restarts anything: a look finds what the look before did not.
"""

import socket
from collections.abc import Callable
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings as DjangoSettings
from tests.conftest import Cast
from tests.connections.conftest import KEY, Look, Run, connect
from tests.connections.says import by_key
from tests.integrations.servers import LOOPBACK, conversation
from tests.ports import free_port
from tests.simulators.open_dental.caller import Practice, service

from amends.connections.checks import REACHED, Check, State
from amends.connections.neighbors import open_dental
from amends.deliveries.channel import Configuration
from amends.integrations.open_dental import reading
from amends.integrations.open_dental.breaker import SILENCES
from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.definitions import read_comm_type
from amends.integrations.open_dental.facts import CommType
from amends.integrations.open_dental.models import Ear, OpenDentalDatabase
from amends.integrations.open_dental.office import is_same_practice, office_of, speaking_to
from amends.integrations.open_dental.office import office as the_office
from amends.practice.models import OpenDentalUser
from amends.simulators.open_dental.settings import Mode, Settings

WELL = dict.fromkeys(
    (REACHED, "keys", "allowed", "version", "comm_type", "author", "inboxes", "clock", "hearing"), State.WORKS
)
TYPES = 27


def states(checks: dict[str, Check]) -> dict[str, State]:
    return {key: check.state for key, check in checks.items()}


def test_a_good_office_has_nothing_to_repair_and_nothing_is_written_there(office: Practice, look: Look) -> None:
    before = office.control("GET", "state").text
    assert states(look()) == WELL
    assert states(look(thorough=True)) == WELL
    assert office.control("GET", "state").text == before
    assert look()["allowed"].says.startswith("Everything. ")
    assert look()["version"].says == "Open Dental 25.4.48."


Change = Callable[[Practice], object]


@pytest.mark.parametrize(
    ("breaks", "repairs", "told"),
    [
        pytest.param(
            lambda office: office.set(customer_key=KEY, enabled=False),
            lambda office: office.set(customer_key=KEY, enabled=True),
            {REACHED: State.WORKS, "keys": State.DOWN},
            id="the key is disabled",
        ),
        pytest.param(
            lambda office: office.set(customer_key=KEY, permissions=["ReadAll", "Comm", "Queries"]),
            lambda office: office.set(customer_key=KEY, permissions=["ReadAll", "Comm", "Queries", "AllOthers"]),
            {**WELL, "allowed": State.PARTLY, "apiallothers": State.PARTLY},
            id="a permission has expired",
        ),
        pytest.param(
            lambda office: office.set(customer_key=KEY, permissions=["ReadAll"]),
            lambda office: office.set(customer_key=KEY, permissions=["ReadAll", "Comm", "Queries", "AllOthers"]),
            {**WELL, "allowed": State.PARTLY, "apicomm": State.PARTLY, "apiallothers": State.PARTLY},
            id="the key may only read",
        ),
        pytest.param(
            lambda office: office.call("PUT", "/_control/faults", {"offline": True}),
            lambda office: office.call("PUT", "/_control/faults", {"offline": False}),
            {REACHED: State.DOWN},
            id="the office is offline",
        ),
        pytest.param(
            lambda office: office.fault("status:504", times=None),
            lambda office: office.call("PUT", "/_control/faults", {"rules": []}),
            {REACHED: State.DOWN},
            id="the gateway gives up",
        ),
        pytest.param(
            lambda office: office.control(
                "PUT", f"rows/definition/{office.type_number('Upset patient')}", {"IsHidden": True}
            ),
            lambda office: office.control(
                "PUT", f"rows/definition/{office.type_number('Upset patient')}", {"IsHidden": False}
            ),
            {**WELL, "comm_type": State.PARTLY},
            id="the definition is hidden",
        ),
        pytest.param(
            lambda office: office.control(
                "PUT", f"rows/definition/{office.type_number('Upset patient')}", {"ItemName": "Unhappy"}
            ),
            lambda office: office.control(
                "PUT", f"rows/definition/{office.type_number('Unhappy')}", {"ItemName": "Upset patient"}
            ),
            {**WELL, "comm_type": State.PARTLY},
            id="the definition is renamed",
        ),
    ],
)
def test_trouble_shows_at_the_next_look_with_its_repair_and_is_gone_at_the_one_after(
    office: Practice, look: Look, breaks: Change, repairs: Change, told: dict[str, State]
) -> None:
    assert states(look()) == WELL
    breaks(office)
    assert states(look()) == told
    repairs(office)
    assert states(look()) == WELL


def test_a_wrong_key_is_told_until_the_right_one_is_entered(office: Practice, look: Look, row) -> None:
    OpenDentalDatabase.objects.update(customer_key="wrong")
    assert states(look()) == {REACHED: State.WORKS, "keys": State.DOWN}
    OpenDentalDatabase.objects.update(developer_key="")
    check = look()["keys"]
    assert (check.state, "wrong" in check.says + check.repair) == (State.DOWN, False)
    row.save()
    assert states(look()) == WELL


def test_an_econnector_that_is_down_names_itself_and_heals(run: Run, group: Cast) -> None:
    office = run(Settings(mode=Mode.REMOTE))
    connect(office, mode="remote")

    def look() -> dict[str, Check]:
        [neighbor] = open_dental.neighbors()
        office.instants.wait(60)  # nothing here is about the pace
        speaking = the_office("main")
        speaking.client.pacer.interval = 0.0
        return by_key(neighbor.look(8.0))

    assert states(look()) == WELL
    office.set(econnector=False)
    for _ in range(SILENCES + 1):  # also while Amends counts the office as offline
        told = look()
        assert states(told) == {REACHED: State.DOWN}
        assert "eConnector" in told[REACHED].repair
    office.set(econnector=True)
    assert states(look()) == WELL


def test_no_connection_at_all_says_where_to_look(office: Practice, look: Look) -> None:
    OpenDentalDatabase.objects.update(base_url=f"http://{LOOPBACK}:{free_port()}/api/v1/")
    told = look()
    assert states(told) == {REACHED: State.DOWN}
    assert "Open Dental API" in told[REACHED].repair


def test_an_api_service_that_is_away_while_remote_answers_works_in_part(look: Look) -> None:
    OpenDentalDatabase.objects.update(reached_through="remote")
    assert (look()[REACHED].state, "Open Dental API" in look()[REACHED].repair) == (State.PARTLY, True)
    OpenDentalDatabase.objects.update(reached_through="service")
    assert look()[REACHED].state is State.WORKS


def test_an_office_that_says_nothing_ends_the_look_in_its_time(row: OpenDentalDatabase) -> None:
    over = Event()

    def say_nothing(connection: socket.socket) -> None:
        over.wait(60)

    with conversation(say_nothing) as port:
        OpenDentalDatabase.objects.update(base_url=f"http://{LOOPBACK}:{port}/api/v1/")
        [neighbor] = open_dental.neighbors()
        assert states(by_key(neighbor.look(0.9))) == {REACHED: State.DOWN}
        assert not over.is_set()
        over.set()


# ---- the practice behind the key


def rename(offices: Practice, key: str, title: str) -> None:
    """Somebody gives the practice of this key another title."""
    rows = offices.rows("preference", customer_key=key)
    number = next(row["PrefNum"] for row in rows if row["PrefName"] == "PracticeTitle")
    offices.control("PUT", f"rows/preference/{number}", {"ValueString": title}, customer_key=key)


@pytest.fixture
def two(run: Run, group: Cast) -> Practice:
    """Maple Street and Elsewhere, each with a key of its own."""
    offices = run(service(customer_keys=("maple", "elsewhere")))
    title = next(
        row for row in offices.rows("preference", customer_key="elsewhere") if row["PrefName"] == "PracticeTitle"
    )
    offices.control(
        "PUT", f"rows/preference/{title['PrefNum']}", {"ValueString": "Elsewhere"}, customer_key="elsewhere"
    )
    connect(offices, customer_key="maple")
    return offices


def look_once() -> dict[str, Check]:
    [neighbor] = open_dental.neighbors()
    return by_key(neighbor.look(8.0))


def test_a_key_that_was_moved_opens_nothing_until_it_is_moved_back(two: Practice) -> None:
    assert states(look_once()) == WELL
    two.set(customer_key="maple", office="elsewhere")
    told = look_once()
    assert states(told) == {REACHED: State.WORKS, "practice": State.DOWN}
    assert "open “Elsewhere” now, and not “Fairmeadow Dental Group”" in told["practice"].says
    with pytest.raises(Configuration, match="nothing is read or written"), speaking_to("main"):
        raise AssertionError("Somebody spoke with another practice's patients.")
    two.set(customer_key="maple", office="maple")
    assert states(look_once()) == WELL
    with speaking_to("main"):
        pass


def test_a_practice_with_a_new_name_is_the_same_once_somebody_says_so(two: Practice) -> None:
    look_once()
    title = next(row for row in two.rows("preference", customer_key="maple") if row["PrefName"] == "PracticeTitle")
    two.control(
        "PUT", f"rows/preference/{title['PrefNum']}", {"ValueString": "Fairmeadow & Sons"}, customer_key="maple"
    )
    assert look_once()["practice"].state is State.DOWN
    is_same_practice("main")
    assert states(look_once()) == WELL


def test_other_keys_are_for_another_practice_without_a_question(two: Practice) -> None:
    look_once()
    OpenDentalDatabase.objects.update(customer_key="elsewhere")
    assert states(look_once()) == WELL


# ---- what it is


@pytest.mark.parametrize(
    ("permissions", "tier", "by_hand"),
    [
        (
            ["ReadAll", "Comm", "Queries"],
            "CommLogs only.",
            ["Clinical notes: a CommLog", "Tasks: a person enters them"],
        ),
        (["ReadAll"], "Reading only.", ["CommLogs: a person pastes them", "Tasks: a person enters them"]),
        ([], "Nothing.", ["Reading: names are typed by hand", "CommLogs: a person pastes them"]),
        (["Comm", "AllOthers"], "Everything.", ["Reading: names are typed by hand"]),
    ],
)
def test_a_key_that_may_less_says_its_tier_and_what_becomes_by_hand(
    office: Practice, look: Look, permissions: list[str], tier: str, by_hand: list[str]
) -> None:
    look()
    office.set(customer_key=KEY, permissions=permissions)
    told = look()
    assert told["allowed"].says.startswith(tier)
    assert told["allowed"].state is {"Nothing.": State.DOWN, "Everything.": State.WORKS}.get(tier, State.PARTLY)
    words = " ".join(check.says for check in told.values())
    assert [missing for missing in by_hand if missing not in words] == []


@pytest.mark.parametrize(
    ("version", "lacking"),
    [("22.4", "append to clinical notes"), ("24.4.51", "read the CommLogs that changed lately"), ("25.1.13", "")],
)
def test_an_old_version_is_told_with_what_it_lacks(run: Run, group: Cast, version: str, lacking: str) -> None:
    office = run(service(version=version))
    connect(office)
    check = look_once()["version"]
    assert f"Open Dental {version}" in check.says
    assert lacking in check.says
    assert check.state is (State.PARTLY if lacking else State.WORKS)
    office.set(od_version="25.4.48")
    [neighbor] = open_dental.neighbors(thorough=True)
    assert by_key(neighbor.look(8.0))["version"].state is State.WORKS


def test_a_definition_that_is_missing_or_there_twice_says_what_to_do(office: Practice, look: Look) -> None:
    number = office.type_number("Upset patient")
    office.control("DELETE", f"rows/definition/{number}")
    assert look()["comm_type"].repair.startswith("Add it, in Open Dental under Setup")
    for other in (9001, 9002):
        office.control("POST", "rows/definition", {"DefNum": other, "Category": TYPES, "ItemName": "Upset patient"})
    check = look()["comm_type"]
    assert (check.state, check.repair.startswith("Hide ")) == (State.PARTLY, True)
    office.control("PUT", "rows/definition/9001", {"IsHidden": True})
    assert look()["comm_type"].says == "“Upset patient” is number 9002."


def test_the_definitions_are_read_once_for_who_listens_and_who_looks(
    row: OpenDentalDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def count(*args: Any, **kwargs: Any) -> CommType:
        read.append(1)
        return read_comm_type(*args, **kwargs)

    monkeypatch.setattr(reading, "read_comm_type", count)
    office_of(row).facts(Budget(8.0))  # as each turn of listening begins
    look_once()
    assert len(read) == 1
    monkeypatch.setattr(open_dental, "_JUST_READ", timedelta(0))  # half a minute later
    look_once()
    office_of(row).facts(Budget(8.0))
    assert len(read) == 2


def test_an_author_who_is_missing_or_hidden_is_told(office: Practice, look: Look, row: OpenDentalDatabase) -> None:
    OpenDentalDatabase.objects.update(author_user_num=0)
    assert "No Open Dental user is chosen" in look()["author"].says
    OpenDentalDatabase.objects.update(author_user_num=999)
    assert "There is no user 999" in look()["author"].says
    row.save()
    assert look()["author"].state is State.WORKS
    office.control("PUT", "rows/userod/1", {"IsHidden": True})
    assert look(thorough=True)["author"].state is State.PARTLY


def test_managers_without_a_user_or_an_inbox_are_named(office: Practice, look: Look, group: Cast) -> None:
    omar = OpenDentalUser.objects.get(person=group.omar)
    omar.TaskListInBox = 0
    omar.save()
    assert look()["inboxes"].state is State.WORKS, "Open Dental tells it"
    office.control("PUT", f"rows/userod/{omar.UserNum}", {"TaskListInBox": 0})
    told = look(thorough=True)["inboxes"]
    assert (told.state, told.says.startswith("Omar Haddad: no Task inbox.")) == (State.PARTLY, True)
    office.set(customer_key=KEY, permissions=["ReadAll", "Comm", "AllOthers"])
    assert "ApiQueries" in look()["inboxes"].repair
    omar.delete()
    assert look()["inboxes"].says.startswith("Omar Haddad: no user in Open Dental is entered.")


@pytest.mark.parametrize(("offset", "state"), [("+00:00", State.WORKS), ("+09:00", State.PARTLY)])
def test_a_clock_of_another_zone_is_told_unless_it_is_utc(run: Run, group: Cast, offset: str, state: State) -> None:
    office = run()
    office.set(customer_key=KEY, utc_offset=offset)
    connect(office)
    assert look_once()["clock"].state is state


def test_an_ear_that_is_deaf_is_told(office: Practice, look: Look, settings: DjangoSettings) -> None:
    Ear.objects.update(lost="Amends cannot read the CommLogs that changed. Update Open Dental. Please report here.")
    assert (look()["hearing"].state, look()["hearing"].repair) == (State.PARTLY, "Update Open Dental.")
    Ear.objects.update(lost="", heard_at=timezone.now() - timedelta(minutes=20))
    assert look()["hearing"].state is State.PARTLY
    Ear.objects.update(heard_at=None)
    assert look()["hearing"].says == "It begins within a minute, while the site runs."
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"listen_threads": 0})
    assert "AMENDS_LISTEN_THREADS" in look()["hearing"].repair


def test_the_pace_of_the_key_leaves_no_turn_and_nothing_flickers(run: Run, group: Cast) -> None:
    """Deliveries take every turn: a look that gets none shows what is known, while others are heard."""
    office = run(Settings(mode=Mode.REMOTE))
    connect(office, mode="remote", last_seen=timezone.now())
    speaking = the_office("main")
    speaking.client.pacer.interval = 0.0
    office.instants.wait(60)
    assert states(look_once()) == WELL
    speaking.client.pacer.pause(60)
    told = look_once()
    assert (states(told), "busy" in told[REACHED].says) == (WELL, True)
    OpenDentalDatabase.objects.update(last_seen=timezone.now() - timedelta(minutes=10))
    assert states(look_once()) == {REACHED: State.DOWN}


def test_no_key_is_shown(office: Practice, look: Look) -> None:
    for key in (KEY, "another-key"):
        OpenDentalDatabase.objects.update(customer_key=key, developer_key="demo-developer")
        told = " ".join(f"{check.says} {check.repair}" for check in look().values())
        assert key not in told
        assert "demo-developer" not in told
