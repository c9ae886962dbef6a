"""`perform` is one transaction through one door: all of it or nothing, once, and never over somebody else's work."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection
from tests.cases.story import MARISOL, TOBIAS, a_report, by, opened
from tests.conftest import Cast, make_cast

from amends.audit.verify import verify
from amends.cases import actions
from amends.cases.actions import CaseMovedError, NoSuchCaseError
from amends.cases.models import CaseRow, EventRow, number_of, pk_of
from amends.deliveries.models import Delivery
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol import values
from amends.protocol.decide import Refused
from amends.protocol.fold import fold
from amends.protocol.values import AMENDS
from amends.protocol.words import AsideReason, Purpose, Stage, Way

TABLES = ("cases_caserow", "cases_eventrow", "cases_search", "deliveries_delivery")


def everything() -> dict[str, list[Any]]:
    """Every row of every table that a command writes to."""
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table}")
            found[table] = sorted(cursor.fetchall(), key=repr)
        return found


@contextmanager
def failing_at(nth: int, error: Exception) -> Iterator[list[str]]:
    """The database fails at the n-th statement; the list holds the statements that it was asked."""
    asked: list[str] = []

    def fail(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        if len(asked) == nth:
            raise error
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail):
        yield asked


def test_a_fault_at_any_statement_leaves_nothing_half_written(committed: None) -> None:
    group = make_cast()
    case = opened(group.maple, group.ana).row.pk
    omar = by(group.omar, group.maple)
    works: list[Callable[[], object]] = [
        lambda: opened(group.maple, group.ana, patient=TOBIAS),
        lambda: actions.perform(command=c.RecordConversation(way=Way.PHONE, note="Heard."), by=omar, case=case),
        lambda: actions.perform(command=c.PutAside(reason=AsideReason.NOT_UPSET, note="No."), by=omar, case=case),
    ]
    for work in works:
        before, nth = everything(), 0
        while True:
            nth += 1
            try:
                with failing_at(nth, OperationalError("database or disk is full")) as asked:
                    work()
            except OperationalError:
                assert everything() == before, f"half written after statement {nth}: {asked[-1]}"
            else:
                break
        assert nth > 5
        assert len(asked) == nth - 1
        assert everything() != before  # and without the fault it works
    assert [p.what for p in verify().problems] == []


def test_a_full_disk_is_an_error_and_the_next_try_works(committed: None) -> None:
    group = make_cast()
    with failing_at(6, OperationalError("database or disk is full")), pytest.raises(DatabaseError):
        opened(group.maple, group.ana)
    assert opened(group.maple, group.ana).case.version == 1


def test_a_report_without_a_case_and_a_case_without_a_report(group: Cast) -> None:
    ana = by(group.ana, group.maple)
    with pytest.raises(NoSuchCaseError):
        actions.perform(command=c.AddAccount(text="More."), by=ana)
    with pytest.raises(NoSuchCaseError):
        actions.perform(command=c.AddAccount(text="More."), by=ana, case=987_654)
    with pytest.raises(NoSuchCaseError):
        actions.state_of(987_654)
    nowhere = c.Report(**{**vars(a_report(group.maple)), "office": "987654"})
    with pytest.raises(NoSuchCaseError, match="no such office"):
        actions.perform(command=nowhere, by=ana)
    assert not CaseRow.system.exists()


def test_the_same_origin_twice_is_one_case(group: Cast) -> None:
    ana = by(group.ana, group.maple)
    first = actions.perform(command=a_report(group.maple), by=ana, origin="form:1")
    second = actions.perform(command=a_report(group.maple, "Pressed twice."), by=ana, origin="form:1")
    assert (second.number, second.events) == (first.number, ())
    assert second.case == first.case
    assert (CaseRow.system.count(), EventRow.objects.count()) == (1, 1)
    actions.perform(command=a_report(group.maple), by=ana)
    actions.perform(command=a_report(group.maple), by=ana)
    assert CaseRow.system.count() == 3


@pytest.mark.parametrize("origin", ["", "form:1"])
def test_what_else_the_database_refuses_is_not_taken_for_a_report_made_twice(group: Cast, origin: str) -> None:
    ana = by(group.ana, group.maple)
    with failing_at(1, IntegrityError("something else")), pytest.raises(IntegrityError, match="something else"):
        actions.perform(command=a_report(group.maple), by=ana, origin=origin)
    assert not CaseRow.system.exists()


def test_the_same_origin_from_eight_at_once_is_one_case(committed: None) -> None:
    group = make_cast()
    together = Barrier(8)

    def report(_: int) -> str:
        together.wait()
        try:
            return actions.perform(
                command=a_report(group.maple), by=by(group.ana, group.maple), origin="commlog:main:90213"
            ).number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as people:
        numbers = set(people.map(report, range(8)))
    assert len(numbers) == CaseRow.system.count() == 1
    assert Delivery.objects.count() == 2


def test_commands_of_many_at_once_come_one_after_the_other(committed: None) -> None:
    group = make_cast()
    case = opened(group.maple, group.ana).row.pk
    together = Barrier(8)

    def add(n: int) -> None:
        together.wait()
        try:
            actions.perform(command=c.AddAccount(text=f"Voice {n}."), by=by(group.ana, group.maple), case=case)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as people:
        list(people.map(add, range(8)))
    state = actions.state_of(case)
    assert (state.version, len(state.accounts)) == (9, 9)
    assert verify().ok


def test_somebody_who_acted_in_the_meantime_is_shown_before_anything_happens(group: Cast) -> None:
    done = opened(group.maple, group.ana)
    case, seen = done.row.pk, done.row.version
    actions.perform(command=c.LogAttempt(way=Way.PHONE), by=by(group.omar, group.maple), case=case)
    with pytest.raises(CaseMovedError) as moved:
        actions.perform(command=c.StepIn(), by=by(group.lee, group.maple), case=case, seen=seen)
    since = [(event.by.name, type(event.fact)) for event in moved.value.since]
    assert since == [("Omar Haddad", e.Acknowledged), ("Omar Haddad", e.AttemptLogged)]
    assert actions.state_of(case).version == 3


def test_what_oneself_and_amends_did_does_not_count_as_somebody_else(group: Cast) -> None:
    done = opened(group.maple, group.ana)
    case, seen, omar = done.row.pk, done.row.version, by(group.omar, group.maple)
    proved = c.DeliveryProved(marker=f"{done.number}.1", purpose=Purpose.ACCOUNT, about=1, place="CommLog", id="9")
    actions.perform(command=proved, by=AMENDS, case=case)
    actions.perform(command=c.Acknowledge(), by=omar, case=case)
    attempt = c.LogAttempt(way=Way.PHONE)
    assert actions.perform(command=attempt, by=omar, case=case, seen=seen).case.version == 4


def test_of_two_people_at_once_the_second_hears_of_the_first(committed: None) -> None:
    group = make_cast()
    done = opened(group.maple, group.ana)
    together = Barrier(2)

    def take(person: Person) -> str:
        together.wait()
        try:
            actions.perform(command=c.Acknowledge(), by=by(person, group.maple), case=done.row.pk, seen=1)
        except CaseMovedError as moved:
            return f"after {moved.since[0].by.name}"
        finally:
            connection.close()
        return person.name

    with ThreadPoolExecutor(2) as people:
        said = sorted(people.map(take, (group.omar, group.rita)))
    assert said in (["Omar Haddad", "after Omar Haddad"], ["Rita Lindqvist", "after Rita Lindqvist"])


def test_a_merge_makes_one_story_of_two(group: Cast) -> None:
    first = opened(group.maple, group.ana, "She waited an hour.")
    second = opened(group.maple, group.omar, "The bill was a surprise.", patient=None)
    ana, omar = values.Person(str(group.ana.pk), group.ana.name), by(group.omar, group.maple)
    repeat = c.NoteRepeat(of=(second.number, "UP-1"))  # also of the other one, as long as nobody knew that they are one
    for command in (c.RecordCauses(causes=("wait_in_office",)), c.NameInvolved(people=(ana,)), repeat):
        actions.perform(command=command, by=omar, case=first.row.pk)
    done = actions.merge(duplicate=first.row.pk, into=second.row.pk, by=omar, note="One visit.")
    assert (done.case.causes, done.case.involved) == (("wait_in_office",), (ana,))
    assert done.case.repeat_of == ("UP-1",)
    assert done.case.merged == (first.number,)
    assert [account.text for account in done.case.accounts] == ["The bill was a surprise.", "She waited an hour."]
    assert done.case.patient == MARISOL
    aside = actions.state_of(first.row.pk)
    assert (aside.stage, aside.set_aside and aside.set_aside.duplicate_of) == (Stage.SET_ASIDE, second.number)
    assert verify().ok


def test_a_merge_is_both_halves_or_neither(group: Cast) -> None:
    first = opened(group.maple, group.ana)
    second = opened(group.maple, group.ana, patient=TOBIAS)
    before = everything()
    with pytest.raises(Refused, match="different patients"):
        actions.merge(duplicate=first.row.pk, into=second.row.pk, by=by(group.omar, group.maple))
    with pytest.raises(Refused):
        actions.merge(duplicate=first.row.pk, into=first.row.pk, by=by(group.omar, group.maple))
    with pytest.raises(NoSuchCaseError):
        actions.merge(duplicate=first.row.pk, into=987_654, by=by(group.omar, group.maple))
    assert everything() == before


def test_two_merges_at_once_into_each_other_end_with_one_of_them(committed: None) -> None:
    group = make_cast()
    omar = by(group.omar, group.maple)
    for _ in range(4):
        first, second = opened(group.maple, group.ana), opened(group.maple, group.ana)
        together = Barrier(2)

        def merge(pair: tuple[int, int], together: Barrier = together) -> str:
            together.wait()
            try:
                actions.merge(duplicate=pair[0], into=pair[1], by=omar)
            except Refused:
                return "refused"
            finally:
                connection.close()
            return "merged"

        pairs = [(first.row.pk, second.row.pk), (second.row.pk, first.row.pk)]
        with ThreadPoolExecutor(2) as people:
            assert sorted(people.map(merge, pairs)) == ["merged", "refused"]
    assert verify().ok


def test_the_row_is_the_fold_of_the_events(group: Cast) -> None:
    done = opened(group.maple, group.ana)
    assert fold(actions.events_of(done.row.pk)) == done.case == actions.state_of(done.row.pk)
    row = CaseRow.system.get()
    assert (row.stage, row.version, row.patient_name) == ("reported", 1, "Marisol Quintero")
    assert str(row) == done.number
    assert str(EventRow.objects.get()) == f"{done.number} #1 Reported"


def test_case_numbers_read_as_numbers_and_nothing_else_does() -> None:
    assert (number_of(1), pk_of("UP-1001"), pk_of(" up-1042 "), pk_of("1042")) == ("UP-1001", 1, 42, 42)
    for wrong in ("", "UP-", "UP-1000", "999", "UP-10a1", "UP-٣٣٣٣", "9" * 13, "UP--1042", "UP-1042.7"):
        assert pk_of(wrong) is None
