"""Monday's summary and a leader's day: written once however many look, sent once, and never blindly again."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pytest_django import Settings
from tests.integrations.slack_world import LEADERS, World, world

from amends.cases.ticker import tick
from amends.deliveries.leasing import sweep
from amends.deliveries.models import Delivery, State
from amends.integrations.slack.models import SlackPerson, SlackWorkspace
from amends.integrations.slack.outbound.models import SlackTaste, SlackTrouble
from amends.integrations.slack.outbound.notices import group_zone, keep_notices, keep_taste
from amends.integrations.slack.outbound.quiet import after_quiet_hours, is_quiet
from amends.learning.summary.monday import tell_the_week
from amends.practice.directory import directory
from amends.practice.models import Office
from amends.protocol import commands as c
from amends.protocol.words import Purpose, Trigger
from amends.simulators.slack.cast import BOT_TOKEN

__all__ = ["world"]

NEXT_MONDAY = datetime(2026, 3, 9, 11, 30, tzinfo=UTC)  # half past seven in New York: clocks changed on the 8th


def the_notice(kind: str = "summary") -> Delivery:
    return Delivery.objects.get(marker__startswith=kind)


@pytest.fixture
def by_email(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.com"


def notices(world: World, seconds: int = 5) -> None:
    for _ in range(seconds):
        tell_the_week()
        keep_notices()
        world.work(1)


def a_week(world: World) -> None:
    world.addressed()
    world.reported(office=world.group.harbor)
    world.clock.move(86_400)
    tick()
    world.work(10)


def summaries(world: World) -> list[str]:
    return [m["text"] for m in world.posted(LEADERS) if m["text"].startswith("The week")]


def test_mondays_summary_is_counts_and_comes_at_half_past_seven(world: World) -> None:
    a_week(world)
    world.clock.now = NEXT_MONDAY - timedelta(minutes=1)
    notices(world)
    assert summaries(world) == []
    world.clock.now = NEXT_MONDAY
    notices(world)
    assert summaries(world) == [
        "The week from Mar 2 to Mar 8\n"
        "Upset patients: 2 · a step was late: 1\n"
        "Median time to the first contact: 1 h 30 min\n"
        "Confirmed fixed: 0 · came back: 0 · replies live: 0\n"
        "The same issue twice: 0 · changes that held: 0 of 0\n"
        "Written into the chart within a day: 1 on time, 1 late, 0 not yet\n"
        "Manager has it, in time: 1 on time, 1 late, 0 not yet\n"
        "Spoken with, in time: 1 on time, 0 late, 1 not yet\n"
        "Put right, in time: 1 on time, 0 late, 1 not yet\n"
        "Leaders told within a day: 1 on time, 0 late, 0 not yet\n"
        "Review answered, in time: 0 on time, 0 late, 0 not yet\n"
        "Learned from, in time: 0 on time, 0 late, 1 not yet\n"
        "Harbor View: 1\nMaple Street: 1"
    ]
    for secret in ("Marisol", "Quintero", "Waited", "bill together"):
        assert secret not in str(world.slack.messages)
    notices(world, 90)
    world.clock.move(86_400)
    notices(world)
    assert len(summaries(world)) == 1


def test_a_week_without_anything_says_so(world: World) -> None:
    world.clock.now = NEXT_MONDAY
    notices(world)
    (told,) = summaries(world)
    assert "Upset patients: 0" in told
    assert "nobody was spoken with" in told


def test_a_monday_that_was_missed_is_told_on_tuesday_and_not_on_friday(world: World) -> None:
    world.clock.now = NEXT_MONDAY + timedelta(days=4)
    notices(world)
    assert summaries(world) == []
    world.clock.now = NEXT_MONDAY + timedelta(days=8)
    notices(world)
    assert len(summaries(world)) == 1


def test_two_processes_write_one_summary(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.clock.now = NEXT_MONDAY
    tell_the_week()
    with monkeypatch.context() as patch:
        blind = Delivery.objects.none()
        patch.setattr(Delivery.objects, "filter", lambda **_: blind)  # the other one has not seen it yet
        assert tell_the_week() is False
    notices(world)
    assert len(summaries(world)) == 1
    assert the_notice().state == State.PROVED


@pytest.mark.parametrize("fault", ["drop_after", "status_after:503"])
def test_a_summary_that_may_have_arrived_is_looked_for(world: World, fault: str) -> None:
    world.clock.now = NEXT_MONDAY
    world.slack.faults(fault, path="/api/chat.postMessage", times=1)
    notices(world, 70)
    assert len(summaries(world)) == 1
    assert the_notice().state == State.PROVED


def test_a_summary_that_did_not_arrive_is_sent_again(world: World) -> None:
    world.clock.now = NEXT_MONDAY
    world.slack.faults("drop_before", path="/api/chat.postMessage", times=1)
    notices(world, 70)
    assert len(summaries(world)) == 1


def test_a_summary_that_nobody_can_look_for_is_given_up_rather_than_doubled(world: World) -> None:
    world.clock.now = NEXT_MONDAY
    world.slack.control("scopes", scopes=["chat:write", "chat:write.public"])
    world.slack.faults("drop_after", path="/api/chat.postMessage", times=1)
    notices(world, 70)
    assert len(summaries(world)) == 1
    assert the_notice().state == State.WITHDRAWN


def test_who_died_while_sending_leaves_something_to_look_for(world: World) -> None:
    world.clock.now = NEXT_MONDAY
    notices(world)
    Delivery.objects.update(state=State.SENDING, proof_id="", leased_until=world.clock() + timedelta(minutes=2))
    assert sweep() == 0  # somebody may still be at it
    world.clock.move(3600)
    sweep()
    notices(world)
    assert the_notice().state == State.PROVED
    assert len(summaries(world)) == 1


def test_a_pause_is_kept_and_a_broken_channel_is_shown_and_mended(world: World) -> None:
    world.clock.now = NEXT_MONDAY
    world.slack.faults("status:429:30", path="/api/chat.postMessage", times=1)
    notices(world, 20)
    assert summaries(world) == []
    notices(world, 20)
    assert len(summaries(world)) == 1
    world.clock.now = NEXT_MONDAY + timedelta(days=7)
    world.slack.control("archive", channel=LEADERS, archived=True)
    notices(world, 10)
    assert SlackTrouble.objects.get().says == "The channel is archived."
    world.slack.control("archive", channel=LEADERS, archived=False)
    notices(world, 310)
    assert len(summaries(world)) == 2
    assert not SlackTrouble.objects.exists()


def test_what_slack_cannot_take_for_days_or_refuses_is_given_up(world: World) -> None:
    world.clock.now = NEXT_MONDAY
    world.slack.faults("status:503", path="/api/conversations.history", times=1000)
    SlackWorkspace.objects.update(leaders_channel="")
    notices(world, 3)
    world.clock.move(100 * 3600)
    notices(world, 3)
    assert the_notice().state == State.WITHDRAWN
    world.slack.faults("error:something_new", path="/api/chat.postMessage", times=1)
    SlackWorkspace.objects.update(leaders_channel=LEADERS)
    world.clock.now = NEXT_MONDAY + timedelta(days=7)
    notices(world, 3)
    assert Delivery.objects.get(marker="summary:2026-03-16").state == State.WITHDRAWN


@pytest.mark.parametrize("wrong", ["archived", "revoked", "refused", "away"])
def test_where_slack_does_not_take_a_summary_it_goes_by_email_once(world: World, by_email: None, wrong: str) -> None:
    a_week(world)
    world.clock.now = NEXT_MONDAY
    match wrong:
        case "archived":
            world.slack.control("archive", channel=LEADERS, archived=True)
        case "revoked":
            world.slack.control("revoke", token=BOT_TOKEN, revoked=True)
        case "refused":
            world.slack.faults("error:something_new", path="/api/chat.postMessage", times=1)
        case _:
            SlackWorkspace.objects.update(api_url="http://127.0.0.1:9/api/")
    notices(world, 10)
    if wrong == "away":
        assert the_notice().channel == "slack.summary"  # it may be back soon
        world.clock.move(3600)
        notices(world, 10)
    row = the_notice()
    assert (row.channel, row.state, row.proof_place) == ("email", State.PROVED, "elsewhere")
    assert row.payload["to"] == [world.group.lee.email, world.group.sam.email]
    assert "Upset patients: 2" in row.payload["text"]
    for secret in ("Marisol", "Quintero", "Waited", "bill together"):
        assert secret not in str(row.payload)
    world.slack.control("archive", channel=LEADERS, archived=False)
    SlackWorkspace.objects.update(api_url=world.workspace.api_url)
    notices(world, 60)
    assert summaries(world) == []


def test_a_summary_that_may_be_in_slack_does_not_go_by_email_as_well(world: World, by_email: None) -> None:
    world.clock.now = NEXT_MONDAY
    world.slack.control("scopes", scopes=["chat:write", "chat:write.public"])
    world.slack.faults("drop_after", path="/api/chat.postMessage", times=1)
    notices(world, 70)
    assert (the_notice().channel, the_notice().state) == ("slack.summary", State.WITHDRAWN)


def test_the_day_of_a_leader_who_left_slack_goes_to_them_by_email(world: World, by_email: None) -> None:
    wants(world, SlackTaste.How.DAILY, daily_at=time(17))
    number = world.addressed().number
    world.work()
    world.slack.control("deactivate", user="U0LEE", deleted=True)
    world.clock.now = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
    notices(world)
    row = the_notice("digest")
    assert (row.channel, row.payload["to"]) == ("email", [world.group.lee.email])
    assert number in row.payload["text"]
    SlackPerson.objects.filter(person=world.group.lee).delete()
    world.addressed()
    world.clock.move(86_400)
    notices(world)
    assert Delivery.objects.filter(channel="email", state=State.PROVED, marker__startswith="digest").count() == 2


def test_without_slack_there_is_nothing_to_do(world: World) -> None:
    world.clock.now = NEXT_MONDAY
    SlackWorkspace.objects.all().delete()
    assert keep_notices() is False
    assert not Delivery.objects.exists()


def test_the_groups_zone_is_that_of_most_offices(world: World) -> None:
    assert group_zone(directory()) == ZoneInfo("America/New_York")
    for name in ("Lake", "Shore", "Pier"):
        office = Office.objects.get(pk=world.group.harbor.pk)
        office.pk, office.name = None, name
        office._state.adding = True
        office.calendar = {**office.calendar, "zone": "America/Chicago"}
        office.save()
    assert group_zone(directory()) == ZoneInfo("America/Chicago")
    Office.objects.update(is_active=False)
    world.group.maple.is_active = False
    world.group.maple.save()
    assert group_zone(directory()) == ZoneInfo("UTC")


# --- each leader's taste -----------------------------------------------------------------------------------------


def wants(world: World, how: SlackTaste.How, **times: time) -> None:
    SlackTaste.objects.create(person=world.group.lee, how=how, **times)


def to_lee(world: World) -> list[str]:
    channel = world.direct("U0LEE")
    return [m["text"] for m in world.posted(channel)] if channel else []


def test_by_default_only_what_is_grave_comes_directly(world: World) -> None:
    world.addressed()
    world.work()
    assert to_lee(world) == []
    world.reported(triggers=frozenset({Trigger.INJURY}))
    world.work()
    assert len(to_lee(world)) == 1


def test_who_wants_each_case_gets_it_with_its_buttons_kept_true(world: World) -> None:
    wants(world, SlackTaste.How.INSTANT)
    case = world.addressed()
    world.work()
    world.says(world.group.sam, c.MarkSeen(), case)
    world.work()
    (told,) = to_lee(world)
    assert "Seen by Sam Okafor" in told
    assert "leader_seen" in str(world.posted(world.direct("U0LEE")))


def test_in_quiet_hours_it_waits_and_what_is_grave_does_not(world: World) -> None:
    wants(world, SlackTaste.How.INSTANT, quiet_from=time(9), quiet_to=time(14))
    case = world.addressed()  # half past eleven
    world.work()
    assert to_lee(world) == []
    world.says(world.group.sam, c.MarkSeen(), case)  # the newer message waits in its place
    world.work()
    assert to_lee(world) == []
    world.reported(triggers=frozenset({Trigger.INJURY}))
    world.work()
    assert len(to_lee(world)) == 1
    world.clock.move(3 * 3600)
    world.work()
    assert len(to_lee(world)) == 2
    assert "Seen by Sam Okafor" in to_lee(world)[1]


def test_once_a_day_one_message_of_all_cases(world: World) -> None:
    wants(world, SlackTaste.How.DAILY, daily_at=time(17))
    numbers = [world.addressed().number for _ in range(2)]
    world.work()
    assert to_lee(world) == []
    world.clock.now = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
    notices(world)
    (told,) = to_lee(world)
    assert told.splitlines()[0] == "Upset patients put right since the last such message: 2"
    assert [line.split(" ")[0] for line in told.splitlines()[1:]] == numbers[::-1]
    world.clock.move(86_400)
    notices(world)
    assert len(to_lee(world)) == 1  # nothing happened, so nothing comes
    third = world.addressed().number
    world.clock.move(86_400)
    notices(world)
    assert third in to_lee(world)[1]
    assert numbers[0] not in to_lee(world)[1]


def test_a_daily_message_waits_for_the_end_of_the_quiet_hours_and_needs_a_slack_user(world: World) -> None:
    wants(world, SlackTaste.How.DAILY, daily_at=time(17), quiet_from=time(16), quiet_to=time(7))
    world.addressed()
    world.clock.now = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
    notices(world)
    assert to_lee(world) == []
    world.clock.now = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
    notices(world)
    assert len(to_lee(world)) == 1
    SlackPerson.objects.filter(person=world.group.lee).delete()
    world.addressed()
    world.clock.move(2 * 86_400)
    notices(world)
    assert Delivery.objects.filter(marker__startswith="digest").count() == 1


# --- at once, once a day, or in the channel ----------------------------------------------------------------------

HOURS = st.integers(1, 40).map(lambda hours: timedelta(hours=hours))
STEPS = st.lists(st.one_of(st.sampled_from(SlackTaste.How), st.just("addressed"), HOURS), min_size=4, max_size=14)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
@example(steps=["daily", "addressed", "instant", "addressed", "daily", "addressed"])
@example(steps=["daily", "addressed", "channel", "daily", "addressed", timedelta(hours=9), "addressed", "instant"])
def test_however_a_leader_changes_their_mind_each_case_is_told_once_as_they_wished(
    world: World, steps: list[SlackTaste.How | str | timedelta]
) -> None:
    with transaction.atomic():
        how, expected = SlackTaste.How.CHANNEL, dict[str, list[str]]()
        lee = world.group.lee
        for step in (*steps, timedelta(hours=24), timedelta(hours=24)):
            world.clock.move(1)
            if step == "addressed":
                number = world.addressed().number
                expected[number] = [] if how == SlackTaste.How.CHANNEL else [how]
            elif isinstance(step, timedelta):
                for _ in range(int(step / timedelta(minutes=60))):
                    world.clock.move(3600)
                    keep_notices()
            else:
                how = SlackTaste.How(step)
                taste = SlackTaste.objects.filter(person=lee).first() or SlackTaste(person=lee)
                taste.how = how
                keep_taste(taste)
        told: dict[str, list[str]] = {number: [] for number in expected}
        for row in Delivery.objects.filter(target=f"person:{lee.pk}"):
            if row.purpose == Purpose.SUMMARY:
                for case in row.payload["day"]["cases"]:
                    told[case["number"]].append("daily")
            elif row.payload.get("root"):
                told[row.payload["number"]].append("instant")
        assert told == expected
        transaction.set_rollback(True)


def test_a_mind_changed_in_the_morning_brings_the_daily_message_of_that_day(world: World) -> None:
    wants(world, SlackTaste.How.DAILY, daily_at=time(17))
    first = world.addressed().number
    world.clock.move(1)
    for how in (SlackTaste.How.INSTANT, SlackTaste.How.DAILY):
        taste = SlackTaste.objects.get()
        taste.how = how
        keep_taste(taste)
    notices(world)
    assert [first in text for text in to_lee(world)] == [True]  # what waited comes at once
    second = world.addressed().number
    world.clock.now = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
    notices(world)
    assert [second in text for text in to_lee(world)] == [False, True]
    notices(world)
    assert len(to_lee(world)) == 2


times = st.times().map(lambda at: at.replace(microsecond=0))


@given(begin=times, end=times, now=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)))  # noqa: DTZ001
def test_quiet_hours_end_outside_of_quiet_hours_and_never_later_than_a_day(
    begin: time, end: time, now: datetime
) -> None:
    zone = ZoneInfo("America/New_York")
    taste = SlackTaste(quiet_from=begin, quiet_to=end)
    at = now.replace(tzinfo=UTC)
    after = after_quiet_hours(taste, at, zone)
    assert at <= after <= at + timedelta(hours=25)
    if after == at:
        assert not is_quiet(begin, end, at.astimezone(zone).time())
    else:
        assert after.astimezone(zone).time() == end or after.dst() != at.astimezone(zone).dst()
    assert after_quiet_hours(SlackTaste(quiet_from=begin), at, zone) == at


def test_every_message_of_a_leader_is_told_apart_from_proofs(world: World) -> None:
    wants(world, SlackTaste.How.INSTANT)
    world.addressed()
    world.work()
    assert len(world.rows(Purpose.LEADERS_TOLD)) == 1
