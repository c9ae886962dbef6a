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
from amends.protocol.words import AsideReason, Moment, Stage, Way
from amends.reviews import intake, replying
from amends.reviews.intake import SeenReview, take_in
from amends.reviews.models import Reply, Review, ReviewVersion
from amends.reviews.pressing import reviews_at_the_wrong_office

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


def test_what_says_little_is_told_apart_by_its_rating_and_its_order_in_a_file(seen: Seen) -> None:
    for bare in ({"text": ""}, {"reviewer": ""}, {"text": "\N{THUMBS UP SIGN}"}):
        little = {"site_id": "", **bare}
        keys = [seen(**little, **more).key for more in ({}, {"stars": 5}, {"recommended": True}, {"nth": 1})]
        assert len(set(keys)) == 4
        assert len({seen(**little, stars=stars).former_key for stars in (1, 5)}) == 1
        assert seen(**little, nth=1).former_key == ""
    assert seen(site_id="").key == seen(site_id="", stars=5, nth=1).key, "an edit of the stars is the same review"
    assert seen(text="").former_key == "", "the site has named it"


def test_what_came_in_before_ratings_counted_is_known_by_its_former_name(
    brings: Brings, seen: Seen, now: datetime
) -> None:
    bare = {"site_id": "", "text": "", "reviewer": "", "via": "csv"}
    earlier = brings(**bare)
    former = seen(site_id="", text="", reviewer="").former_key
    Review.objects.filter(pk=earlier.pk).update(site_id=former)
    again = brings(**bare)
    assert (again.pk, again.versions.count()) == (earlier.pk, 1)
    five = brings(**bare, stars=5)
    assert (five.pk != earlier.pk, five.maybe_same) == (True, None)
    second = brings(**bare, nth=1)
    assert (second.pk in (earlier.pk, five.pk), second.maybe_same) == (False, None)
    assert (Review.objects.count(), CaseRow.system.count()) == (3, 2)


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


# --- the same as another one ---------------------------------------------------------------------------------------


@pytest.fixture
def copy(group: Cast, brings: Brings) -> Review:
    """Google's own row of a review that somebody had entered by hand, and that has a case."""
    brings(via="by_hand", site_id="", location="")
    copy = brings()
    intake.settle_same(copy, is_same=True, by=group.omar)
    copy.refresh_from_db()
    return copy


def first(copy: Review) -> Review:
    """The review that has the case, as it is now."""
    return Review.objects.get(pk=intake.first_of(Review.objects.get(pk=copy.pk)).pk)


def test_what_changes_of_a_copy_changes_the_review_that_has_the_case(
    copy: Review, brings: Brings, now: datetime
) -> None:
    later = now + timedelta(days=1)
    copy = brings(stars=4, text="They called. All good.", edited_at=later, at=later)
    one = first(copy)
    assert (one.stars, one.text, one.versions.count()) == (4, "They called. All good.", 2)
    assert one.case
    assert (one.location, one.site_id == copy.site_id) == ("", False), "it is not Google's own row"
    assert kinds(one.case)[-1] == "ReviewRewritten"
    brings(stars=4, text="They called. All good.", edited_at=later, at=later + timedelta(hours=1))
    assert one.versions.count() == 2


def test_fewer_stars_of_a_copy_open_the_case_again(group: Cast, brings: Brings, now: datetime) -> None:
    brings(via="by_hand", site_id="", location="", stars=3)
    copy = brings(stars=3)
    intake.settle_same(copy, is_same=True, by=group.omar)
    case = first(copy).case
    assert case
    by = actor_at(group.omar, str(group.maple.pk))
    for command in (
        c.RecordConversation(way=Way.PHONE, note="They are glad."),
        c.MarkAddressed(resolution="apology"),
    ):
        actions.perform(command=command, by=by, case=case.pk)
    brings(stars=1, edited_at=now + timedelta(days=1), at=now + timedelta(days=1))
    assert actions.state_of(case.pk).stage is Stage.OFFICE


def test_a_copy_that_turns_bad_opens_a_case_of_the_review_it_is_a_copy_of(
    group: Cast, brings: Brings, now: datetime
) -> None:
    brings(via="by_hand", site_id="", location="", stars=5)
    copy = brings(stars=5)
    intake.settle_same(copy, is_same=True, by=group.omar)
    copy = brings(stars=1, edited_at=now + timedelta(days=1), at=now + timedelta(days=1))
    assert (copy.case, first(copy).case is None) == (None, False)


def test_a_poorer_copy_takes_nothing_away_and_a_late_one_changes_nothing(
    group: Cast, brings: Brings, now: datetime
) -> None:
    brings(edited_at=now)
    copy = brings(via="podium", site_id="p-9")
    intake.settle_same(copy, is_same=True, by=group.omar)
    later = now + timedelta(hours=1)
    copy = brings(via="podium", site_id="p-9", stars=2, edited_at=now - timedelta(minutes=1))
    assert first(copy).stars == 1, "the site itself said so later"
    copy = brings(via="podium", site_id="p-9", stars=3, edited_at=later)
    assert (first(copy).stars, first(copy).text) == (3, "Waited an hour and nobody said a word.")


def test_a_copy_that_is_gone_and_comes_back_is_told_to_the_case(copy: Review, brings: Brings, now: datetime) -> None:
    intake.not_found([copy.pk], at=now)
    one = first(copy)
    assert one.lost_since == now
    assert one.case
    assert kinds(one.case)[-1] == "ReviewLost"
    brings(at=now + timedelta(days=1))
    assert first(copy).lost_since is None
    assert kinds(one.case)[-1] == "ReviewBack"


def test_a_review_that_was_seen_by_its_own_way_does_not_come_back_twice(
    copy: Review, brings: Brings, now: datetime
) -> None:
    intake.not_found([copy.pk], at=now)
    brings(via="by_hand", site_id="", location="", at=now + timedelta(hours=1))
    brings(at=now + timedelta(hours=2))
    case = first(copy).case
    assert case
    assert kinds(case).count("ReviewBack") == 1


def test_a_copy_of_a_copy_ends_at_the_first_one(group: Cast, brings: Brings, copy: Review, now: datetime) -> None:
    third = brings(via="podium", site_id="p-9")
    Review.objects.filter(pk=third.pk).update(maybe_same=copy)
    third.refresh_from_db()
    intake.settle_same(third, is_same=True, by=group.omar)
    third.refresh_from_db()
    assert third.same_as == first(copy)
    Review.objects.filter(pk=third.pk).update(same_as=copy)  # as earlier versions kept it
    third.refresh_from_db()
    assert intake.first_of(third) == first(copy)


# --- another office ------------------------------------------------------------------------------------------------


def test_a_review_follows_its_profile_to_the_right_office(group: Cast, brings: Brings) -> None:
    brings(stars=5)
    review = brings(stars=5, office=str(group.harbor.pk))
    assert (review.office, review.belongs_at) == (group.harbor, None)


def test_a_tool_does_not_move_what_the_site_itself_has_placed(group: Cast, brings: Brings) -> None:
    brings(stars=5)
    assert brings(stars=5, via="csv", location="", office=str(group.harbor.pk)).office == group.maple
    own = brings(stars=5, via="podium", location="", site_id="p-9", text="Lovely.", reviewer="Bo")
    assert brings(stars=5, via="csv", location="", site_id="p-9", office=str(group.harbor.pk)).office == group.maple
    moved = brings(stars=5, via="podium", location="", site_id="p-9", office=str(group.harbor.pk))
    assert (moved.pk, moved.office) == (own.pk, group.harbor)


def test_a_case_keeps_the_review_until_it_is_set_aside_and_then_the_right_office_has_one(
    group: Cast, brings: Brings
) -> None:
    kept = brings()
    there = {"office": str(group.harbor.pk)}
    review = brings(**there)
    assert (review.office, review.belongs_at, review.case) == (group.maple, group.harbor, kept.case)
    assert "of Harbor View" in reviews_at_the_wrong_office(group.omar)[0].title
    assert reviews_at_the_wrong_office(group.rita) == reviews_at_the_wrong_office(group.nick) == []
    aside = c.PutAside(reason=AsideReason.BY_MISTAKE, note="It is Harbor View's.")
    actions.perform(command=aside, by=actor_at(group.omar, str(group.maple.pk)), case=kept.case_id)
    assert reviews_at_the_wrong_office(group.omar) == []
    review = brings(**there)
    assert (review.office, review.belongs_at) == (group.harbor, None)
    assert review.case
    assert review.case != kept.case
    assert review.case.office == group.harbor


def test_a_reply_that_was_sent_keeps_the_review(group: Cast, brings: Brings) -> None:
    review = brings(stars=5)
    draft = replying.write(review.pk, "Thank you. Our office manager is here for everybody.", group.omar)
    Reply.objects.filter(pk=draft.pk).update(sent_at=review.posted_at)
    review = brings(stars=5, office=str(group.harbor.pk))
    assert (review.office, review.belongs_at) == (group.maple, group.harbor)
    assert reviews_at_the_wrong_office(group.omar) == [], "nothing can be done about it"
    assert brings(stars=5).belongs_at is None


def test_what_a_move_would_open_is_foreseen(group: Cast, brings: Brings, seen: Seen, now: datetime) -> None:
    review = brings(via="csv", location="")
    aside = c.PutAside(reason=AsideReason.BY_MISTAKE, note="It is Harbor View's.")
    actions.perform(command=aside, by=actor_at(group.omar, str(group.maple.pk)), case=review.case_id)
    there = seen(location="", office=str(group.harbor.pk))
    assert intake.foresee(there, via="csv", at=now).opens
    assert take_in(there, via="csv", at=now).opens


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
