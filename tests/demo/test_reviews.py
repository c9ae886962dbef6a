"""The reviews of the demo stand in every queue; and nothing of any patient finds a way into a public reply."""

import dataclasses
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.demo.reviews_told import Told

from amends.demo.review_texts import AUTOMATIC
from amends.integrations.open_dental import record_keeping
from amends.protocol.reply import Risk
from amends.reviews import editor
from amends.reviews.models import Queue, ReplyState

pytestmark = pytest.mark.django_db

_HARMLESS = frozenset((Risk.PASS, Risk.NOTE))


@pytest.fixture
def told(told_of_reviews: Told) -> Told:
    return told_of_reviews


def test_there_are_many_in_every_queue_of_every_kind(told: Told) -> None:
    assert len(told.reviews) >= 40
    # What was taken down is off its site.
    assert {one.queue for one in told.reviews} == set(Queue) - {Queue.SAME, Queue.PUBLIC}
    assert {one.stars for one in told.reviews} == {1, 2, 3, 4, 5, None}
    assert {one.recommended for one in told.reviews} == {True, False, None}
    assert {"google", "yelp", "facebook", "healthgrades", "zocdoc"} <= {one.site for one in told.reviews}
    assert any(one.text_translated for one in told.reviews)
    assert any(not one.text for one in told.reviews)
    assert any(one.lost_since for one in told.reviews)
    # The engine asks for what is to be done by hand as soon as it runs, and no review went while it was answered.
    not_yet = {ReplyState.REPLACED, ReplyState.BY_HAND, ReplyState.GONE}
    assert {one.state for one in told.replies} >= set(ReplyState) - not_yet
    assert any(one.foreign and one.kept for one in told.replies)
    assert max(told.versions.values()) == 2
    assert all(told.versions[one.pk] for one in told.reviews)
    assert sorted(bool(one.closed_at) for one in told.incidents) == [False, True]


def test_each_stands_where_the_rule_says(told: Told) -> None:
    assert told.wrong_queues == []


def test_every_case_that_began_with_a_review_has_it_with_its_reply(told: Told) -> None:
    by_case = {one.case.number: one for one in told.reviews if one.case}
    with_reviews = [case for case in told.cases if case.review]
    assert len(with_reviews) == len(by_case) >= 15
    live = {one.review_id for one in told.replies if one.state == ReplyState.LIVE}
    assert sum(one.pk in live for one in by_case.values()) == sum(bool(case.reply_live) for case in with_reviews)


def test_what_the_group_wrote_is_of_the_pool_and_gives_nothing_away(told: Told) -> None:
    for reply in told.replies:
        if reply.state == ReplyState.TO_APPROVE or reply.foreign:
            continue
        assert reply.text in told.filled[reply.review_id]
        assert reply.level in _HARMLESS, (reply.text, reply.findings)
    foreign = [one for one in told.replies if one.text in AUTOMATIC]
    assert {one.level for one in foreign} == {Risk.BLOCK}
    assert {one.level for one in told.replies if one.state == ReplyState.TO_APPROVE} == {Risk.WARN, Risk.BLOCK}


# --- no path from a linked patient to public text --------------------------------------------------------------------


def values(thing: Any) -> Iterator[str]:
    """Every text, number and time in a case, however deep."""
    if dataclasses.is_dataclass(thing):
        for one in dataclasses.fields(thing):
            yield from values(getattr(thing, one.name))
    elif isinstance(thing, list | tuple | set | frozenset):
        for each in thing:
            yield from values(each)
    elif isinstance(thing, datetime):
        yield from (f"{thing:%B}", f"{thing:%A}", f"{thing:%Y-%m-%d}", f"{thing:%m/%d}")
    elif thing is not None and not isinstance(thing, bool):
        yield str(thing)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def test_what_is_offered_is_the_pool_and_the_practices_own_name_and_number(told: Told) -> None:
    for pk, offers in told.offers.items():
        assert len(offers) == 3
        assert set(offers) <= told.filled[pk]


def test_what_is_offered_does_not_depend_on_the_case(told: Told) -> None:
    assert told.offers == told.offers_without_case


def test_no_field_of_any_case_shows_in_any_wording(told: Told) -> None:
    """Names, numbers, days and amounts never; and no six words in a row of anything that anybody wrote down."""
    public = [words(text) for texts in told.filled.values() for text in texts]
    single = {word for text in public for word in text}
    runs = {tuple(text[at : at + 6]) for text in public for at in range(len(text) - 5)}
    for case in told.cases:
        if case.patient:
            assert not {*words(case.patient.name), str(case.patient.pat_num), case.patient.phone} & single
        for value in values(case):
            told_words = words(value)
            assert not any(tuple(told_words[at : at + 6]) in runs for at in range(len(told_words) - 5)), value
            if re.fullmatch(r"[\d$.,/:-]+", value) and len(value) > 1:
                assert value not in single, value
            if value in _DAYS:
                assert value.casefold() not in single, value


_DAYS = {*(f"{datetime(2026, month, 1, tzinfo=UTC):%B}" for month in range(1, 13) if month != 5)} | {
    f"{datetime(2026, 1, day, tzinfo=UTC):%A}" for day in range(1, 8)
}


def test_every_wording_may_go_out_whoever_the_patient_is(told: Told) -> None:
    """So a wording never tells by being refused: the same pool for patients, strangers and nobody knows whom."""
    assert told.risks
    assert {key: risk for key, risk in told.risks.items() if risk not in _HARMLESS} == {}


def test_the_kept_record_is_read_only_by_the_checker() -> None:
    """What offers wordings has no way to the record or to the case."""
    from amends.reviews import offered, wordings

    for module in (offered, wordings):
        reachable = {getattr(value, "__module__", "") for value in vars(module).values()}
        assert not any(
            name.startswith(("amends.cases", "amends.integrations", "amends.protocol")) for name in reachable
        )
    assert not hasattr(editor, record_keeping.kept_record.__name__)
