"""Told, answered and changed in Open Dental itself: nobody opened Amends for it."""

from datetime import timedelta

from amends.cases.models import number_of
from amends.demo.scene import Paste, Scene, Story
from amends.demo.stories.parts import accepted, finished, spoken_to
from amends.protocol import commands as c
from amends.protocol.values import AMENDS, ChartRow
from amends.protocol.words import AsideReason, Purpose, Source, Way

_FIRST_NUMBER = 200_000  # CommLogs that people wrote themselves


def all_of_it(scene: Scene) -> Story:
    """A CommLog opens the case, the manager's CommLog ends it, and the patient comes back."""
    manager, row = scene.place.manager, _row(scene, 1)
    yield from scene.report(source=Source.COMMLOG, found=row)
    scene.pause(2, 5)
    yield scene.step(AMENDS, c.ChartRowEdited(row=row, text=f"{scene.happening.told} Please call before noon."))
    scene.soon(5, 40)
    yield scene.step(AMENDS, c.TaskChanged(marker=_task(scene), seen_at=scene.clock))
    scene.soon(5, 40)
    note = f"RESOLVED: {scene.happening.said}"
    yield scene.step(manager, c.RecordConversation(way=Way.PHONE, note=note, found=_row(scene, 2)))
    scene.pause(1, 2)
    yield scene.step(AMENDS, c.TaskChanged(marker=_task(scene), done_at=scene.clock))
    yield scene.step(manager, c.MarkAddressed(resolution="noted", note=scene.happening.said))
    scene.pause(5, 90)
    yield scene.step(manager, c.RecordCauses(causes=scene.happening.causes))
    scene.days(9, 12)
    on = scene.clock.astimezone(scene.place.office.zone).date() - timedelta(days=1)
    yield scene.step(AMENDS, c.PatientCameBack(visit=str(_FIRST_NUMBER + (scene.case or 0)), on=on))


def wrong_type(scene: Scene) -> Story:
    """The wrong type was chosen; it was taken away again, and the manager sets the case aside."""
    row = _row(scene, 1)
    yield from scene.report(source=Source.COMMLOG, found=row)
    scene.pause(5, 20)
    yield scene.step(AMENDS, c.ChartRowUnmarked(row=row))
    scene.pause(5, 40)
    note = "The wrong type was chosen in Open Dental; it was a confirmation."
    yield scene.step(scene.place.manager, c.PutAside(reason=AsideReason.BY_MISTAKE, note=note))


def deleted(scene: Scene) -> Story:
    """Somebody deleted the CommLog; the manager sees to it that the chart has it again."""
    manager, row = scene.place.manager, _row(scene, 1)
    yield from scene.report(source=Source.COMMLOG, found=row)
    yield from accepted(scene, manager)
    scene.pause(10, 60)
    yield scene.step(AMENDS, c.ChartRowGone(row=row))
    scene.pause(5, 60)
    yield scene.step(manager, Paste(Purpose.ACCOUNT, number=_row(scene, 3).id))
    yield from spoken_to(scene, manager)
    yield from finished(scene, manager)


def _row(scene: Scene, nth: int) -> ChartRow:
    """A CommLog that somebody wrote; its number is of this patient alone, and none that Amends was given."""
    database = scene.patient.database if scene.patient else scene.place.office.open_dental
    pat_num = scene.patient.pat_num if scene.patient else 0
    return ChartRow(database=database, place="CommLog", id=str(_FIRST_NUMBER + 12 * pat_num + nth))


def _task(scene: Scene) -> str:
    """The marker of the manager's Task: the first delivery of a case whose CommLog stands there already."""
    return f"{number_of(scene.case or 0)}.1"
