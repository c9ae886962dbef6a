"""Happened before: planted cases that are alike are found and told with what was done; unlike ones are not."""

import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations import Migration
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.cases.acting import CAUSE, DANA, PUT_RIGHT, SPOKE, a_case, closed, does
from tests.conftest import Cast
from tests.plans import plan_of

from amends.access import Right, actor_at
from amends.audit.models import Look
from amends.cases import actions
from amends.cases.actions import patient_key
from amends.cases.models import CaseRow
from amends.cases.steps import desk_for
from amends.integrations.open_dental.models import PatientRecord
from amends.integrations.open_dental.record import Record, Relative
from amends.learning import before
from amends.learning.account_words import digests_of, make_anew
from amends.learning.apps import words_anew
from amends.learning.before import causes_of, happened_before
from amends.learning.learned_causes import learn
from amends.learning.models import AccountWords, CaseFigures, Outcome, WatchedAction
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol.values import AMENDS, Patient, WatchRule
from amends.protocol.words import AsideReason, PatientStatus, Teller

ClientFor = Callable[[Person], Client]
BRUNO = Patient("main", 1002, "Bruno Quillfeather")
NOBODY: dict[str, Any] = {"patient": None, "patient_status": PatientStatus.UNKNOWN}
METAL = "The new crown tastes of metal and her gum turned grey around it."
LIKE_METAL = "Says a metal taste comes from the crown since Monday."
PARKING = "No parking anywhere near the building, he walked six blocks."


def kinds_of(row: CaseRow, person: Person) -> dict[str, list[str]]:
    """The numbers of each kind, as this person sees them."""
    desk = desk_for(person, row.number, Right.SEE_CASE)
    causes, are_likely = causes_of(desk)
    return {
        kind.key: [one.row.number for one in kind.cases]
        for kind in happened_before(desk, causes, are_likely=are_likely)
    }


def page_of(client: Client, row: CaseRow, **headers: str) -> str:
    answer = client.get(f"/learning/{row.number}/before", headers=headers)
    assert answer.status_code == 200
    words = re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main")[-1])
    return re.sub(r"\s+", " ", words)


def a_family(group: Cast) -> None:
    """The record tells that Bruno is of Dana's family."""
    record = Record(since=date(2000, 1, 1), PatStatus="Patient", family=(Relative(PatNum=1002, name=BRUNO.name),))
    now = timezone.now()
    PatientRecord.objects.create(
        patient_key=patient_key(DANA), database="main", PatNum="1001", zone="America/New_York", since=date(2000, 1, 1),
        read_at=now, tried_at=now, record=record.model_dump(mode="json"),
    )  # fmt: skip


# --- planted, and found --------------------------------------------------------------------------------------------


def test_each_kind_is_found_and_each_case_stands_once(group: Cast):
    a_family(group)
    own = closed(group, account=PARKING)
    family = closed(group, account=PARKING, patient=BRUNO)
    here = closed(group, account=PARKING, **NOBODY)
    away = does(group.lee, a_case(group, by=group.nick, office=group.harbor, account=PARKING, **NOBODY), CAUSE)
    words = a_case(group, account=METAL, **NOBODY)
    unlike = a_case(group, account=PARKING, **NOBODY)
    row = does(group.omar, a_case(group, account=LIKE_METAL), CAUSE)
    found = kinds_of(row, group.lee)
    assert found == {
        "patient": [own.number, family.number],
        "here": [here.number],
        "elsewhere": [away.number],
        "words": [words.number],
    }
    assert all(unlike.number not in numbers for numbers in found.values())


def test_a_case_like_none_says_so_and_no_more(group: Cast, client_for: ClientFor):
    a_case(group, account=PARKING, **NOBODY)
    row = a_case(group, account="Xylophone.", **NOBODY)
    assert "Nothing like it before." in page_of(client_for(group.omar), row)


def test_what_came_later_did_not_happen_before_unless_it_is_the_patients_and_open(group: Cast):
    row = does(group.omar, a_case(group, account=METAL), CAUSE)
    later = a_case(group, account=LIKE_METAL)
    does(group.omar, a_case(group, account=METAL, **NOBODY), CAUSE)
    assert kinds_of(row, group.omar) == {"patient": [later.number]}


def test_a_case_without_a_cause_is_compared_by_the_likely_one(group: Cast, client_for: ClientFor):
    earlier = does(
        group.omar, a_case(group, account="Cold coffee.", **NOBODY), c.RecordCauses(causes=("wait_in_office",))
    )
    row = a_case(group, account="Waited two hours past the appointment in the waiting room.", **NOBODY)
    assert kinds_of(row, group.omar) == {"here": [earlier.number]}
    page = page_of(client_for(group.omar), row)
    assert "Perhaps the same cause at Maple Street" in page
    does(group.omar, row, c.RecordCauses(causes=("wait_in_office",)))
    assert "> Same cause at Maple Street" in f"> {page_of(client_for(group.omar), row).split('Happened before ')[1]}"


def test_the_most_telling_comes_first(group: Cast):
    """More causes in common before fewer, more similar words before others, newer before older; three of a kind."""
    both = c.RecordCauses(causes=("estimate_wrong", "wait_in_office"))
    most = does(group.omar, a_case(group, account=PARKING, **NOBODY), both)
    alike = does(group.omar, a_case(group, account=LIKE_METAL, **NOBODY), CAUSE)
    plain = [does(group.omar, a_case(group, account=PARKING, **NOBODY), CAUSE) for _ in range(3)]
    row = does(group.omar, a_case(group, account=METAL, **NOBODY), both)
    assert kinds_of(row, group.omar)["here"] == [most.number, alike.number, plain[-1].number]


SPANISH = "Esperé una hora en la sala y nadie me dijo nada del retraso."


def test_the_same_said_in_spanish_is_found(group: Cast):
    earlier = a_case(group, account="Waited an hour in the lobby; nobody told me of the delay.", **NOBODY)
    row = a_case(group, account=SPANISH, **NOBODY)
    assert earlier.number in kinds_of(row, group.omar)["words"]


def test_one_word_in_common_is_chance(group: Cast):
    for text in (PARKING, METAL, "Billed twice for the same filling."):
        a_case(group, account=text, **NOBODY)
    row = a_case(group, account="Parking.", **NOBODY)
    assert kinds_of(row, group.omar) == {}


SUBJECTS = (
    ("crown", "metal", "taste", "gum", "grey"),
    ("receptionist", "shouted", "phone", "insurance", "card"),
    ("whitening", "tray", "burned", "lips", "gel"),
    ("parking", "blocks", "elevator", "wheelchair", "stairs"),
    ("denture", "cracked", "lunch", "repair", "weeks"),
)


@pytest.mark.parametrize("seed", range(4))
def test_in_a_world_of_many_subjects_only_the_same_subject_is_alike(group: Cast, seed: int):
    chance = random.Random(seed)
    told: dict[int, list[str]] = {n: [] for n in range(len(SUBJECTS))}
    for _ in range(40):
        subject = chance.randrange(len(SUBJECTS))
        office, by = chance.choice([(group.maple, group.ana), (group.harbor, group.nick)])
        text = f"{' '.join(chance.sample(SUBJECTS[subject], 4))}."
        told[subject].append(a_case(group, by=by, office=office, account=text, **NOBODY).number)
    for subject, words in enumerate(SUBJECTS):
        row = a_case(group, account=" ".join(chance.sample(words, 4)), **NOBODY)
        found = kinds_of(row, group.lee).get("words", [])
        assert len(found) == min(3, len(told[subject]))
        assert set(found) <= set(told[subject])
        told[subject].append(row.number)


# --- what became of them -------------------------------------------------------------------------------------------


def test_it_tells_how_it_was_put_right_and_whether_the_change_held(group: Cast, client_for: ClientFor):
    earlier = closed(group, **NOBODY)
    due = timezone.now() + timedelta(days=1)
    plan = c.PlanAction(what="Print the estimate.", owner=actor_at(group.omar, str(group.maple.pk)).person, due=due,
                        watch=WatchRule(("estimate_wrong",), (), 30))  # fmt: skip
    does(group.omar, earlier, plan)
    row = does(group.omar, a_case(group, **NOBODY), CAUSE)
    omar = client_for(group.omar)
    resolution = desk_for(group.omar, row.number, Right.SEE_CASE).policy.resolutions["corrected"]
    assert f"{resolution}. “Print the estimate.” To be done." in page_of(omar, row)
    WatchedAction.objects.update(outcome=Outcome.HELD)
    assert "“Print the estimate.” Held." in page_of(omar, row)
    WatchedAction.objects.update(outcome=Outcome.DID_NOT_HOLD, failed_by=row)
    assert "“Print the estimate.” Did not hold. It happened again." in page_of(omar, row)


def test_a_case_that_was_opened_again_is_not_put_right(group: Cast, client_for: ClientFor):
    earlier = closed(group, **NOBODY)
    row = does(group.omar, a_case(group, **NOBODY), CAUSE)
    omar = client_for(group.omar)
    assert "not put right yet" not in page_of(omar, row)
    does(group.omar, earlier, c.Reopen(why="It came back."))
    assert kinds_of(row, group.omar)["here"] == [earlier.number]
    assert "With the office manager; not put right yet." in page_of(omar, row)


def test_what_was_set_aside_did_not_happen_and_a_merged_one_stands_for_both(group: Cast):
    into = does(group.omar, a_case(group, account="Parking."), CAUSE)
    duplicate = does(group.omar, a_case(group, account=METAL), CAUSE)
    mistake = does(group.omar, a_case(group, account=METAL), CAUSE)
    does(group.omar, mistake, c.PutAside(reason=AsideReason.BY_MISTAKE, note="x"))
    by = actor_at(group.omar, str(group.maple.pk))
    actions.merge(duplicate=duplicate.pk, into=into.pk, by=by)
    row = a_case(group, account=METAL)
    assert kinds_of(row, group.omar) == {"patient": [into.number]}
    stranger = a_case(group, account=METAL, **NOBODY)
    assert sorted(kinds_of(stranger, group.omar)["words"]) == [into.number, row.number], "it took the other's words in"


def test_after_open_dental_made_one_chart_of_two_both_cases_are_of_one_patient(group: Cast):
    earlier = closed(group, account=PARKING, patient=BRUNO)
    row = a_case(group, account=METAL)
    assert kinds_of(row, group.omar) == {}
    actions.perform(command=c.PatientMerged(patient=DANA), by=AMENDS, case=earlier.pk)
    assert kinds_of(row, group.omar) == {"patient": [earlier.number]}


# --- who sees what -------------------------------------------------------------------------------------------------


def test_nobody_sees_a_case_of_an_office_that_is_not_theirs(group: Cast, client_for: ClientFor):
    a_family(group)
    for patient in ({}, {"patient": BRUNO}, NOBODY):
        away = a_case(group, by=group.nick, office=group.harbor, account=METAL, **patient)
        does(group.lee, away, CAUSE)
    row = does(group.omar, a_case(group, account=METAL), CAUSE)
    for person in (group.ana, group.omar, group.rita):
        assert kinds_of(row, person) == {}
        page = page_of(client_for(person), row)
        assert "Harbor View" not in page
        assert BRUNO.name not in page
    for person in (group.lee, group.pia):
        assert {key: len(found) for key, found in kinds_of(row, person).items()} == {"patient": 2, "elsewhere": 1}


def changed_at_harbor(group: Cast, what: str) -> CaseRow:
    """A case of Harbor View with a change against its cause."""
    away = does(group.lee, a_case(group, by=group.nick, office=group.harbor, account=PARKING, patient=BRUNO), CAUSE)
    owner = actor_at(group.lee, str(group.harbor.pk)).person
    return does(group.lee, away, c.PlanAction(what=what, owner=owner, due=timezone.now() + timedelta(days=1)))


def test_managers_read_of_the_same_cause_elsewhere_without_its_cases_and_offices(group: Cast, client_for: ClientFor):
    numbers = [changed_at_harbor(group, f"Print estimate {n}.").number for n in "abcd"]
    numbers.append(changed_at_harbor(group, "Call Bruno Quillfeather before he comes.").number)
    does(group.lee, a_case(group, by=group.nick, office=group.harbor), c.RecordCauses(causes=("privacy",)))
    WatchedAction.objects.filter(what="Print estimate a.").update(outcome=Outcome.HELD)
    row = does(group.omar, a_case(group, account=METAL, **NOBODY), CAUSE)
    for person in (group.omar, group.rita):
        page = page_of(client_for(person), row)
        assert "Same cause at other offices 5 cases in the twelve months up to" in page
        assert "“Print estimate a.” Held. Estimate differed from the bill" in page
        assert "“Print estimate d.” To be done." in page
        assert "Print estimate b" not in page, "three are enough"
        assert kinds_of(row, person) == {}
        raw = client_for(person).get(f"/learning/{row.number}/before").content.decode()
        for secret in (*numbers, "Harbor", "Quillfeather", "Lee Hartwell", "No parking"):
            assert secret not in raw.partition('id="happened-before"')[2].partition("</main>")[0]


def test_nobody_else_reads_of_it(group: Cast, client_for: ClientFor):
    changed_at_harbor(group, "Print the estimate.")
    row = does(group.omar, a_case(group, account=METAL, **NOBODY), CAUSE)
    for person in (group.ana, group.lee, group.pia):
        assert "at other offices" not in page_of(client_for(person), row)
    assert client_for(group.nick).get(f"/learning/{row.number}/before").status_code == 404
    none = does(group.omar, a_case(group, account=METAL, **NOBODY), c.RecordCauses(causes=("privacy",)))
    assert "at other offices" not in page_of(client_for(group.omar), none)


def test_cases_of_the_persons_own_offices_are_not_counted_as_elsewhere(group: Cast, client_for: ClientFor):
    for _ in range(3):
        does(group.omar, a_case(group, **NOBODY), CAUSE)
    row = does(group.omar, a_case(group, account=METAL, **NOBODY), CAUSE)
    assert "at other offices" not in page_of(client_for(group.omar), row)
    changed_at_harbor(group, "Print the estimate.")
    assert "at other offices 1 case in" in page_of(client_for(group.omar), row)


def test_only_the_family_is_named_as_on_the_page_of_the_case(group: Cast, client_for: ClientFor):
    a_family(group)
    closed(group, account=PARKING, patient=BRUNO)
    closed(group, account=METAL, patient=Patient("main", 7, "Tobias Wendell"))
    row = does(group.omar, a_case(group, account=METAL), CAUSE)
    page = page_of(client_for(group.omar), row)
    assert BRUNO.name in page
    assert "Tobias" not in page
    assert "turned grey" not in page, "nothing of another account but the words that both have"


def test_a_page_of_its_own_is_a_look_and_a_part_of_the_cases_page_is_not_another(group: Cast, client_for: ClientFor):
    row, omar = a_case(group), client_for(group.omar)
    page_of(omar, row, **{"HX-Request": "true"})
    assert not Look.objects.exists()
    page_of(omar, row)
    assert Look.objects.get().what == "before"


def test_the_cases_page_asks_for_it_and_has_a_link_without_javascript(group: Cast, client_for: ClientFor):
    row, omar = a_case(group), client_for(group.omar)
    page = omar.get(f"/cases/{row.number}").content.decode()
    assert f'hx-get="/learning/{row.number}/before"' in page
    assert f'<a href="/learning/{row.number}/before">' in page
    part = omar.get(f"/learning/{row.number}/before", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<section class="card stack" id="before"')


# --- what it costs -------------------------------------------------------------------------------------------------


def test_many_cases_cost_as_many_questions_as_few(group: Cast, client_for: ClientFor):
    def plant() -> None:
        for office, by in ((group.maple, group.ana), (group.harbor, group.nick)):
            one = does(group.lee, a_case(group, by=by, office=office, account=METAL), CAUSE)
            due = timezone.now() + timedelta(days=1)
            does(group.lee, one, c.PlanAction(what="x", owner=actor_at(group.lee, str(office.pk)).person, due=due))

    lee = client_for(group.lee)
    plant()
    row = a_case(group, account=LIKE_METAL)
    page_of(lee, row)
    with CaptureQueriesContext(connection) as few:
        page_of(lee, row)
    for _ in range(6):
        plant()
    row = a_case(group, account=LIKE_METAL)
    with CaptureQueriesContext(connection) as many:
        page_of(lee, row)
    assert len(many) <= len(few) <= 12


def test_no_more_than_the_newest_are_looked_at(group: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(before, "_LOOKED_AT", 2)
    old = a_case(group, account=METAL, **NOBODY)
    for _ in range(2):
        a_case(group, account=PARKING, **NOBODY)
    assert kinds_of(a_case(group, account=METAL, **NOBODY), group.omar) == {}
    monkeypatch.undo()
    assert kinds_of(CaseRow.system.latest("pk"), group.omar) == {"words": [old.number]}


def test_the_earlier_cases_of_an_office_and_of_others_are_found_by_an_index(group: Cast):
    desk = desk_for(group.lee, a_case(group).number, Right.SEE_CASE)
    assert "figures_office" in plan_of(before.newest_here(desk))
    for mine in (None, [str(group.maple.pk), str(group.harbor.pk)]):
        plan = plan_of(before.newest_elsewhere(desk, mine))
        assert "figures_day" in plan or "figures_office" in plan


# --- the words -----------------------------------------------------------------------------------------------------


def test_no_word_of_an_account_stands_in_the_index(group: Cast):
    row = a_case(group, account=f"{METAL} Asked for Priscilla at 555-0199.")
    kept = AccountWords.objects.get(pk=row.pk).words
    for word in ("crown", "crow", "metal", "tast", "gum", "grey", "priscilla", "555"):
        assert word not in kept.lower().split()
    assert len(kept.split()) == len(digests_of(METAL)) + 1  # "asked"; never a name inside a sentence, nor a number
    assert all(len(digest) == 8 for digest in kept.split())


def test_the_words_follow_every_account_and_can_be_made_anew_from_the_events(group: Cast):
    row = a_case(group, account="Parking.")
    does(group.omar, row, c.AddAccount(text="The crown tastes of metal.", whose=Teller.TEAM), SPOKE, CAUSE, PUT_RIGHT)
    other = a_case(group, account="The gel burned.")
    actions.merge(duplicate=other.pk, into=row.pk, by=actor_at(group.omar, str(group.maple.pk)))
    kept = dict(AccountWords.objects.values_list("case_id", "words"))
    text = "Parking.\nThe crown tastes of metal.\nThe gel burned."
    assert set(kept[row.pk].split()) == set(digests_of(text))
    AccountWords.objects.all().delete()
    make_anew(list(CaseRow.system.values_list("pk", flat=True)))
    assert dict(AccountWords.objects.values_list("case_id", "words")) == kept


def test_a_case_whose_words_were_never_kept_is_compared_by_the_rest(group: Cast):
    earlier = does(group.omar, a_case(group, account=METAL, **NOBODY), CAUSE)
    AccountWords.objects.all().delete()
    row = does(group.omar, a_case(group, account=METAL, **NOBODY), CAUSE)
    assert kinds_of(row, group.omar) == {"here": [earlier.number]}


def test_what_the_group_learned_makes_a_cause_likely(group: Cast):
    for _ in range(6):
        does(group.omar, a_case(group, account="The music was awful.", **NOBODY), c.RecordCauses(causes=("building",)))
    assert learn()
    row = a_case(group, account="awful music", **NOBODY)
    assert CaseFigures.objects.filter(causes=",building,").count() == 6
    assert len(kinds_of(row, group.omar)["here"]) == 3


def test_an_update_of_the_database_keeps_the_words_of_earlier_accounts(group: Cast):
    a_case(group, account=METAL)
    kept = list(AccountWords.objects.values_list("case_id", "words"))
    AccountWords.objects.all().delete()
    words_anew([(Migration("0004_involved", "learning"), False)])
    assert not AccountWords.objects.exists()
    words_anew([(Migration("0005_account_words", "learning"), False)])
    assert list(AccountWords.objects.values_list("case_id", "words")) == kept
