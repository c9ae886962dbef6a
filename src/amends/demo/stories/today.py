"""What waits at the moment the demo starts: each of these cases stops where somebody has to do something next."""

from datetime import timedelta

from amends.demo.scene import Scene, Story
from amends.demo.stories.parts import accepted, spoken_to, tried
from amends.demo.times import open_after, open_ago
from amends.protocol import commands as c
from amends.protocol.words import PatientStatus, RemedyKind, Way


def nobody_has_it(scene: Scene) -> Story:
    """Reported, and not taken on yet."""
    yield from scene.report()


def still_here(scene: Scene) -> Story:
    """The patient is in the office and a manager is asked to come now; the minutes run on while people look."""
    yield from scene.report(scene.place.desk, still_here=True)


def caller_without_a_name(scene: Scene) -> Story:
    """Nobody knows who it was, and nobody has it."""
    yield from scene.report(patient=None, patient_status=PatientStatus.UNKNOWN)


def taken_on(scene: Scene) -> Story:
    """The manager has it and has not spoken with the patient."""
    yield from scene.report()
    yield from accepted(scene, scene.place.manager)


def asked_for_a_day(scene: Scene) -> Story:
    """Reached at a bad moment: they asked to be called on another day, and until then nobody presses."""
    yield from taken_on(scene)
    scene.soon(10, 60)
    day = (scene.now + timedelta(days=2)).astimezone(scene.place.office.zone).date()
    note = "Was driving, and friendly. Asked for a call in the morning."
    yield scene.step(scene.place.manager, c.LogAttempt(way=Way.PHONE, note=note, call_back_on=day))


def late_at_the_office(scene: Scene) -> Story:
    """Nobody at the office said in time that they have it, so the regional manager has it now."""
    yield from scene.report()
    scene.clock = open_ago(scene.place.office.calendar, scene.now, 150)
    note = "Left our number; their mailbox took it."
    yield scene.step(scene.place.desk, c.LogAttempt(way=Way.VOICEMAIL, note=note))


def tried_once(scene: Scene) -> Story:
    """A voicemail is left; the next attempt is due."""
    yield from taken_on(scene)
    yield from tried(scene, scene.place.manager, iter((Way.VOICEMAIL,)))


def spoken_and_promised(scene: Scene) -> Story:
    """Spoken with; a promise is due next, and it is not put right before that is kept."""
    manager = scene.place.manager
    yield from being_put_right(scene)
    scene.pause(1, 3)
    due = open_after(scene.place.office.calendar, scene.now, 60)
    yield scene.step(manager, c.MakePromise(text=scene.happening.promise, owner=manager.person, due=due))


def being_put_right(scene: Scene) -> Story:
    """Spoken with, and something is offered."""
    yield from taken_on(scene)
    yield from spoken_to(scene, scene.place.manager)


def cause_missing(scene: Scene) -> Story:
    """Addressed; what it came from is still to be said."""
    yield from being_put_right(scene)
    scene.pause(5, 30)
    yield scene.step(scene.place.manager, scene.addressed())


def note_by_hand(scene: Scene) -> Story:
    """Put right but for one note that Open Dental does not take: somebody pastes it."""
    manager = scene.place.manager
    yield from scene.report(by_hand="Open Dental refused it: the patient's chart was being merged.")
    yield from accepted(scene, manager)
    yield from spoken_to(scene, manager)
    scene.pause(5, 30)
    yield scene.step(manager, c.RecordCauses(causes=scene.happening.causes))
    yield scene.step(manager, scene.addressed())


def asks_the_region(scene: Scene) -> Story:
    """The office manager could not put it right and has just asked the regional manager."""
    now = scene.now
    calendar, manager = scene.place.office.calendar, scene.place.manager
    yield from scene.report()
    scene.clock = open_ago(calendar, now, 130)
    yield scene.step(manager, c.Acknowledge())
    scene.clock = open_ago(calendar, now, 100)
    note = "They were civil and firm: they want it taken off in full. I may not give that much."
    yield scene.step(manager, scene.conversation(way=Way.PHONE, note=note))
    scene.clock = open_ago(calendar, now, 97)
    yield scene.step(manager, c.OfferRemedy(kind=RemedyKind.EXPLANATION, accepted=False))
    scene.clock = open_ago(calendar, now, 75)
    why = "More than I may give, and they want to hear it from somebody above me."
    yield scene.step(manager, c.AskRegion(why=why, tried="Explained the claim twice, offered a credit of $50."))


def region_tries(scene: Scene) -> Story:
    """The regional manager has it, and has not reached the patient yet."""
    manager, region = scene.place.manager, scene.place.region
    yield from taken_on(scene)
    yield from tried(scene, manager, iter((Way.PHONE,)))
    scene.pause(10, 30)
    why = "They hung up on me. Somebody they have not met may do better."
    yield scene.step(manager, c.AskRegion(why=why, tried="One call, cut short."))
    yield from accepted(scene, region)
    yield from tried(scene, region, iter((Way.VOICEMAIL,)))


def leader_has_it(scene: Scene) -> Story:
    """A lawyer is mentioned: the leaders heard of it at once, and one of them took it."""
    yield from scene.report()
    scene.clock = open_ago(scene.place.office.calendar, scene.now, 35)
    yield scene.step(scene.place.leaders[0], c.StepIn())


def privacy_concern(scene: Scene) -> Story:
    """The privacy officer is to hear of it, and has no inbox in Open Dental."""
    yield from scene.report()
    scene.clock = open_ago(scene.place.office.calendar, scene.now, 60)
    yield scene.step(scene.place.manager, c.Acknowledge())
    scene.clock = open_ago(scene.place.office.calendar, scene.now, 30)
    yield scene.step(scene.place.manager, scene.conversation(way=Way.PHONE))
