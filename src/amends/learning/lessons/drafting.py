"""A lesson's first words, from what the codes of its case say already: the manager only corrects them."""

from collections.abc import Iterable

from amends.cases.actions import state_of
from amends.cases.models import CaseRow
from amends.learning.lessons.patient_free import people_of, what_tells
from amends.protocol.case import Case
from amends.protocol.policy import Policy


def draft(row: CaseRow, action: int | None, policy: Policy) -> tuple[str, str]:
    """What happened and what we do now; "" where nothing is known, or where the words name somebody."""
    case = state_of(row.pk)
    about = people_of(row)
    we_do = next((text for text in _changes(case, action) if text and not what_tells(text, about)), "")
    return _happened(case, policy), we_do


def _happened(case: Case, policy: Policy) -> str:
    """ "At checkout: Estimate differed from the bill; nobody told them about the delay." """
    keys, labels = (case.causes, policy.causes) if case.causes else (case.kinds, policy.kinds)
    said = "; ".join(labels.get(key, key) for key in keys)
    return f"{policy.moments[case.moment]}: {said[:1]}{said[1:].lower()}." if said else ""


def _changes(case: Case, action: int | None) -> Iterable[str]:
    """The action that was meant, else the newest ones first, else what was to change when it was put right."""
    if action is not None:
        return [one.what for one in case.actions if one.no == action]
    return [*(one.what for one in reversed(case.actions)), case.addressing.change if case.addressing else ""]
