"""Reporting from Slack: the way to the Report page, or where the workspace may carry patient information a form.

What somebody types into Slack is in Slack. So by default nothing is asked for here, and words that were typed all the
same are neither kept nor repeated.
"""

from collections.abc import Collection

from django.urls import reverse

from amends.access import actor_at
from amends.cases import actions as cases
from amends.cases.policies import current_policy
from amends.cases.report import offices_to_report_at
from amends.practice.directory import OfficeEntry
from amends.practice.models import Person
from amends.protocol.commands import Report
from amends.protocol.decide import Refused
from amends.protocol.words import Moment, Severity, Source, Trigger

from .answer import Answer, Block, NotThis, View, actions, case_link, choice, choices, link, modal, sentences, tick
from .asking import Asking

FORM = "report_form"
OFFICE, MOMENT, KINDS, ACCOUNT, STILL_HERE = "office", "moment", "kinds", "account", "still_here"
SEVERITY, TRIGGERS = "severity", "triggers"
_MOST_BUTTONS = 5
_MOST_OPTIONS = 100  # of a list in Slack (slack.md 5)
_NOT_KEPT = (
    "What you typed was not kept: words about a patient do not belong into Slack. Report it here, where it is safe."
)
_HERE = "Report it here: one screen, 20 seconds."


def begin(asking: Asking, *, typed: bool = False) -> Answer:
    """The way to the Report page, with the office filled in; who reports is whoever is signed in there.

    Where patient information may be in this workspace, a form instead, with what was typed.
    """
    offices = _offices(asking.person)
    may_carry = asking.workspace.may_carry_patients
    form = _form(offices, asking.said.text) if may_carry and len(offices) <= _MOST_OPTIONS else None
    return Answer(_NOT_KEPT if typed and not may_carry else _HERE, (actions(*_links(offices)),), form)


def send(asking: Asking) -> Answer:
    """The form was sent: opens the case by the door of the Report page. The same form opens one case only."""
    said = asking.said
    if not asking.workspace.may_carry_patients:
        raise Refused("Reports are not taken in Slack any more. Use the Report page of Amends; nothing was kept here.")
    office = next((one for one in _offices(asking.person) if one.id == said.chosen(OFFICE)), None)
    if office is None:
        raise NotThis(OFFICE, "Choose the office.")
    if said.chosen(MOMENT) not in set(Moment):
        raise NotThis(MOMENT, "Say when it happened; it decides where the note goes.")
    if not said.typed(ACCOUNT).strip():
        raise NotThis(ACCOUNT, "Say in a sentence what happened.")
    _known(KINDS, said.all_chosen(KINDS), current_policy().kinds)
    severity = said.chosen(SEVERITY) or Severity.UPSET.value  # a form that was opened before it asked for that
    _known(SEVERITY, (severity,), list(Severity))
    _known(TRIGGERS, said.all_chosen(TRIGGERS), list(Trigger))
    command = Report(
        office=office.id,
        account=said.typed(ACCOUNT),
        moment=Moment(said.chosen(MOMENT)),
        kinds=said.all_chosen(KINDS),
        severity=Severity(severity),
        triggers=frozenset(map(Trigger, said.all_chosen(TRIGGERS))),
        still_here=bool(said.all_chosen(STILL_HERE)),
        source=Source.SLACK,
    )
    origin = f"slack:{said.team}:{said.view}"
    done = cases.perform(command=command, by=actor_at(asking.person, office.id), origin=origin)
    asked = done.case.owner.name if done.case.owner else ""
    told = f" {asked} is asked to see to it." if asked and asked != asking.person.name else ""
    return Answer(f"Reported: {done.number}.{told}", (actions(case_link(done.number)),), refresh=True)


def _known(block: str, chosen: Collection[str], known: Collection[str]) -> None:
    strange = next((key for key in chosen if key not in known), None)
    if strange is not None:
        raise NotThis(block, f"Choose from the list; “{strange}” is not on it.")


def _form(offices: list[OfficeEntry], typed: str) -> View:
    policy = current_policy()
    blocks = [
        choice(OFFICE, "Office", {office.id: office.name for office in offices}),
        choice(MOMENT, "When did it happen?", {moment.value: policy.moments[moment] for moment in Moment}),
        choices(KINDS, "What is it about?", dict(list(policy.kinds.items())[:_MOST_OPTIONS])),
        sentences(ACCOUNT, "What happened, in a sentence?", typed),
        choice(
            SEVERITY,
            "How upset are they?",
            {severity.value: policy.severities[severity] for severity in Severity},
            chosen=Severity.UPSET.value,
        ),
        choices(TRIGGERS, "Anything serious?", {trigger.value: policy.triggers[trigger] for trigger in Trigger}),
        tick(STILL_HERE, "Are they still here?", "Still here: get a manager now"),
    ]
    return modal(blocks, callback=FORM, submit="Report it")


def _links(offices: list[OfficeEntry]) -> list[Block]:
    page = reverse("report")
    if len(offices) > _MOST_BUTTONS:
        return [link("Report an upset patient", f"{page}?office=")]
    one = len(offices) == 1
    return [
        link("Report an upset patient" if one else office.name, f"{page}?office={office.id}", number=number)
        for number, office in enumerate(offices, start=1)
    ]


def _offices(person: Person) -> list[OfficeEntry]:
    """The active offices at which the person may report, by name. Refuses somebody who may at none."""
    offices = offices_to_report_at(person)
    if not offices:
        raise Refused("You have no office at which you could report. Ask an administrator of Amends.")
    return offices
