"""Cases whose owner is away alone, with nobody standing in: what is due before they are back, and what can wait."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models import QuerySet

from amends.cases.models import UNDONE, CaseRow
from amends.practice.cover import Answer
from amends.practice.directory import Directory
from amends.protocol.rules.chain import STAGE_OF, nearest
from amends.protocol.words import Stage

Rows = QuerySet[CaseRow]


def waits_in_vain(row: CaseRow, known: Directory, now: datetime) -> bool:
    """Whether something on this case falls due before its owner, who is away alone, is back."""
    if row.owner_id is None or row.due_at is None:
        return False
    back = known.alone_until(str(row.owner_id), str(row.office_id), now)
    return back is not None and row.due_at <= back


def waiting_in_vain(known: Directory, now: datetime) -> Iterator[Rows]:
    """The cases of which that is so, for each owner and office."""
    for owner, office in _owners_away(known, now):
        back = known.alone_until(str(owner), str(office), now)
        if back:
            theirs = CaseRow.system.filter(owner_id=owner, office_id=office, due_at__lte=back)
            yield from (theirs.filter(undone) for undone in UNDONE)


def left_with(person: str, known: Directory, now: datetime) -> Mapping[str, Mapping[str, Answer]]:
    """Who is away alone → the offices at which this person, of all who answer, is asked first meanwhile.

    Only where there are cases of theirs in which something is to be done, also closed ones. It is what
    `Directory.covered_by` is for named covers, but gives no right.
    """
    found: dict[str, dict[str, Answer]] = {}
    for owner, office in _owners_away(known, now):
        who, where = str(owner), str(office)
        back = known.alone_until(who, where, now)
        if back and _asked_first(who, where, known, now) == person:
            found.setdefault(who, {})[where] = Answer((who, person), back)
    return found


def _owners_away(known: Directory, now: datetime) -> list[tuple[int | None, int]]:
    """Each owner of such cases who may be away, and the office of those cases."""
    away = [int(person) for person in known.away_at(now)]
    rows = CaseRow.system.filter(owner_id__in=away, due_at__isnull=False).order_by()
    found = [rows.filter(undone).values_list("owner_id", "office_id").distinct() for undone in UNDONE]
    return list(dict.fromkeys(one for some in found for one in some))


def _asked_first(owner: str, office: str, known: Directory, now: datetime) -> str | None:
    roles = known.own_roles_of(owner).get(office, ())
    level = next((STAGE_OF[role] for role in roles if role in STAGE_OF), Stage.OFFICE)
    person, _ = nearest(known.chain(office, now), level)
    return person.id if person else None
