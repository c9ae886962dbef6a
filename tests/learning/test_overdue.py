"""Whoever sees to an overdue corrective action is reminded once, the region once after a week; done, it is over."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from tests.cases.acting import does
from tests.conftest import Cast
from tests.learning.test_to_change import WHAT, planned

from amends.access import actor_at
from amends.cases import actions
from amends.cases.models import CaseRow
from amends.deliveries.models import Delivery, State
from amends.learning.models import WatchedAction
from amends.learning.overdue import remind
from amends.practice.models import Person, Post
from amends.protocol import commands as c
from amends.protocol.values import AMENDS, Actor
from amends.protocol.values import Person as Named
from amends.protocol.words import AsideReason, Purpose, Role

THURSDAY = datetime(2026, 3, 12, 17, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)
HEADING = "Changes overdue for a week"


@pytest.fixture(autouse=True)
def _on_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amends.deliveries.ways.slack_user", lambda person: f"U0{person}")


def an_action(group: Cast, owner: Person | None = None, what: str = WHAT) -> CaseRow:
    """A case of Maple Street whose action was due on Thursday at noon."""
    with time_machine.travel(THURSDAY - A_DAY, tick=False):
        return planned(group, owner or group.omar, what, days=1)


def told() -> list[tuple[str, str]]:
    """Whom the reminders are for, and how they stand."""
    rows = Delivery.objects.filter(purpose=Purpose.ACTION_LATE).order_by("pk")
    return [(row.payload["person"], row.state) for row in rows]


def on(day: float) -> datetime:
    return THURSDAY + day * A_DAY


def work_on(day: float, person: Person) -> str:
    with time_machine.travel(on(day), tick=False):
        client = Client()
        client.force_login(person)
        return client.get("/").content.decode()


def test_its_owner_is_reminded_once_when_it_is_overdue_and_the_region_once_after_a_week(group: Cast) -> None:
    an_action(group)
    assert remind(on(-0.01)) == 0
    assert [remind(on(day)) for day in (0.01, 0.02, 6.9)] == [1, 0, 0]
    assert told() == [("Omar Haddad", State.WAITING)]
    assert [remind(on(day)) for day in (7.1, 8, 20, 29, 400)] == [1, 0, 0, 0, 0]
    assert told() == [("Omar Haddad", State.WAITING), ("Rita Lindqvist", State.WAITING)]


def test_it_tells_where_and_until_when_and_nothing_that_somebody_wrote(group: Cast) -> None:
    row = an_action(group, what="Call Dana Quillfeather before she comes.")
    remind(on(8))
    own, above = (one.payload["text"] for one in Delivery.objects.filter(purpose=Purpose.ACTION_LATE).order_by("pk"))
    assert own.startswith(f"{row.number}, Maple Street: a change that you see to was to be done by Mar 12. Please")
    assert f"{row.number}, Maple Street: a change was to be done by Mar 12 and is not, a week later. Omar" in above
    for text in (own, above):
        assert text.endswith(f"/learning/{row.number}/1")
        assert "Quillfeather" not in text
        assert "Call" not in text


def test_it_leaves_when_the_office_opens(group: Cast) -> None:
    with time_machine.travel(THURSDAY - A_DAY, tick=False):
        planned(group, group.omar, days=3.5)
        planned(group, group.omar, days=3.6)
    first, second = WatchedAction.objects.order_by("pk")
    WatchedAction.objects.filter(pk=second.pk).update(done_at=on(0))
    remind(on(2.55))  # the night to Sunday
    assert reminded().due_at == datetime(2026, 3, 16, 12, 0, tzinfo=UTC)
    group.maple.calendar = {"zone": "America/New_York", "weekly": {}}  # never open again
    group.maple.save()
    WatchedAction.objects.filter(pk=first.pk).update(done_at=on(0))
    WatchedAction.objects.filter(pk=second.pk).update(done_at=None)
    remind(on(4))
    assert reminded().due_at == on(4)


def reminded() -> Delivery:
    return Delivery.objects.filter(purpose=Purpose.ACTION_LATE).latest("pk")


def test_what_is_done_in_time_reminds_nobody_and_what_is_done_late_no_longer(group: Cast) -> None:
    early, late = an_action(group), an_action(group)
    does(group.omar, early, c.FinishAction(no=1), at=on(-0.1))
    remind(on(8))
    assert told() == [("Omar Haddad", State.WAITING), ("Rita Lindqvist", State.WAITING)]
    Delivery.objects.filter(marker__endswith=".up").update(state=State.PROVED)
    does(group.omar, late, c.FinishAction(no=1), at=on(8))
    assert told() == [("Omar Haddad", State.WITHDRAWN), ("Rita Lindqvist", State.PROVED)]
    assert remind(on(9)) == 0


def test_whoever_gets_it_handed_over_is_reminded_as_well(group: Cast) -> None:
    row = an_action(group)
    remind(on(1))
    hand_over = c.HandOverActions(nos=(1,), to=Named(str(group.ruth.pk), group.ruth.name), why="He has left.")
    admin = Actor(id=str(group.alex.pk), name=group.alex.name, role=Role.ADMINISTRATOR)
    actions.perform(command=hand_over, by=admin, case=row.pk, at=on(2))
    assert [remind(on(day)) for day in (2, 3)] == [1, 0]
    assert told() == [("Omar Haddad", State.WITHDRAWN), ("Ruth Bellamy", State.WAITING)]


def test_what_did_not_hold_or_is_of_a_case_set_aside_reminds_nobody(group: Cast) -> None:
    failed, aside = an_action(group), an_action(group)
    remind(on(1))
    actions.perform(command=c.ActionRepeated(no=1, other="UP-1"), by=AMENDS, case=failed.pk, at=on(2))
    by = actor_at(group.omar, str(group.maple.pk))
    put_aside = c.PutAside(reason=AsideReason.BY_MISTAKE, note="It was another practice.")
    reopen = c.Reopen(why="It is not fixed.")
    for command in (reopen, put_aside):
        actions.perform(command=command, by=by, case=aside.pk, at=on(2))
    assert {state for _, state in told()} == {State.WITHDRAWN}
    assert remind(on(8)) == 0


def test_who_has_no_slack_gets_an_e_mail_and_who_has_neither_sees_it_on_their_work(
    group: Cast, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    monkeypatch.setattr("amends.deliveries.ways.slack_user", lambda person: None)
    row = an_action(group)
    assert remind(on(1)) == 0
    assert "late by" in work_on(1, group.omar)
    settings.EMAIL_HOST = "mail.example"  # type: ignore[attr-defined]
    assert [remind(on(day)) for day in (1, 2)] == [1, 0]
    mail = Delivery.objects.get(purpose=Purpose.ACTION_LATE)
    assert (mail.channel, mail.payload["to"]) == ("email", ["omar@bluebellfinch.example"])
    assert mail.payload["subject"] == f"A change is overdue: {row.number}, Maple Street"


def test_the_region_sees_on_their_work_what_stays_overdue_until_it_is_done(group: Cast) -> None:
    row, rita = an_action(group), group.rita
    assert HEADING not in work_on(6.9, rita)
    page = work_on(7.1, rita)
    assert HEADING in page
    assert WHAT in page
    assert "Omar Haddad sees to it" in page
    for nobody in (group.lee, group.omar, group.nick):
        assert HEADING not in work_on(7.1, nobody)
    does(group.omar, row, c.FinishAction(no=1), at=on(8))
    assert HEADING not in work_on(8, rita)


def test_nobody_is_above_themselves_and_leaders_are_where_no_region_answers(group: Cast) -> None:
    an_action(group, group.rita)
    remind(on(8))
    assert [name for name, _ in told()] == ["Rita Lindqvist", "Lee Hartwell"]
    assert "Rita Lindqvist sees to it" in work_on(8, group.lee)
    for post in Post.objects.filter(role__in=("regional_manager", "leader")):
        post.delete()
    an_action(group)
    remind(on(8))
    assert [name for name, _ in told()][2:] == ["Omar Haddad"]


def test_who_has_left_is_not_written_to(group: Cast) -> None:
    an_action(group)
    group.omar.is_active = False
    group.omar.save()
    assert remind(on(1)) == 0
