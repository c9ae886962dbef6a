"""A second, plain implementation: every number of the page, from the events alone, on histories made at random."""

import contextlib
import itertools
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from math import ceil, exp
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import Cast, make_cast

from amends.access import actor_at
from amends.cases import actions
from amends.cases.models import CaseRow
from amends.cases.queries import Filters, Followed, page_of
from amends.integrations.open_dental.models import SimilarPatients, VisitCount, VisitSum
from amends.integrations.open_dental.visit_keeping import keep_visits
from amends.learning.against_visits import AgainstVisits, Held, Known, visits_of
from amends.learning.charts import Links, areas
from amends.learning.counting import Asked, Counted, cases_of, first_day, rare_ones, total, within
from amends.learning.models import CaseFigures, Tally, ToTally
from amends.learning.quiet_offices import quiet_offices
from amends.learning.spans import Grain, Span, Window, spans_of
from amends.learning.statistics.between import between_chart
from amends.learning.statistics.durations import median, p90
from amends.learning.tallies import make_tallies, note_followed
from amends.practice.directory import directory
from amends.practice.models import Office
from amends.practice.parts_of_weeks import end_of_part, part_of, parts_between
from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.decide import Refused
from amends.protocol.policy import shipped_policy
from amends.protocol.values import AMENDS, Patient, Person
from amends.protocol.words import AsideReason, CorrectableField, Moment, PatientStatus, Severity, Source, Way

TODAY = date(2026, 11, 18)
SOMEBODY = Person("7", "Ana Ruiz")
CAUSES = ("wait_in_office", "estimate_wrong", "privacy")

STEPS = (
    lambda at: c.RecordConversation(way=Way.PHONE, note="Spoke."),
    lambda at: c.RecordCauses(causes=(CAUSES[0],)),
    lambda at: c.RecordCauses(causes=(CAUSES[1], CAUSES[2])),
    lambda at: c.NameInvolved(people=(SOMEBODY,)),
    lambda at: c.MarkAddressed(resolution="explained"),
    lambda at: c.Reopen(why="Again."),
    lambda at: c.PutAside(reason=AsideReason.NOT_UPSET, note="x"),
    lambda at: c.CorrectField(field=CorrectableField.SEVERITY, value=(Severity.MILD.value,), why="x"),
    lambda at: c.PatientCameBack(visit="7", on=(at + timedelta(days=9)).date()),
)

STORY = st.fixed_dictionaries(
    {
        "ago": st.integers(0, 800),
        "office": st.integers(0, 1),
        "source": st.sampled_from((Source.DESK, Source.API)),
        "steps": st.lists(st.tuples(st.integers(0, len(STEPS) - 1), st.integers(1, 4_000)), max_size=7),
        "followed": st.none() | st.tuples(st.integers(0, 5), st.integers(0, 5)),
    }
)


def play(cast: Cast, number: int, story: dict) -> int:
    office = (cast.maple, cast.harbor)[story["office"]]
    at = datetime(2026, 11, 18, 3, 0, tzinfo=UTC) - timedelta(days=story["ago"], hours=number)
    report = c.Report(
        office=str(office.pk),
        account="Waited.",
        moment=Moment.BEFORE,
        source=story["source"],
        patient_status=PatientStatus.KNOWN,
        patient=Patient("main", 1_000 + number, "Dana Quillfeather"),
    )
    pk = actions.perform(command=report, by=AMENDS, at=at).row.pk
    for step, minutes in story["steps"]:
        at += timedelta(minutes=minutes)
        command = STEPS[step](at)
        by = AMENDS if isinstance(command, c.PatientCameBack) else actor_at(cast.lee, str(office.pk))
        try:
            actions.perform(command=command, by=by, case=pk, at=at)
        except Refused:
            continue
    if story["followed"]:
        similar, came_back = max(story["followed"]), min(story["followed"])
        SimilarPatients.objects.create(
            case_id=pk, addressed_on=at.date(), due_on=at.date(), similar=similar, came_back=came_back
        )
    return pk


def plainly(first: date, last: date, *, offices: set[int], cause: str, source: str) -> dict[str, object]:
    """What a person would count who reads all events, knowing nothing of figures, tallies or folds."""
    cases, minutes, causes = [], [], Counter[str]()
    ours, theirs = [0, 0], [0, 0]
    for pk in CaseRow.system.values_list("pk", flat=True):
        events = actions.events_of(pk)
        told_at, told = next((event.at, event.fact) for event in events if isinstance(event.fact, e.Reported))
        day = told_at.astimezone(directory().offices[told.office].zone).date()
        named = {cause for event in events if isinstance(event.fact, e.CausesRecorded) for cause in event.fact.causes}
        moves = [event.fact for event in events if isinstance(event.fact, e.SetAside | e.Reopened)]
        is_aside = bool(moves) and isinstance(moves[-1], e.SetAside)
        fits = first <= day <= last and int(told.office) in offices and source in ("", told.source)
        if is_aside or not fits or (cause and cause not in named):
            continue
        cases.append(pk)
        causes.update(named)
        spoken = [event.at for event in events if isinstance(event.fact, e.ConversationRecorded)]
        if spoken:
            minutes.append(int((min(spoken) - told_at).total_seconds() // 60))
        found = SimilarPatients.objects.filter(pk=pk, similar__gt=0).first()
        if found:
            came_back = any(isinstance(event.fact, e.PatientKept) for event in events)
            ours, theirs = (
                [ours[0] + came_back, ours[1] + 1],
                [theirs[0] + (found.came_back or 0), theirs[1] + (found.similar or 0)],
            )
    minutes.sort()
    return {
        "cases": len(cases),
        "causes": {cause: count for cause, count in causes.items() if count},
        "half": minutes[ceil(len(minutes) / 2) - 1] if minutes else None,
        "nine": minutes[ceil(len(minutes) * 9 / 10) - 1] if minutes else None,
        "ours": ours,
        "theirs": theirs,
    }


def as_shown(added) -> dict[str, object]:
    ours, theirs = added.kept
    return {
        "cases": added.cell.cases,
        "causes": {cause: count for cause, count in added.causes.items() if count},
        "half": median(added.cell.minutes),
        "nine": p90(added.cell.minutes),
        "ours": [ours.count, ours.of],
        "theirs": [theirs.count, theirs.of],
    }


def listed(first: date, last: date, *, offices: set[int], cause: str, source: str) -> list[int]:
    """How many cases the way from *Patients kept* opens: of those who came back, and of all who were followed."""
    of_causes = (cause,) if cause else ()
    return [
        opened(first, last, offices, source, causes=of_causes, followed=which)
        for which in (Followed.CAME_BACK, Followed.ALL)
    ]


def opened(first: date, last: date, offices: set[int], source: str, **more: Any) -> int:
    """How many cases the list has."""
    places = [str(one) for one in offices]
    asked = Filters(places, source=Source(source) if source else None, told=(first, last), **more)
    return len(page_of(asked, now=timezone.now()).rows)


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    stories=st.lists(STORY, min_size=1, max_size=8),
    later=st.lists(STORY, max_size=2),
    merged=st.booleans(),
    cause=st.sampled_from(("", *CAUSES)),
    source=st.sampled_from(("", "desk", "api")),
    window=st.sampled_from(list(Window)),
    only=st.sampled_from((None, 0, 1)),
)
def test_every_number_of_the_page_is_what_the_events_say(stories, later, merged, cause, source, window, only, request):
    from django.db import transaction

    with transaction.atomic():
        cast = make_cast()
        played = [play(cast, n, story) for n, story in enumerate(stories)]
        if merged and len(played) > 1:
            by = actor_at(cast.lee, str(cast.maple.pk))
            with contextlib.suppress(Refused):
                actions.merge(duplicate=played[0], into=played[1], by=by)
        note_followed()
        make_tallies()
        for n, story in enumerate(later):  # these are not tallied yet
            play(cast, 100 + n, {**story, "followed": None})
        places = (cast.maple.pk, cast.harbor.pk)
        offices = None if only is None else (places[only],)
        spans = spans_of(window, TODAY)
        begin = part_of(min(some[0].first for some in spans.values()))
        end = max(some[-1].end for some in spans.values())
        by_part = cases_of(Asked(offices, cause, source), begin, end)
        wanted = {"offices": set(places if offices is None else offices), "cause": cause, "source": source}
        for some in spans.values():
            for span in some:
                assert as_shown(within(span, by_part)) == plainly(span.first, span.last, **wanted), span
            whole = total(within(span, by_part) for span in some)
            assert as_shown(whole) == plainly(some[0].first, some[-1].last, **wanted)
            assert listed(some[0].first, some[-1].last, **wanted) == as_shown(whole)["ours"]
            links = Links({"cause": cause} if cause else {})
            shown = areas(whole, shipped_policy().causes, some[0].first, some[-1].last, links)
            for area in (*shown.about, *shown.on_the_way):
                causes = tuple(parse_qs(urlsplit(area.href).query)["cause"][0].split(","))
                place = (some[0].first, some[-1].last, wanted["offices"], source)
                assert opened(*place, causes=causes) == area.cases > 0, area
            assert bool(shown.about) == bool(as_shown(whole)["causes"] and not cause)
        make_tallies()
        again = cases_of(Asked(offices, cause, source), begin, end)
        assert {part: as_shown(one) for part, one in again.items() if one.cell.cases} == {
            part: as_shown(one) for part, one in by_part.items() if one.cell.cases
        }
        transaction.set_rollback(True)


def test_what_changes_while_it_is_tallied_is_tallied_again(group: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    story = {"ago": 3, "office": 0, "source": Source.DESK, "steps": [], "followed": None}
    play(group, 0, story)
    from amends.learning import tallies

    counted = tallies._counted
    calls: list[int] = []

    def and_meanwhile(parts, offices):
        found = counted(parts, offices)
        if not calls:
            calls.append(play(group, 1, story))
        return found

    monkeypatch.setattr(tallies, "_counted", and_meanwhile)
    assert make_tallies() == 2
    assert not ToTally.objects.exists()
    cells = Tally.objects.get(place=Tally.EVERYWHERE).cells
    assert cells == Tally.objects.get(place=group.maple.pk).cells
    assert '"desk":{"":[2,' in cells
    assert CaseFigures.objects.count() == 2


@given(first=st.dates(date(2020, 1, 1), date(2030, 1, 1)), days=st.integers(1, 900))
def test_parts_cover_every_day_once_and_make_up_weeks_and_months(first: date, days: int) -> None:
    end = first + timedelta(days=days)
    parts = list(parts_between(first, end))
    assert parts[0] <= first
    assert end_of_part(parts[-1]) >= end
    for one, following in itertools.pairwise(parts):
        assert end_of_part(one) == following
    for day in (first, end - timedelta(days=1)):
        assert part_of(day) in parts
        assert part_of(day).month == day.month
        assert part_of(day).isocalendar().week == day.isocalendar().week


@pytest.mark.parametrize("window", list(Window))
@given(today=st.dates(date(2021, 1, 1), date(2040, 1, 1)))
def test_spans_follow_each_other_and_only_the_last_has_not_ended(window: Window, today: date) -> None:
    for some in spans_of(window, today).values():
        assert all(one.end == after.first for one, after in itertools.pairwise(some))
        assert some[-1].first <= today < some[-1].end
        assert all(part_of(one.first) == one.first for one in some)
        assert len({one.name for one in some}) == len(some)


# --- visits --------------------------------------------------------------------------------------------------------


def test_visits_of_a_span_are_those_of_the_offices_of_which_every_day_is_known(group: Cast) -> None:
    spans = spans_of(Window.SEASON, TODAY)["week"]  # type: ignore[index]
    week, now = spans[-2], spans[-1]
    maple, harbor = offices = [group.maple.pk, group.harbor.pk]
    counts = {(maple, week.first + timedelta(days=n)): n for n in range(9)}
    keep_visits(counts, offices=offices, first=week.first, last=week.first + timedelta(days=8))

    def of(span, *places):
        return visits_of(places or None, spans, TODAY)[span]

    assert (of(week), of(week, maple), of(week, harbor)) == (Known(21), Known(21), Known(0))
    assert of(spans[0]) == Known(None, frozenset(offices)), "not read"
    assert of(now, maple) == Known(7 + 8), "Monday and Tuesday, and today is Wednesday"
    VisitCount.objects.filter(office=harbor, day=week.first).delete()
    keep_visits({}, offices=[harbor], first=week.last, last=week.last)
    assert (of(week), of(week, maple)) == (Known(21, frozenset([harbor])), Known(21))


JOINS = st.tuples(*[st.just(0) | st.integers(1, 800)] * 2)


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    stories=st.lists(STORY, max_size=5),
    holes=st.lists(st.tuples(st.integers(0, 1), st.integers(1, 190), st.integers(1, 60)), max_size=3),
    never=st.sampled_from((None, 0, 1)),
    closed=st.booleans(),
    joins=JOINS,
    cause=st.sampled_from(("", CAUSES[0])),
    only=st.sampled_from((None, 0, 1)),
    window=st.sampled_from(list(Window)),
)
def test_cases_and_visits_are_held_together_by_office_and_day(
    stories, holes, never, closed, joins, cause, only, window, request
):
    """Whatever was not read: what a rate is made of are the cases and the visits of the same offices and days, of an
    office that joined later from then on."""
    from django.db import transaction

    with transaction.atomic():
        cast = make_cast()
        for n, story in enumerate(stories):
            play(cast, n, {**story, "followed": None})
        make_tallies()
        places = (cast.maple.pk, cast.harbor.pk)
        joined = join(places, joins)
        read = {(place, TODAY - timedelta(days=n)) for place in places for n in range(1, 2_000)}
        read -= {(place, day) for place, day in read if day < joined[place]}
        for which, ago, days in holes:
            read -= {(places[which], TODAY - timedelta(days=ago + n)) for n in range(days)}
        read -= {one for one in read if never is not None and one[0] == places[never]}
        visits = {(place, day): 1 + (place + day.toordinal()) % 50 for place, day in read}
        add_up(visits)
        if closed:
            Office.objects.filter(pk=places[1]).update(is_active=False)
        asked = Asked(None if only is None else (places[only],), cause)
        spans = [span for some in spans_of(window, TODAY).values() for span in some]
        begin = part_of(min(span.first for span in spans))
        counted = Counted(cases_of(asked, begin, max(span.end for span in spans)))
        held = AgainstVisits(asked, visits_of(asked.offices, spans, TODAY), counted, TODAY, begin)
        for span in spans:
            days = [span.first + timedelta(days=n) for n in range((min(span.end, TODAY) - span.first).days)]
            there = {place: [day for day in days if day >= joined[place]] for place in places}
            wanted = {place for place in (places if only is None else (places[only],)) if there[place]}
            known = {place for place in wanted if all((place, day) in read for day in there[place])}
            of_known = {"offices": known, "cause": cause, "source": ""}
            cases = plainly(span.first, min(span.end, TODAY) - timedelta(days=1), **of_known)["cases"] if known else 0
            total_visits = sum(visits[place, day] for place in known for day in there[place]) if known else None
            assert held[span] == Held(int(str(cases)), total_visits, frozenset(wanted - known)), span
        transaction.set_rollback(True)


def join(places: tuple[int, ...], joins: tuple[int, int]) -> dict[int, date]:
    """Lets each office join so many days ago (0: as early as the group), and no later than its first case."""
    joined = dict.fromkeys(places, date.min)
    for place, ago in zip(places, joins, strict=True):
        told = [day for day, office, _ in told_on(counting_alone=False) if office == place]
        if ago:
            joined[place] = min([TODAY - timedelta(days=ago), *told])
            Office.objects.filter(pk=place).update(joined_on=joined[place])
    return joined


def told_on(*, counting_alone: bool = True) -> list[tuple[date, int, set[str]]]:
    """Day, office and causes of each case that counts, or of each at all, from its events."""
    found = []
    for pk in CaseRow.system.values_list("pk", flat=True):
        facts = [(event.at, event.fact) for event in actions.events_of(pk)]
        at, told = next((at, fact) for at, fact in facts if isinstance(fact, e.Reported))
        moves = [fact for _, fact in facts if isinstance(fact, e.SetAside | e.Reopened)]
        causes = {cause for _, fact in facts if isinstance(fact, e.CausesRecorded) for cause in fact.causes}
        if not counting_alone or not moves or not isinstance(moves[-1], e.SetAside):
            day = at.astimezone(directory().offices[told.office].zone).date()
            found.append((day, int(told.office), causes))
    return found


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(stories=st.lists(STORY, min_size=1, max_size=6), joins=JOINS, cause=st.sampled_from(("", CAUSES[0])))
def test_days_between_and_quiet_offices_are_what_the_events_say(stories, joins, cause, request):
    from django.db import transaction

    with transaction.atomic():
        cast = make_cast()
        for n, story in enumerate(stories):
            play(cast, n, {**story, "followed": None})
        make_tallies()
        places = (cast.maple.pk, cast.harbor.pk)
        joined = join(places, joins)
        long_ago, yesterday = TODAY - timedelta(days=900), TODAY - timedelta(days=1)
        days = [long_ago + timedelta(days=n) for n in range(901)]
        told = told_on()
        each = sorted(day for day, _, causes in told if not cause or cause in causes)
        found = [day for day, _ in rare_ones(Asked(None, cause), long_ago, TODAY)]
        assert found == each
        gaps = [(after - before).days for before, after in itertools.pairwise(each)]
        assert list(between_chart([day.toordinal() for day in found], TODAY.toordinal()).gaps) == gaps

        keep_visits(
            {(place, day): 40 for place in places for day in days}, offices=places, first=days[0], last=yesterday
        )
        since = min((day for day, _, _ in told), default=TODAY)
        assert (first_day() or TODAY) == since
        mondays = [day for day in days if day.weekday() == 0 and since <= day and day + timedelta(days=7) <= TODAY][
            -26:
        ]
        cases = sum(bool(mondays) and mondays[0] <= day < mondays[-1] + timedelta(days=7) for day, _, _ in told)
        weeks = [monday + timedelta(days=n) for monday in mondays for n in range(7)]
        visits = sum(40 for place in places for day in weeks if day >= joined[place])
        quiet = {}
        for place in places:
            last = max((day for day, office, _ in told if office == place), default=since - timedelta(days=1))
            own_visits = 40 * sum(last < day <= yesterday and joined[place] <= day for day in days)
            if visits and exp(-own_visits * cases / visits) < 0.00135:
                quiet[place] = own_visits
        assert {place: one.visits for place, one in quiet_offices(places, TODAY, since)} == quiet
        transaction.set_rollback(True)


def add_up(visits: dict[tuple[int, date], int]) -> None:
    """`VisitSum` as `keep_visits` would have it, for years at once."""
    sums: dict[tuple[int, date], list[int]] = {}
    for (place, day), count in visits.items():
        sums.setdefault((place, part_of(day)), []).append(count)
    VisitSum.objects.bulk_create(
        VisitSum(office_id=place, begins=begins, completed=sum(counts), days=len(counts))
        for (place, begins), counts in sums.items()
    )


def test_a_later_correction_replaces_what_was_counted(group: Cast) -> None:
    day, office = date(2026, 3, 31), group.maple.pk
    for count in (30, 28):
        keep_visits({(office, day): count}, offices=[office], first=day, last=day)
    assert VisitCount.objects.get().completed == 28
    span = Span(Grain.WEEK, date(2026, 3, 30), date(2026, 4, 1))
    keep_visits({}, offices=[office], first=date(2026, 3, 30), last=date(2026, 3, 30))
    assert visits_of((office,), [span], TODAY) == {span: Known(28)}
