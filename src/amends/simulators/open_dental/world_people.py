"""The lasting part of the seeded group: definitions, clinics, users, inboxes, providers, patients, preferences."""

import random
from datetime import datetime, timedelta

from amends.simulators.open_dental import cast
from amends.simulators.open_dental.tables import Database, Row
from amends.simulators.open_dental.text import NO_DATE, NO_TIME, TIME_FORMAT

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
    "EasyNoClinics": "0",
    "TasksNewTrackedByUser": "1",
    "TaskListAlwaysShowsAtBottom": "0",
    "BrokenApptCommLog": "1",
    "DateTimeFormat": "d",
    "TaskSortApptDateTime": "0",
    "PopupsDisableDays": "0",
}


def make_practice(database: Database, chance: random.Random, now: datetime) -> None:
    """Everything but patients and what happens to them. Definition numbers depend on chance, as between offices."""
    number = 200 + chance.randrange(300)
    for category, names in _DEFINITIONS.items():
        for order, name in enumerate(names):
            values = {"Category": category, "ItemOrder": order, "ItemName": name, "ItemValue": "", "ItemColor": 0}
            database.insert("definition", {"DefNum": number, **values, "IsHidden": name in _HIDDEN})
            number += 1 + chance.randrange(3)
    for code, (name, text, fee, _) in enumerate(cast.PROCEDURES, start=1):
        database.insert("procedurecode", {"CodeNum": code, "ProcCode": name, "Descript": text, "ProcFee": fee})
    for clinic, name in enumerate(cast.CLINICS, start=1):
        _clinic(database, clinic, name)
        _providers(database, clinic, now)
    _users(database)
    for list_number, name, status in ((450, "Whole group", "Active"), (451, "Last year", "Archived")):
        _task_list(database, list_number, name, status)
    for table in ("userod", "tasklist"):
        database.tables[table] = dict(sorted(database.tables[table].items()))  # as a list by key comes back
    for name, value in _PREFERENCES.items():
        database.insert("preference", {"PrefName": name, "ValueString": value})
    for number in range(1, 4):
        beat = (now - timedelta(minutes=number)).strftime(TIME_FORMAT)
        database.insert("computer", {"CompName": f"FRONTDESK{number}", "LastHeartBeat": beat})


def commlog_types(database: Database) -> dict[str, int]:
    """ItemName to DefNum of the types of CommLogs."""
    return {row["ItemName"]: row["DefNum"] for row in database.all("definition") if row["Category"] == 27}


def normal_priority(database: Database) -> int:
    """The office's usual priority of Tasks: the first that is not hidden, 0 when there is none."""
    rows = (row for row in database.all("definition") if row["Category"] == 33 and not row["IsHidden"])
    return int(min(rows, key=lambda row: (row["ItemOrder"], row["DefNum"]), default={"DefNum": 0})["DefNum"])


def _clinic(database: Database, clinic: int, name: str) -> None:
    address = {"Address": f"{clinic * 11} {name}", "Address2": "", "City": cast.CITIES[clinic - 1], "State": "NJ"}
    address["Zip"] = f"00{clinic:03d}"
    elsewhere = {f"{kind}{part}": "" for kind in ("Billing", "PayTo") for part in address}
    rest = {"Phone": f"20155501{clinic:02d}", "Abbr": name, "IsHidden": False, "ItemOrder": clinic, "TimeZone": ""}
    database.insert("clinic", {"ClinicNum": clinic, "Description": name, **address, **elsewhere, **rest})


def _providers(database: Database, clinic: int, now: datetime) -> None:
    for place, (first, last) in enumerate(cast.PROVIDERS[clinic - 1]):
        number = clinic * 10 + 1 + place
        database.insert(
            "provider",
            {
                "ProvNum": number,
                "Abbr": f"{last[:4].upper()}{clinic}",
                "LName": last,
                "FName": first,
                "MI": "",
                "Suffix": "" if place else "DMD",
                "FeeSched": 0,
                "Specialty": 0,
                "SSN": "",
                "StateLicense": "",
                "IsSecondary": bool(place),
                "provColor": "0,0,0",
                "IsHidden": False,
                "UsingTIN": True,
                "SigOnFile": True,
                "NationalProvID": "",
                "IsNotPerson": False,
                "ProvStatus": "Active",
                "IsHiddenReport": False,
                "Birthdate": NO_DATE,
                "SchedNote": "",
                "PreferredName": first,
                "DateTStamp": (now - timedelta(days=90)).strftime(TIME_FORMAT),
                "ClinicNum": clinic,
            },
        )
        _user(database, 1000 + number, f"{first} {last}", clinic=clinic, provider=number, group=3)


def _users(database: Database) -> None:
    _user(database, 1, "Amends", group=1)
    for clinic, (manager, desk) in enumerate(zip(cast.OFFICE_MANAGERS, cast.FRONT_DESK, strict=True), start=1):
        _user(database, 100 + clinic, manager, clinic=clinic, inbox=500 + clinic, group=2)
        _user(database, 200 + clinic, desk, clinic=clinic, group=4)
    number, name, inbox = cast.SECOND_MANAGER
    _user(database, number, name, clinic=1, inbox=inbox, group=2)
    for place, name in enumerate(cast.REGIONAL_MANAGERS, start=1):
        _user(database, 300 + place, name, inbox=600 + place, group=2)
    for place, name in enumerate(cast.LEADERS, start=1):
        _user(database, 400 + place, name, inbox=700 + place, group=1)
    _user(database, 299, "Former Colleague", clinic=2, group=4, hidden=True)


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
    database.insert(
        "userod",
        {
            "UserNum": number,
            "UserName": name,
            "userGroupNums": [group],
            "EmployeeNum": 0,
            "ProvNum": provider,
            "ClinicNum": clinic,
            "emailAddress": "",
            "IsHidden": hidden,
            "UserNumCEMT": 0,
            "IsPasswordResetRequired": False,
            "TaskListInBox": inbox,
        },
    )
    if inbox:
        _task_list(database, inbox, name, "Active")


def _task_list(database: Database, number: int, name: str, status: str) -> None:
    database.insert(
        "tasklist",
        {
            "TaskListNum": number,
            "Descript": name,
            "Parent": 0,
            "DateTL": NO_DATE,
            "IsRepeating": False,
            "DateType": "None",
            "FromNum": 0,
            "ObjectType": "None",
            "DateTimeEntry": NO_TIME,
            "TaskListStatus": status,
        },
    )


def make_patients(database: Database, chance: random.Random, clinic: int, now: datetime) -> list[Row]:
    """The patients of one clinic, PatNum clinic*1000+1 and on, in families of one to four. The first three are one."""
    surnames = chance.sample(cast.SURNAMES, len(cast.SURNAMES))
    first_names = chance.sample(cast.FIRST_NAMES, len(cast.FIRST_NAMES))
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
            row |= {"Address": address, "City": cast.CITIES[clinic - 1], "HmPhone": phone, "ClinicNum": clinic}
            row |= {"PriProv": clinic * 10 + 1, "SecProv": clinic * 10 + 2, "Zip": f"00{clinic:03d}"}
            patients.append(database.insert("patient", row))
        family += 1
    return patients


def _patient(
    number: int, guarantor: int, name: tuple[str, str], place: int, chance: random.Random, now: datetime
) -> Row:
    first, last = name
    born = now.date().replace(month=1, day=1) - timedelta(days=chance.randrange(20, 70) * 365 + chance.randrange(360))
    if place > 1:
        born = now.date().replace(month=1, day=1) - timedelta(days=chance.randrange(4, 17) * 365)
    return {
        "PatNum": number,
        "LName": last,
        "FName": first,
        "MiddleI": "",
        "Preferred": cast.PREFERRED.get(first, ""),
        "PatStatus": "Patient",
        "Gender": chance.choice(("Male", "Female")),
        "Position": "Single",
        "Birthdate": born.isoformat(),
        "SSN": "",
        "Address2": "",
        "State": "NJ",
        "WkPhone": "",
        "WirelessPhone": f"201555{chance.randrange(100, 200):04d}",
        "Guarantor": guarantor,
        "Email": f"{first}.{last}@example.com".lower(),
        "EstBalance": 0.0,
        "BillingType": "Standard Account",
        "ImageFolder": f"{last}{first}{number}",
        "FamFinUrgNote": "",
        "ChartNumber": "",
        "MedicaidID": "",
        "BalTotal": 0.0,
        "EmployerNum": 0,
        "DateFirstVisit": (now.date() - timedelta(days=500)).isoformat(),
        "Ward": "",
        "PreferConfirmMethod": "None",
        "PreferContactMethod": "WirelessPh",
        "PreferRecallMethod": "None",
        "Language": "",
        "AdmitDate": NO_DATE,
        "siteDesc": "",
        "DateTStamp": (now - timedelta(days=30)).strftime(TIME_FORMAT),
        "SuperFamily": 0,
        "TxtMsgOk": "Yes",
        "SecDateEntry": (now.date() - timedelta(days=500)).isoformat(),
        "FeeSched": 0,
    }
