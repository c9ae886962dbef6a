"""Entries that prove something of an open case, once a day: a deletion leaves no trace (open-dental-api.md 5.1)."""

from django.utils import timezone

from amends.cases import actions
from amends.cases.models import CaseRow
from amends.integrations.open_dental.answers import NotFound
from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.commlog import PLACE
from amends.integrations.open_dental.features import Feature
from amends.integrations.open_dental.office import Office
from amends.integrations.open_dental.rows import Commlog
from amends.practice.directory import directory
from amends.protocol.values import ChartRow
from amends.protocol.words import CHART_PURPOSES

from .hearing import gone
from .state import Listening


def reread(listening: Listening, office: Office, budget: Budget) -> bool:
    """The next open case of today; True while there are more of them."""
    if not office.can(Feature.COMMLOG_ONE, budget):
        return False
    today = timezone.now().date().isoformat()
    day, _, place = listening.cursor("reread").partition(" ")
    after = int(place) if day == today else 0
    offices = [int(one.id) for one in directory().offices.values() if one.open_dental == listening.database.key]
    case = CaseRow.system.filter(is_open=True, office_id__in=offices, pk__gt=after).order_by("pk").first()
    if case is None:
        return False
    _reread(listening.database.key, case.pk, office, budget)
    listening.move("reread", f"{today} {case.pk}")
    return True


def _reread(database: str, case: int, office: Office, budget: Budget) -> None:
    for proof in actions.state_of(case).proofs:
        if proof.purpose in CHART_PURPOSES and proof.place == PLACE and proof.id.isdecimal():
            try:
                office.client.one(f"commlogs/{proof.id}", Commlog, budget)
            except NotFound:
                gone(case, ChartRow(database=database, place=PLACE, id=proof.id))
