"""`amends report --json`: one case for each line; for scripts and for moving from another system.

A line: {"id": any, "office": name or ClinicNum, "account": "…", "moment": "checkout", "kinds": ["billing"],
"severity": "upset", "triggers": [], "patient": {"PatNum": 41, "name": "…", "phone": "…"} | "unknown" | "not_a_patient",
"happened_at": "2026-03-02T14:05:00-05:00", "by": e-mail of the reporter, "still_here": false, "origin": "…"}.
The answer: {"id": …, "case": "UP-1042"} or {"id": …, "error": "…"}. The same `origin` twice is one case.
"""

import argparse
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StrictInt, ValidationError
from pydantic_core import PydanticCustomError

from amends.cli.started import database_is_ready, start_django
from amends.filters.lines import BadLine, answer_lines
from amends.protocol.words import Moment, PatientStatus, Severity, Trigger

if TYPE_CHECKING:
    from amends.practice.directory import OfficeEntry


def _writable(text: str) -> str:
    """Without the one character that no database keeps. Refuses what is no text in any encoding."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("surrogate", "It holds half of a character (a lone surrogate)") from None
    return text.replace("\x00", "")


def _exact(text: str) -> str:
    """As it is: it names something, and must not become another name. Refuses what cannot be kept so."""
    if _writable(text) != text:
        raise PydanticCustomError("nul", "It holds a NUL character")
    return text


_Text = Annotated[str, AfterValidator(_writable)]
_Name = Annotated[str, AfterValidator(_exact)]


class _Patient(BaseModel):
    PatNum: int = Field(gt=0, lt=2**53)
    name: _Text = Field(min_length=1, max_length=200)
    phone: _Text = Field(default="", max_length=40)


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore")

    office: _Name | StrictInt
    account: _Text
    by: _Name
    moment: Moment = Moment.AFTER
    kinds: tuple[_Name, ...] = ()
    severity: Severity = Severity.UPSET
    triggers: frozenset[Trigger] = frozenset()
    patient: _Patient | PatientStatus = PatientStatus.UNKNOWN
    happened_at: AwareDatetime | None = None
    still_here: bool = False
    origin: _Name = Field(default="", max_length=70)


_WRITTEN = _Line.model_fields.keys() | _Patient.model_fields.keys()


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="amends report", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", required=True, help="read and write one JSON object per line")
    parser.parse_args(argv)
    if not start_django() or not database_is_ready():
        return 1
    from amends.cases.policies import keep_current_policy

    keep_current_policy()
    return answer_lines(sys.stdin.buffer, sys.stdout.buffer, report_line)


def report_line(fields: Mapping[str, object]) -> dict[str, object]:
    """Opens one case. Raises `BadLine` with a sentence."""
    from django.db import DatabaseError
    from django.http import Http404

    from amends.access import Right, actor_at, offices_with
    from amends.cases import actions
    from amends.practice.models import Person
    from amends.protocol import commands as c
    from amends.protocol.decide import Refused
    from amends.protocol.values import Patient
    from amends.protocol.words import Source

    try:
        line = _Line.model_validate(fields)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        # Of the path only what the sender wrote: pydantic puts its own names of types between.
        path = [str(part) for part in first["loc"] if isinstance(part, int) or part in _WRITTEN]
        raise BadLine(f"{'.'.join(path)}: {first['msg']}.") from wrong
    office = _office(line.office)
    person = Person.objects.filter(email__iexact=line.by, is_active=True).first()
    if person is None or office.id not in offices_with(person, Right.REPORT):
        raise BadLine(f"by: nobody with the address {line.by!r} may report at {office.name}.")
    if isinstance(line.patient, _Patient) and not office.open_dental:
        raise BadLine(f"patient: {office.name} has no Open Dental database, so a PatNum means nothing there.")
    command = c.Report(
        office=office.id,
        account=line.account,
        moment=line.moment,
        kinds=line.kinds,
        severity=line.severity,
        triggers=line.triggers,
        patient_status=PatientStatus.KNOWN if isinstance(line.patient, _Patient) else line.patient,
        patient=Patient(office.open_dental, line.patient.PatNum, line.patient.name, line.patient.phone)
        if isinstance(line.patient, _Patient)
        else None,
        still_here=line.still_here,
        source=Source.API,
        happened_at=line.happened_at,
    )
    try:
        origin = f"api:{line.origin}" if line.origin else ""
        done = actions.perform(command=command, by=actor_at(person, office.id), origin=origin)
    except Refused as refused:
        raise BadLine(str(refused)) from refused
    except Http404 as gone:
        raise BadLine("by: that person has no role there any more.") from gone
    except DatabaseError as failed:
        raise BadLine(
            f"The case was not saved: the database refused ({type(failed).__name__}). Try it again."
        ) from failed
    return {"case": done.number}


def _office(named: str | int) -> "OfficeEntry":
    from amends.practice.directory import directory

    offices = directory().offices.values()
    if isinstance(named, int):
        found = [office for office in offices if office.ClinicNum == named and named]
    else:
        found = [office for office in offices if office.name.casefold() == named.strip().casefold()]
    if len(found) != 1:
        raise BadLine(f"office: {named!r} names {'no' if not found else 'more than one'} office of the group.")
    return found[0]
