"""`/_control/events…`: what was sent, and events at once. Not under the lock, since the receiver may ask back."""

from collections.abc import Callable
from functools import partial

from amends.simulators.open_dental.control import whole
from amends.simulators.open_dental.events.firing import Firing
from amends.simulators.open_dental.offices import OfficeSimulator
from amends.simulators.serving import BodyError, Request, Response, Router, json_response
from amends.simulators.simulator import control_body

Act = Callable[[OfficeSimulator, Firing, Request], Response]


def add_routes(office: OfficeSimulator, firing: Firing, routes: Router) -> None:
    """All of them; `?customer_key=` chooses the office, without it the first."""
    for (method, path), act in ACTS.items():
        routes.add(method, f"/_control/events{path}", partial(act, office, firing))


def _sent(office: OfficeSimulator, firing: Firing, request: Request) -> Response:
    """What was sent so far, the oldest first."""
    return json_response(list(firing.sent))


def _poll(office: OfficeSimulator, firing: Firing, request: Request) -> Response:
    """Every subscription of the office looks now, before its time has come. Answers what was sent."""
    control_body(request, ())
    return json_response(firing.poll(_office_name(office, request)))


def _select_patient(office: OfficeSimulator, firing: Firing, request: Request) -> Response:
    """`{"PatNum", "Workstation"}`: somebody opens a patient; without `Workstation` on the first machine."""
    body = control_body(request, ("PatNum", "Workstation"))
    name, number = _office_name(office, request), whole(body, "PatNum")
    with office.lock:
        database = office.offices.databases[name]
        if database.get("patient", number) is None:
            raise BodyError(f"There is no patient {number}.")
        first = next((str(row["CompName"]) for row in database.all("computer")), "")
    return json_response(firing.select_patient(name, number, str(body.get("Workstation") or first)))


def _office_name(office: OfficeSimulator, request: Request) -> str:
    """The name under which the database of the chosen customer key is kept."""
    key = request.parameter("customer_key") or office.offices.keys[0]
    with office.lock:
        office.offices.database(key)
        return office.offices.settings(key).office or key


ACTS: dict[tuple[str, str], Act] = {
    ("GET", ""): _sent,
    ("POST", "/poll"): _poll,
    ("POST", "/patient-selected"): _select_patient,
}
