"""The resources of the API, one family a module; each gives its METHODS."""

from amends.simulators.open_dental.methods import Table
from amends.simulators.open_dental.resources import (
    appointments,
    chartmodules,
    commlogs,
    definitions,
    patfields,
    patients,
    popups,
    practice,
    procedures,
    procnotes,
    queries,
    records,
    tasknotes,
    tasks,
)

TABLE = Table(
    (
        *commlogs.METHODS,
        *definitions.METHODS,
        *tasks.METHODS,
        *tasknotes.METHODS,
        *patients.METHODS,
        *appointments.METHODS,
        *procedures.METHODS,
        *procnotes.METHODS,
        *practice.METHODS,
        *records.METHODS,
        *popups.METHODS,
        *patfields.METHODS,
        *chartmodules.METHODS,
        *queries.METHODS,
    )
)
