"""Pages for people at `/`: patients, inboxes, faults."""

from amends.simulators.open_dental.offices import OfficeSimulator
from amends.simulators.open_dental.pages.inboxes import InboxPages
from amends.simulators.open_dental.pages.patients import PatientPages
from amends.simulators.open_dental.pages.switches import FaultPages
from amends.simulators.serving import Router


def routes(office: OfficeSimulator) -> Router:
    """All pages, by address."""
    patients, inboxes, faults, router = PatientPages(office), InboxPages(office), FaultPages(office), Router()
    router.add("GET", "/", patients.patients)
    router.add("GET", "/patients/{PatNum}", patients.chart)
    router.add("POST", "/patients/{PatNum}/commlogs", patients.write_commlog)
    router.add("POST", "/patients/{PatNum}/procnotes", patients.write_procnote)
    router.add("GET", "/inboxes", inboxes.inboxes)
    router.add("GET", "/inboxes/{UserNum}", inboxes.inbox)
    router.add("GET", "/tasks/{TaskNum}", inboxes.task)
    router.add("POST", "/tasks/{TaskNum}", inboxes.change_task)
    router.add("GET", "/faults", faults.faults)
    router.add("POST", "/faults", faults.change_faults)
    return router
