"""The practice itself: users, clinics, providers (open-dental-api.md 3.6, 3.10, 3.11). Reading only."""

from amends.simulators.open_dental.call import Call
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.tables import Database, Row
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


def _user(database: Database, row: Row) -> Row:
    """A user without the number of the inbox, which the API does not tell (3.4)."""
    provider = database.get("provider", row["ProvNum"])
    return {
        "UserNum": row["UserNum"],
        "UserName": row["UserName"],
        "userGroupNums": row["userGroupNums"],
        "EmployeeNum": row["EmployeeNum"],
        "employeeName": "",
        "ProviderNum": row["ProvNum"],
        "providerName": f"{provider['FName']} {provider['LName']}" if provider else "",
        "ClinicNum": row["ClinicNum"],
        "emailAddress": row["emailAddress"],
        "IsHidden": row["IsHidden"],
        "UserNumCEMT": row["UserNumCEMT"],
        "IsPasswordResetRequired": row["IsPasswordResetRequired"],
    }


def _users(call: Call) -> Response:
    hidden_too = call.flag_parameter("includeHidden")
    central_too = call.flag_parameter("includeCEMT")
    rows = (
        row
        for row in call.database.all("userod")
        if (hidden_too or not row["IsHidden"]) and (central_too or not row["UserNumCEMT"])
    )
    return call.page(rows, lambda row: _user(call.database, row))


def _clinics(call: Call) -> Response:
    rows = (row for row in call.database.all("clinic") if call.settings.clinics_on and not row["IsHidden"])
    return call.page(rows, lambda row: {name: row[name] for name in _CLINIC})


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
    Method("GET", "userods", "", "21.3", "ReadAll", _users, {"includeHidden": "22.4.24", "includeCEMT": "25.1.10"}),
    Method("GET", "clinics", "", "21.1", "ReadAll", _clinics),
    Method("GET", "providers", "{}", "24.4.17", "ReadAll", _one_provider),
    Method("GET", "providers", "", "21.1", "ReadAll", _providers, {"ClinicNum": "21.3", "DateTStamp": "21.3"}),
)
