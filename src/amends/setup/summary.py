"""What is set up, what is not, and what that means; and the start."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from amends.integrations.slack.models import SlackWorkspace
from amends.practice.directory import directory
from amends.setup import progress
from amends.setup.pages import administrators_only, page, to
from amends.setup.standing import standings
from amends.setup.steps import Mark, Standing, Step

# What it means for the people of the group when a step is not done.
_MEANS = {
    Step.OPEN_DENTAL: "Patients’ names are typed, and each note and Task is given to a person with the text ready.",
    Step.OFFICES: "Nobody can report an upset patient yet.",
    Step.HOURS: "Deadlines run in these hours until you change them.",
    Step.PEOPLE: "Cases go further up where nobody answers, and nobody hears what has nobody to hear it.",
    Step.INBOXES: "What these managers must do waits in Amends, and a person is asked to enter the Tasks.",
    Step.COMM_TYPE: "CommLogs are written as Miscellaneous, and those that staff write are not noticed.",
    Step.TRIAL: "Nobody has seen yet that an entry arrives.",
}


@dataclass(frozen=True)
class Point:
    """One line of the summary; `means` is empty for what is set up."""

    step: Step
    standing: Standing
    means: str


@require_safe
@administrators_only
def summary(request: HttpRequest) -> HttpResponse:
    """Every step as it stands."""
    points = _points(standings())
    context = {
        "ready": [point for point in points if not point.means],
        "missing": [point for point in points if point.means],
        "leaders": _leaders_hear(),
        "can_start": bool([one for one in directory().offices.values() if one.is_active]),
        "started": Step.SUMMARY in progress.passed(),
    }
    return page(request, Step.SUMMARY, context)


@require_POST
@administrators_only
def start(request: HttpRequest) -> HttpResponse:
    """The guided run is over; everything in it can still be changed."""
    progress.go_on(Step.SUMMARY)
    return to("/")


def _points(found: Mapping[Step, Standing]) -> list[Point]:
    return [Point(step, found[step], "" if found[step].mark is Mark.DONE else means) for step, means in _MEANS.items()]


def _leaders_hear() -> str:
    """How the leaders hear of cases, as a sentence."""
    if SlackWorkspace.objects.exists():
        return "The leaders hear of cases on Slack."
    if settings.EMAIL_HOST:
        return "The leaders hear of cases by e-mail, because Slack is not connected."
    return "Neither Slack nor e-mail is set up, so a person is asked to tell the leaders."
