"""`amends verify` finds each kind of damage and names it; a sound record has none."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as django_settings
from django.db import connection
from pytest_django.fixtures import Settings
from tests.cases.story import by, opened
from tests.conftest import Cast, make_cast
from tests.deliveries.other_side import OtherSide

from amends.audit.record import case_record
from amends.audit.verify import delivery_lines, verify
from amends.cases import actions, codec, schema
from amends.cases.models import EventRow, PolicyText
from amends.deliveries.models import Delivery, State
from amends.deliveries.runner import run_one
from amends.protocol import commands as c
from amends.protocol.words import Way
from amends.sealing import seal


@pytest.fixture
def case(committed: None) -> Iterator[actions.Done]:
    """A sound case with proved deliveries, in a database whose own guards are away so that it can be damaged."""
    group = make_cast()
    done = opened(group.maple, group.ana)
    actions.perform(
        command=c.RecordConversation(way=Way.PHONE, note="Heard."), by=by(group.omar, group.maple), case=done.row.pk
    )
    while run_one(OtherSide().channel):
        pass
    assert verify().ok
    with connection.schema_editor() as editor:
        schema.drop(None, editor)
    yield done
    derived = ("learning_casefigures", "learning_accountwords", "learning_watchedaction", "learning_tocompare")
    for table in ("deliveries_delivery", *derived, "cases_eventrow", "cases_caserow"):
        execute(f"DELETE FROM {table}")  # damaged as they are, they would stand in the way of the guards
    with connection.schema_editor() as editor:
        schema.create(None, editor)


def execute(sql: str, *arguments: Any) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_keys = OFF")
        else:
            cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, arguments)
        cursor.execute(
            "PRAGMA foreign_keys = ON" if connection.vendor == "sqlite" else "SET session_replication_role = DEFAULT"
        )


def rewritten(change: Callable[[EventRow], None]) -> None:
    """Somebody with the database in hand changes an event and mends every hash after it."""
    head = ""
    for row in EventRow.objects.order_by("seq"):
        change(row)
        head = codec.chain_hash(row, head)
        execute(
            "UPDATE cases_eventrow SET kind = %s, fact = %s, sealed = %s, hash = %s WHERE id = %s",
            *(row.kind, row.fact, row.sealed, head, row.pk),
        )
    execute("UPDATE cases_caserow SET head = %s", head)


def _unknown_kind(row: EventRow) -> None:
    row.kind = "Forgotten" if row.seq == 1 else row.kind


def _no_fact(row: EventRow) -> None:
    row.fact = "[]" if row.seq == 2 else row.fact


def _other_words(row: EventRow) -> None:
    row.fact = row.fact.replace("upset", "mild") if row.seq == 1 else row.fact


def _sealed_by_others(row: EventRow) -> None:
    row.sealed = Fernet(Fernet.generate_key()).encrypt(b"{}").decode() if row.sealed else ""


def _a_proof_less(row: EventRow) -> None:
    row.fact = row.fact.replace("UP-", "XX-") if row.kind == "DeliveryProven" else row.fact


DAMAGE: dict[str, tuple[Callable[[], None], str]] = {
    "words": (
        lambda: execute("UPDATE cases_eventrow SET fact = '{}' WHERE seq = 2"),
        "Event 2 is not as it was written",
    ),
    "author": (
        lambda: execute("UPDATE cases_eventrow SET by_name = 'Nobody' WHERE seq = 1"),
        "Event 1 is not as it was",
    ),
    "event gone": (lambda: execute("DELETE FROM cases_eventrow WHERE seq = 2"), "Event 2 of the case is missing"),
    "end gone": (
        lambda: execute("DELETE FROM cases_eventrow WHERE seq = (SELECT max(seq) FROM cases_eventrow)"),
        "The end of the case's story is missing",
    ),
    "events gone": (lambda: execute("DELETE FROM cases_eventrow"), "A case has no events"),
    "row": (lambda: execute("UPDATE cases_caserow SET stage = 'closed'"), "differs from its events: stage."),
    "owner": (lambda: execute("UPDATE cases_caserow SET owner_id = NULL"), "differs from its events: owner_id."),
    "due": (lambda: execute("UPDATE cases_caserow SET due_at = NULL"), "differs from its events: due_at."),
    "name": (lambda: execute("UPDATE cases_caserow SET patient_name = %s", seal("Else")), "events: patient_name."),
    "name unsealed": (lambda: execute("UPDATE cases_caserow SET patient_name = 'Else'"), "events: patient_name."),
    "row gone": (lambda: execute("DELETE FROM cases_caserow"), "The case's row is missing"),
    "kind, hashes mended": (lambda: rewritten(_unknown_kind), "An event cannot be read (KeyError)"),
    "fact, hashes mended": (lambda: rewritten(_no_fact), "An event cannot be read"),
    "words, hashes mended": (lambda: rewritten(_other_words), "differs from its events: severity"),
    "sealed, hashes mended": (lambda: rewritten(_sealed_by_others), "An event cannot be read (CannotUnseal)"),
    "proof, hashes mended": (lambda: rewritten(_a_proof_less), "The case was told of a delivery that is missing"),
    "delivery gone": (
        lambda: execute("DELETE FROM deliveries_delivery WHERE no = 1"),
        "Delivery 1 of the case is missing",
    ),
    "last delivery gone": (
        lambda: execute("DELETE FROM deliveries_delivery WHERE no = (SELECT max(no) FROM deliveries_delivery)"),
        "The case was told of a delivery that is missing",
    ),
    "delivery not proved": (
        lambda: execute("UPDATE deliveries_delivery SET state = 'withdrawn' WHERE no = 1"),
        "do not agree whether it arrived",
    ),
    "proved without a time": (
        lambda: execute("UPDATE deliveries_delivery SET proved_at = NULL WHERE no = 1"),
        "is called proved and has no time of proof",
    ),
    "marker": (
        lambda: execute("UPDATE deliveries_delivery SET marker = 'UP-9.9' WHERE no = 1"),
        "does not carry its case's own marker",
    ),
    "policy": (lambda: execute("UPDATE cases_policytext SET text = text || '# '"), "protocol version was changed"),
    "policy unreadable": (lambda: execute("UPDATE cases_policytext SET text = '='"), "protocol version was changed"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_each_kind_of_damage_is_found_and_named(case: actions.Done, kind: str) -> None:
    damage, named = DAMAGE[kind]
    damage()
    verdict = verify()
    assert not verdict.ok
    assert named in " ".join(problem.what for problem in verdict.problems)
    wheres = {problem.where for problem in verdict.problems}
    assert {where.replace("XX-", "UP-") for where in wheres} <= {
        case.number,
        "UP-9.9",
        *(f"{case.number}.{n}" for n in range(1, 5)),
        case.row.policy,
    }
    assert verdict.as_json()["ok"] is False


def test_a_protocol_version_that_is_gone_is_named(case: actions.Done, settings: Settings, tmp_path: Any) -> None:
    from amends.cases import policies

    text = PolicyText.objects.get().text + "\n# another\n"
    (tmp_path / "protocol.toml").write_text(text, encoding="utf-8")
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"protocol_file": tmp_path / "protocol.toml"})
    for cache in (policies._in_force, policies._stored):
        cache.cache_clear()
    execute("DELETE FROM cases_policytext")
    try:
        assert [problem.what for problem in verify().problems] == [
            f"The protocol version {case.row.policy}, which the case runs under, is missing."
        ]
    finally:
        for cache in (policies._in_force, policies._stored):
            cache.cache_clear()


def test_a_case_that_is_closed_without_its_proofs(group: Cast) -> None:
    from amends.cases.door import opened as door_opened
    from amends.protocol import events as e
    from amends.protocol.events import Event
    from amends.protocol.fold import evolve

    done = opened(group.maple, group.ana)
    event = Event(done.row.changed_at, by(group.omar, group.maple), e.Closed())
    with door_opened():  # what no rule of today would allow
        row = codec.to_row(2, event, previous=done.row.head)
        row.case = done.row
        row.save()
        from amends.cases.policies import current_policy
        from amends.practice.directory import directory

        for name, value in actions.columns(evolve(done.case, event), current_policy(), directory()).items():
            setattr(done.row, name, value)
        done.row.head = row.hash
        done.row.save()
    said = [problem.what for problem in verify().problems]
    assert "The case is closed without its proof: documented." in said
    assert "The case is closed without its proof: leaders_told." in said


def test_wrong_keys_are_a_finding_and_not_the_end(group: Cast, settings: Settings) -> None:
    opened(group.maple, group.ana)
    settings.SEALING_KEYS = (Fernet.generate_key().decode(),)
    assert [problem.what for problem in verify().problems] == ["An event cannot be read (CannotUnseal)."]
    settings.SEALING_KEYS = (*settings.SEALING_KEYS, *django_settings.SEALING_KEYS)


def test_people_may_work_while_it_reads(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    group = make_cast()
    case = opened(group.maple, group.ana).row.pk
    stop, started = Event(), Event()

    def work() -> None:
        try:
            while not stop.is_set():
                actions.perform(command=c.AddAccount(text="More."), by=by(group.ana, group.maple), case=case)
                started.set()
        finally:
            started.set()
            connection.close()

    with ThreadPoolExecutor(1) as people:
        working = people.submit(work)
        started.wait()
        try:
            found = [verify().problems for _ in range(12)]
        finally:
            stop.set()
        working.result()
    assert found == [()] * 12


def test_what_it_counts_and_lists(group: Cast) -> None:
    done = opened(group.maple, group.ana)
    Delivery.objects.filter(no=2).update(state=State.WITHDRAWN)
    assert verify().counts == {"cases": 1, "events": 1, "deliveries": 2}
    assert [(line["marker"], line["state"], line["id"]) for line in delivery_lines()] == [
        (f"{done.number}.1", "waiting", ""),
        (f"{done.number}.2", "withdrawn", ""),
    ]


def test_a_record_is_complete(group: Cast) -> None:
    done = opened(group.maple, group.ana)
    while run_one(OtherSide().channel):
        pass
    record = case_record(done.row.pk)
    assert record is not None
    assert [event["kind"] for event in record["events"]] == ["Reported", "DeliveryProven", "DeliveryProven"]
    assert record["events"][0]["fact"]["patient"]["name"] == "Marisol Quintero"
    assert [delivery["state"] for delivery in record["deliveries"]] == ["proved", "proved"]
    assert record["events"][-1]["hash"] == record["head"]
    assert len(hashlib.sha256(record["head"].encode()).hexdigest()) == 64
    assert case_record(987_654) is None
