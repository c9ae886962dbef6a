"""The lasting part of the seeded group: definitions, clinics, users, inboxes, providers, patients, preferences."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from amends.simulators.open_dental import cast
from amends.simulators.open_dental.blanks import add
from amends.simulators.open_dental.tables import Database, Row
from amends.simulators.open_dental.text import TIME_FORMAT

PATIENTS_PER_CLINIC = 25
_FAMILY_SIZES = (3, 1, 2, 4, 1, 1, 2)
_DEFINITIONS = {
    2: ("Unconfirmed", "E-mailed", "Confirmed", "Arrived", "Ready"),
    4: ("Standard Account", "Insurance Plan", "Payment Plan"),
    20: ("First", "Second", "Recommended"),
    27: (
        *("Appointment Related", "Insurance", "Financial", "Recall", "Miscellaneous", "Upset patient"),
        *("Text message", "Complaint (old)"),
    ),
    33: ("Normal", "High", "Low"),
    39: ("North", "Coast", "Valley"),
}
_HIDDEN = ("Complaint (old)",)
_PREFERENCES = {
    "PracticeTitle": "Fairmeadow Dental Group",
    "PracticePhone": "2015550100",
    "TasksNewTrackedByUser": "1",
    "TaskListAlwaysShowsAtBottom": "0",
    "BrokenApptCommLog": "1",
    "DateTimeFormat": "d",
    "TaskSortApptDateTime": "0",
    "PopupsDisableDays": "0",
}


@dataclass(frozen=True)
class Practice:
    """One clinic of a database: its ClinicNum there, and its place in the whole group (from 0), which names it."""

    clinic: int
    place: int

    @property
    def name(self) -> str:
        """A name of its own, also past the end of the cast."""
        round_, place = divmod(self.place, len(cast.CLINICS))
        return f"{cast.CLINICS[place]} {round_ + 1}" if round_ else cast.CLINICS[place]

    def of(self, people: tuple[str, ...]) -> str:
        """Who of these works here."""
        return people[self.place % len(people)]


def make_practices(database: Database, chance: random.Random, practices: tuple[Practice, ...], now: datetime) -> None:
    """Everything but patients and what happens to them. Definition numbers depend on chance, as between offices."""
    number = 200 + chance.randrange(300)
    for category, names in _DEFINITIONS.items():
        for order, name in enumerate(names):
            values = {"DefNum": number, "Category": category, "ItemOrder": order, "ItemName": name}
            add(database, "definition", {**values, "IsHidden": name in _HIDDEN})
            number += 1 + chance.randrange(3)
    for code, (name, text, fee, _) in enumerate(cast.PROCEDURES, start=1):
        database.insert("procedurecode", {"CodeNum": code, "ProcCode": name, "Descript": text, "ProcFee": fee})
    for group, name in enumerate(cast.USER_GROUPS, start=1):
        database.insert("usergroup", {"UserGroupNum": group, "Description": name})
    for practice in practices:
        _clinic(database, practice)
        _providers(database, practice, now)
    _users(database, practices)
    for list_number, name, status in ((450, "Whole group", "Active"), (451, "Last year", "Archived")):
        add(database, "tasklist", {"TaskListNum": list_number, "Descript": name, "TaskListStatus": status})
    for table in ("userod", "tasklist"):
        database.tables[table] = dict(sorted(database.tables[table].items()))  # as a list by key comes back
    for name, value in _PREFERENCES.items():
        database.prefer(name, value)
    for number in range(1, 4):
        beat = (now - timedelta(minutes=number)).strftime(TIME_FORMAT)
        database.insert("computer", {"CompName": f"FRONTDESK{number}", "LastHeartBeat": beat})


def commlog_types(database: Database) -> dict[str, int]:
    """ItemName to DefNum of the types of CommLogs."""
    return {row["ItemName"]: row["DefNum"] for row in database.all("definition") if row["Category"] == 27}


def definition(database: Database, category: int, name: str) -> int:
    """The DefNum of a definition by its name, 0 when there is none."""
    rows = database.all("definition")
    return next((int(row["DefNum"]) for row in rows if (row["Category"], row["ItemName"]) == (category, name)), 0)


def normal_priority(database: Database) -> int:
    """The office's usual priority of Tasks: the first that is not hidden, 0 when there is none."""
    rows = (row for row in database.all("definition") if row["Category"] == 33 and not row["IsHidden"])
    return int(min(rows, key=lambda row: (row["ItemOrder"], row["DefNum"]), default={"DefNum": 0})["DefNum"])


def _clinic(database: Database, practice: Practice) -> None:
    number, name = practice.clinic, practice.name
    values = {"ClinicNum": number, "Description": name, "Abbr": name, "ItemOrder": number}
    values |= {"Address": f"{(practice.place + 1) * 11} {name}", "City": practice.of(cast.CITIES), "State": "NJ"}
    values |= {"Zip": f"00{number:03d}", "Phone": f"20155501{number:02d}"}
    add(database, "clinic", values)


def _providers(database: Database, practice: Practice, now: datetime) -> None:
    for place, (first, last) in enumerate(cast.PROVIDERS[practice.place % len(cast.PROVIDERS)]):
        number = practice.clinic * 10 + 1 + place
        values = {"ProvNum": number, "Abbr": f"{last[:4].upper()}{practice.clinic}", "LName": last, "FName": first}
        values |= {"Suffix": "" if place else "DMD", "IsSecondary": bool(place), "PreferredName": first}
        moment = (now - timedelta(days=90)).strftime(TIME_FORMAT)
        add(database, "provider", {**values, "ClinicNum": practice.clinic}, moment=moment)
        name = f"{first} {last}"
        _user(database, 1000 + number, name, clinic=practice.clinic, provider=number, group=cast.CLINICIANS)


def _users(database: Database, practices: tuple[Practice, ...]) -> None:
    _user(database, 1, "Amends", group=1)
    for practice in practices:
        clinic, manager = practice.clinic, practice.of(cast.OFFICE_MANAGERS)
        _user(database, 100 + clinic, manager, clinic=clinic, inbox=500 + clinic, group=2)
        _user(database, 200 + clinic, practice.of(cast.FRONT_DESK), clinic=clinic, group=4)
    number, name, inbox = cast.SECOND_MANAGER
    _user(database, number, name, clinic=1, inbox=inbox, group=2)
    for place, name in enumerate(cast.REGIONAL_MANAGERS, start=1):
        _user(database, 300 + place, name, inbox=600 + place, group=2)
    for place, name in enumerate(cast.LEADERS, start=1):
        _user(database, 400 + place, name, inbox=700 + place, group=1)
    _user(database, 299, "Former Colleague", clinic=practices[-1].clinic, group=4, hidden=True)


def _user(
    database: Database,
    number: int,
    name: str,
    *,
    group: int,
    clinic: int = 0,
    provider: int = 0,
    inbox: int = 0,
    hidden: bool = False,
) -> None:
    values = {"UserNum": number, "UserName": name, "userGroupNums": [group], "ProvNum": provider, "ClinicNum": clinic}
    add(database, "userod", {**values, "IsHidden": hidden, "TaskListInBox": inbox})
    if inbox:
        add(database, "tasklist", {"TaskListNum": inbox, "Descript": name})


def make_patients(database: Database, chance: random.Random, clinic: int, now: datetime) -> list[Row]:
    """The patients of one clinic, PatNum clinic*1000+1 and on, in families of one to four. The first three are one."""
    surnames = chance.sample(cast.SURNAMES, len(cast.SURNAMES))
    first_names = chance.sample(cast.FIRST_NAMES, len(cast.FIRST_NAMES))
    city = next(row["City"] for row in database.all("clinic") if row["ClinicNum"] == clinic)
    billing = definition(database, 4, "Standard Account")
    patients: list[Row] = []
    family = 0
    while len(patients) < PATIENTS_PER_CLINIC:
        size = min(_FAMILY_SIZES[family % len(_FAMILY_SIZES)], PATIENTS_PER_CLINIC - len(patients))
        guarantor = clinic * 1000 + len(patients) + 1
        address = f"{chance.randrange(2, 98)} {chance.choice(cast.STREETS)}"
        phone = f"2015550{100 + (clinic * 7 + family) % 100}"
        for place in range(size):
            number = clinic * 1000 + len(patients) + 1
            name = (first_names[len(patients)], surnames[family])
            row = _patient(number, guarantor, name, place, chance, now)
            row |= {"Address": address, "City": city, "State": "NJ", "HmPhone": phone, "ClinicNum": clinic}
            row |= {"PriProv": clinic * 10 + 1, "SecProv": clinic * 10 + 2, "Zip": f"00{clinic:03d}"}
            moment = (now - timedelta(days=30)).strftime(TIME_FORMAT)
            patients.append(add(database, "patient", {**row, "BillingType": billing}, moment=moment))
        family += 1
    return patients


def _patient(
    number: int, guarantor: int, name: tuple[str, str], place: int, chance: random.Random, now: datetime
) -> Row:
    first, last = name
    january = now.date().replace(month=1, day=1)
    born = january - timedelta(days=chance.randrange(20, 70) * 365 + chance.randrange(360))
    if place > 1:
        born = january - timedelta(days=chance.randrange(4, 17) * 365)
    long_ago = (now.date() - timedelta(days=500)).isoformat()
    return {
        "PatNum": number,
        "LName": last,
        "FName": first,
        "Preferred": cast.PREFERRED.get(first, ""),
        "Gender": chance.choice(("Male", "Female")),
        "Birthdate": born.isoformat(),
        "WirelessPhone": f"201555{chance.randrange(100, 200):04d}",
        "Guarantor": guarantor,
        "Email": f"{first}.{last}@example.com".lower(),
        "ImageFolder": f"{last}{first}{number}",
        "DateFirstVisit": long_ago,
        "PreferContactMethod": "WirelessPh",
        "TxtMsgOk": "Yes",
        "SecDateEntry": long_ago,
    }


def make_balances(chance: random.Random, patients: list[Row]) -> None:
    """Every other family owes something; the guarantor's BalTotal is the family's. The last patient wants no calls."""
    for guarantor in [row for row in patients if row["Guarantor"] == row["PatNum"]][::2]:
        family = [row for row in patients if row["Guarantor"] == guarantor["PatNum"]]
        for row in family:
            row["EstBalance"] = float(chance.choice((0, 35, 74, 112, 236)))
        guarantor["BalTotal"] = sum(row["EstBalance"] for row in family)
    patients[-1] |= {"PreferContactMethod": "DoNotCall", "TxtMsgOk": "No"}
