"""What a customer key may do (open-dental-api.md 2.2)."""

NAMES = (
    *("ReadAll", "AllOthers", "Comm", "Documents", "Queries", "Appointments", "Insurance", "Patients", "Payments"),
    *("PayPlans", "ProcedureLogs", "Setup", "TextingASAP", "Enterprise"),
)
DEFAULT = frozenset(NAMES) - {"Enterprise"}


def read_permissions(text: str) -> frozenset[str]:
    """`"ReadAll,Comm"` to a set; `Api` before a name may stay. Raises ValueError for a name that is not known."""
    chosen = {part.strip().removeprefix("Api") for part in text.split(",") if part.strip()}
    unknown = chosen - set(NAMES)
    if unknown:
        raise ValueError(f"no permission is called {sorted(unknown)[0]}; there are {', '.join(NAMES)}")
    return frozenset(chosen)


def seconds_between_requests(permissions: frozenset[str]) -> float:
    """The spacing that Remote mode asks of one customer key, in seconds (2.3)."""
    if "Enterprise" in permissions:
        return 0.5
    return 5.0 if permissions <= {"ReadAll"} else 1.0
