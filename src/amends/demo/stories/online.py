"""Cases that begin with a public review."""

from amends.demo.scene import Scene, Story
from amends.demo.stories.parts import accepted, finished, spoken_to
from amends.protocol import commands as c
from amends.protocol.values import AMENDS
from amends.protocol.words import NoContact, PatientStatus, ReplyException

_FOUND = "The date, the first name and the wait fit one visit; the manager knows them."
_EXCEPTIONS = (
    (ReplyException.REVIEW_GONE, "The review is gone from the site since this morning; there is nothing to answer."),
    (ReplyException.LEGAL_HOLD, "A lawyer asks us to wait with any public word until the letter is answered."),
)


def answered(scene: Scene) -> Story:
    """Who wrote it is found out, they are called, and the public reply goes live."""
    yield from _found_and_spoken_to(scene)
    yield from _reply_live(scene)


def excepted(scene: Scene) -> Story:
    """As `answered`, but no reply is possible, which a manager signs."""
    reason, note = scene.chance.choice(_EXCEPTIONS)
    yield from _found_and_spoken_to(scene)
    scene.pause(30, 200)
    yield scene.step(scene.place.manager, c.ExceptReply(reason=reason, note=note))


def by_a_stranger(scene: Scene) -> Story:
    """Nobody knows who wrote it: there is no way to reach them but the public reply."""
    manager = scene.place.manager
    yield from scene.report_review()
    yield from accepted(scene, manager)
    scene.soon(20, 120)
    note = "Nobody of that name and no visit like that at this office."
    yield scene.step(manager, c.SettleAttempts(reason=NoContact.NO_WAY, note=note))
    yield from finished(scene, manager, "not_reached")
    yield from _reply_live(scene)


def waiting_for_the_reply(scene: Scene) -> Story:
    """Put right, and the public reply is still to be written."""
    yield from _found_and_spoken_to(scene)


def just_in(scene: Scene) -> Story:
    """It stands there since a moment, and nobody has it yet."""
    yield from scene.report_review()


def nobody_knows_who(scene: Scene) -> Story:
    """The manager has it, and must find out who wrote it."""
    yield from scene.report_review()
    yield from accepted(scene, scene.place.manager)


def _found_and_spoken_to(scene: Scene) -> Story:
    manager = scene.place.manager
    yield from scene.report_review()
    yield from accepted(scene, manager)
    scene.soon(5, 60)
    if scene.patient:
        known = c.IdentifyPatient(patient_status=PatientStatus.KNOWN, patient=scene.patient, why=_FOUND)
        yield scene.step(manager, known)
    yield from spoken_to(scene, manager)
    yield from finished(scene, manager)


def _reply_live(scene: Scene) -> Story:
    scene.pause(60, 500)
    yield scene.step(AMENDS, c.ReviewReplySent())
    scene.pause(8, 30)
    yield scene.step(AMENDS, c.ReviewReplyLive())
