"""The seeded group: the same people and the same days for the same seed, placed around the clock's today."""

import random
import threading
from datetime import datetime, time, timedelta

from amends.simulators.clock import Clock
from amends.simulators.open_dental import cast, world_people
from amends.simulators.open_dental.blanks import add
from amends.simulators.open_dental.tables import Database, Row
from amends.simulators.open_dental.text import TIME_FORMAT
from amends.simulators.open_dental.world_days import Days


def seed_world(database: Database, *, seed: int) -> None:
    """Fill an empty database with twelve clinics. Days are counted from the clock's today; no stamp is later than now.

    The numbers of `cast` are kept: clinic k is ClinicNum k, its patients are k*1000+1 and on.
    """
    practices = tuple(world_people.Practice(clinic, clinic - 1) for clinic in range(1, len(cast.CLINICS) + 1))
    _fill(database, practices, seed)


def seed_small_world(database: Database, *, seed: int, place: int) -> None:
    """Fill an empty database with one clinic, ClinicNum 1, which is the office `place` (from 0) of a large group.

    Its numbers are those of every other such office, and other people bear them.
    """
    _fill(database, (world_people.Practice(1, place),), seed)


# Many simulators begin at the same moment in tests, and a copy takes a small part of the time.
_KEPT_AT_MOST = 4
_kept: dict[object, Database] = {}
_lock = threading.Lock()


def _fill(database: Database, practices: tuple[world_people.Practice, ...], seed: int) -> None:
    key = practices, seed, database.clock_now()
    with _lock:
        known = _kept.get(key)
    if known is not None:
        database.copy_from(known)
        return
    _Maker(database, random.Random(seed), random.Random(f"{seed} more")).make(practices)
    made = Database(Clock())
    made.copy_from(database)
    with _lock:
        _kept[key] = made
        if len(_kept) > _KEPT_AT_MOST:
            del _kept[next(iter(_kept))]


class _Maker:
    """`chance` made the people whom others know by name; what came later to the world has a chance of its own."""

    def __init__(self, database: Database, chance: random.Random, later_chance: random.Random) -> None:
        self.database = database
        self.chance = chance
        self.now = database.clock_now()
        self.days = Days(database, chance, self.now)
        self.later_chance = later_chance

    def make(self, practices: tuple[world_people.Practice, ...]) -> None:
        world_people.make_practices(self.database, self.chance, practices, self.now)
        made = []
        for practice in practices:
            clinic = practice.clinic
            patients = world_people.make_patients(self.database, self.chance, clinic, self.now)
            self.days.around_today(clinic, patients)
            self.days.loose_procedures(clinic, patients)
            self._commlogs(clinic, patients)
            self._tasks(clinic, patients)
            made.append((clinic, patients))
        self._odds_and_ends()
        later = Days(self.database, self.later_chance, self.now)
        for clinic, patients in made:
            later.further_days(clinic, patients)
            world_people.make_balances(self.later_chance, patients)

    def _commlogs(self, clinic: int, patients: list[Row]) -> None:
        kinds = world_people.commlog_types(self.database)
        texts = (
            (6, "Appointment Related", "Confirmed the visit by phone."),
            (2, "Insurance", "Asked about the new insurance card; will bring it."),
            (1, "Miscellaneous", "Wants to be called in the afternoon only."),
        )
        for offset, (days, kind, text) in enumerate(texts):
            values = {"PatNum": patients[offset * 2]["PatNum"], "CommType": kinds[kind], "Note": text}
            values |= {"Mode_": "Phone", "SentOrReceived": "Received", "UserNum": 200 + clinic}
            add(self.database, "commlog", values, moment=self._moment(days, time(15, 5 + clinic)))

    def _tasks(self, clinic: int, patients: list[Row]) -> None:
        for days, text in ((30, "Order the missing consent forms."), (3, "Call back about the estimate.")):
            values = {"TaskListNum": 500 + clinic, "UserNum": 200 + clinic, "Descript": text}
            values |= {"ObjectType": "Patient", "KeyNum": patients[days % 5]["PatNum"]}
            values["PriorityDefNum"] = world_people.normal_priority(self.database)
            add(self.database, "task", values, moment=self._moment(days, time(16, clinic)))

    def _odds_and_ends(self) -> None:
        moment = self._moment(9, time(11))
        popup = {"PatNum": 1001, "Description": "Prefers the room at the end.", "UserNum": 201}
        add(self.database, "popup", popup, moment=moment)
        for name in ("Referred by", "Service recovery"):
            add(self.database, "patfielddef", {"FieldName": name})
        field = {"PatNum": 1002, "FieldName": "Referred by", "FieldValue": "A neighbour", "SecUserNumEntry": 201}
        add(self.database, "patfield", field, moment=moment)

    def _moment(self, days: int, hour: time) -> str:
        moment = datetime.combine(self.now.date() - timedelta(days=days), hour)
        return min(moment, self.now).strftime(TIME_FORMAT)
