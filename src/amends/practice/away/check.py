"""The morning coverage check: an office without anybody is noticed from 07:30 on, and whoever must know is told once.

A row for each office and day makes it once, whoever looks and however often. Telling is an e-mail; My work shows the
gap for as long as it lasts, also where no mail server is set up.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.urls import reverse

from amends.practice.away.coverage import Gap, gap_on, who_is_told
from amends.practice.directory import Directory, PersonEntry, directory
from amends.practice.models import CoverageGap

LOOKS_FROM = time(7, 30)
_CLAIM = timedelta(minutes=5)  # longer than a mail server may take; then another process may try
_A_DAY = timedelta(days=1)

log = structlog.get_logger(__name__)


def check_coverage(now: datetime) -> int:
    """Notices each office that is open today and has nobody, and tells whoever must know; returns how many are new."""
    known = directory()
    gaps = {(int(gap.office.id), gap.day): gap for gap in gaps_now(known, now)}
    rows = CoverageGap.objects.filter(day__gte=_yesterday(now))
    seen = set(rows.values_list("office_id", "day"))
    fresh = [gap for key, gap in gaps.items() if key not in seen]
    for gap in fresh:
        CoverageGap.objects.get_or_create(office_id=int(gap.office.id), day=gap.day, defaults={"noticed_at": now})
        log.warning("coverage.gap", office=gap.office.id, day=gap.day.isoformat())
    untold = rows.filter(told_at=None).filter(Q(claimed_at=None) | Q(claimed_at__lt=now - _CLAIM))
    waiting = [(row, gaps[key]) for row in untold if (key := (row.office_id, row.day)) in gaps]
    if waiting:
        _tell(waiting, known, now)
    return len(fresh)


def gaps_now(known: Directory, now: datetime) -> list[Gap]:
    """Every active office of which it is known by now that nobody answers for it today."""
    found = []
    for office in known.offices.values():
        local = now.astimezone(office.zone)
        if office.is_active and local.time() >= LOOKS_FROM and (gap := gap_on(office, local.date(), known, now=now)):
            found.append(gap)
    return found


def _tell(waiting: Iterable[tuple[CoverageGap, Gap]], known: Directory, now: datetime) -> None:
    """One e-mail for each person, however many offices. What nobody could be told is tried again in some minutes."""
    theirs: dict[str, list[tuple[CoverageGap, Gap]]] = {}
    for row, gap in waiting:
        claimed = CoverageGap.objects.filter(pk=row.pk, told_at=None, claimed_at=row.claimed_at).update(claimed_at=now)
        if claimed:  # no other process has it
            for person in who_is_told(gap, known):
                theirs.setdefault(person.id, []).append((row, gap))
    for key, told in theirs.items():
        person = known.people[key]
        if _mail(person, [gap for _, gap in told]):
            for row, _ in told:
                row.told = ", ".join(name for name in (row.told, person.name) if name)[:400]
                CoverageGap.objects.filter(pk=row.pk).update(told=row.told, told_at=now)


def _mail(person: PersonEntry, gaps: list[Gap]) -> bool:
    """Whether the mail server took it. Without one there is nothing to try: My work tells."""
    if not settings.EMAIL_HOST:
        return True
    offices = [gap.office.name for gap in gaps]
    text = "\n".join(
        (
            f"Nobody answers today for {_and(offices)}.",
            "Upset patients of today come to you until somebody there is back or covers.",
            f"{settings.BASE_URL}{reverse('offices')}",
        )
    )
    subject = f"Nobody answers for {offices[0]}" + (f" and {len(offices) - 1} more" if len(offices) > 1 else "")
    try:
        EmailMessage(subject=f"{subject} today", body=text, to=[person.email]).send()
    except (OSError, ValueError) as trouble:  # SMTP's own errors are OSErrors; ValueError is an impossible address
        log.error("coverage.mail", person=person.id, error=type(trouble).__name__)
        return False
    return True


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _yesterday(now: datetime) -> date:
    """A date that is not after any office's today."""
    return (now - _A_DAY).date()
