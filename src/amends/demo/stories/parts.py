"""The parts of which stories are made."""

from collections.abc import Iterator
from datetime import timedelta

from amends.demo.scene import Scene, Story
from amends.demo.times import open_after
from amends.protocol import commands as c
from amends.protocol.values import Actor
from amends.protocol.words import Way

_TRIED = {
    Way.PHONE: "Rang eight times, nobody there.",
    Way.VOICEMAIL: "Left our number and that we would like to listen.",
    Way.TEXT: "Asked for a good time to call.",
    Way.EMAIL: "Wrote two lines and our direct number.",
    Way.LETTER: "A short letter with our direct number.",
}


def accepted(scene: Scene, by: Actor) -> Story:
    """Somebody says "I have it", in time."""
    scene.soon(*((3, 12) if scene.is_urgent else (4, 70)))
    yield scene.step(by, c.Acknowledge())


def spoken_to(scene: Scene, by: Actor, way: Way | None = None) -> Story:
    """Somebody speaks with the patient on the same day and offers something."""
    scene.soon(10, 90)
    yield scene.step(by, scene.conversation(way=way))
    scene.pause(1, 3)
    yield scene.step(by, scene.remedy())


def promised(scene: Scene, by: Actor) -> Story:
    """The patient hears what will happen and by when; nothing where there is nothing to promise."""
    if scene.happening.promise and scene.may_promise:
        due = scene.clock + timedelta(days=scene.chance.randint(1, 5), hours=2)
        scene.pause(1, 2)
        yield scene.step(by, c.MakePromise(text=scene.happening.promise, owner=by.person, due=due))


def finished(scene: Scene, by: Actor, resolution: str = "") -> Story:
    """The cause is recorded and the case is addressed, in one go as on the page."""
    scene.pause(3, 90)
    yield scene.step(by, c.RecordCauses(causes=scene.happening.causes))
    if involved := scene.involved():
        yield scene.step(by, c.NameInvolved(people=(involved.person,)))
    yield scene.step(by, scene.addressed(resolution))


def promise_settled(scene: Scene, by: Actor, *, kept: bool) -> Story:
    """The first promise of the case is kept within a day, or missed after a week."""
    if kept:
        scene.clock = open_after(scene.place.office.calendar, scene.clock, scene.chance.randint(20, 300))
    else:
        scene.days(7, 8)
    yield scene.step(by, c.SettlePromise(no=1, kept=kept))


def tried(scene: Scene, by: Actor, ways: Iterator[Way]) -> Story:
    """Attempts that reach nobody, each on the next open day."""
    for nth, way in enumerate(ways):
        if nth:
            scene.next_day(20, 120)
        else:
            scene.soon(20, 120)
        yield scene.step(by, c.LogAttempt(way=way, note=_TRIED[way]))
