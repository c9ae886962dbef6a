"""Reviews come in from Google: each once, with its edits, and silent deletions are found."""

from datetime import timedelta

import pytest
from tests.integrations.google.conftest import Story

from amends.access import actor_at
from amends.cases import actions
from amends.integrations.google_business.chores import hurry, read_reviews
from amends.integrations.google_business.client import GoogleClient
from amends.integrations.google_business.models import GoogleAccount, GoogleLocation, GoogleRow
from amends.integrations.google_business.profiles import is_office
from amends.integrations.google_business.shapes import ReviewRow
from amends.integrations.google_business.taking import take
from amends.protocol import commands as c
from amends.protocol.words import AsideReason
from amends.reviews.models import Review, ReviewVersion


def of(story: Story, **changes: object) -> Review:
    return Review.objects.get(location=story.location.name, **changes)


def test_everything_is_read_at_first_and_old_reviews_open_no_case(story: Story) -> None:
    there = story.google.reviews(story.location.name)
    assert Review.objects.count() == len(there) == story.location.total
    month = story.time.now - timedelta(days=30)
    assert not Review.objects.filter(case__isnull=False, edited_at__lt=month).exists()
    assert story.location.listed_at is not None


def test_a_new_review_opens_a_case_at_the_next_reading(story: Story) -> None:
    review = story.write(stars=1, text="Waited an hour.", reviewer="Jen M")
    assert (review.stars, review.text, review.reviewer) == (1, "Waited an hour.", "Jen M")
    assert review.case is not None
    assert review.reply_url == review.url != ""


def test_stars_alone_and_nobody_named(story: Story) -> None:
    review = story.write(stars=2, text="", anonymous=True, reviewer="")
    assert (review.stars, review.text, review.reviewer) == (2, "", "")


@pytest.mark.parametrize("order", ["translation_first", "original_first"])
def test_a_translation_is_kept_beside_the_original(story: Story, order: str) -> None:
    review = story.write(text="Esperé una hora.", translation="I waited for an hour.", language="es", order=order)
    assert (review.text, review.text_translated) == ("Esperé una hora.", "I waited for an hour.")


def test_one_marker_alone_splits_nothing(story: Story) -> None:
    review = story.write(text="Esperé.", translation="I waited.", language="es", order="original_unmarked")
    assert "(Translated by Google)" in review.text
    assert review.text_translated == ""


def test_an_edit_of_an_old_review_is_another_version(story: Story) -> None:
    review = story.write(stars=1)
    story.time.move(days=3)
    story.google.control("edit", review=review.site_id, stars=5, text="They called me. Thank you.")
    story.poll()
    review.refresh_from_db()
    assert (review.stars, review.text) == (5, "They called me. Thank you.")
    assert ReviewVersion.objects.filter(review=review).count() == 2


PHOTO = {"thumbnailUrl": "https://photos.example/t.jpg", "thumbnailLabel": "Waiting room"}
VIDEO = {"thumbnailUrl": "https://photos.example/c.jpg", "videoUrl": "https://photos.example/c.mp4"}


def test_photos_and_videos_are_counted_with_each_version_and_never_copied(story: Story) -> None:
    review = story.write(stars=1, media=[PHOTO, PHOTO, VIDEO])
    assert review.pictures == "2 photos and 1 video"
    story.time.move(days=3)
    story.google.control("edit", review=review.site_id, media=[VIDEO])
    story.poll()
    review.refresh_from_db()
    assert review.pictures == "1 video"
    versions = ReviewVersion.objects.filter(review=review).order_by("pk")
    assert [one.pictures for one in versions] == ["2 photos and 1 video", "1 video"]
    told = [str(value) for row in Review.objects.values() for value in row.values()]
    assert not any("photos.example" in value for value in told)


def test_a_review_that_was_read_before_they_were_counted_is_no_other_one(story: Story) -> None:
    review = story.write(stars=1, media=[PHOTO])
    Review.objects.filter(pk=review.pk).update(photos=None, videos=None)
    GoogleRow.objects.filter(review=review).update(digest="of an earlier time")
    story.poll()
    review.refresh_from_db()
    assert (review.pictures, review.versions.count()) == ("1 photo", 1)


def test_what_has_not_changed_is_not_taken_in_again(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.write()
    before = list(Review.objects.order_by("pk").values_list("last_seen_at", flat=True))
    story.poll()
    assert list(Review.objects.order_by("pk").values_list("last_seen_at", flat=True)) == before
    assert GoogleRow.objects.count() == Review.objects.count()


def test_a_deleted_review_is_missed_at_the_next_reading_because_the_count_drops(story: Story) -> None:
    review = story.write()
    story.google.control("delete", review=review.site_id)
    story.poll()
    review.refresh_from_db()
    assert review.lost_since == story.time.now


def test_a_deletion_that_the_count_hides_is_found_within_a_day(story: Story) -> None:
    review = story.write()
    story.google.control("delete", review=review.site_id)
    story.google.write("lakeside", stars=5, create_time=(story.time.now - timedelta(days=900)).isoformat())
    story.google.write("lakeside", stars=5)
    story.poll()
    story.time.move(days=1)
    story.poll()
    review.refresh_from_db()
    assert review.lost_since is not None
    assert Review.objects.filter(lost_since=None).count() == len(story.google.reviews(story.location.name))


def test_a_filtered_review_is_lost_and_comes_back_as_it_was(story: Story) -> None:
    review = story.write(create_time=(story.time.now - timedelta(days=9)).isoformat())
    story.google.control("hide", review=review.site_id)
    story.poll()
    assert of(story, site_id=review.site_id).lost_since is not None
    story.google.control("show", review=review.site_id)
    story.poll()
    assert of(story, site_id=review.site_id).lost_since is None
    assert ReviewVersion.objects.filter(review=review).count() == 1


def test_one_that_was_only_missed_by_the_listing_is_not_lost(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    review = story.write()
    client = GoogleClient

    def without(self, location):
        for page in pages(self, location):
            kept = [row for row in page.reviews if row.name != review.site_id]
            yield page.model_copy(update={"reviews": kept, "total": len(kept)})

    pages = client.review_pages
    monkeypatch.setattr(client, "review_pages", without)
    story.poll()
    review.refresh_from_db()
    assert review.lost_since is None


def test_a_profile_without_reviews_is_empty_and_not_wrong(story: Story) -> None:
    for one in story.google.reviews(story.location.name):
        story.google.control("delete", review=one["name"])
    story.poll()
    assert (story.location.total, story.location.trouble) == (0, "")
    assert not Review.objects.filter(lost_since=None).exists()


def test_what_fails_at_one_profile_keeps_none_of_the_others(story: Story) -> None:
    harbor = GoogleLocation.objects.create(
        account=story.location.account,
        name=story.google.location("harbor-view"),
        office=story.group.harbor,
        due_at=story.time.now,
    )
    story.google.control("role", location="lakeside", lost=True)
    story.poll()
    harbor.refresh_from_db()
    assert "no role" in story.location.trouble
    assert (harbor.trouble, harbor.total) == ("", len(story.google.reviews(harbor.name)))
    assert story.location.trouble_since == story.time.now
    story.google.control("role", location="lakeside", lost=False)
    story.time.move(minutes=15)
    story.poll()
    assert story.location.trouble == ""


def test_an_unverified_profile_says_so(story: Story) -> None:
    story.google.control("verify", location="lakeside", verified=False)
    story.poll()
    assert "not verified" in story.location.trouble


def test_a_short_name_is_a_name_that_google_does_not_know(story: Story) -> None:
    short = "/".join(story.location.name.split("/")[2:])
    GoogleLocation.objects.filter(pk=story.location.pk).update(name=f"accounts/1/{short}")
    story.poll()
    assert "does not find it" in story.location.trouble


@pytest.mark.parametrize("then", ["status:503", "status:502", "drop_before", "drop_after", "truncate", "status:429"])
def test_a_reading_that_fails_comes_again_and_loses_nothing(story: Story, then: str) -> None:
    name = story.google.write("lakeside", text="Nobody told me.")
    story.google.faults(then, method="GET", path="/v4/accounts/*/locations/*/reviews")
    story.poll()
    assert story.location.trouble
    assert not Review.objects.filter(site_id=name).exists()
    story.poll()
    assert story.location.trouble == ""
    assert Review.objects.filter(site_id=name).exists()


def test_it_is_read_every_five_minutes_and_at_once_when_hurried(story: Story) -> None:
    assert not read_reviews()
    assert hurry({story.location.name, "accounts/1/locations/9"}) == 1
    assert read_reviews()
    assert not read_reviews()


def test_a_profile_without_an_office_is_not_read(story: Story) -> None:
    GoogleLocation.objects.update(office=None)
    story.time.move(days=1)
    assert not read_reviews()
    assert hurry({story.location.name}) == 0


def test_what_another_process_reads_is_left_to_it(story: Story) -> None:
    story.time.move(minutes=5)
    GoogleLocation.objects.update(leased_until=story.time.now + timedelta(minutes=1))
    assert not read_reviews()
    story.time.move(minutes=1)
    assert read_reviews()  # it died


# --- whose reviews they are ----------------------------------------------------------------------------------------


def test_a_corrected_match_takes_the_reviews_along_and_those_with_a_case_once_that_is_set_aside(story: Story) -> None:
    review = story.write(stars=1)
    group = story.group
    is_office(story.location, group.harbor)
    story.poll()
    review.refresh_from_db()
    assert (review.office, review.belongs_at) == (group.maple, group.harbor)
    assert not Review.objects.filter(office=group.maple, case=None).exists()
    aside = c.PutAside(reason=AsideReason.BY_MISTAKE, note="It is Harbor View's.")
    actions.perform(command=aside, by=actor_at(group.omar, str(group.maple.pk)), case=review.case_id)
    story.time.move(days=1)
    story.poll()
    before = review.case_id
    review.refresh_from_db()
    assert (review.office, review.belongs_at) == (group.harbor, None)
    assert review.case
    assert (review.case.office, review.case_id != before) == (group.harbor, True)


def test_one_review_that_two_accounts_reach_is_one_and_is_known_by_the_name_that_was_read_last(story: Story) -> None:
    review = story.write(stars=1)
    other = GoogleAccount.objects.create(connection=story.location.account.connection, name="accounts/77")
    short = story.location.name.partition("/locations/")[2]
    twin = GoogleLocation.objects.create(account=other, name=f"accounts/77/locations/{short}", office=story.group.maple)
    told = story.google.review(review.site_id)
    name = review.site_id.replace(story.location.name, twin.name)
    take(twin, ReviewRow.model_validate({**told, "name": name}))
    kept = Review.objects.get(pk=review.pk)
    assert (kept.site_id, kept.location) == (name, twin.name)
    assert Review.objects.filter(posted_at=review.posted_at).count() == 1
    story.time.move(days=1)
    story.poll()
    kept.refresh_from_db()
    assert (kept.site_id, kept.lost_since) == (review.site_id, None)
    assert Review.objects.filter(posted_at=review.posted_at).count() == 1


def test_reviews_of_the_same_second_are_told_apart(story: Story) -> None:
    review = story.write(stars=5)
    told = story.google.review(review.site_id)
    take(story.location, ReviewRow.model_validate({**told, "name": f"{review.site_id}x", "comment": "Fine."}))
    assert Review.objects.filter(posted_at=review.posted_at).count() == 2
