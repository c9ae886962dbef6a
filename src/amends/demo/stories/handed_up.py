"""The office cannot put it right alone: the region, the leaders, and the grave few."""

from amends.demo.scene import Paste, Scene, Story
from amends.demo.stories.parts import accepted, finished, promise_settled, promised, spoken_to, tried
from amends.protocol import commands as c
from amends.protocol.words import Purpose, RemedyKind, Severity, Trigger, Way

_WHY = (
    "Wants more than I may give, and wants to hear it from somebody above me.",
    "We do not agree about the bill. They asked for my regional manager by name.",
    "It is about me as well; somebody else should speak with them.",
    "They will only talk to the person who can change the rule.",
)
_TRIED = (
    "Apologized, explained the claim, offered a credit of $50; not enough for them.",
    "Two calls, both calm. They want it done again elsewhere at our cost.",
    "Offered the first slot tomorrow and to redo it; they have lost trust.",
)
_WHY_LEADERS = "Asks for more than a region may give, and the answer should be the same everywhere."


def passed_to_the_region(scene: Scene) -> Story:
    """The office manager speaks with the patient, cannot put it right and asks the regional manager, who does."""
    yield from _as_far_as_the_region(scene)
    yield from accepted(scene, scene.place.region)
    yield from spoken_to(scene, scene.place.region)
    yield from promised(scene, scene.place.region)
    yield from finished(scene, scene.place.region)
    if scene.happening.promise and scene.may_promise:
        yield from promise_settled(scene, scene.place.region, kept=True)


def passed_to_the_leaders(scene: Scene) -> Story:
    """The region asks the leaders in turn."""
    leader = scene.place.leaders[0]
    yield from _as_far_as_the_region(scene)
    yield from accepted(scene, scene.place.region)
    scene.pause(15, 60)
    asked = c.AskLeaders(why=_WHY_LEADERS, tried="Spoke with them for half an hour; they think it over.")
    yield scene.step(scene.place.region, asked)
    yield from accepted(scene, leader)
    yield from spoken_to(scene, leader, Way.PHONE)
    yield from finished(scene, leader)


def late_at_the_office(scene: Scene) -> Story:
    """Nobody at the office says that they have it. So the regional manager has it, sees what was tried, and calls."""
    region = scene.place.region
    yield from scene.report(severity=Severity.UPSET)
    yield from tried(scene, scene.place.desk, iter((Way.VOICEMAIL,)))
    scene.pause(125, 150)
    yield scene.step(region, c.Acknowledge())
    yield from spoken_to(scene, region)
    yield from promised(scene, region)
    yield from finished(scene, region)
    if scene.happening.promise and scene.may_promise:
        yield from promise_settled(scene, region, kept=True)


def leader_stepped_in(scene: Scene) -> Story:
    """A leader sees the line on Slack and takes it on."""
    leader = scene.place.leaders[-1]
    yield from scene.report()
    yield from accepted(scene, scene.place.manager)
    scene.pause(5, 30)
    yield scene.step(leader, c.AskForCall())
    scene.pause(1, 5)
    yield scene.step(leader, c.StepIn())
    yield from spoken_to(scene, leader)
    yield from finished(scene, leader)


def grave(scene: Scene) -> Story:
    """Injury, threat, lawyer…: the leaders hear of it at once, and a manager acts within minutes."""
    manager, leader = scene.place.manager, scene.place.leaders[0]
    yield from scene.report()
    scene.pause(2, 12)
    yield scene.step(leader, c.MarkSeen())
    scene.pause(1, 2)
    yield scene.step(leader, c.OfferCall())
    scene.pause(1, 2)
    yield scene.step(manager, c.Acknowledge())
    scene.soon(3, 40)
    yield scene.step(manager, scene.conversation())
    scene.pause(1, 3)
    yield scene.step(manager, scene.remedy())
    yield from promised(scene, manager)
    if Trigger.PRIVACY in scene.happening.triggers:
        # The privacy officer has no Open Dental user, so what must reach her waits until she says that she has it.
        scene.pause(30, 120)
        yield scene.step(scene.place.privacy, Paste(Purpose.PRIVACY))
    yield from finished(scene, manager)
    if scene.happening.promise and scene.may_promise:
        yield from promise_settled(scene, manager, kept=True)


def _as_far_as_the_region(scene: Scene) -> Story:
    manager = scene.place.manager
    yield from scene.report()
    yield from accepted(scene, manager)
    scene.soon(10, 60)
    note = "They were civil and firm. We could not agree today."
    yield scene.step(manager, scene.conversation(note=note))
    scene.pause(1, 3)
    yield scene.step(manager, c.OfferRemedy(kind=RemedyKind.APOLOGY, accepted=False))
    scene.pause(1, 10)
    asked = c.AskRegion(why=scene.chance.choice(_WHY), tried=scene.chance.choice(_TRIED))
    yield scene.step(manager, asked)
