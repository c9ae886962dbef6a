"""The morning coverage check: an office without anybody is noticed from 07:30 on, and whoever must know is told once.

A row for each office and day makes it once, whoever looks and however often, and a row for each person who must hear of
it makes telling once. Telling is an e-mail, and a direct message in Slack to who is known there; it names offices and
nobody else. My work shows the gap for as long as it lasts, also where there is neither.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse

from amends.deliveries.ways import write_to_slack
from amends.practice.away.coverage import Gap, gap_on, who_is_asked, who_is_told
from amends.practice.directory import Directory, PersonEntry, directory
from amends.practice.models import CoverageGap, GapTold
from amends.protocol.words import Purpose

LOOKS_FROM = time(7, 30)
_CLAIM = timedelta(minutes=5)  # longer than a mail server may take; then another process may try
_A_DAY = timedelta(days=1)

log = structlog.get_logger(__name__)


def check_coverage(now: datetime) -> int:
    """Notices each office that is open today and has nobody, and tells whoever must know; returns how many are new."""
    known = directory()
    gaps = {(int(gap.office.id), gap.day): gap for gap in gaps_now(known, now)}
    rows = CoverageGap.objects.filter(day__gte=_yesterday(now)).order_by("office__name")
    seen = set(rows.values_list("office_id", "day"))
    fresh = [gap for key, gap in gaps.items() if key not in seen]
    for gap in fresh:
        CoverageGap.objects.get_or_create(office_id=int(gap.office.id), day=gap.day, defaults={"noticed_at": now})
        log.warning("coverage.gap", office=gap.office.id, day=gap.day.isoformat())
    if gaps:
        _tell({row.pk: gaps[key] for row in rows if (key := (row.office_id, row.day)) in gaps}, known, now)
    return len(fresh)


def gaps_now(known: Directory, now: datetime) -> list[Gap]:
    """Every active office of which it is known by now that nobody answers for it today."""
    found = []
    for office in known.offices.values():
        local = now.astimezone(office.zone)
        if office.is_active and local.time() >= LOOKS_FROM and (gap := gap_on(office, local.date(), known, now=now)):
            found.append(gap)
    return found


def _tell(gaps: Mapping[int, Gap], known: Directory, now: datetime) -> None:
    """One message for each person, however many offices. Who could not be told is tried again in some minutes."""
    told = set(GapTold.objects.filter(gap__in=gaps).exclude(told_at=None).values_list("gap_id", "person_id"))
    theirs: dict[int, list[int]] = {}
    for pk, gap in gaps.items():
        for person in who_is_told(gap, known):
            if (pk, int(person.id)) not in told:
                theirs.setdefault(int(person.id), []).append(pk)
    for person_id, untold in theirs.items():
        claimed = [pk for pk in untold if _claim(pk, person_id, now)]
        if claimed:
            _tell_person(known.people[str(person_id)], {pk: gaps[pk] for pk in claimed}, known, now)


def _tell_person(person: PersonEntry, gaps: Mapping[int, Gap], known: Directory, now: datetime) -> None:
    subject, text = _words(person, list(gaps.values()), known)
    mailed = _mail(person, subject, text)
    with transaction.atomic():  # with the message in Slack, so that a second try writes no second one
        if write_to_slack(person, Purpose.COVERAGE, f"gap:{min(gaps)}.{person.id}", text, now=now) or mailed:
            GapTold.objects.filter(gap__in=gaps, person=int(person.id)).update(told_at=now)


def _claim(gap: int, person: int, now: datetime) -> bool:
    """Whether no other process is telling this person of it, or has."""
    row, is_first = GapTold.objects.get_or_create(gap_id=gap, person_id=person, defaults={"claimed_at": now})
    stale = GapTold.objects.filter(pk=row.pk, told_at=None, claimed_at__lt=now - _CLAIM)
    return is_first or bool(stale.update(claimed_at=now))


def _words(person: PersonEntry, gaps: list[Gap], known: Directory) -> tuple[str, str]:
    """Subject and text for this person, who is asked instead or keeps the group's people."""
    more = f" and {len(gaps) - 1} more" if len(gaps) > 1 else ""
    offices: dict[str, list[str]] = {}
    for gap in gaps:
        offices.setdefault(_what_to_do(person, who_is_asked(gap, known)), []).append(gap.office.name)
    text = [f"Nobody answers today for {_and(names)}.\n{what}" for what, names in offices.items()]
    link = f"{settings.BASE_URL}{reverse('offices')}"
    return f"Nobody answers for {gaps[0].office.name}{more} today", "\n".join([*text, link])


def _what_to_do(person: PersonEntry, asked: Sequence[PersonEntry]) -> str:
    if any(one.id == person.id for one in asked):
        return "Upset patients of today come to you until somebody there is back or covers."
    meanwhile = f"Until then {asked[0].name} is asked." if asked else "Until then nobody is left to be asked."
    return f"Please name somebody there, or a cover for who is away. {meanwhile}"


def _mail(person: PersonEntry, subject: str, text: str) -> bool:
    """Whether a mail server took it."""
    if not settings.EMAIL_HOST:
        return False
    try:
        EmailMessage(subject=subject, body=text, to=[person.email]).send()
    except (OSError, ValueError) as trouble:  # SMTP's own errors are OSErrors; ValueError is an impossible address
        log.error("coverage.mail", person=person.id, error=type(trouble).__name__)
        return False
    return True


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _yesterday(now: datetime) -> date:
    """A date that is not after any office's today."""
    return (now - _A_DAY).date()
