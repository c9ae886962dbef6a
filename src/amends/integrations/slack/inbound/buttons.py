"""The buttons of messages about cases. Each is a wish: who presses has the rights that they have on the case's page."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.urls import reverse

from amends.access import Right, actor_at, case_for, says_it
from amends.cases import actions as cases
from amends.cases.models import CaseRow
from amends.cases.policies import policy_for
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.words import CONVERSATION_WAYS, Stage, Way

from .answer import Answer, NotThis, View, actions, case_link, choice, link, modal, section, sentences
from .asking import Asking

SPOKE_FORM, ASK_REGION_FORM = "spoke_form", "ask_region_form"
WAY, NOTE, REASON = "way", "note", "reason"
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "not_enough": "It takes more than the office may give.",
        "not_accepted": "The patient did not accept what the office offered.",
        "asked_higher": "The patient asks for somebody above the office.",
        "own_part": "The office manager was part of it.",
        "nobody_free": "Nobody at the office can call in time.",
    }
)
_NOT_IN_SLACK = "What was said belongs into Amends, not into Slack. This opens the form for it."


def pressed(make: Callable[[], c.Command], words: str) -> Callable[[Asking], Answer]:
    """A button that asks for one thing at once; `words` say that it was done."""

    def act(asking: Asking) -> Answer:
        done = _perform(asking, make())
        return Answer(f"{done.number}: {words}", (actions(case_link(done.number)),), refresh=True)

    return act


def spoke(asking: Asking) -> Answer:
    """The form for a conversation; without free text, a link to that of the case's page."""
    row = _case(asking)
    if not asking.workspace.may_carry_patients:
        address = reverse("case_act", args=[row.number, "conversation"])
        return Answer(_NOT_IN_SLACK, (actions(link(f"Write it down: {row.number}", address)),))
    ways = policy_for(row.policy).ways
    blocks = [
        section(row.number),
        choice(WAY, "How?", {way.value: ways[way] for way in CONVERSATION_WAYS}),
        sentences(NOTE, "What was said, in a sentence?"),
    ]
    return _form(row, modal(blocks, callback=SPOKE_FORM, submit="Save", about=row.number))


def send_spoke(asking: Asking) -> Answer:
    if not asking.workspace.may_carry_patients:
        raise Refused(_NOT_IN_SLACK)
    if asking.said.chosen(WAY) not in set(Way):
        raise NotThis(WAY, "Choose how you spoke with them.")
    if not asking.said.typed(NOTE).strip():
        raise NotThis(NOTE, "Write in a sentence what was said.")
    done = _perform(asking, c.RecordConversation(way=Way(asking.said.chosen(WAY)), note=asking.said.typed(NOTE)))
    return Answer(f"{done.number}: the conversation is written down.", (actions(case_link(done.number)),), refresh=True)


def ask_region(asking: Asking) -> Answer:
    """The form that asks why, by a list of reasons: so nothing about a patient can be typed."""
    row = _case(asking)
    address = reverse("case_act", args=[row.number, "ask_region"])
    blocks = [
        section(f"{row.number}: ask the regional manager"),
        choice(REASON, "What keeps you from putting it right?", REASONS),
        actions(link("Say more on its page", address)),
    ]
    return _form(row, modal(blocks, callback=ASK_REGION_FORM, submit="Ask them", about=row.number))


def send_ask_region(asking: Asking) -> Answer:
    why = REASONS.get(asking.said.chosen(REASON))
    if why is None:
        raise NotThis(REASON, "Choose what keeps you from putting it right.")
    done = _perform(asking, c.AskRegion(why=why))
    owner = done.case.owner.name if done.case.owner else "The next level"
    return Answer(f"{done.number}: {owner} is asked.", (actions(case_link(done.number)),), refresh=True)


def _form(row: CaseRow, view: View) -> Answer:
    """The form; where Slack opens none, the way to the case's page."""
    return Answer(
        f"{row.number}: Slack did not open the form. Do it on its page.", (actions(case_link(row.number)),), view
    )


def _case(asking: Asking) -> CaseRow:
    """Raises Http404 for a case that is not there for this person."""
    return case_for(asking.person, asking.said.value, Right.ACT_ON_CASE)


def _perform(asking: Asking, command: c.Command) -> cases.Done:
    row = _case(asking)
    actor = actor_at(asking.person, str(row.office_id), Stage(row.stage))
    return cases.perform(command=command, by=says_it(command, actor, str(row.office_id)), case=row.pk)
