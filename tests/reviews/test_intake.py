"""Reviews come in by many ways: one stays one, every version is kept, and the upset ones become cases."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError
from tests.conftest import Cast
from tests.reviews.conftest import Brings

from amends.access import actor_at
from amends.cases import actions
from amends.cases.models import CaseRow, EventRow
from amends.protocol import commands as c
from amends.protocol.decide import Refused
from amends.protocol.values import AMENDS
from amends.protocol.words import AsideReason, Moment
from amends.reviews import intake, replying
from amends.reviews.intake import SeenReview, take_in
from amends.reviews.models import Review, ReviewVersion

Seen = Callable[..., SeenReview]


def kinds(row: CaseRow) -> list[str]:
    return list(EventRow.objects.filter(case=row).order_by("seq").values_list("kind", flat=True))


# --- cases ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "opens"),
    [
        ({"stars": 1}, True),
        ({"stars": 3}, True),
        ({"stars": 4}, False),
        ({"stars": None, "recommended": False}, True),
        ({"stars": None, "recommended": True}, False),
        ({"stars": None, "recommended": None}, False),
    ],
)
def test_few_stars_or_not_recommended_open_a_case_by_themselves(
    brings: Brings, changes: dict[str, object], opens: bool
) -> None:
    review = brings(site="facebook", **changes)
    assert (review.case is not None) is opens


def test_the_case_goes_the_same_way_as_every_other_with_the_words_of_the_review(group: Cast, brings: Brings) -> None:
    review = brings()
    case = actions.state_of(review.case_id or 0)
    assert (case.source.value, case.moment.value, case.office) == ("review", "online", str(group.maple.pk))
    assert case.accounts[0].text == "Waited an hour and nobody said a word."
    assert case.owner
    assert case.owner.id == str(group.omar.pk)
    assert case.review
    assert (case.review.stars, case.review.link) == (1, "https://reviews.example/r1")


def test_stars_without_words_are_an_account_too(brings: Brings) -> None:
    review = brings(text="", stars=2)
    assert actions.state_of(review.case_id or 0).accounts[0].text == "A review without words: 2 stars."


def test_an_old_review_that_is_only_seen_now_opens_no_case_until_somebody_wants_one(
    brings: Brings, now: datetime
) -> None:
    old = brings(posted_at=now - timedelta(days=31))
    assert old.case is None
    row = intake.open_case(old, by=AMENDS, at=now)
    assert intake.open_case(old, by=AMENDS, at=now) == row
    assert CaseRow.system.count() == 1


def test_an_old_review_that_was_edited_now_is_new(brings: Brings, now: datetime) -> None:
    assert brings(posted_at=now - timedelta(days=400), edited_at=now - timedelta(hours=2)).case


# --- once ----------------------------------------------------------------------------------------------------------


def test_a_review_that_comes_again_is_the_same_one(brings: Brings, now: datetime) -> None:
    first = brings()
    again = brings(at=now + timedelta(hours=1))
    assert first.pk == again.pk
    assert again.last_seen_at == now + timedelta(hours=1)
    assert ReviewVersion.objects.count() == CaseRow.system.count() == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"via": "csv", "site_id": "", "text": "waited an HOUR — and nobody said a word"}),
        ({"via": "csv", "site_id": ""}, {}),
        ({}, {"via": "podium", "site_id": "p-9", "posted_at": timedelta(days=-1)}),
        ({"text": ""}, {"via": "csv", "site_id": "", "text": ""}),
    ],
)
def test_what_seems_to_be_the_same_by_another_way_waits_for_a_person_and_opens_no_second_case(
    group: Cast, brings: Brings, now: datetime, first: dict[str, object], second: dict[str, object]
) -> None:
    earlier = brings(**first)
    if isinstance(second.get("posted_at"), timedelta):
        second = {**second, "posted_at": now - timedelta(hours=1) + second["posted_at"]}  # type: ignore[operator]
    later = brings(**second)
    assert later.maybe_same == earlier
    assert (later.case, CaseRow.system.count()) == (None, 1)
    intake.settle_same(later, is_same=True, by=group.omar)
    later.refresh_from_db()
    assert later.same_as == earlier
    assert (later.maybe_same_id, later.case_id) == (None, None)
    later = brings(**{**second, "stars": 1, "text": "Changed there as well."})
    assert CaseRow.system.count() == 1, "it is known as the other one from then on"


def test_a_person_may_say_that_two_are_not_the_same(group: Cast, brings: Brings) -> None:
    brings()
    other = brings(via="csv", site_id="")
    intake.settle_same(other, is_same=False, by=group.omar)
    assert CaseRow.system.count() == 2


def test_an_answer_is_kept_with_who_gave_it_and_only_the_other_answer_of_a_person_undoes_it(
    group: Cast, brings: Brings, now: datetime
) -> None:
    first, tool = brings(stars=5), {"stars": 5, "via": "podium", "site_id": "p-9"}
    review = brings(**tool)
    given = [(True, group.omar), (False, group.rita), (True, group.omar)]
    for hours, (is_same, by) in enumerate(given):
        at = now + timedelta(hours=hours)
        intake.settle_same(review, is_same=is_same, by=by, at=at)
        with pytest.raises(Refused, match="said so already"):
            intake.settle_same(review, is_same=is_same, by=by)
        brings(stars=5, at=at)
        review = brings(**tool, edited_at=at, at=at, text=f"Changed {hours}.")
        assert (review.same_as == first, review.maybe_same) == (is_same, None)
    kept = review.same_decisions.order_by("pk").values_list("is_same", "by", "other", "at")
    assert list(kept) == [(same, by.pk, first.pk, now + timedelta(hours=n)) for n, (same, by) in enumerate(given)]


def test_what_nobody_asked_has_no_answer(group: Cast, brings: Brings) -> None:
    review = brings()
    for is_same in (True, False):
        with pytest.raises(Refused):
            intake.settle_same(review, is_same=is_same, by=group.omar)
    assert not review.same_decisions.exists()


@pytest.mark.parametrize("own", ["case", "reply"])
def test_a_review_that_has_gone_its_own_way_is_not_made_the_same_again(group: Cast, brings: Brings, own: str) -> None:
    stars = 1 if own == "case" else 5
    brings(stars=stars)
    review = brings(stars=stars, via="csv", site_id="")
    intake.settle_same(review, is_same=False, by=group.omar)
    if own == "reply":
        replying.write(review.pk, "Thank you. Our office manager is here for everybody.", group.omar)
    with pytest.raises(Refused, match="of its own"):
        intake.settle_same(review, is_same=True, by=group.omar)
    review.refresh_from_db()
    assert review.same_as is None


@pytest.mark.parametrize(
    "changes",
    [
        {"site_id": "accounts/1/locations/2/reviews/r2"},  # one site tells its own reviews apart
        {"via": "csv", "site_id": "", "stars": 2, "reviewer": "Ann"},
        {"via": "podium", "site_id": "p-1", "text": "Something else."},
        {"via": "csv", "site_id": "", "site": "yelp"},
        {"via": "csv", "site_id": "", "text": "", "reviewer": "Somebody else"},
    ],
)
def test_what_differs_is_another_review(brings: Brings, changes: dict[str, object]) -> None:
    brings()
    assert brings(**changes).maybe_same is None


def test_two_days_apart_are_two_reviews(brings: Brings, now: datetime) -> None:
    brings()
    assert brings(via="csv", site_id="", posted_at=now - timedelta(days=2, hours=2)).maybe_same is None


def test_a_review_without_a_name_has_one_made_of_what_it_says(seen: Seen) -> None:
    plain = seen(site_id="")
    assert plain.key == seen(site_id="", text="waited an hour, and nobody said a word").key
    assert plain.key != seen(site_id="", reviewer="Ann").key
    assert plain.key != seen(site_id="", office="99").key


# --- edits and losses ----------------------------------------------------------------------------------------------


def test_every_version_is_kept_and_the_case_hears_of_it(brings: Brings, now: datetime) -> None:
    review = brings()
    later = now + timedelta(days=1)
    review = brings(stars=4, text="They called. All good.", edited_at=later, at=later)
    versions = list(review.versions.order_by("pk").values_list("stars", "text"))
    assert versions == [(1, "Waited an hour and nobody said a word."), (4, "They called. All good.")]
    assert review.case
    assert kinds(review.case)[-1] == "ReviewRewritten"


def test_a_page_that_was_read_before_a_newer_one_changes_nothing(brings: Brings, now: datetime) -> None:
    brings(edited_at=now, stars=4, text="Better.")
    review = brings(edited_at=now - timedelta(hours=1))
    assert (review.stars, review.text, review.versions.count()) == (4, "Better.", 1)


def test_a_poorer_tool_takes_nothing_away(brings: Brings, now: datetime) -> None:
    brings(photos=2, videos=0)
    brings(via="podium", edited_at=now)
    review = brings(via="csv", text="", url="", reviewer="")
    assert review.pictures == "2 photos"
    assert (review.text, review.url) == ("Waited an hour and nobody said a word.", "https://reviews.example/r1")
    assert review.versions.count() == 1


def test_a_good_review_that_turns_bad_opens_a_case(brings: Brings, now: datetime) -> None:
    assert brings(stars=5, text="Great!").case is None
    later = now + timedelta(days=40)
    assert brings(stars=1, text="I was wrong.", edited_at=later, at=later).case


def test_a_review_that_is_not_found_is_kept_and_may_come_back(brings: Brings, now: datetime) -> None:
    review = brings()
    for _ in range(2):
        intake.not_found([review.pk], at=now)
    review.refresh_from_db()
    assert review.lost_since == now
    assert review.case
    assert review.case.is_open
    review = brings(at=now + timedelta(days=1))
    assert review.lost_since is None
    assert review.case
    assert kinds(review.case)[-2:] == ["ReviewLost", "ReviewBack"]


# --- one story of two ----------------------------------------------------------------------------------------------


def test_a_merged_case_takes_the_review_along(group: Cast, brings: Brings, now: datetime) -> None:
    review = brings()
    other = actions.perform(
        command=c.Report(office=str(group.maple.pk), account="She called.", moment=Moment.BEFORE), by=AMENDS
    ).row
    actions.merge(duplicate=review.case_id or 0, into=other.pk, by=actor_at(group.omar, str(group.maple.pk)))
    review.refresh_from_db()
    assert intake.case_of(review) == other
    intake.not_found([review.pk], at=now)
    assert kinds(other)[-1] == "ReviewLost"


def test_a_case_that_was_set_aside_stays_the_reviews_own(group: Cast, brings: Brings) -> None:
    review = brings()
    aside = c.PutAside(reason=AsideReason.NOT_UPSET, note="A joke among friends.")
    actions.perform(command=aside, by=actor_at(group.omar, str(group.maple.pk)), case=review.case_id)
    review.refresh_from_db()
    assert intake.case_of(review) == review.case


def test_two_who_bring_the_same_review_at_once_make_one(
    seen: Seen, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = take_in(seen(), via="google_business", at=now).review
    real = Review.objects.select_for_update

    class LooksTooEarly:
        """The first look finds nothing: the other one's transaction is not over yet."""

        def filter(self, **_: object) -> "LooksTooEarly":
            return self

        def first(self) -> None:
            monkeypatch.setattr(Review.objects, "select_for_update", real)

    monkeypatch.setattr(Review.objects, "select_for_update", LooksTooEarly)
    again = take_in(seen(), via="google_business", at=now)
    assert (again.review.pk, again.is_new) == (first.pk, False)


def test_what_the_database_refuses_for_another_reason_is_not_taken_for_somebody_else(
    seen: Seen, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(intake, "_first_time", refuses)
    with pytest.raises(IntegrityError):
        take_in(seen(), via="google_business", at=now)
