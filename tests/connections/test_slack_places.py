"""Places in Slack that take no messages, as the administrator sees them, until one arrives there again."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.conftest import Cast

from amends.connections.checks import State
from amends.connections.neighbors.slack import neighbors
from amends.deliveries.models import Delivery
from amends.deliveries.models import State as DeliveryState
from amends.integrations.slack.models import SlackPerson, SlackWorkspace
from amends.integrations.slack.outbound.models import SlackChannel, SlackTaste, SlackTrouble
from amends.integrations.slack.people import set_user
from amends.practice.models import Person


@pytest.fixture(autouse=True)
def _in_slack(group: Cast, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The managers are matched, so nothing is said of them."""
    if "unmatched" not in request.node.name:
        monkeypatch.setattr("amends.connections.neighbors.slack._unmatched", lambda row: ())


def shown() -> dict[str, tuple[str, str, str]]:
    """What is said of other places than the leaders' channel; the workspace itself is not asked here."""
    (slack,) = neighbors()
    checks = slack.look.keywords["elsewhere"]  # type: ignore[attr-defined]
    assert {check.state for check in checks} <= {State.PARTLY}
    return {check.key: (check.name, check.says, check.repair) for check in checks}


def test_channels_and_people_that_could_not_be_reached_are_shown(group: Cast) -> None:
    workspace = SlackWorkspace.objects.create(name="Bluebell", leaders_channel="C0LEADERS")
    north = SlackChannel.objects.create(workspace=workspace, region=group.maple.region, channel="C0NORTH")
    maple = SlackChannel.objects.create(workspace=workspace, office=group.maple, channel="C0MAPLE")
    set_user(workspace, group.omar, "U0OMAR", SlackPerson.How.TYPED)
    for target in ("leaders", f"channel:{north.pk}", f"channel:{maple.pk}", "channel:999", f"person:{group.omar.pk}"):
        SlackTrouble.objects.create(target=target, says="The channel is archived.", since=timezone.now())
    found = shown()
    assert {name for name, _, _ in found.values()} == {"Channel of North", "Channel of Maple Street", "Omar Haddad"}
    assert "Match this person" in found[f"person:{group.omar.pk}"][2]
    assert "Invite the app" in found[f"channel:{north.pk}"][2]


def test_who_left_or_is_matched_with_nobody_is_not_shown_and_hides_nobody_else(group: Cast) -> None:
    workspace = SlackWorkspace.objects.create(name="Bluebell", leaders_channel="C0LEADERS")
    for number in range(25):  # more than are shown
        former = Person.objects.create(name=f"Former {number}", email=f"former{number}@x.example", password="!")
        if number % 2:
            set_user(workspace, former, f"U0F{number}", SlackPerson.How.TYPED)
        SlackTrouble.objects.create(target=f"person:{former.pk}", says="Gone.", since=timezone.now())
        if number % 2:
            Person.objects.filter(pk=former.pk).update(is_active=False)
    set_user(workspace, group.omar, "U0OMAR", SlackPerson.How.TYPED)
    SlackTrouble.objects.create(target=f"person:{group.omar.pk}", says="A bot.", since=timezone.now())
    assert set(shown()) == {f"person:{group.omar.pk}"}


def test_unmatched_leaders_who_chose_to_hear_directly_are_named(group: Cast, settings: Settings) -> None:
    workspace = SlackWorkspace.objects.create(name="Bluebell", leaders_channel="C0LEADERS")
    assert "leaders_own" not in shown()
    SlackTaste.objects.create(person=group.lee, how=SlackTaste.How.INSTANT)
    SlackTaste.objects.create(person=group.sam, how=SlackTaste.How.DAILY)
    SlackTaste.objects.create(person=group.omar, how=SlackTaste.How.INSTANT)  # is no leader
    _, says, repair = shown()["leaders_own"]
    assert "Lee Hartwell and Sam Okafor." in says
    assert "Who is who" in repair
    settings.EMAIL_HOST = "mail.example.com"  # the daily message comes by e-mail then
    assert shown()["leaders_own"][1].endswith(": Lee Hartwell.")
    set_user(workspace, group.lee, "U0LEE", SlackPerson.How.TYPED)
    assert "leaders_own" not in shown()


def test_a_summary_that_was_given_up_is_shown_for_a_week(group: Cast) -> None:
    SlackWorkspace.objects.create(name="Bluebell", leaders_channel="C0LEADERS")
    now = timezone.now()
    notice = Delivery.objects.create(
        marker="summary:2026-03-09",
        channel="slack.summary",
        target="leaders",
        purpose="summary",
        about=0,
        payload={},
        state=DeliveryState.WITHDRAWN,
        created_at=now,
        due_at=now,
        last_error="The channel is archived.",
    )
    assert "was not sent. The channel is archived." in shown()["notices"][1]
    Delivery.objects.filter(pk=notice.pk).update(created_at=now - timedelta(days=9))
    assert shown() == {}


def test_without_trouble_there_is_nothing_more_to_say(group: Cast) -> None:
    SlackWorkspace.objects.create(name="Bluebell", leaders_channel="C0LEADERS")
    assert shown() == {}


def test_unmatched_managers_are_named(group: Cast, settings: Settings) -> None:
    workspace = SlackWorkspace.objects.create(name="Bluebell", leaders_channel="C0LEADERS")
    everybody = shown()["managers"][1]
    for manager in (group.omar, group.ruth, group.rita):
        assert manager.name in everybody
    assert group.ana.name not in everybody
    assert "Beside their Tasks nothing reaches them." in everybody
    settings.EMAIL_HOST = "mail.example.com"
    assert "They get an e-mail instead." in shown()["managers"][1]
    for person in group.people.values():
        set_user(workspace, person, f"U0{person.pk}", SlackPerson.How.TYPED)
    assert shown() == {}
    SlackPerson.objects.filter(person=group.omar).update(confirmed_at=None)
    assert group.omar.name in shown()["managers"][1]
