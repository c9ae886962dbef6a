"""What the group's choices teach: from its own cases, in the background, and never a patient's words."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from tests.cases.acting import a_case, does
from tests.conftest import Cast

from amends.access import actor_at
from amends.cases import actions
from amends.deliveries import pulses
from amends.learning import learned_causes
from amends.learning.learned_causes import LEARN, causes_for, learn, learn_in_turn, learned_so_far
from amends.learning.models import LearnedCauses
from amends.learning.suggesting.model import Model, model_from
from amends.protocol import commands as c
from amends.protocol.words import AsideReason, PatientStatus, Teller

NOBODY: dict[str, Any] = {"patient": None, "patient_status": PatientStatus.UNKNOWN}
MUSIC = "The music was awful."


def told(group: Cast, text: str, *causes: str) -> Any:
    row = a_case(group, account=text, **NOBODY)
    return does(group.omar, row, c.RecordCauses(causes=causes)) if causes else row


def test_before_anything_is_learned_the_lexicon_speaks_alone(group: Cast):
    assert learned_so_far() == Model()
    assert (
        causes_for("Waited an hour past the appointment.", {"wait_in_office", "building"})[0].cause == "wait_in_office"
    )


def test_it_learns_what_the_cases_say_and_nothing_else(group: Cast):
    """The same as learning from the texts and causes themselves, whatever order and detours they came in."""
    rows = [told(group, f"{MUSIC} Visit {n}.", "building") for n in range(4)]
    does(group.omar, rows[0], c.AddAccount(text="Loud radio too.", whose=Teller.TEAM))
    does(group.omar, rows[0], c.RecordCauses(causes=("cleanliness",)))
    told(group, "No cause yet.")
    aside = told(group, MUSIC, "building")
    does(group.omar, aside, c.PutAside(reason=AsideReason.BY_MISTAKE, note="x"))
    duplicate = told(group, "The radio shouted.", "building")
    actions.merge(duplicate=duplicate.pk, into=rows[1].pk, by=actor_at(group.omar, str(group.maple.pk)))
    assert learn()
    expected = Model().learned_all([
        (f"{MUSIC} Visit 0.\nLoud radio too.", ["building", "cleanliness"]),
        (f"{MUSIC} Visit 1.\nThe radio shouted.", ["building"]),
        (f"{MUSIC} Visit 2.", ["building"]),
        (f"{MUSIC} Visit 3.", ["building"]),
    ])  # fmt: skip
    assert learned_so_far() == model_from(expected.kept())


def test_the_group_teaches_a_word_that_the_lexicon_does_not_have(group: Cast):
    among = {"building", "other"}
    assert causes_for("awful music", among) == []
    for _ in range(8):
        told(group, MUSIC, "building")
    learn()
    (suggested,) = causes_for("awful music", among)
    assert suggested.cause == "building"
    assert set(" ".join(suggested.words).split()) <= {"awful", "music"}


def test_it_learns_once_while_nothing_happens_and_again_when_something_did(group: Cast):
    told(group, MUSIC, "building")
    assert [learn(), learn()] == [True, False]
    told(group, MUSIC, "building")
    assert learn()
    assert LearnedCauses.objects.count() == 1
    assert learned_so_far().accounts == 2


def test_only_the_newest_teach(group: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(learned_causes, "_NEWEST", 3)
    monkeypatch.setattr(learned_causes, "_AT_ONCE", 2)
    for cause in ("building", "building", "other", "other", "other"):
        told(group, MUSIC, cause)
    learn()
    assert learned_so_far().causes == {"other": 3.0}


def test_one_process_learns_in_its_turn(group: Cast, monkeypatch: pytest.MonkeyPatch):
    told(group, MUSIC, "building")
    assert [learn_in_turn(), learn_in_turn()] == [True, False]
    assert pulses.last(LEARN) is not None
    later = timezone.now() + timedelta(seconds=901)
    monkeypatch.setattr("amends.clock.now", lambda: later)
    assert not learn_in_turn(), "its turn again, and nothing has happened"


def test_what_is_kept_is_sealed_and_names_nobody(group: Cast):
    for n in range(4):
        told(group, f"The music was awful, said Priscilla Vandermeer at 555-019{n}.", "building")
    learn()
    with connection.cursor() as cursor:
        cursor.execute("SELECT kept FROM learning_learnedcauses")
        (stored,) = cursor.fetchone()
    assert "music" not in stored
    words = str(LearnedCauses.objects.get().kept).lower()
    assert "music" in words
    assert not [name for name in ("priscilla", "vandermeer", "555", "019") if name in words]
