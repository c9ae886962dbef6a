"""Google's rows as typed values, tolerant of what is not known and of what is left out (1.3, 1.5, 1.6, 1.9)."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

_STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}


def _words(value: object) -> str:
    return "" if value is None else str(value)


def _stars(value: object) -> int | None:
    return _STARS.get(str(value))


def _count(value: object) -> int | None:
    return int(str(value)) if str(value).isdecimal() else None


Words = Annotated[str, BeforeValidator(_words)]
# None for an unspecified rating, and for words that nobody knows today.
Stars = Annotated[int | None, BeforeValidator(_stars)]
Count = Annotated[int | None, BeforeValidator(_count)]


class Row(BaseModel):
    """Fields are written as Google writes them, `updateTime` for `update_time`."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)


class Account(Row):
    name: str
    account_name: Words = ""


class Accounts(Row):
    accounts: list[Account] = []
    next_page_token: Words = ""


class PlaceMetadata(Row):
    place_id: Words = ""
    has_voice_of_merchant: bool = False


class Phones(Row):
    primary_phone: Words = ""


class Place(Row):
    """A location of the Business Information API: its name is the short form, `locations/2`."""

    name: str
    title: Words = ""
    store_code: Words = ""
    phone_numbers: Phones = Phones()
    metadata: PlaceMetadata = PlaceMetadata()


class Places(Row):
    locations: list[Place] = []
    next_page_token: Words = ""


class Reviewer(Row):
    display_name: Words = ""
    is_anonymous: bool = False


class ReviewReply(Row):
    comment: Words = ""
    update_time: AwareDatetime | None = None
    review_reply_state: Words = ""
    policy_violation: Words = ""


class Media(Row):
    """How many photos and videos Google shows; where they lie is not kept, so nothing of them can be copied."""

    photos: int = 0
    videos: int = 0


def _media(value: object) -> object:
    """Google's list of `reviewMediaItems`: what has a `videoUrl` is a video, its thumbnail is no photo (1.6)."""
    items = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    videos = sum(bool(one.get("videoUrl")) for one in items)
    return Media(photos=len(items) - videos, videos=videos)


class ReviewRow(Row):
    """One review of the v4 API."""

    name: str
    review_id: Words = ""
    reviewer: Reviewer = Reviewer()
    star_rating: Stars = None
    comment: Words = ""
    create_time: AwareDatetime
    update_time: AwareDatetime
    media: Annotated[Media, BeforeValidator(_media)] = Field(default=Media(), alias="reviewMediaItems")
    review_reply: ReviewReply | None = None
    review_reply_url: Words = ""


class ReviewPage(Row):
    """One page; `total` counts all reviews of the location, None where it is not told, as for one without any."""

    reviews: list[ReviewRow] = []
    total: Count = Field(default=None, alias="totalReviewCount")
    next_page_token: Words = ""

    @property
    def newest(self) -> datetime | None:
        """The latest change on this page; None for an empty one."""
        return max((row.update_time for row in self.reviews), default=None)


class NotificationSetting(Row):
    """Where Google publishes what happens in an account: one topic for each account, whoever set it (1.9)."""

    name: Words = ""
    pubsub_topic: Words = ""
    notification_types: list[str] = []


class Tokens(Row):
    """What the token endpoint answers; its names are its own."""

    model_config = ConfigDict(frozen=True, alias_generator=None)

    access_token: str
    expires_in: int = 0
    refresh_token: Words = ""
    scope: Words = ""
