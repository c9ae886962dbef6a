"""What the guided run knows of each Open Dental database: its facts, and the lists that were read for choosing from.

Lists are read when they are first needed and kept, so that every page is quick and still there when the office is
offline. Trouble is a sentence beside what was read before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from django.utils import timezone

from amends.deliveries.channel import DeliveryError
from amends.integrations.open_dental.client import Budget, Query
from amends.integrations.open_dental.definitions import COMM_LOG_TYPES
from amends.integrations.open_dental.facts import Facts
from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.integrations.open_dental.office import Office, known_facts, speaking_to
from amends.integrations.open_dental.rows import Definition, Inbox, Row, TaskList, Userod
from amends.setup.models import Reading

R = TypeVar("R", bound=Row)

SECONDS = 25.0  # for one list: a page may wait so long, and a key that may only read gives one answer in five seconds


class What(StrEnum):
    """The lists."""

    USERS = "users"
    INBOXES = "inboxes"
    LISTS = "lists"
    TYPES = "types"


@dataclass(frozen=True)
class Database:
    """One Open Dental database and what is known of it."""

    row: OpenDentalDatabase
    facts: Facts

    @property
    def key(self) -> str:
        return self.row.key

    @property
    def name(self) -> str:
        return self.row.name


@dataclass(frozen=True)
class Read(Generic[R]):
    """A list as it was read last. `trouble` is a sentence, empty while all is well; what was read before stays then."""

    rows: Sequence[R]
    read_at: datetime | None
    trouble: str


def databases() -> list[Database]:
    """Every Open Dental database of the group; asks none of them."""
    return [Database(row, known_facts(row)) for row in OpenDentalDatabase.objects.order_by("pk")]


def users(key: str) -> Read[Userod]:
    """The users who are not hidden, by name."""
    return _list(key, What.USERS, Userod)


def inboxes(key: str) -> Read[Inbox]:
    """Each user's Task inbox, as far as the key may run queries."""
    return _list(key, What.INBOXES, Inbox)


def inboxes_kept(key: str) -> Sequence[Inbox]:
    """The inboxes as they were read last; asks nobody."""
    kept = Reading.objects.filter(database=key, what=What.INBOXES).first()
    return [Inbox.model_validate(row) for row in kept.rows] if kept else []


def task_lists(key: str) -> Read[TaskList]:
    """All active Task lists. Which of them is somebody's inbox is not told (open-dental-api.md 3.4)."""
    return _list(key, What.LISTS, TaskList)


def comm_types(key: str) -> Read[Definition]:
    """All CommLog types, also the hidden ones."""
    return _list(key, What.TYPES, Definition)


def forget(key: str, *lists: What) -> None:
    """Reads these lists again the next time: somebody changed something in Open Dental."""
    Reading.objects.filter(database=key, what__in=lists).update(is_due=True)


def forget_troubled(key: str) -> None:
    """Reads the lists again that could not be read, once the way there is mended."""
    Reading.objects.filter(database=key).exclude(trouble="").update(is_due=True)


def _list(key: str, what: What, shape: type[R]) -> Read[R]:
    kept = Reading.objects.filter(database=key, what=what).first()
    if kept is None or kept.is_due:
        kept = _read(key, what)
    return Read([shape.model_validate(row) for row in kept.rows], kept.read_at, kept.trouble)


def _read(key: str, what: What) -> Reading:
    values: dict[str, object] = {"is_due": False}
    try:
        with speaking_to(key) as office:
            rows = [row.model_dump(mode="json") for row in _READ[what](office, Budget(SECONDS))]
        values |= {"rows": rows, "trouble": "", "read_at": timezone.now()}
    except DeliveryError as wrong:
        values |= {"trouble": str(wrong)[:400]}
    reading, _ = Reading.objects.update_or_create(database=key, what=what, defaults=values)
    return reading


def _read_users(office: Office, budget: Budget) -> Sequence[Row]:
    found = office.client.rows("userods", Userod, {}, budget)
    return sorted((row for row in found if not row.IsHidden), key=lambda row: (row.UserName.casefold(), row.UserNum))


def _read_inboxes(office: Office, budget: Budget) -> Sequence[Row]:
    return [Inbox(UserNum=user, TaskListInBox=inbox) for user, inbox in office.inboxes(budget).items()]


def _read_lists(office: Office, budget: Budget) -> Sequence[Row]:
    found = office.client.rows("tasklists", TaskList, {}, budget)
    return sorted(found, key=lambda row: (row.Descript.casefold(), row.TaskListNum))


def _read_types(office: Office, budget: Budget) -> Sequence[Row]:
    # By number: ?category=CommLogTypes is ignored and gives other categories (open-dental-api.md 3.2).
    query: Query = {"Category": COMM_LOG_TYPES, "includeHidden": "true"}
    found = office.client.rows("definitions", Definition, query, budget)
    return [row for row in found if row.Category == COMM_LOG_TYPES]


_READ: Mapping[What, Callable[[Office, Budget], Sequence[Row]]] = {
    What.USERS: _read_users,
    What.INBOXES: _read_inboxes,
    What.LISTS: _read_lists,
    What.TYPES: _read_types,
}
