"""Pages for people at `/`: patients, inboxes, definitions, events, settings, faults."""

from amends.simulators.open_dental.offices import OfficeSimulator
from amends.simulators.open_dental.pages.commlogs import CommlogPages
from amends.simulators.open_dental.pages.definitions import DefinitionPages
from amends.simulators.open_dental.pages.events import EventPages
from amends.simulators.open_dental.pages.inboxes import InboxPages
from amends.simulators.open_dental.pages.patients import PatientPages
from amends.simulators.open_dental.pages.switches import FaultPages, SettingPages
from amends.simulators.serving import Router


def routes(office: OfficeSimulator) -> Router:
    """All pages, by address."""
    patients, commlogs, inboxes = PatientPages(office), CommlogPages(office), InboxPages(office)
    definitions, settings, faults = DefinitionPages(office), SettingPages(office), FaultPages(office)
    router = Router()
    for method, place, page in (
        ("GET", "/", patients.patients),
        ("GET", "/patients/{PatNum}", patients.chart),
        ("POST", "/patients/{PatNum}/commlogs", commlogs.write),
        ("POST", "/patients/{PatNum}/procnotes", patients.write_procnote),
        ("POST", "/patients/{PatNum}/merge", patients.merge),
        ("GET", "/commlogs/{CommlogNum}", commlogs.commlog),
        ("POST", "/commlogs/{CommlogNum}", commlogs.change),
        ("POST", "/commlogs/{CommlogNum}/delete", commlogs.delete),
        ("GET", "/inboxes", inboxes.inboxes),
        ("GET", "/inboxes/{UserNum}", inboxes.inbox),
        ("GET", "/tasks/{TaskNum}", inboxes.task),
        ("POST", "/tasks/{TaskNum}", inboxes.change_task),
        ("GET", "/definitions", definitions.definitions),
        ("POST", "/definitions", definitions.new),
        ("POST", "/definitions/{DefNum}", definitions.change),
        ("GET", "/events", EventPages(office).events),
        ("GET", "/settings", settings.settings),
        ("POST", "/settings", settings.change),
        ("POST", "/clock", settings.set_clock),
        ("GET", "/faults", faults.faults),
        ("POST", "/faults", faults.change_faults),
    ):
        router.add(method, place, page)
    return router
