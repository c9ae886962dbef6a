"""The steps of the guided first run: their order, their names, and how each one stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse


class Step(StrEnum):
    """One page. The value is its address and the name of its `Progress`."""

    OPEN_DENTAL = "open-dental"
    OFFICES = "offices"
    HOURS = "hours"
    PEOPLE = "people"
    INBOXES = "inboxes"
    COMM_TYPE = "commlog-type"
    TRIAL = "try"
    SUMMARY = "summary"

    @property
    def number(self) -> int:
        """Its place, from 1."""
        return list(Step).index(self) + 1

    @property
    def heading(self) -> str:
        """What its page is called."""
        return _HEADINGS[self]

    @property
    def url(self) -> str:
        """Where its page is."""
        return reverse(f"setup:{self}")

    @property
    def next(self) -> "Step":
        """The step after it; the last one stays."""
        return list(Step)[min(self.number, len(Step) - 1)]


_HEADINGS = {
    Step.OPEN_DENTAL: "Open Dental",
    Step.OFFICES: "Offices",
    Step.HOURS: "Open hours",
    Step.PEOPLE: "People",
    Step.INBOXES: "Task inboxes",
    Step.COMM_TYPE: "CommLog type",
    Step.TRIAL: "Try it",
    Step.SUMMARY: "Summary",
}


class Mark(StrEnum):
    """How a step stands. The values are the classes of the rail."""

    DONE = "done"
    OPEN = "next"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True)
class Standing:
    """How a step stands, and that in a few words."""

    mark: Mark
    words: str


@dataclass(frozen=True)
class Line:
    """One line of the list of steps."""

    step: Step
    mark: Mark
    words: str
    here: bool


def lines(standings: Mapping[Step, Standing], here: Step | None) -> list[Line]:
    """The list of steps beside a page."""
    return [Line(step=step, mark=standings[step].mark, words=standings[step].words, here=step is here) for step in Step]
