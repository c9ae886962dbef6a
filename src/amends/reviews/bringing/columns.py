"""Which column of a file is what: the names that review tools give to their columns (review-platforms.md 5.1-5.4).

The fields are those of one import row for everything (5.4). Names are compared folded: "Review Date", "review_date" and
"reviewDate" are one. Columns about the person as a patient are never read, whatever a map says.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amends.reviews.bringing.names import NAMES, words
from amends.reviews.bringing.values import folded, tidy

FIELDS: Mapping[str, tuple[str, ...]] = {field: words(names) for field, names in NAMES["fields"].items()}


@dataclass(frozen=True)
class Tool:
    """A tool whose files differ (`names.toml` says how)."""

    name: str
    marks: frozenset[str]
    needs: int
    own: Mapping[str, str]
    site: str


TOOLS = tuple(
    Tool(name, frozenset(words(tool["marks"])), tool["needs"], tool["own"], tool.get("site", ""))
    for name, tool in NAMES["tools"].items()
)
# What may say who the patient is: the request for a review was sent to somebody known (5.3).
_OF_PATIENT = re.compile(
    r"patient|paciente|customer|client|guarantor|subscriber|recipient|contact|phone|mobile|\bcell|telefono|\bsms\b"
    r"|e ?mail|correo|birth|\bdob\b|\bssn\b|social security|insurance|\bmrn\b|chart|appointment|\bappt\b|treatment"
    r"|diagnos|procedure|home address|street|zip|postal|sent ?to|invited?\s*(?:name|to)|first.?name|last.?name|surname"
    r"|\bpat.?num\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Columns:
    """Where each field stands in a row (from 0), of which tool the file seems to be, and what is left alone.

    `of_patient` holds the places and names of columns that may say who a patient is; `unread` names the others.
    """

    at: Mapping[str, int]
    width: int
    tool: str
    site: str
    of_patient: Mapping[int, str]
    unread: tuple[str, ...]
    mapped: frozenset[str]  # the fields whose column a person named, and that were found

    @property
    def is_enough(self) -> bool:
        """Whether reviews can be read by it: when, and something that was said."""
        return "created_at" in self.at and bool(_SAID & self.at.keys())


_SAID = frozenset(("rating_value", "recommended", "text_original"))


def columns_of(header: Sequence[str], mapped: Mapping[str, str] | None = None) -> Columns:
    """The columns by their names; `mapped` (field → name of a column, by a person) goes first.

    Where several columns could be one field, the first name in the list of that field is taken.
    """
    names = [folded(name) for name in header]
    tool = _tool(names)
    of_patient = {at: tidy(name, 60) for at, name in enumerate(header) if tells_of_patient(name)}
    found: dict[str, int] = {}
    for field, wanted in (mapped or {}).items():
        place = next((at for at, name in enumerate(names) if name == folded(wanted)), None)
        if place is not None:
            found[field] = place
    by_person = frozenset(found)
    own = tool.own if tool else {}
    for at, name in enumerate(names):
        if own.get(name) and at not in of_patient and at not in found.values():
            found.setdefault(own[name], at)
    for field, aliases in FIELDS.items():
        free = {name: at for at, name in reversed(list(enumerate(names))) if at not in {*of_patient, *found.values()}}
        place = next((free[alias] for alias in aliases if alias in free), None)
        if field not in found and place is not None:
            found[field] = place
    taken = {*found.values(), *of_patient}
    unread = tuple(tidy(name, 60) for at, name in enumerate(header) if at not in taken and name.strip())
    name, site = (tool.name, tool.site) if tool else ("", "")
    return Columns(found, len(header), name, site, of_patient, unread, by_person)


def tells_of_patient(name: str) -> bool:
    """Whether a column of this name may say who a patient is. A reviewer's name is public and does not."""
    plain = "".join(ch for ch in unicodedata.normalize("NFKD", name) if not unicodedata.combining(ch))
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|[_./-]+", " ", plain)
    if re.match(r"(?:review|author|reviewed)", folded(name)):
        return bool(re.search(r"phone|e ?mail|birth", spaced, re.IGNORECASE))
    return bool(_OF_PATIENT.search(spaced))


def _tool(names: Sequence[str]) -> Tool | None:
    """The tool of which most marks are there; none where no tool has enough of them."""
    there = frozenset(names)
    fitting = [tool for tool in TOOLS if len(tool.marks & there) >= tool.needs]
    return max(fitting, key=lambda tool: len(tool.marks & there), default=None)
