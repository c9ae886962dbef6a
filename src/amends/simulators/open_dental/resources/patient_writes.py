"""Making and changing patients (open-dental-api.md 3.7)."""

from amends.simulators.open_dental.blanks import add
from amends.simulators.open_dental.call import Call, RefusedError
from amends.simulators.open_dental.enums import CONTACT_METHOD, GENDER, PAT_STATUS, POSITION, YES_NO
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.resources.patients import full
from amends.simulators.open_dental.tables import Row
from amends.simulators.open_dental.text import NO_DATE, is_date
from amends.simulators.open_dental.world_people import definition
from amends.simulators.serving import Response

_NAMES = ("LName", "FName")
_TEXTS = (
    *("MiddleI", "Preferred", "SSN", "Address", "Address2", "City", "State", "Zip", "HmPhone", "WkPhone"),
    *("WirelessPhone", "Email", "FamFinUrgNote", "ChartNumber", "MedicaidID", "Ward", "Language"),
)
_NUMBERS = {"PriProv": ("provider", "Provider"), "SecProv": ("provider", "Provider"), "ClinicNum": ("clinic", "Clinic")}
_CHOICES = {
    "PatStatus": tuple(status for status in PAT_STATUS if status != "Deleted"),
    "Gender": GENDER,
    "Position": POSITION,
    "TxtMsgOk": YES_NO,
    **dict.fromkeys(("PreferConfirmMethod", "PreferContactMethod", "PreferRecallMethod"), CONTACT_METHOD),
}
_DATES = ("Birthdate", "DateFirstVisit", "AdmitDate")


def _values(call: Call) -> Row:
    """The fields that were sent, checked. An empty text clears a text and is passed over for names (2.10)."""
    values: Row = {name: call.required_text(name) for name in _NAMES if call.body.get(name)}
    values |= {name: call.text(name) for name in _TEXTS if call.has(name)}
    values |= {name: call.choice(name, choices, "") for name, choices in _CHOICES.items() if call.has(name)}
    for name in _DATES:
        if call.has(name):
            values[name] = call.text(name) or NO_DATE
            if not is_date(values[name]):
                raise RefusedError(400, f"{name} format must be yyyy-MM-dd")
    for name, (table, what) in _NUMBERS.items():
        if call.has(name):
            values[name] = call.number(name)
            if values[name]:
                call.row(table, values[name], what)
    if call.has("Guarantor"):
        values["Guarantor"] = call.patient(call.number("Guarantor"))["PatNum"]
    if call.has("BillingType"):
        values["BillingType"] = definition(call.database, 4, call.text("BillingType"))
        if not values["BillingType"]:
            raise RefusedError(400, "BillingType is invalid.")
    return values


def _post(call: Call) -> Response:
    """A new patient, their own guarantor unless another is named. The same name with the same birthdate, e-mail
    address or phone is taken for a duplicate."""
    for name in _NAMES:
        call.required_text(name)
    values = _values(call)
    if any(_same(values, row) for row in call.database.all("patient")):
        raise RefusedError(400, "Patient already exists.")
    values.setdefault("BillingType", definition(call.database, 4, "Standard Account"))
    row = add(call.database, "patient", values)
    if not row["Guarantor"]:
        call.database.update("patient", row["PatNum"], {"Guarantor": row["PatNum"]})
    call.log_created("PatientCreate", row["PatNum"])
    return call.one(full(call.database, row), status=201, key=row["PatNum"])


def _same(values: Row, row: Row) -> bool:
    if any(values[name].casefold() != row[name].casefold() for name in _NAMES):
        return False
    ways = ("Birthdate", "Email", "HmPhone", "WkPhone", "WirelessPhone")
    return any(values.get(way) not in (None, "", NO_DATE) and values[way] == row[way] for way in ways)


def _put(call: Call) -> Response:
    row = call.patient(call.numbers[0], to_write=True)
    call.database.update("patient", row["PatNum"], _values(call))
    call.log("PatientEdit", row["PatNum"])
    return call.one(full(call.database, row))


METHODS = (
    Method("POST", "patients", "", "21.1", "Patients", _post),
    Method("PUT", "patients", "{}", "21.2", "Patients", _put),
)
