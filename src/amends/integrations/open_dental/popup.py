"""`open_dental.popup`: a note that is shown to whoever opens the patient, until a day (open-dental-api.md 3.12).

Payload: `payloads.PopupEntry`. Target: the key of the `OpenDentalDatabase`. Proof: the PopupNum.
"""

from amends.deliveries.channel import Configuration, Outgoing, Proof
from amends.integrations.marker import holds_marker

from .client import Budget
from .commlog import LOOKING_SECONDS, READING_SECONDS
from .features import Feature, too_old
from .looking import after_writing
from .office import Office, speaking_to
from .payloads import PopupEntry, read, written
from .rows import Popup
from .texts import chart_text

PLACE = "Popup"


class PatientPopup:
    """Adds a Popup that ends by itself, and finds it by its marker among the patient's Popups."""

    name = "open_dental.popup"

    def deliver(self, item: Outgoing) -> Proof:
        """POST once. Raises a `DeliveryError`."""
        entry = read(PopupEntry, item.payload, item.marker)
        with speaking_to(item.target) as office:
            budget = Budget(READING_SECONDS)
            _must_end(office, budget)
            body = {
                "PatNum": entry.PatNum,
                "Description": chart_text(entry.text),
                "PopupLevel": "Patient",
                "DateTimeDisabled": written(office.on_its_clock(entry.ends, entry.zone, budget)),
            }
            number = office.client.post("popups", body, budget).number("PopupNum")
            if number:
                return Proof(number, PLACE)
            return after_writing(lambda: _find(office, entry.PatNum, item.marker), "the patient's Popups")

    def find(self, item: Outgoing) -> Proof | None:
        """Among the patient's Popups as they are now."""
        entry = read(PopupEntry, item.payload, item.marker)
        with speaking_to(item.target) as office:
            return _find(office, entry.PatNum, item.marker)


def _must_end(office: Office, budget: Budget) -> None:
    missing = office.why_not(Feature.POPUP_WRITE, budget)
    if missing and too_old(Feature.POPUP_WRITE, office.known):
        missing = f"In this Open Dental a Popup could never be taken away again. {missing}"
    if missing:
        raise Configuration(missing)


def _find(office: Office, pat_num: int, marker: str) -> Proof | None:
    rows = office.client.rows("popups", Popup, {"PatNum": pat_num}, Budget(LOOKING_SECONDS))
    # The answer holds those of the whole family, and a changed Popup leaves a copy of what it was.
    mine = (row for row in rows if row.PatNum == pat_num and not row.IsArchived)
    found = next((row for row in mine if holds_marker(row.Description, marker)), None)
    return Proof(str(found.PopupNum), PLACE) if found else None
