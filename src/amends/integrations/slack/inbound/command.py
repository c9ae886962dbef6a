"""`/upset`, and the same by a shortcut or a button."""

from datetime import date

from django.utils import timezone

from amends.practice.directory import directory

from . import reports
from .answer import Answer
from .asking import Asking
from .away import say_away, say_back
from .said import Said
from .words import AwaySaid, BackSaid, HelpAsked, NotUnderstood, ReportAsked, wish_of

COMMAND = "/upset"
HELP = (
    "/upset — report an upset patient\n"
    "/upset away today — away for the rest of today\n"
    "/upset away until friday cover ruth — away through Friday, and Ruth covers\n"
    "/upset away monday to 2026-03-06 — from one day through another\n"
    "/upset back — here again\n"
    "Do not type anything about a patient behind it: that is what the Report page is for."
)


def is_report(said: Said) -> bool:
    """Whether it begins a report, which may need a form."""
    return isinstance(wish_of(said.text, date.max), ReportAsked)


def upset(asking: Asking) -> Answer:
    """What the words behind the command ask for."""
    today = timezone.now().astimezone(directory().zone_of(str(asking.person.pk))).date()
    match wish_of(asking.said.text, today):
        case ReportAsked(typed=typed):
            return reports.begin(asking, typed=typed)
        case AwaySaid() as wish:
            return say_away(asking, wish)
        case BackSaid():
            return say_back(asking)
        case HelpAsked():
            return Answer(HELP)
        case NotUnderstood(why=why):  # pragma: no branch  mypy proves the match complete
            return Answer(f"{why} /upset help tells more. Nothing was noted.")
