"""How one simulated Open Dental is set up: mode, version, permissions, keys, and what nobody could confirm."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from amends.simulators.open_dental import permissions
from amends.simulators.open_dental.text import TextRules
from amends.simulators.open_dental.versions import PROFILES


class Mode(StrEnum):
    """Where the API runs (open-dental-api.md 1). It decides page size, spacing and what offline looks like."""

    REMOTE = "remote"
    SERVICE = "service"
    LOCAL = "local"


@dataclass(frozen=True)
class Settings:
    """One office and its customer key. The command line gives the same to all; control changes one or all of them.

    The last part are switches for what the reference marks as unconfirmed; `switches.py` names and explains them.
    """

    # the whole simulator
    developer_key: str = "demo-developer"
    customer_keys: tuple[str, ...] = ("demo-customer",)
    seed: int = 7
    state_file: Path | None = None
    utc_offset: timedelta | None = None  # None: the state file's, else five hours behind UTC
    small_worlds: bool = False  # one clinic for each key, made when the key is first used

    # the office
    mode: Mode = Mode.REMOTE
    version: str = PROFILES[-1]
    econnector: bool = True
    queue: int = 3  # requests that wait for their turn in Remote mode before others are refused
    own_offset: timedelta | None = None  # None: the common clock's
    machines_off: frozenset[str] = frozenset()  # workstations that are switched off, and fire no events

    # the key
    permissions: frozenset[str] = permissions.DEFAULT
    enabled: bool = True
    office: str = ""  # the customer key whose database this one selects; empty: its own

    # what is not confirmed
    text: TextRules = field(default_factory=TextRules)
    clinics_on: bool = True
    bare_errors: bool = False
    strict_parameters: bool = True
    stamp_inclusive: bool = False
    oldest_first: bool = False
    empty_is_404: bool = False
    location_told: bool = True
    done_sets_finished: bool = True
    task_author_kept: bool = True
    tasknote_touches_task: bool = False
    api_signals: bool = True
    commlog_put_needs_comm: bool = False
    commlog_put_strict: bool = False
    commlog_source_fhir: bool = False
    popup_edit_new_number: bool = False
    query_offset_gives_rest: bool = False
    endpoint_needs_slash: bool = False

    @property
    def page_size(self) -> int:
        """Rows per page: default and maximum (1)."""
        size = 100 if self.mode is Mode.REMOTE else 1000
        return size * 10 if "Enterprise" in self.permissions else size
