"""The office manager puts it right, which is how most cases go."""

from amends.demo.scene import Paste, Scene, Story
from amends.demo.stories.parts import accepted, finished, promise_settled, promised, spoken_to, tried
from amends.protocol import commands as c
from amends.protocol.words import CorrectableField, Moment, NoContact, Purpose, Severity, Source, Teller, Way

_SOURCES = (Source.DESK, Source.DESK, Source.DESK, Source.DESK, Source.SLACK, Source.API)
_TEAM_ACCOUNTS = (
    "I was there: the room was full and we should have said it earlier.",
    "It is as they say. I had not seen the note in the chart.",
    "From my side it was one sentence too many, and I would like to say sorry myself.",
    "They were friendly all the time, also when leaving.",
)
_PASTED = "Open Dental refused it: the patient's chart was being merged."


def put_right(scene: Scene) -> Story:
    """Reported by the team, taken on, spoken to, put right; with a promise here and a second account there."""
    manager = scene.place.manager
    still_here = scene.happening.moment is Moment.CHECKOUT and scene.chance.random() < 0.4
    yield from scene.report(source=scene.chance.choice(_SOURCES), still_here=still_here)
    if still_here:
        scene.pause(1, 2)
        yield scene.step(manager, c.SeePage())
        scene.pause(1, 4)
        yield scene.step(manager, c.Come())
        scene.pause(1, 5)
        yield scene.step(manager, scene.conversation(way=Way.IN_PERSON))
        scene.pause(1, 3)
        yield scene.step(manager, scene.remedy())
    else:
        yield from accepted(scene, manager)
        if scene.chance.random() < 0.3:
            scene.pause(2, 8)
            account = c.AddAccount(text=scene.chance.choice(_TEAM_ACCOUNTS), whose=Teller.TEAM)
            yield scene.step(scene.chance.choice(scene.place.clinicians), account)
        yield from spoken_to(scene, manager)
    has_promise = bool(scene.happening.promise) and scene.may_promise
    yield from promised(scene, manager)
    yield from finished(scene, manager)
    if has_promise and (what := scene.chance.random()) < 0.9:
        yield from promise_settled(scene, manager, kept=what < 0.65)


def left_before_anybody_came(scene: Scene) -> Story:
    """A manager was asked to come, and the patient did not wait: the call comes after."""
    manager = scene.place.manager
    yield from scene.report(still_here=True)
    scene.pause(1, 2)
    yield scene.step(scene.place.desk, c.SayPatientLeft())
    yield from accepted(scene, manager)
    yield from spoken_to(scene, manager)
    yield from finished(scene, manager)


def in_the_moment(scene: Scene) -> Story:
    """The office manager is at hand, speaks with the patient and writes it down afterwards."""
    manager = scene.place.manager
    yield from scene.report(manager, still_here=True)
    scene.pause(1, 4)
    yield scene.step(manager, scene.conversation(way=Way.IN_PERSON))
    scene.pause(1, 2)
    yield scene.step(manager, scene.remedy())
    yield from finished(scene, manager)


def read_in_the_chart(scene: Scene) -> Story:
    """Somebody wrote it into Open Dental only; it becomes a case, and the moment is corrected."""
    in_chair = scene.happening.moment is Moment.TREATMENT
    source = Source.CLINICAL_NOTE if in_chair else Source.COMMLOG
    yield from scene.report(source=source, severity=Severity.MILD)
    yield from accepted(scene, scene.place.manager)
    scene.pause(1, 3)
    worse = c.CorrectField(
        field=CorrectableField.SEVERITY, value=(Severity.UPSET,), why="More than annoyed, says the front desk."
    )
    yield scene.step(scene.place.manager, worse)
    yield from spoken_to(scene, scene.place.manager)
    yield from finished(scene, scene.place.manager)


def reached_later(scene: Scene) -> Story:
    """Not reached on the first day or two, then spoken to."""
    manager = scene.place.manager
    yield from scene.report()
    yield from accepted(scene, manager)
    ways = (Way.VOICEMAIL, Way.TEXT)[: scene.chance.randint(1, 2)]
    yield from tried(scene, manager, iter(ways))
    scene.next_day(5, 120)
    yield scene.step(manager, scene.conversation(way=Way.PHONE))
    yield from finished(scene, manager)


def never_reached(scene: Scene) -> Story:
    """Three attempts over days and in several ways, and then the protocol's end of them."""
    manager = scene.place.manager
    yield from scene.report()
    yield from accepted(scene, manager)
    yield from tried(scene, manager, iter((Way.PHONE, Way.VOICEMAIL, Way.EMAIL)))
    scene.next_day(5, 120)
    yield scene.step(manager, c.SettleAttempts(reason=NoContact.ATTEMPTS_MADE, note="A letter with our number is out."))
    yield from finished(scene, manager, "not_reached")


def wants_no_contact(scene: Scene) -> Story:
    """The patient asks not to be contacted, and is left in peace."""
    manager = scene.place.manager
    yield from scene.report()
    yield from accepted(scene, manager)
    yield from tried(scene, manager, iter((Way.TEXT,)))
    scene.pause(5, 40)
    note = "Answered the text: please do not call, it is not worth the time."
    yield scene.step(manager, c.SettleAttempts(reason=NoContact.ASKED_NOT_TO, note=note))
    yield from finished(scene, manager, "no_contact_wanted")


def handed_to_the_cover(scene: Scene) -> Story:
    """The manager is away from noon; who stands in goes on where they stopped."""
    cover = scene.place.cover or scene.place.region
    yield from scene.report()
    yield from accepted(scene, scene.place.manager)
    scene.pause(3, 15)
    why = "Away from noon. They want a call today; the account and the bill are in the chart."
    yield scene.step(scene.place.manager, c.HandOver(to=cover.person, why=why))
    yield from accepted(scene, cover)
    yield from spoken_to(scene, cover)
    yield from finished(scene, cover)


def pasted_by_hand(scene: Scene) -> Story:
    """Open Dental does not take the note, so the manager pastes it."""
    manager = scene.place.manager
    yield from scene.report(by_hand=_PASTED)
    yield from accepted(scene, manager)
    yield from spoken_to(scene, manager)
    scene.pause(5, 40)
    yield scene.step(manager, Paste(Purpose.ACCOUNT, number=str(88_000 + scene.chance.randrange(90))))
    yield from finished(scene, manager)
