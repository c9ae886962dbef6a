"""Users and their groups (open-dental-api.md 3.6)."""

from amends.simulators.open_dental.blanks import add
from amends.simulators.open_dental.call import Call, RefusedError
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.tables import Database, Row
from amends.simulators.serving import Response

_STRONG = 8  # letters, with a capital, a small one and a digit among them


def _show(database: Database, row: Row) -> Row:
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


def _many(call: Call) -> Response:
    hidden_too = call.flag_parameter("includeHidden")
    central_too = call.flag_parameter("includeCEMT")
    rows = (
        row
        for row in call.database.all("userod")
        if (hidden_too or not row["IsHidden"]) and (central_too or not row["UserNumCEMT"])
    )
    return call.page(rows, lambda row: _show(call.database, row))


def _post(call: Call) -> Response:
    """The answer repeats the password, as the real one does."""
    name, password = call.required_text("UserName"), call.required_text("Password")
    if name != name.rstrip():
        raise RefusedError(400, "UserName cannot end with a space.")
    if any(row["UserName"].casefold() == name.casefold() for row in call.database.all("userod")):
        raise RefusedError(400, "UserName is already in use.")
    if len(password) < _STRONG or not all(
        any(test(sign) for sign in password) for test in (str.isupper, str.islower, str.isdigit)
    ):
        raise RefusedError(400, "Password is not strong enough.")
    group = call.row("usergroup", call.number("UserGroupNum"), "UserGroup")
    values: Row = {"UserName": name, "userGroupNums": [group["UserGroupNum"]]}
    values["IsPasswordResetRequired"] = call.flag("IsPasswordResetRequired")
    row = add(call.database, "userod", values)
    call.log_created("SecurityAdmin", 0)
    return call.one({**_show(call.database, row), "Password": password}, status=201, key=row["UserNum"])


def _put(call: Call) -> Response:
    row = call.row("userod", call.numbers[0], "Userod")
    changes: Row = {name: call.flag(name) for name in ("IsHidden", "IsPasswordResetRequired") if call.has(name)}
    for name, column, table, what in (
        ("ProviderNum", "ProvNum", "provider", "Provider"),
        ("ClinicNum", "ClinicNum", "clinic", "Clinic"),
    ):
        if call.has(name):
            changes[column] = call.number(name)
            if changes[column]:
                call.row(table, changes[column], what)
    if call.has("EmployeeNum"):
        changes["EmployeeNum"] = call.number("EmployeeNum")
    if call.has("userGroupNums"):
        changes["userGroupNums"] = _groups(call)
    call.database.update("userod", row["UserNum"], changes)
    call.log("SecurityAdmin", 0)
    return call.one(_show(call.database, row))


def _groups(call: Call) -> list[int]:
    numbers = call.body["userGroupNums"]
    if not isinstance(numbers, list) or not numbers or not all(isinstance(number, int) for number in numbers):
        raise RefusedError(400, "userGroupNums is invalid.")
    return [call.row("usergroup", number, "UserGroup")["UserGroupNum"] for number in numbers]


def _user_groups(call: Call) -> Response:
    return call.page(call.database.all("usergroup"), dict)


def _attaches(call: Call) -> Response:
    pairs = ((row["UserNum"], group) for row in call.database.all("userod") for group in row["userGroupNums"])
    rows = (
        {"UserGroupAttachNum": number, "UserNum": user, "UserGroupNum": group}
        for number, (user, group) in enumerate(pairs, start=1)
    )
    return call.page(rows, dict)


METHODS = (
    Method("GET", "userods", "", "21.3", "ReadAll", _many, {"includeHidden": "22.4.24", "includeCEMT": "25.1.10"}),
    Method("POST", "userods", "", "22.1", "Setup", _post),
    Method("PUT", "userods", "{}", "22.4.20", "Setup", _put),
    Method("GET", "usergroups", "", "23.2.21", "ReadAll", _user_groups),
    Method("GET", "usergroupattaches", "", "23.3.7", "ReadAll", _attaches),
)
