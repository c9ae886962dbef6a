"""How every step stands, from what is there: read for the list of steps, and for the summary. Asks nobody outside."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from amends.connections.neighbors.people import listed, named
from amends.integrations.open_dental.features import Feature, why_not
from amends.practice.directory import Directory, OfficeEntry, PersonEntry, directory
from amends.practice.hours.kept import USUAL_WEEK
from amends.protocol.words import Role
from amends.setup import databases as od
from amends.setup import progress, trials
from amends.setup.asked import asked_in
from amends.setup.steps import Mark, Standing, Step
from amends.setup.tested import gets_through, last_tests

_NAMED = 2  # more are only counted


@dataclass(frozen=True)
class Found:
    """What is there, asked for once."""

    known: Directory
    databases: Sequence[od.Database]
    passed: frozenset[Step]

    @cached_property
    def offices(self) -> list[OfficeEntry]:
        return [office for office in self.known.offices.values() if office.is_active]

    @cached_property
    def without_manager(self) -> list[OfficeEntry]:
        return [office for office in self.offices if not self.known.holders(Role.OFFICE_MANAGER, office)]

    @cached_property
    def without_leader(self) -> list[OfficeEntry]:
        return [office for office in self.offices if not self.known.holders(Role.LEADER, office)]

    @cached_property
    def without_inbox(self) -> list[PersonEntry]:
        """Who may get a Task somewhere where no inbox is known."""
        missing: dict[str, PersonEntry] = {}
        for database in self.with_tasks:
            inboxes = {row.UserNum: row.TaskListInBox for row in od.inboxes_kept(database.key)}
            for asked in asked_in(database, self.known, inboxes):
                if not asked.inbox:
                    missing[asked.person.id] = asked.person
        return list(missing.values())

    @cached_property
    def with_tasks(self) -> list[od.Database]:
        """The databases into which Tasks can be written."""
        return [one for one in self.databases if not why_not(Feature.TASK_WRITE, one.facts)]


def standings() -> Mapping[Step, Standing]:
    """Every step with how it stands."""
    found = Found(directory(), od.databases(), progress.passed())
    return {step: _STANDINGS[step](found) for step in Step}


def _open_dental(found: Found) -> Standing:
    if not found.databases:
        if Step.OPEN_DENTAL in found.passed:
            return Standing(Mark.NOT_NEEDED, "Not connected: everything by hand")
        return Standing(Mark.OPEN, "Not connected yet")
    told = last_tests()
    broken = [one.name for one in found.databases if not gets_through(told.get(one.key, ()))]
    if broken:
        return Standing(Mark.OPEN, f"Not reached: {listed(broken)}")
    return Standing(Mark.DONE, f"{_count(len(found.databases), 'database')} connected")


def _offices(found: Found) -> Standing:
    if not found.offices:
        return Standing(Mark.OPEN, "None yet")
    return Standing(Mark.DONE, _count(len(found.offices), "office"))


def _hours(found: Found) -> Standing:
    if not found.offices:
        return Standing(Mark.OPEN, "After the offices")
    usual = [office for office in found.offices if _is_usual(office)]
    if usual and Step.HOURS not in found.passed:
        return Standing(Mark.OPEN, "Monday to Friday, 8 to 5, until you look")
    return Standing(Mark.DONE, "Entered")


def _people(found: Found) -> Standing:
    count = sum(1 for person in found.known.people.values() if person.is_active)
    if found.offices and found.without_manager:
        return Standing(Mark.OPEN, _no_manager(found.without_manager))
    if found.offices and found.without_leader:
        return Standing(Mark.OPEN, "No leader")
    return Standing(Mark.DONE if found.offices else Mark.OPEN, _count(count, "person", "people"))


def _inboxes(found: Found) -> Standing:
    if not found.with_tasks:
        return Standing(Mark.NOT_NEEDED, "No Tasks without Open Dental" if not found.databases else "No Tasks allowed")
    if any(not one.row.author_user_num for one in found.with_tasks):
        return Standing(Mark.OPEN, "Nobody writes the Tasks yet")
    if found.without_inbox:
        return Standing(Mark.OPEN, f"No inbox: {listed([person.name for person in found.without_inbox])}")
    return Standing(Mark.DONE, "Every inbox is known")


def _comm_type(found: Found) -> Standing:
    if not found.databases:
        return Standing(Mark.NOT_NEEDED, "Only with Open Dental")
    without = [one.name for one in found.databases if not one.facts.comm_type.number]
    if without:
        return Standing(Mark.OPEN, "Not chosen yet" if len(found.databases) == 1 else f"Not chosen: {listed(without)}")
    return Standing(Mark.DONE, listed(sorted({one.facts.comm_type.name for one in found.databases})))


def _trial(found: Found) -> Standing:
    arrived = trials.proved()
    if arrived:
        what = [f"{'CommLog' if row.channel == trials.COMMLOG else 'Task'} {row.proof}" for row in arrived[-2:]]
        return Standing(Mark.DONE, f"{listed(what)} arrived")
    if not found.databases:
        return Standing(Mark.NOT_NEEDED, "Only with Open Dental")
    return Standing(*((Mark.NOT_NEEDED, "Left out") if Step.TRIAL in found.passed else (Mark.OPEN, "Not tried yet")))


def _summary(found: Found) -> Standing:
    return Standing(Mark.DONE, "Started") if Step.SUMMARY in found.passed else Standing(Mark.OPEN, "What is set up")


_STANDINGS: Mapping[Step, Callable[[Found], Standing]] = {
    Step.OPEN_DENTAL: _open_dental,
    Step.OFFICES: _offices,
    Step.HOURS: _hours,
    Step.PEOPLE: _people,
    Step.INBOXES: _inboxes,
    Step.COMM_TYPE: _comm_type,
    Step.TRIAL: _trial,
    Step.SUMMARY: _summary,
}


def _no_manager(offices: Sequence[OfficeEntry]) -> str:
    if len(offices) > _NAMED:
        return f"{len(offices)} offices have no office manager"
    return f"No office manager: {named(list(offices))}"


def _is_usual(office: OfficeEntry) -> bool:
    from_form = {"zone": office.calendar.zone, "weekly": USUAL_WEEK}
    return office.calendar.weekly == type(office.calendar).parse(from_form).weekly


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"
