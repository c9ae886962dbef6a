"""Reading patients (open-dental-api.md 3.7)."""

from collections.abc import Callable
from functools import partial

from amends.simulators.open_dental.call import Call, RefusedError
from amends.simulators.open_dental.enums import GENDER, PAT_STATUS
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.tables import Database, Row
from amends.simulators.serving import Response

_FULL = (
    *("PatNum", "LName", "FName", "MiddleI", "Preferred", "PatStatus", "Gender", "Position", "Birthdate", "SSN"),
    *("Address", "Address2", "City", "State", "Zip", "HmPhone", "WkPhone", "WirelessPhone", "Guarantor", "Email"),
    *("EstBalance", "PriProv", "priProvAbbr", "SecProv", "secProvAbbr", "BillingType", "ImageFolder"),
    *("FamFinUrgNote", "ChartNumber", "MedicaidID", "BalTotal", "EmployerNum", "DateFirstVisit", "ClinicNum"),
    *("clinicAbbr", "Ward", "PreferConfirmMethod", "PreferContactMethod", "PreferRecallMethod", "Language"),
    *("AdmitDate", "siteDesc", "DateTStamp", "SuperFamily", "TxtMsgOk", "SecDateEntry", "FeeSched"),
)
_SHORT = (
    *("PatNum", "LName", "FName", "MiddleI", "Preferred", "PatStatus", "Birthdate", "SSN", "Address", "Address2"),
    *("City", "State", "Zip", "HmPhone", "WkPhone", "WirelessPhone", "Email", "ChartNumber", "clinicAbbr"),
)


def _starts(row: Row, column: str, text: str) -> bool:
    """A name compares from its beginning, in any case (2.9, 3.7)."""
    return str(row[column]).casefold().startswith(text.casefold())


def _abbreviations(database: Database, row: Row) -> Row:
    clinic = database.get("clinic", row["ClinicNum"])
    providers = {name: database.get("provider", row[name]) for name in ("PriProv", "SecProv")}
    return {
        "clinicAbbr": clinic["Abbr"] if clinic else "",
        "priProvAbbr": providers["PriProv"]["Abbr"] if providers["PriProv"] else "",
        "secProvAbbr": providers["SecProv"]["Abbr"] if providers["SecProv"] else "",
    }


def full(database: Database, row: Row) -> Row:
    """The full row: abbreviations beside numbers, and the billing type by its name."""
    billing = database.get("definition", row["BillingType"])
    named = {"BillingType": billing["ItemName"] if billing else ""}
    shown = {**row, **_abbreviations(database, row), **named}
    return {name: shown[name] for name in _FULL}


def _one(call: Call) -> Response:
    return call.one(full(call.database, call.patient(call.numbers[0])))


def _simple(call: Call) -> Response:
    after = call.time_parameter("DateTStamp")
    equal: Row = {
        "Birthdate": call.date_parameter("Birthdate"),
        "PatStatus": call.choice_parameter("PatStatus", PAT_STATUS),
        "Gender": call.choice_parameter("Gender", GENDER),
        "Position": call.parameters.get("Position"),
    }
    tests = call.equal_numbers("ClinicNum", "PriProv", "Guarantor", "SuperFamily", "EmployerNum")
    tests += [(name, value) for name, value in equal.items() if value is not None]
    names = [(name, call.parameters[name]) for name in ("LName", "FName") if call.parameters.get(name)]
    found = (
        row
        for row in call.stamped_after("patient", after)
        if row["PatStatus"] != "Deleted"
        and all(row[name] == value for name, value in tests)
        and all(_starts(row, name, text) for name, text in names)
    )
    now = call.database.now()
    return call.page(found, lambda row: {**full(call.database, row), "serverDateTime": now})


def _many(call: Call) -> Response:
    """The Patient Select window: Archived are left out unless asked for."""
    tests: list[Callable[[Row], bool]] = [lambda row: row["PatStatus"] != "Deleted"]
    for name in ("LName", "FName", "Address", "City", "State", "SSN", "ChartNumber", "Email"):
        if text := call.parameters.get(name):
            tests.append(partial(_starts, column=name, text=text))
    if phone := call.parameters.get("Phone"):
        digits = "".join(sign for sign in phone if sign.isdigit())
        phones = ("HmPhone", "WkPhone", "WirelessPhone")
        tests.append(lambda row: any(digits in row[name] for name in phones))
    if birthdate := call.date_parameter("Birthdate"):
        tests.append(lambda row: bool(row["Birthdate"] == birthdate))
    if text := call.parameters.get("clinicNums"):
        clinics = _clinic_numbers(text)
        tests.append(lambda row: row["ClinicNum"] in clinics)
    if call.flag_parameter("hideInactive"):
        tests.append(lambda row: row["PatStatus"] not in ("Inactive", "Deceased", "NonPatient"))
    if call.flag_parameter("guarOnly"):
        tests.append(lambda row: bool(row["Guarantor"] == row["PatNum"]))
    if any(call.parameters.get(name) for name in ("SubscriberId", "Country", "invoiceNumber")) or call.number_parameter(
        "SiteNum"
    ):
        tests.append(lambda row: False)  # nobody in this world has a subscriber number, a country, an invoice or a site
    if not call.flag_parameter("showArchived"):
        tests.append(lambda row: row["PatStatus"] != "Archived")
    if abbreviation := call.parameters.get("clinicAbbr"):
        tests.append(lambda row: _abbreviations(call.database, row)["clinicAbbr"] == abbreviation)
    found = (row for row in call.database.all("patient") if all(test(row) for test in tests))
    return call.page(found, lambda row: _short(call.database, row))


def _short(database: Database, row: Row) -> Row:
    shown = full(database, row)
    return {name: shown[name] for name in _SHORT}


def _clinic_numbers(text: str) -> frozenset[int]:
    try:
        return frozenset(int(part) for part in text.split(","))
    except ValueError as bad:
        raise RefusedError(400, "clinicNums is invalid.") from bad


_SIMPLE = {
    **dict.fromkeys(("LName", "FName", "Birthdate", "ClinicNum", "PatStatus", "DateTStamp"), "21.2"),
    "PriProv": "21.3",
    "Gender": "22.3.6",
    "Position": "22.3.6",
    "Guarantor": "22.4.19",
    "SuperFamily": "22.4.38",
    "EmployerNum": "24.3.30",
}
_SEARCH = (
    *("LName", "FName", "Phone", "Address", "hideInactive", "City", "State", "SSN", "ChartNumber", "guarOnly"),
    *("showArchived", "Birthdate", "SiteNum", "SubscriberId", "Email", "Country", "clinicNums", "clinicAbbr"),
    "invoiceNumber",
)
METHODS = (
    Method("GET", "patients", "{}", "21.1", "ReadAll", _one),
    Method("GET", "patients", "Simple", "21.2", "ReadAll", _simple, _SIMPLE),
    Method("GET", "patients", "", "21.1", "ReadAll", _many, dict.fromkeys(_SEARCH, "21.1")),
)
