"""What the program knows about itself: preferences, permissions, signals, audit trail, computers (3.13)."""

from datetime import timedelta

from amends.simulators.open_dental import permissions
from amends.simulators.open_dental.call import Call, RefusedError
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.tables import Row
from amends.simulators.open_dental.text import TIME_FORMAT, us_time
from amends.simulators.serving import Response

_SIGNAL = ("SignalNum", "DateViewing", "SigDateTime", "FKey", "FKeyType", "IType", "RemoteRole", "MsgValue")
_LOG = ("SecurityLogNum", "PermType", "UserNum", "LogDateTime", "LogText", "PatNum", "CompName", "LogSource")


def _preferences(call: Call) -> Response:
    name = call.parameters.get("PrefName")
    rows = (row for row in call.database.all("preference") if name in (None, row["PrefName"]))
    return call.page(rows, lambda row: {column: row[column] for column in ("PrefNum", "PrefName", "ValueString")})


def _permissions(call: Call) -> Response:
    rows = (
        {"Permission": f"Api{name}", "HasPermission": name in call.settings.permissions} for name in permissions.NAMES
    )
    return call.page(rows, lambda row: row)


def _signals(call: Call) -> Response:
    after = call.time_parameter("SigDateTime")
    if after is None:
        raise RefusedError(400, "SigDateTime is required.")
    now = call.database.now()
    rows = (row for row in call.database.all("signalod") if call.is_after(row["SigDateTime"], after))
    return call.page(rows, lambda row: {**{name: row[name] for name in _SIGNAL}, "serverDateTime": now})


def _security_logs(call: Call) -> Response:
    """Only what the calling developer did."""
    kind = call.parameters.get("PermType")
    rows = (
        row
        for row in call.database.all("securitylog")
        if row["Developer"] == call.developer and kind in (None, row["PermType"])
    )
    return call.page(rows, _security_log)


def _security_log(row: Row) -> Row:
    return {**{name: row[name] for name in _LOG}, "LogDateTime": us_time(row["LogDateTime"])}


def _computers(call: Call) -> Response:
    """A machine that runs has beaten within the last three minutes."""
    return call.page(call.database.all("computer"), lambda row: _computer(call, row))


def _computer(call: Call, row: Row) -> Row:
    off = row["CompName"] in call.settings.machines_off
    beat = call.database.clock_now() - timedelta(seconds=row["ComputerNum"] * 41 % 180)
    heard = row["LastHeartBeat"] if off else beat.strftime(TIME_FORMAT)
    return {"ComputerNum": row["ComputerNum"], "CompName": row["CompName"], "LastHeartBeat": heard}


METHODS = (
    Method("GET", "preferences", "", "21.1", "ReadAll", _preferences, {"PrefName": "21.1"}),
    Method("GET", "securityperms", "", "22.2", "", _permissions),
    Method("GET", "signalods", "", "21.2", "ReadAll", _signals, {"SigDateTime": "21.2"}),
    Method("GET", "securitylogs", "", "23.1.33", "ReadAll", _security_logs, {"PermType": "23.1.33"}),
    Method("GET", "computers", "", "23.1.30", "ReadAll", _computers),
)
