"""`amends group`: a real group from one file, whole or not at all, and again without harm."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Home

WEEK = {"mon": [["08:00", "17:00"]]}
FILE: dict[str, Any] = {
    "group": "Bluebell & Finch Dental",
    "regions": [
        {
            "name": "North",
            "offices": [
                {
                    "name": "Maple Street",
                    "ClinicNum": 1,
                    "calendar": {"zone": "America/New_York", "weekly": WEEK},
                }
            ],
        }
    ],
    "people": [
        {
            "name": "Omar Haddad",
            "email": "omar@bluebellfinch.example",
            "posts": [{"role": "office_manager", "office": "Maple Street"}],
            "UserNum": 101,
            "TaskListInBox": 501,
        },
        {
            "name": "Rita Lindqvist",
            "email": "rita@bluebellfinch.example",
            "posts": [{"role": "regional_manager", "region": "North"}],
        },
        {"name": "Lee Hartwell", "email": "lee@bluebellfinch.example", "posts": [{"role": "leader"}]},
    ],
    "open_dental": {
        "base_url": "http://127.0.0.1:1/api/v1/",
        "developer_key": "d",
        "customer_key": "c",
        "mode": "service",
    },
    "slack": {"bot_token": "xoxb-1", "leaders_channel": "C1"},
}
COUNT = (
    "from amends.practice.models import *; from amends.integrations.slack.models import SlackWorkspace\n"
    "print(Office.objects.count(), Person.objects.count(), Post.objects.count(), SlackWorkspace.objects.count())"
)


def given(home: Home, **changes: Any) -> str:
    path = Path(home.path) / "group.json"
    path.write_text(json.dumps(FILE | changes))
    return str(path)


def test_a_group_is_made_from_its_file_and_again_without_harm(empty: Home) -> None:
    assert empty.init().status == 0
    said = empty.run("group", given(empty))
    assert (said.status, said.err) == (0, "")
    assert "omar@bluebellfinch.example" in said.out
    assert "3 new people" in said.out
    assert empty.python(COUNT).split("\n")[0] == "1 4 4 1"
    again = empty.run("group", given(empty, group="Bluebell Dental"))
    assert "0 new people" in again.out
    assert empty.python(COUNT).split("\n")[0] == "1 4 4 1"
    assert empty.run("verify").status == 0


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"regions": []}, "regions"),
        ({"ofices": 1}, "ofices"),
        ({"people": [FILE["people"][0] | {"posts": [{"role": "leader", "office": "Maple Street"}]}]}, "Omar Haddad"),
        ({"people": [FILE["people"][0] | {"posts": [{"role": "team", "office": "Nowhere"}]}]}, "Nowhere"),
        ({"people": [FILE["people"][0] | {"email": "omar"}]}, "email"),
        ({"regions": [{"name": "N", "offices": [{"name": "M", "calendar": {"zone": "Mars"}}]}]}, "Mars"),
    ],
)
def test_a_file_that_is_wrong_changes_nothing_and_says_where(home: Home, changes: dict[str, Any], says: str) -> None:
    before = home.python(COUNT)
    home.run("group", given(home, **changes)).sentence(says, "Nothing was changed")
    assert home.python(COUNT) == before


def test_a_file_that_is_not_there_is_a_sentence(home: Home) -> None:
    home.run("group", str(Path(home.path) / "none.json")).sentence("cannot be read", "Nothing was changed")


def test_a_database_may_have_remote_to_fall_back_on(empty: Home) -> None:
    assert empty.init().status == 0
    url = "https://api.opendental.com/api/v1/"
    read = (
        "from amends.integrations.open_dental.models import OpenDentalDatabase as D; print(D.objects.get().remote_url)"
    )
    assert empty.run("group", given(empty)).status == 0
    assert empty.python(read).strip() == ""
    assert empty.run("group", given(empty, open_dental=FILE["open_dental"] | {"remote_url": url})).status == 0
    assert empty.python(read).strip() == url
