"""People by list, id and e-mail; the Home tab."""

import pytest
from tests.simulators.slack.driver import Json, Refused, Slack


def test_everybody_is_listed_page_by_page(slack: Slack) -> None:
    names = [user["real_name"] for page in slack.client.users_list(limit=4) for user in page["members"]]
    assert names[:2] == ["Lee Hartwell", "Sam Okafor"]
    assert len(names) == 9
    assert len(slack.client.users_list()["members"]) == 9


@pytest.mark.parametrize(
    ("email", "number"),
    [
        ("lee.hartwell@bluebellfinch.example", "U0LEE"),
        ("OMAR.HADDAD@bluebellfinch.example", "U0OMAR"),
        ("pia.sorensen@bluebellfinch.example", "U0PIA"),
    ],
)
def test_a_person_is_found_by_email(slack: Slack, email: str, number: str) -> None:
    assert slack.client.users_lookupByEmail(email=email)["user"]["id"] == number


def test_nobody_is_found_by_a_strange_or_deactivated_address(slack: Slack, refused: Refused) -> None:
    assert refused(slack.client.users_lookupByEmail, email="x@bluebellfinch.example") == "users_not_found"
    slack.control("deactivate", user="U0NICK")
    assert refused(slack.client.users_lookupByEmail, email="nick.tanaka@bluebellfinch.example") == "users_not_found"
    assert slack.client.users_info(user="U0NICK")["user"]["deleted"] is True


def test_an_email_is_shown_only_with_its_scope(slack: Slack, refused: Refused) -> None:
    profile = slack.client.users_info(user="U0ANA")["user"]["profile"]
    assert profile["email"] == "ana.ruiz@bluebellfinch.example"
    slack.control("scopes", scopes=["users:read"])
    assert "email" not in slack.client.users_info(user="U0ANA")["user"]["profile"]
    assert refused(slack.client.users_info, user="U0NOBODY") == "user_not_found"


def home(*blocks: Json, **parts: object) -> Json:
    return {"type": "home", "blocks": list(blocks), **parts}


DIVIDER = {"type": "divider"}


def test_a_home_tab_is_kept_and_replaced(slack: Slack) -> None:
    first = slack.client.views_publish(user_id="U0OMAR", view=home(DIVIDER, private_metadata="7"))["view"]
    second = slack.client.views_publish(user_id="U0OMAR", view=home(), hash=first["hash"])["view"]
    assert (first["private_metadata"], first["id"]) == ("7", second["id"])
    assert slack.state["homes"]["U0OMAR"]["blocks"] == []


def test_an_old_hash_is_refused(slack: Slack, refused: Refused) -> None:
    slack.client.views_publish(user_id="U0OMAR", view=home(DIVIDER))
    assert refused(slack.client.views_publish, user_id="U0OMAR", view=home(), hash="old") == "hash_conflict"


@pytest.mark.parametrize(
    ("view", "error"),
    [
        ({"type": "modal", "blocks": []}, "invalid_arguments"),
        (home(private_metadata="x" * 3001), "invalid_arguments"),
        (home(*[DIVIDER] * 101), "invalid_arguments"),
        (home(*[{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 90), "view_too_large"),
        ({"type": "home"}, "invalid_arguments"),
    ],
)
def test_a_bad_view_is_refused(slack: Slack, refused: Refused, view: Json, error: str) -> None:
    assert refused(slack.client.views_publish, user_id="U0OMAR", view=view) == error
    assert refused(slack.client.views_publish, user_id="U0NOBODY", view=home()) == "user_not_found"
