"""The resources of the API, one family a module; each gives its METHODS."""

from amends.simulators.open_dental.methods import Table
from amends.simulators.open_dental.resources import (
    appointments,
    chartmodules,
    commlogs,
    definitions,
    patfields,
    patient_writes,
    patientnotes,
    patients,
    popups,
    practice,
    procedures,
    procnotes,
    queries,
    records,
    subscriptions,
    tasknotes,
    tasks,
    users,
)

TABLE = Table(
    (
        *commlogs.METHODS,
        *definitions.METHODS,
        *tasks.METHODS,
        *tasknotes.METHODS,
        *patients.METHODS,
        *patient_writes.METHODS,
        *appointments.METHODS,
        *procedures.METHODS,
        *procnotes.METHODS,
        *practice.METHODS,
        *users.METHODS,
        *records.METHODS,
        *popups.METHODS,
        *patfields.METHODS,
        *patientnotes.METHODS,
        *chartmodules.METHODS,
        *queries.METHODS,
        *subscriptions.METHODS,
    )
)
