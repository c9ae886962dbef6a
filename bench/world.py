"""A group with many cases, written in bulk: the same events, rows and search words as `perform` makes, only faster."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice

from django.db import connection, transaction

from amends.cases import codec
from amends.cases.actions import columns
from amends.cases.door import opened
from amends.cases.models import CaseRow, EventRow
from amends.cases.policies import current_policy, keep_current_policy
from amends.cases.search import words_for
from amends.integrations.open_dental.visit_keeping import keep_visits
from amends.learning import account_words, figures
from amends.learning.tallies import make_tallies
from amends.practice.directory import directory
from amends.practice.models import Group, Office, Person, Post, Region
from amends.protocol import commands as c
from amends.protocol.case import NEW
from amends.protocol.deadline import alarm
from amends.protocol.decide import Context, decide
from amends.protocol.events import Event
from amends.protocol.fold import evolve
from amends.protocol.values import AMENDS, Actor, Patient
from amends.protocol.words import Fixed, Moment, PatientStatus, Purpose, Role, Severity, Way

OFFICES = 40
_WEEK = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
_COMMON = tuple("the patient waited long and was upset about the bill and wants a call from them".split())  # noqa: SIM905
_RARE = [a + b + c for a in ("kor", "vel", "min") for b in ("ani", "olu", "ebi") for c in ("thor", "dak", "fen")]
_FIRST = ["Dana", "Theo", "Mara", "Ivo", "Lena", "Noor", "Pavel", "Rosa", "Tariq", "Una"]
_LAST = ["Morales", "Quist", "Abernathy", "Delacroix", "Fenwick", "Ibarra", "Kowalski", "Novak", "Osei", "Tran"]
_BATCH = 500


def make_group() -> None:
    """Forty offices in four regions, each with a manager and a front desk, and two leaders."""
    keep_current_policy()
    with transaction.atomic():
        Group.objects.create(name="Bench Dental")
        regions = [Region.objects.create(name=f"Region {n}") for n in range(4)]
        for n in range(OFFICES):
            office = Office.objects.create(
                name=f"Office {n:02}",
                region=regions[n % 4],
                calendar={"zone": "America/New_York", "weekly": _WEEK},
                open_dental="main",
                ClinicNum=n + 1,
            )
            _person(f"Manager {n}", Role.OFFICE_MANAGER, office=office)
            _person(f"Desk {n}", Role.TEAM, office=office)
        for n, region in enumerate(regions):
            _person(f"Regional {n}", Role.REGIONAL_MANAGER, region=region)
        _person("Leader 0", Role.LEADER)
        _person("Leader 1", Role.LEADER)


def _person(name: str, role: Role, **place: object) -> None:
    person = Person.objects.create(name=name, email=f"{name.replace(' ', '').lower()}@bench.example", password="!")
    Post.objects.create(person=person, role=role, **place)


def fill(cases: int, *, seed: int = 1, open_share: float = 0.01) -> None:
    """Writes so many cases over the last five years; the newest share of them is still open."""
    chance = random.Random(seed)
    now = datetime.now(UTC)
    open_ones = max(40, int(cases * open_share)) if cases > 200 else cases // 5
    stories = (_story(chance, now, n, cases, is_open=n >= cases - open_ones) for n in range(cases))
    while batch := list(islice(stories, _BATCH)):
        _write(batch)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def visits(*, seed: int = 1) -> None:
    """Five years of completed visits, about sixty a weekday at each office; and what charts read is added up."""
    chance, today = random.Random(seed), datetime.now(UTC).date()
    offices = [int(office) for office in directory().offices]
    first = today - timedelta(days=1826)
    while first < today:
        last = min(first + timedelta(days=60), today - timedelta(days=1))
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        open_days = [day for day in days if day.weekday() < 5]
        counts = {(office, day): chance.randint(45, 75) for office in offices for day in open_days}
        keep_visits(counts, offices=offices, first=first, last=last)
        first = last + timedelta(days=1)
    make_tallies()


def late(cases: int) -> None:
    """Writes so many new cases of four days ago that nobody has accepted: each has one deadline that has passed."""
    known, began, n = directory(), datetime.now(UTC) - timedelta(days=4), 0
    batches = reports(cases)
    while batch := list(islice(batches, _BATCH)):
        stories = []
        for report, by in batch:
            office, at = known.offices[report.office], began + timedelta(seconds=n * 3600 / cases)
            chain = known.chain(office.id)
            context = Context(now=at, by=by, policy=current_policy(), calendar=office.calendar, chain=chain)
            stories.append(list(decide(NEW, report, context)))
            n += 1
        _write(stories)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def reports(count: int, *, seed: int = 1) -> Iterator[tuple[c.Report, Actor]]:
    """So many reports by the front desks of the offices, one after the other; one in ten is severe."""
    chance, known = random.Random(seed), directory()
    desks = {}
    for office in known.offices.values():
        desk = next(p for p in known.people.values() if office.id in known.roles_of(p.id) and p.name.startswith("Desk"))
        desks[office.id] = Actor(desk.id, desk.name, Role.TEAM)
    offices = list(desks)
    for n in range(count):
        name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
        report = c.Report(
            office=offices[n % len(offices)],
            account=" ".join(chance.sample(_COMMON, 12)),
            moment=Moment.CHECKOUT,
            severity=chance.choices(list(Severity), (2, 7, 1))[0],
            patient_status=PatientStatus.KNOWN,
            patient=Patient("main", n + 1, name, f"555-01{n % 100:02}"),
        )
        yield report, desks[report.office]


def _story(chance: random.Random, now: datetime, n: int, cases: int, *, is_open: bool) -> list[Event]:
    known = directory()
    office = list(known.offices.values())[n % OFFICES]
    age = timedelta(days=1826 * (cases - n) / cases) if not is_open else timedelta(hours=(cases - n) % 72 + 1)
    at = now - age
    words = [*_COMMON, chance.choice(_RARE), str(chance.randrange(10_000))]
    chance.shuffle(words)
    chain = known.chain(office.id)
    assert chain.office_manager
    desk = next(p for p in known.people.values() if office.id in known.roles_of(p.id) and p.name.startswith("Desk"))
    patient = Patient("main", n + 1, f"{chance.choice(_FIRST)} {chance.choice(_LAST)}", f"555-01{n % 100:02}")
    manager = Actor(chain.office_manager.id, chain.office_manager.name, Role.OFFICE_MANAGER)
    report = c.Report(
        office=office.id,
        account=" ".join(words),
        moment=chance.choice(list(Moment)),
        kinds=(chance.choice(list(current_policy().kinds)),),
        patient_status=PatientStatus.KNOWN,
        patient=patient,
    )
    script: list[tuple[c.Command, Actor]] = [
        (report, Actor(desk.id, desk.name, Role.TEAM)),
        (_proved("1", Purpose.ACCOUNT, 1), AMENDS),
        (c.RecordConversation(way=Way.PHONE, note="Listened and explained the estimate."), manager),
        (_proved("3", Purpose.CONVERSATION, 4), AMENDS),
        (c.RecordCauses(causes=(chance.choice(list(current_policy().causes)),)), manager),
        (c.MarkAddressed(resolution="explained"), manager),
        (_proved("4", Purpose.LEADERS_TOLD, 7), AMENDS),
    ]
    case, events = NEW, []
    for step, (command, by) in enumerate(script[: chance.choice((1, 2, 4)) if is_open else None]):
        context = Context(
            now=at + timedelta(minutes=20 * step), by=by, policy=current_policy(), calendar=office.calendar, chain=chain
        )
        made = decide(case, command, context)
        events += made
        case = list(accumulate(made, evolve, initial=case))[-1]
    asked_at = None if is_open else alarm(case, current_policy(), office.calendar)
    answer = c.RecordConfirmation(
        answer=chance.choice([Fixed.YES, Fixed.YES, Fixed.PARTLY, Fixed.NOT_REACHED]), note="Said so on the phone."
    )
    for wish, by in ((c.DeadlinePassed(due=asked_at or now), AMENDS), (answer, manager)):
        if asked_at and asked_at < now:
            context = Context(now=asked_at, by=by, policy=current_policy(), calendar=office.calendar, chain=chain)
            made = decide(case, wish, context)
            events += made
            case = list(accumulate(made, evolve, initial=case))[-1]
    return events


def _proved(no: str, purpose: Purpose, about: int) -> c.DeliveryProved:
    return c.DeliveryProved(marker=f"UP-0.{no}", purpose=purpose, about=about, place="CommLog", id="90213")


def _write(stories: list[list[Event]]) -> None:
    known, policy = directory(), current_policy()
    rows, events, words = [], [], []
    for story in stories:
        case = list(accumulate(story, evolve, initial=NEW))[-1]
        row = CaseRow(**columns(case, policy, known))
        for seq, event in enumerate(story, start=1):
            event_row = codec.to_row(seq, event, previous=row.head)
            row.head = event_row.hash
            events.append((row, event_row))
        rows.append(row)
        words.append((row, case))
    with transaction.atomic(), opened():
        CaseRow.system.bulk_create(rows)
        for row, event_row in events:
            event_row.case_id = row.pk
        EventRow.objects.bulk_create([event_row for _, event_row in events])
        offices = directory().offices
        figures.write([figures.figures_of(row, case, offices[case.office].zone) for row, case in words])
        account_words.write((row.pk, case) for row, case in words)
        values = [(row.pk, words_for(row.pk, case)) for row, case in words]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.executemany(
                    "INSERT INTO cases_search (case_id, words) VALUES (%s, array_to_tsvector(%s))", values
                )
            else:
                cursor.executemany(
                    "INSERT INTO cases_search (rowid, words) VALUES (%s, %s)", [(pk, " ".join(w)) for pk, w in values]
                )
