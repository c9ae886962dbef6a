"""A leader's own settings, channels of regions and offices, and the privacy officer's switch."""

import html

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.conftest import Cast
from tests.integrations.slack_world import World, world

from amends.integrations.slack.models import SlackPerson, SlackWorkspace
from amends.integrations.slack.outbound.agreement import say_may_carry_patients
from amends.integrations.slack.outbound.models import SlackAgreement, SlackChannel, SlackTaste, SlackTrouble
from amends.integrations.slack.people import forget
from amends.protocol.decide import Refused
from amends.simulators.slack.cast import SCOPES

__all__ = ["world"]


def as_(person: object) -> Client:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    return client


def test_a_leader_chooses_and_nobody_else_has_the_page(group: Cast) -> None:
    lee = as_(group.lee)
    assert "Messages in Slack" in lee.get("/").content.decode()
    assert lee.get("/slack/mine").status_code == 200
    chosen = {"how": "daily", "daily_at": "18:30", "quiet_from": "22:00", "quiet_to": "06:00"}
    assert lee.post("/slack/mine", chosen).status_code == 302
    taste = SlackTaste.objects.get(person=group.lee)
    assert (taste.how, f"{taste.daily_at:%H:%M}", f"{taste.quiet_to:%H:%M}") == ("daily", "18:30", "06:00")
    page = lee.get("/slack/mine").content.decode()
    assert 'value="18:30"' in page
    assert lee.post("/slack/mine", {**chosen, "quiet_from": "", "quiet_to": ""}).status_code == 302
    for person in (group.omar, group.ana, group.pia, group.alex):
        assert as_(person).get("/slack/mine").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"how": "often"},
        {"daily_at": ""},
        {"daily_at": "soon"},
        {"quiet_from": ""},
        {"quiet_from": "06:00"},
    ],
)
def test_what_makes_no_sense_is_refused_with_what_was_typed(group: Cast, wrong: dict[str, str]) -> None:
    chosen = {"how": "daily", "daily_at": "18:30", "quiet_from": "22:00", "quiet_to": "06:00"}
    answer = as_(group.lee).post("/slack/mine", {**chosen, **wrong})
    assert answer.status_code == 422
    assert "error" in answer.content.decode()
    assert not SlackTaste.objects.exists()


def test_an_administrator_names_the_channels_of_regions_and_offices(world: World) -> None:
    group = world.group
    alex = as_(group.alex)
    region = f"region:{group.maple.region_id}"
    assert alex.post("/slack/channels", {"whose": region, "channel": "C0NORTH"}).status_code == 302
    assert alex.post("/slack/channels", {"whose": f"office:{group.maple.pk}", "channel": "C0LAKES"}).status_code == 302
    page = alex.get("/slack/channels").content.decode()
    assert "Region North" in page
    assert "C0LAKES" in page
    again = alex.post("/slack/channels", {"whose": region, "channel": "C0NORTH"})
    assert (again.status_code, "in use already" in again.content.decode()) == (422, True)
    for wrong in ({"whose": region, "channel": "#north"}, {"whose": "office:999", "channel": "C0X"}, {}):
        assert alex.post("/slack/channels", wrong).status_code == 422
    row = SlackChannel.objects.get(region=group.maple.region)
    assert as_(group.lee).post(f"/slack/channels/{row.pk}/remove").status_code == 404
    assert alex.post(f"/slack/channels/{row.pk}/remove").status_code == 302
    assert SlackChannel.objects.count() == 1
    assert as_(group.omar).get("/slack/channels").status_code == 404


def test_a_channel_that_would_get_a_message_twice_or_never_is_refused(world: World) -> None:
    group = world.group
    alex = as_(group.alex)
    region = f"region:{group.maple.region_id}"

    def add(channel: str, whose: str = region) -> str:
        answer = alex.post("/slack/channels", {"whose": whose, "channel": channel})
        page = answer.content.decode()
        return "added" if answer.status_code == 302 else html.unescape(page)

    assert "the leaders' channel, which gets every message anyway" in add("C0LEADERS")
    assert "There is no such channel" in add("C0NOWHERE")
    assert add("C0NORTH") == "added"
    assert "two messages for one case" in add("C0NORTH", f"office:{group.maple.pk}")
    assert add("C0GENERAL") == "added"  # public, and the app may post there without being a member
    SlackChannel.objects.filter(channel="C0GENERAL").delete()
    world.slack.control("scopes", scopes=[scope for scope in SCOPES if scope != "chat:write.public"])
    assert "not a member of that channel" in add("C0GENERAL")
    world.slack.control("archive", channel="C0LAKES", archived=True)
    assert "is archived" in add("C0LAKES")
    assert SlackChannel.objects.count() == 1


def test_two_who_add_the_same_channel_together_add_it_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    alex, whose = as_(world.group.alex), f"region:{world.group.maple.region_id}"

    def meanwhile(client: object, channel: str) -> str:
        SlackChannel.objects.create(workspace=world.workspace, office=world.group.maple, channel=channel)
        return ""

    monkeypatch.setattr("amends.integrations.slack.outbound.pages.wrong_with_channel", meanwhile)
    answer = alex.post("/slack/channels", {"whose": whose, "channel": "C0NORTH"})
    assert (answer.status_code, "in use already" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("fault", ["status:503", "drop_before", "error:missing_scope"])
def test_a_slack_that_does_not_tell_keeps_no_channel_from_being_added(world: World, fault: str) -> None:
    world.slack.faults(fault, path="/api/conversations.info", times=1)
    whose = f"region:{world.group.maple.region_id}"
    answer = as_(world.group.alex).post("/slack/channels", {"whose": whose, "channel": "C0NOWHERE"})
    assert answer.status_code == 302


def test_trouble_with_a_channel_goes_with_it(world: World) -> None:
    row = SlackChannel.objects.create(workspace=world.workspace, office=world.group.maple, channel="C0NORTH")
    SlackTrouble.objects.create(target=f"channel:{row.pk}", says="It is archived.", since=timezone.now())
    as_(world.group.alex).post(f"/slack/channels/{row.pk}/remove")
    assert not SlackTrouble.objects.exists()


def test_a_leader_whom_slack_does_not_know_is_told_what_to_do(world: World, settings: Settings) -> None:
    lee, group = as_(world.group.lee), world.group
    unknown = "Slack does not know you yet"
    assert unknown not in lee.get("/slack/mine").content.decode()
    forget(SlackPerson.objects.get(person=group.lee))
    page = lee.get("/slack/mine").content.decode()
    assert unknown in page
    assert "Ask an administrator to match you" in page
    assert "by e-mail until then" not in page
    settings.EMAIL_HOST = "mail.example.com"
    assert "one message a day comes by e-mail until then" in lee.get("/slack/mine").content.decode()
    SlackWorkspace.objects.all().delete()
    assert unknown not in lee.get("/slack/mine").content.decode()


def test_without_slack_there_are_no_channels(group: Cast) -> None:
    alex = as_(group.alex)
    assert "not set up yet" in alex.get("/slack/channels").content.decode()
    assert alex.post("/slack/channels", {"whose": f"office:{group.maple.pk}", "channel": "C0X1"}).status_code == 200
    assert not SlackChannel.objects.exists()


def test_only_the_privacy_officer_says_whether_this_slack_may_carry_patients(world: World) -> None:
    group = world.group
    pia = as_(group.pia)
    assert "carries no patient information" in pia.get("/slack/agreement").content.decode()
    assert pia.post("/slack/agreement/main", {"may": "yes"}).status_code == 302
    assert SlackWorkspace.objects.get().may_carry_patients
    assert pia.post("/slack/agreement/main", {"may": "yes"}).status_code == 302
    assert pia.post("/slack/agreement/main", {"may": "no"}).status_code == 302
    assert not SlackWorkspace.objects.get().may_carry_patients
    assert [(one.may_carry_patients, one.person_name) for one in SlackAgreement.objects.all()] == [
        (False, "Pia Sorensen"),
        (True, "Pia Sorensen"),
    ]
    assert "Pia Sorensen: it may" in pia.get("/slack/agreement/main").content.decode()
    assert "/slack/agreement" in pia.get("/privacy/").content.decode()
    for person in (group.lee, group.omar, group.alex):
        assert as_(person).post("/slack/agreement/main", {"may": "yes"}).status_code == 404
        with pytest.raises(Refused, match="Only the privacy officer"):
            say_may_carry_patients(world.workspace, person, may=True)
    assert not SlackWorkspace.objects.get().may_carry_patients


def test_what_was_said_about_the_agreement_is_never_changed(world: World) -> None:
    say_may_carry_patients(world.workspace, world.group.pia, may=True)
    said = SlackAgreement.objects.all()
    for change in (lambda: said.update(may_carry_patients=False), said.delete, lambda: said[0].delete()):
        with pytest.raises(DatabaseError, match="is never"), transaction.atomic():
            change()
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="is never"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE slack_slackagreement")
    world.workspace.delete()
    assert said.get().may_carry_patients


def test_the_agreement_changes_no_message(world: World) -> None:
    first = world.addressed().number
    world.work()
    before = world.card()
    say_may_carry_patients(world.workspace, world.group.pia, may=True)
    assert world.workspace.may_carry_patients
    second = world.addressed().number
    world.work()
    after = world.posted("C0LEADERS")[1]
    assert after["text"].replace(second, first) == before["text"]


def test_without_slack_there_is_nothing_to_agree_to(group: Cast) -> None:
    pia = as_(group.pia)
    assert "not set up yet" in pia.get("/slack/agreement").content.decode()
    assert pia.get("/slack/agreement/main").status_code == 404
