"""What is no case, is nobody's chart, comes back, or happens twice."""

from collections.abc import Generator
from datetime import timedelta

from amends.cases.actions import Done
from amends.cases.models import number_of
from amends.demo.scene import Scene, Step, Story
from amends.demo.stories.parts import accepted, finished, spoken_to
from amends.demo.times import open_after
from amends.protocol import commands as c
from amends.protocol.values import AMENDS, WatchRule
from amends.protocol.words import AsideReason, NoContact, PatientStatus, Severity, Teller

_SAME = "Called about the same thing as this morning; the other line had not seen that it is written down."
_AGAIN = "Called again: it is not settled after all, and they have waited for days."


def told_twice(scene: Scene) -> Story:
    """Two people write down the same thing; the manager makes one story of it."""
    manager = scene.place.manager
    yield from scene.report(severity=Severity.UPSET)
    first = scene.case
    scene.soon(10, 40)
    yield from scene.report(scene.place.clinicians[0], account=_SAME, severity=Severity.UPSET)
    second = scene.case
    scene.soon(5, 20)
    # As `actions.merge` does it, at a time of the past.
    aside = c.PutAside(reason=AsideReason.DUPLICATE, duplicate_of=number_of(first or 0))
    yield scene.step(manager, aside)
    scene.case = first
    taken = c.TakeIn(other=number_of(second or 0), accounts=(_SAME,), patient=scene.patient)
    yield scene.step(manager, taken)
    yield from spoken_to(scene, manager)
    yield from finished(scene, manager)


def not_upset(scene: Scene) -> Story:
    """A misunderstanding: they were not upset at all."""
    yield from scene.report()
    yield from accepted(scene, scene.place.manager)
    scene.pause(5, 40)
    note = "Called and asked: a joke that sounded different on the phone. They like it here."
    yield scene.step(scene.place.manager, c.PutAside(reason=AsideReason.NOT_UPSET, note=note))


def by_mistake(scene: Scene) -> Story:
    """The wrong button, noticed by the person themselves."""
    yield from scene.report(scene.place.desk)
    scene.pause(1, 3)
    note = "Meant for another patient; reported again for the right one."
    yield scene.step(scene.place.desk, c.PutAside(reason=AsideReason.BY_MISTAKE, note=note))


def nobody_knows_who(scene: Scene) -> Story:
    """A caller who hung up without a name."""
    yield from scene.report(patient=None, patient_status=PatientStatus.UNKNOWN)
    yield from accepted(scene, scene.place.manager)
    scene.pause(10, 60)
    note = "A withheld number, no name, no visit that fits."
    yield scene.step(scene.place.manager, c.SettleAttempts(reason=NoContact.NO_WAY, note=note))
    yield from finished(scene, scene.place.manager, "not_reached")


def known_later(scene: Scene) -> Story:
    """First nobody knows who it was; then somebody remembers, and the story goes into the chart."""
    manager = scene.place.manager
    yield from scene.report(patient=None, patient_status=PatientStatus.UNKNOWN)
    yield from accepted(scene, manager)
    scene.soon(10, 40)
    why = "The front desk remembers the voice, and the visit fits."
    yield scene.step(manager, c.IdentifyPatient(patient_status=PatientStatus.KNOWN, patient=scene.patient, why=why))
    yield from spoken_to(scene, manager)
    yield from finished(scene, manager)


def no_patient_of_ours(scene: Scene) -> Story:
    """A neighbour, a driver, somebody who only came along: upset all the same."""
    yield from scene.report(patient=None, patient_status=PatientStatus.NOT_A_PATIENT)
    yield from accepted(scene, scene.place.manager)
    yield from spoken_to(scene, scene.place.manager)
    yield from finished(scene, scene.place.manager)


def came_back(scene: Scene) -> Story:
    """It was closed, and the patient calls again: the case is opened again and put right a second time."""
    manager = scene.place.manager
    yield from _put_right_once(scene)
    scene.days(2, 4)
    yield scene.step(scene.place.desk, c.AddAccount(text=_AGAIN, whose=Teller.PATIENT))
    scene.pause(2, 20)
    yield scene.step(manager, c.Reopen(why="They called again; what we did was not enough."))
    scene.soon(5, 60)
    note = "Apologized for the days in between and settled the rest while they were on the line."
    yield scene.step(manager, scene.conversation(note=note))
    scene.pause(5, 60)
    yield scene.step(manager, scene.addressed())


def happened_before(scene: Scene) -> Story:
    """The same again to the same patient weeks later: now something is changed."""
    first = yield from _put_right_once(scene)
    yield from _again(scene, (first,))
    scene.pause(10, 200)
    manager = scene.place.manager
    due = open_after(scene.place.office.calendar, scene.clock + timedelta(days=10), 60)
    yield scene.step(manager, c.PlanAction(what=scene.happening.change, owner=manager.person, due=due))
    scene.days(4, 8)
    yield scene.step(manager, c.FinishAction(no=1, note="Shown in the huddle; everybody does it so now."))


def held(scene: Scene) -> Story:
    """Something is changed, and for three weeks after its date nothing of the kind happens."""
    yield from _put_right_once(scene)
    yield from _changed(scene, days=21)
    scene.days(33, 36)
    yield scene.step(AMENDS, c.WatchEnded(no=1))


def did_not_hold(scene: Scene) -> Story:
    """Something is changed, and it happens again: Amends notices by itself, and both cases point at each other."""
    first = yield from _put_right_once(scene)
    changed = scene.case
    yield from _changed(scene, days=60)
    scene.days(16, 20)
    yield from scene.report(account=f"Again. {scene.happening.told}")
    again = scene.case
    yield from accepted(scene, scene.place.manager)
    yield from spoken_to(scene, scene.place.manager)
    yield from finished(scene, scene.place.manager)
    scene.pause(1, 2)
    scene.case = changed
    yield scene.step(AMENDS, c.ActionRepeated(no=1, other=number_of(again or 0)))
    scene.case = again
    yield scene.step(AMENDS, c.NoteRepeat(of=(first,)))
    scene.pause(20, 90)
    reason = "The change of last time was not made on one of the chairs. It is now."
    yield scene.step(scene.place.manager, c.DeclineAction(reason=reason))


def _changed(scene: Scene, *, days: int) -> Story:
    """A change is planned for ten days ahead, watched for so many days, and made."""
    manager, office = scene.place.manager, scene.place.office
    scene.pause(10, 200)
    due = open_after(office.calendar, scene.clock + timedelta(days=10), 60)
    watch = WatchRule((), (office.id,), days)
    yield scene.step(manager, c.PlanAction(what=scene.happening.change, owner=manager.person, due=due, watch=watch))
    scene.days(4, 8)
    yield scene.step(manager, c.FinishAction(no=1, note="Everybody at the desk knows it now."))


def unlucky_twice(scene: Scene) -> Story:
    """The same again, which the manager notices only later; nothing is changed, and the reason is written down."""
    first = yield from _put_right_once(scene)
    yield from _again(scene, ())
    scene.pause(5, 60)
    manager = scene.place.manager
    yield scene.step(manager, c.NoteRepeat(of=(first,)))
    scene.pause(5, 60)
    reason = "Two unlucky days with different causes; the huddle has heard both."
    yield scene.step(manager, c.DeclineAction(reason=reason))


def _put_right_once(scene: Scene) -> Generator[Step, Done, str]:
    """Reported and put right; returns the case's number."""
    yield from scene.report()
    yield from accepted(scene, scene.place.manager)
    yield from spoken_to(scene, scene.place.manager)
    yield from finished(scene, scene.place.manager)
    return number_of(scene.case or 0)


def _again(scene: Scene, known: tuple[str, ...]) -> Story:
    scene.days(14, 25)
    yield from scene.report(repeat_of=known, account=f"Again. {scene.happening.told}")
    yield from accepted(scene, scene.place.manager)
    yield from spoken_to(scene, scene.place.manager)
    yield from finished(scene, scene.place.manager)
