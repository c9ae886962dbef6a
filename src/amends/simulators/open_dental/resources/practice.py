"""The practice itself: clinics and providers (open-dental-api.md 3.10, 3.11)."""

from amends.simulators.open_dental.call import Call, RefusedError
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.tables import Row
from amends.simulators.serving import Response

_CLINIC = (
    *("ClinicNum", "Description", "Address", "Address2", "City", "State", "Zip"),
    *("BillingAddress", "BillingAddress2", "BillingCity", "BillingState", "BillingZip"),
    *("PayToAddress", "PayToAddress2", "PayToCity", "PayToState", "PayToZip", "Phone", "Abbr", "IsHidden"),
)
_PROVIDER = (
    *("ProvNum", "Abbr", "LName", "FName", "MI", "Suffix", "FeeSched", "Specialty", "SSN", "StateLicense"),
    *("IsSecondary", "provColor", "IsHidden", "UsingTIN", "SigOnFile", "NationalProvID", "DateTStamp", "IsNotPerson"),
    *("ProvStatus", "IsHiddenReport", "Birthdate", "SchedNote", "PreferredName"),
)


def _clinics(call: Call) -> Response:
    rows = (row for row in call.database.all("clinic") if call.settings.clinics_on and not row["IsHidden"])
    return call.page(rows, lambda row: {name: row[name] for name in _CLINIC})


def _put_clinic(call: Call) -> Response:
    row = call.row("clinic", call.numbers[0], "Clinic")
    changes = {name: call.text(name) for name in _CLINIC if name not in ("ClinicNum", "IsHidden") and call.has(name)}
    phone = changes.get("Phone", row["Phone"])
    if phone and not (len(phone) == 10 and phone.isdecimal()):
        raise RefusedError(400, "Phone is invalid.")
    if call.has("IsHidden"):
        call.database.update("clinic", row["ClinicNum"], {"IsHidden": call.flag("IsHidden")})
    call.database.update("clinic", row["ClinicNum"], changes)
    call.log("ClinicEdit", 0)
    return call.nothing()


def show_provider(row: Row) -> Row:
    """A provider without the server's time."""
    return {name: row[name] for name in _PROVIDER}


def _one_provider(call: Call) -> Response:
    row = call.row("provider", call.numbers[0], "Provider")
    return call.one({**show_provider(row), "serverDateTime": call.database.now()})


def _providers(call: Call) -> Response:
    tests, after = call.equal_numbers("ClinicNum"), call.time_parameter("DateTStamp")
    now = "" if "ClinicNum" in call.parameters else call.database.now()
    rows = call.stamped_after("provider", after)
    found = (row for row in rows if all(row[name] == value for name, value in tests))
    return call.page(found, lambda row: {**show_provider(row), "serverDateTime": now})


METHODS = (
    Method("GET", "clinics", "", "21.1", "ReadAll", _clinics),
    Method("PUT", "clinics", "{}", "21.4", "Setup", _put_clinic),
    Method("GET", "providers", "{}", "24.4.17", "ReadAll", _one_provider),
    Method("GET", "providers", "", "21.1", "ReadAll", _providers, {"ClinicNum": "21.3", "DateTStamp": "21.3"}),
)
