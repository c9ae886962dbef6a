"""CommLogs (open-dental-api.md 3.1)."""

from amends.simulators.open_dental.blanks import add
from amends.simulators.open_dental.call import Call, RefusedError
from amends.simulators.open_dental.enums import COMM_MODE, SENT_OR_RECEIVED
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.tables import Database, Row
from amends.simulators.open_dental.versions import COMMLOG_POST_BODY_SINCE, COMMLOG_POST_FIELDS_SINCE, FIELDS_SINCE
from amends.simulators.serving import Response

COMMLOG_TYPES = 27
_PLAIN = (
    *("CommlogNum", "PatNum", "CommDateTime", "CommType", "commType", "Note", "Mode_", "SentOrReceived"),
    *("UserNum", "DateTStamp", "CommSource", "ProgramNum", "DateTEntry", "ReferralNum"),
)


def show(database: Database, row: Row) -> Row:
    """A row as the API shows it: the type as a text that holds a number, and its name."""
    kind = database.get("definition", row["CommType"])
    shown = {**row, "CommType": str(row["CommType"]), "commType": kind["ItemName"] if kind else ""}
    return {name: shown[name] for name in _PLAIN}


def _one(call: Call) -> Response:
    return call.one(show(call.database, call.row("commlog", call.numbers[0], "Commlog")))


def _many(call: Call) -> Response:
    patient = call.number_parameter("PatNum")
    if patient is None and not call.since("25.1.13"):
        raise RefusedError(400, "PatNum is required.")
    after = call.time_parameter("DateTStamp")
    if patient is None:
        found = list(call.stamped_after("commlog", after))
    else:
        if patient:
            call.patient(patient)
        rows = call.database.where("commlog", "PatNum", patient)
        found = [row for row in rows if call.is_after(row["DateTStamp"], after)]
    if not call.settings.oldest_first:
        found.reverse()
    return call.page(found, lambda row: show(call.database, row), nothing="Commlog" if patient else "")


def _post(call: Call) -> Response:
    values = {
        "PatNum": call.number("PatNum"),
        "Note": call.required_text("Note"),
        "CommDateTime": call.time("CommDateTime", call.database.now()),
        "CommType": _type(call),
        "Mode_": call.choice("Mode_", COMM_MODE, "Phone"),
        "SentOrReceived": call.choice("SentOrReceived", SENT_OR_RECEIVED, "Sent"),
        "CommSource": "FHIR" if call.settings.commlog_source_fhir else "User",
    }
    patient = call.patient(call.number("PatNum"), to_write=True)
    row = add(call.database, "commlog", values)
    call.log_created("CommlogEdit", patient["PatNum"])
    shown = show(call.database, row)
    if not call.since(COMMLOG_POST_BODY_SINCE):
        answer = call.one({}, status=201, key=row["CommlogNum"])
        return Response(status=201, headers=answer.headers)
    if not call.since(COMMLOG_POST_FIELDS_SINCE):
        shown = {name: value for name, value in shown.items() if name not in FIELDS_SINCE["commlogs"]}
    return call.one(shown, status=201, key=row["CommlogNum"])


def _put(call: Call) -> Response:
    row = call.row("commlog", call.numbers[0], "Commlog")
    others = sorted(set(call.body) - {"Note"})
    if others and call.settings.commlog_put_strict:
        raise RefusedError(400, f"{others[0]} cannot be changed.")
    note = call.required_text("Note")
    call.database.update("commlog", row["CommlogNum"], {"Note": note, "Signature": "", "SigIsTopaz": False})
    call.log("CommlogEdit", row["PatNum"])
    return call.one(show(call.database, row))


def _type(call: Call) -> int:
    """The definition: `commType` by its name wins over `CommType` by its number; without both, Miscellaneous."""
    visible = [
        row for row in call.database.all("definition") if row["Category"] == COMMLOG_TYPES and not row["IsHidden"]
    ]
    if call.has("commType"):
        name = str(call.body["commType"]).strip().casefold()
        found = [row for row in visible if row["ItemName"].strip().casefold() == name]
        what = "commType"
    elif call.has("CommType"):
        number = call.number("CommType")
        found, what = [row for row in visible if row["DefNum"] == number], "CommType"
    else:
        found = [row for row in visible if row["ItemName"] == "Miscellaneous"] or visible
        what = "CommType"
    if not found:
        raise RefusedError(400, f"{what} is invalid.")
    return int(found[0]["DefNum"])


METHODS = (
    Method("GET", "commlogs", "{}", "25.1.13", "ReadAll", _one),
    Method("GET", "commlogs", "", "21.1", "ReadAll", _many, {"PatNum": "21.1", "DateTStamp": "25.1.13"}),
    Method("POST", "commlogs", "", "21.1", "Comm", _post),
    # In no row of the vendor's table, so it falls under "any method not listed elsewhere" (2.2, unconfirmed).
    Method("PUT", "commlogs", "{}", "25.2.21", "AllOthers", _put),
)
