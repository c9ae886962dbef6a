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
    """Flags of the command line. The second half are switches for what the reference marks as unconfirmed."""

    mode: Mode = Mode.REMOTE
    version: str = PROFILES[-1]
    permissions: frozenset[str] = permissions.DEFAULT
    developer_key: str = "demo-developer"
    customer_keys: tuple[str, ...] = ("demo-customer",)
    seed: int = 7
    state_file: Path | None = None
    utc_offset: timedelta | None = None  # None: the state file's, else five hours behind UTC
    queue: int = 3  # requests that wait for their turn in Remote mode before others are refused
    text: TextRules = field(default_factory=TextRules)
    bare_errors: bool = False
    strict_parameters: bool = True
    stamp_inclusive: bool = False
    done_sets_finished: bool = True
    query_offset_gives_rest: bool = False
    clinics_on: bool = True

    @property
    def page_size(self) -> int:
        """Rows per page: default and maximum (1)."""
        size = 100 if self.mode is Mode.REMOTE else 1000
        return size * 10 if "Enterprise" in self.permissions else size
