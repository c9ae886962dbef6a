"""The methods of the API: which resource, verb and sub-route there is, since when, for whom, with which parameters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from amends.simulators.open_dental.call import Call
from amends.simulators.serving import Response

# Resources that refuse a query parameter they do not know; the others ignore it (open-dental-api.md 2.9, 6 step 9).
ALWAYS_STRICT = frozenset({"patients"})
STRICT = frozenset({"commlogs", "tasks", "tasklists", "tasknotes", "procnotes", "popups"})

# Resources of the real API that the simulator has no methods for: they are known, and every call is refused.
ELSEWHERE = frozenset(
    {
        *("accountmodules", "adjustments", "allergies", "appointmenttypes", "apptfields", "asapcomms", "carriers"),
        *("claimpayments", "claimprocs", "claims", "diseases", "documents", "employees", "etrans", "familymodules"),
        *("feescheds", "fees", "insplans", "inssubs", "labcases", "medications", "operatories", "patplans", "payments"),
        *("paysplits", "payplans", "recalls", "refattaches", "referrals", "schedules", "sheets", "statements"),
        "toothinitials",
    }
)

Parameters = Mapping[str, str]  # name -> version since which it is known

ON_EVERY_LIST = {"Limit": "21.1", "Offset": "21.1"}
ON_EVERY_GET = {"DateFormatString": "22.2.26", "DateTimeFormatString": "22.2.14"}


@dataclass(frozen=True)
class Method:
    """One method. `sub` is the path after the resource; `{}` stands for a number."""

    verb: str
    resource: str
    sub: str
    since: str
    permission: str  # empty: none is asked for
    handler: Callable[[Call], Response]
    parameters: Parameters = field(default_factory=dict)


def known_parameters(method: Method) -> Parameters:
    """All query parameters of a method with the version that brought them."""
    if method.verb != "GET":
        return method.parameters
    return {**ON_EVERY_GET, **({} if method.sub == "{}" else ON_EVERY_LIST), **method.parameters}


class Table:
    """All methods, found by resource, verb and the parts of the path."""

    def __init__(self, methods: tuple[Method, ...]) -> None:
        self._methods: dict[tuple[str, str, str], Method] = {}
        for method in methods:
            self._methods[method.resource, method.verb, method.sub.lower()] = method
        self._resources = frozenset(method.resource for method in methods) | ELSEWHERE

    def knows(self, resource: str) -> bool:
        """Whether there is such a resource; singular and upper-case names are none (2.4)."""
        return resource in self._resources

    def find(self, resource: str, verb: str, parts: list[str]) -> Method | None:
        """The method of a path, in any case of its sub-route (2.4)."""
        sub = "/".join("{}" if is_number(part) else part.lower() for part in parts)
        return self._methods.get((resource, verb, sub))


def is_number(part: str) -> bool:
    """Whether one part of a path is a key."""
    return part.isascii() and part.isdigit()
