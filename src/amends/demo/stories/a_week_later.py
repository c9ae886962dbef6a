"""A week after it was put right somebody asks the patient whether it is fixed."""

from random import Random

from amends.cases.actions import Done
from amends.demo.scene import Step, Story
from amends.demo.times import open_after
from amends.practice.directory import directory
from amends.protocol import commands as c
from amends.protocol.values import Actor
from amends.protocol.words import Fixed, Stage, Way

_ANSWERS = {
    Fixed.YES: (
        "All is well, and glad that we asked.",
        "Yes. Has told the family about it, kindly this time.",
        "Fixed; comes in the spring as planned.",
    ),
    Fixed.PARTLY: ("Better. The other half will show at the next visit.",),
    Fixed.NOT_REACHED: ("Left our number.",),
    Fixed.NO: ("The same thing again this week.",),
}
_LIKELY = (*[Fixed.YES] * 14, *[Fixed.PARTLY] * 2, *[Fixed.NOT_REACHED] * 3, Fixed.NO)


def whether_fixed(asked: Done) -> Story:
    """The owner asks and records the answer; where it is not fixed, it is put right once more."""
    chance, office, owner = Random(f"fixed:{asked.number}"), asked.case.office, asked.case.owner
    assert owner is not None  # noqa: S101  at every office of the demo somebody answers
    role = directory().acting_role(owner.id, office, Stage.CLOSED)
    assert role is not None  # noqa: S101
    by, calendar = Actor(owner.id, owner.name, role), directory().offices[office].calendar
    clock = asked.row.changed_at

    def step(command: c.Command, least: int, most: int) -> Step:
        nonlocal clock
        clock = open_after(calendar, clock, chance.randint(least, most))
        return Step(at=clock, by=by, command=command, case=asked.row.pk)

    answer = Fixed.YES if asked.case.confirmations else chance.choice(_LIKELY)  # the second time it is
    done = yield step(c.RecordConfirmation(answer=answer, note=chance.choice(_ANSWERS[answer])), 20, 400)
    if done.case.is_open and done.case.stage is not Stage.ADDRESSED:
        note = "Heard what is still wrong, and said what we do about it this week."
        yield step(c.RecordConversation(way=Way.PHONE, note=note), 5, 30)
        yield step(c.MarkAddressed(resolution="redo"), 60, 300)
