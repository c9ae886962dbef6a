"""`open_dental.commlog`: one CommLog entry of the type “Upset patient” (open-dental-api.md 3.1).

Payload: `payloads.ChartEntry`. Target: the key of the `OpenDentalDatabase`. Proof: the CommlogNum.
"""

from amends.deliveries.channel import Outgoing, Permanent, Proof
from amends.integrations.marker import holds_marker

from .client import Budget, Created
from .features import Feature
from .looking import after_writing
from .office import Office, speaking_to
from .payloads import ChartEntry, read, written
from .rows import Commlog
from .texts import chart_text

PLACE = "CommLog"
# All readings before a write, together. Short, because the engine counts from before them: the write must have left
# early enough to have landed (60 seconds at most) before its lease runs out.
READING_SECONDS = 20.0
LOOKING_SECONDS = 60.0


class CommLog:
    """Writes a CommLog, and finds it by its marker among the patient's CommLogs."""

    name = "open_dental.commlog"

    def deliver(self, item: Outgoing) -> Proof:
        """POST once. Raises a `DeliveryError`."""
        entry = read(ChartEntry, item.payload, item.marker)
        with speaking_to(item.target) as office:
            budget = Budget(READING_SECONDS)
            number = _post(office, body(office, entry, budget), budget).number("CommlogNum")
            if number:
                return Proof(number, PLACE)
            # Before 23.3.7 the 201 has no body, and `Location` is not sure either (open-dental-api.md 3.1).
            return after_writing(lambda: _find(office, entry.PatNum, item.marker), "the patient's CommLogs")

    def find(self, item: Outgoing) -> Proof | None:
        """Among all CommLogs of the patient: right on every version, whatever the clocks say."""
        entry = read(ChartEntry, item.payload, item.marker)
        with speaking_to(item.target) as office:
            return _find(office, entry.PatNum, item.marker)


def body(office: Office, entry: ChartEntry, budget: Budget) -> dict[str, object]:
    """What is sent, so that it can be shown before. Reads only; raises a `DeliveryError`."""
    office.need(Feature.COMMLOG_WRITE, budget)
    made: dict[str, object] = {
        "PatNum": entry.PatNum,
        "Note": chart_text(entry.text),
        "CommDateTime": written(office.on_its_clock(entry.at, entry.zone, budget)),
        "Mode_": entry.Mode_,
        "SentOrReceived": entry.SentOrReceived,  # the default would be Sent
    }
    comm_type = office.comm_type(budget)
    return made if comm_type is None else {**made, "CommType": comm_type}


def _post(office: Office, made: dict[str, object], budget: Budget) -> Created:
    """With the type of upset patients where the office has it; without, where Open Dental does not take its number."""
    try:
        return office.client.post("commlogs", made, budget)
    except Permanent as refused:
        told = str(refused).casefold()
        if "CommType" not in made or not ("commtype" in told or "definition" in told) or not budget.left():
            raise
        office.doubt_comm_type()  # it was hidden or deleted a moment ago
    untyped = {name: value for name, value in made.items() if name != "CommType"}
    return office.client.post("commlogs", untyped, budget)


def _find(office: Office, pat_num: int, marker: str) -> Proof | None:
    rows = office.client.rows("commlogs", Commlog, {"PatNum": pat_num}, Budget(LOOKING_SECONDS))
    found = next((row for row in rows if holds_marker(row.Note, marker)), None)
    return Proof(str(found.CommlogNum), PLACE) if found else None
