"""The notes of a patient that are one row each: medical, service, emergency contact (open-dental-api.md 3.12)."""

from amends.simulators.open_dental.blanks import BLANKS, add
from amends.simulators.open_dental.call import Call
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.tables import Row
from amends.simulators.serving import Response

_TEXTS = ("Medical", "Service", "ICEName", "ICEPhone")


def _row(call: Call) -> Row:
    """The row of a patient; one that nobody wrote yet is empty."""
    patient = call.patient(call.numbers[0])["PatNum"]
    return call.database.get("patientnote", patient) or {"PatNum": patient, **BLANKS["patientnote"]}


def _get(call: Call) -> Response:
    return call.one(_row(call))


def _put(call: Call) -> Response:
    """Replaces what is sent and leaves the rest."""
    row = _row(call)
    call.patient(row["PatNum"], to_write=True)
    changes = {name: call.text(name) for name in _TEXTS if call.has(name)}
    if call.database.get("patientnote", row["PatNum"]) is None:
        add(call.database, "patientnote", {"PatNum": row["PatNum"]})
    call.database.update("patientnote", row["PatNum"], changes)
    call.log("PatientEdit", row["PatNum"])
    return call.one({**row, **changes})


METHODS = (
    Method("GET", "patientnotes", "{}", "21.2", "ReadAll", _get),
    Method("PUT", "patientnotes", "{}", "21.2", "AllOthers", _put),
)
