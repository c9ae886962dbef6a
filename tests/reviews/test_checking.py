"""The checker knows everything that people wrote in the case, in whichever field, and in those that it has taken in."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import get_args, get_type_hints

import pytest
from tests.cases.acting import a_case
from tests.conftest import Cast
from tests.reviews.conftest import Brings

from amends.access import actor_at
from amends.cases import actions
from amends.practice.models import Person
from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.events import Event
from amends.protocol.values import AMENDS, Actor
from amends.protocol.words import AsideReason, PatientStatus, ReplyException, Role, Stage, Way
from amends.reviews.checker.values import Category, Level
from amends.reviews.checking import _ACCOUNTS, _REASONS, _written, context_of, verdict_for
from amends.reviews.models import Review
from amends.reviews.wordings import shipped_pool

TELLS = "Thank you for writing. The trampoline is not something that we can talk about here."
# Texts of events that nobody writes freely: numbers, names of rows and places, and words of the protocol.
NOT_FREE = {
    *("office", "policy", "resolution", "other", "duplicate_of", "marker", "place", "id", "link", "visit"),
    *("kinds", "repeat_of", "value", "was", "misplaced", "causes", "of"),
}


@pytest.mark.parametrize("kind", get_args(e.Fact), ids=lambda kind: kind.__name__)
def test_each_text_of_an_event_is_known_to_be_free_or_not(kind: type) -> None:
    hints = get_type_hints(kind)
    texts = {one.name for one in fields(kind) if hints[one.name] in (str, str | None, tuple[str, ...])}
    assert texts <= {*_ACCOUNTS, *_REASONS, *NOT_FREE}


def put_right(group: Cast) -> list[tuple[Person, c.Command]]:
    return [
        (group.omar, c.RecordConversation(way=Way.PHONE, note="They are glad.")),
        (group.omar, c.MarkAddressed(resolution="apology")),
    ]


def the_ways(group: Cast) -> dict[str, list[tuple[Person, c.Command]]]:
    word = "It was the trampoline."
    return {
        "handed over": [(group.omar, c.HandOver(to=actor_at(group.ruth, str(group.maple.pk)).person, why=word))],
        "asked": [(group.omar, c.AskRegion(why=word))],
        "corrected": [
            (group.omar, c.IdentifyPatient(patient_status=PatientStatus.NOT_A_PATIENT, why=word)),
        ],
        "causes": [(group.omar, c.RecordCauses(causes=("estimate_wrong",), note=word))],
        "declined": [(group.omar, c.DeclineAction(reason=word))],
        "excepted": [(group.omar, c.ExceptReply(reason=ReplyException.LEGAL_HOLD, note=word))],
        "opened again": [*put_right(group), (group.omar, c.Reopen(why=word))],
    }


WAYS = ["handed over", "asked", "corrected", "causes", "declined", "excepted", "opened again"]


@pytest.mark.parametrize("way", WAYS)
def test_what_was_written_anywhere_in_the_case_is_stopped(group: Cast, brings: Brings, way: str) -> None:
    review = brings()
    assert verdict_for(review, TELLS, ()).level is not Level.BLOCK
    for person, command in the_ways(group)[way]:
        actions.perform(command=command, by=actor_at(person, str(group.maple.pk)), case=review.case_id)
    assert verdict_for(review, TELLS, ()).level is Level.BLOCK


def test_what_was_written_in_a_case_that_was_taken_in_is_stopped(group: Cast, brings: Brings) -> None:
    review, by = brings(), actor_at(group.omar, str(group.maple.pk))
    other = a_case(group)
    actions.perform(
        command=c.RecordConversation(way=Way.PHONE, note="It was the trampoline, on 555-0188."), by=by, case=other.pk
    )
    actions.merge(duplicate=other.pk, into=review.case_id or 0, by=by)
    assert verdict_for(review, TELLS, ()).level is Level.BLOCK
    known = context_of(review, ()).case
    assert known
    assert known.patient == "Dana Quillfeather"


def event(fact: e.Fact, by: Actor = AMENDS) -> Event:
    return Event(datetime(2026, 3, 2, 15, tzinfo=UTC), by, fact)


def test_what_amends_says_itself_is_nobodys_secret() -> None:
    omar = Actor("2", "Omar", Role.OFFICE_MANAGER)
    why = e.Reopened(why="It was the trampoline.", stage=Stage.OFFICE, owner=None)
    made = e.Reopened(why="The public reply is not live yet.", stage=Stage.ADDRESSED, owner=None)
    site = e.ReviewRewritten(stars=1, was=2, text="The trampoline!")
    assert [list(_written(event(fact, omar))) for fact in (why, made, site)] == [["It was the trampoline."], [], []]
    assert list(_written(event(why))) == []
    aside = e.SetAside(reason=AsideReason.NOT_UPSET, note="A joke.", duplicate_of=None)
    assert list(_written(event(aside))) == ["A joke."]


def test_no_wording_of_the_pool_is_stopped_by_what_amends_writes_for_people(group: Cast, brings: Brings) -> None:
    review = brings()
    by = actor_at(group.omar, str(group.maple.pk))
    for status, why in (
        (PatientStatus.NOT_A_PATIENT, "No patient of this office."),
        (PatientStatus.UNKNOWN, "Looked at who was there; cannot tell."),
        (PatientStatus.NOT_A_PATIENT, "Chosen from those who were there in the days before the review."),
    ):
        actions.perform(command=c.IdentifyPatient(patient_status=status, why=why), by=by, case=review.case_id)
    for wording in shipped_pool()["en"]:
        text = wording.filled(practice="Bluebell & Finch Dental", phone="(201) 555-0101")
        findings = verdict_for(Review.objects.get(pk=review.pk), text, ()).findings
        assert Category.PRIVATE_RECORD not in {one.category for one in findings}
