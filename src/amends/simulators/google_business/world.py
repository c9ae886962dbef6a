"""The state: accounts, locations, reviews with their replies, and what a client was granted."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any
from typing import cast as as_type

from amends.simulators.google_business.refusals import Json
from amends.simulators.serving import BodyError


class ReplyState(StrEnum):
    """Where a reply stands with Google's moderation (review-platforms.md 1.7)."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    UNSPECIFIED = "REVIEW_REPLY_STATE_UNSPECIFIED"  # Google tells no state, and the public reads it


class Translated(StrEnum):
    """In which order a comment tells its translation and its original (review-platforms.md 1.12)."""

    TRANSLATION_FIRST = "translation_first"
    ORIGINAL_FIRST = "original_first"
    ORIGINAL_UNMARKED = "original_unmarked"  # the original comes first, without its own marker


@dataclass
class Account:
    """Who owns locations: a person or a group of locations. `lost`: our role on it was taken away."""

    id: str
    title: str
    kind: str = "LOCATION_GROUP"
    role: str = "OWNER"
    lost: bool = False
    topic: str = ""
    types: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """`accounts/{a}`."""
        return f"accounts/{self.id}"


@dataclass
class Location:
    """One office's profile."""

    id: str
    account: str
    title: str
    store_code: str = ""
    place_id: str = ""
    city: str = ""
    phone: str = ""
    verified: bool = True
    suspended: bool = False
    lost: bool = False

    @property
    def name(self) -> str:
        """The long name, which v4 wants."""
        return f"accounts/{self.account}/locations/{self.id}"


@dataclass
class Reply:
    """The owner's one reply. `violation` only tells something when it was rejected."""

    comment: str
    update_time: int
    state: ReplyState = ReplyState.PENDING
    violation: str = ""

    @property
    def is_public(self) -> bool:
        return self.state in (ReplyState.APPROVED, ReplyState.UNSPECIFIED)


@dataclass
class Review:
    """One review. `deleted` by its writer, for good; `hidden` by Google's filter, until it shows it again."""

    id: str
    location: str
    stars: int
    create_time: int
    update_time: int
    text: str = ""
    reviewer: str = ""
    photo: str = ""
    anonymous: bool = False
    language: str = "en"
    translation: str = ""
    order: Translated = Translated.TRANSLATION_FIRST
    media: list[dict[str, str]] = field(default_factory=list)
    reply: Reply | None = None
    deleted: bool = False
    hidden: bool = False

    @property
    def visible(self) -> bool:
        """Whether anybody can see it."""
        return not (self.deleted or self.hidden)


@dataclass
class Grant:
    """An access token, a refresh token or a code: what it allows, and until when (0: for ever)."""

    scopes: list[str]
    expires: int = 0
    refresh: str = ""  # an access token's refresh token
    redirect_uri: str = ""  # a code's
    offline: bool = False
    challenge: str = ""
    challenge_method: str = ""


@dataclass
class World:
    """Everything that is kept."""

    seed: int = 0
    serial: int = 0
    accounts: dict[str, Account] = field(default_factory=dict)
    locations: dict[str, Location] = field(default_factory=dict)
    reviews: dict[str, Review] = field(default_factory=dict)
    access_tokens: dict[str, Grant] = field(default_factory=dict)
    refresh_tokens: dict[str, Grant] = field(default_factory=dict)
    codes: dict[str, Grant] = field(default_factory=dict)

    def new_bytes(self, kind: str) -> bytes:
        """Bytes that the seed and a running number make."""
        self.serial += 1
        return hashlib.sha256(f"{self.seed}/{kind}/{self.serial}".encode()).digest()

    def new_number(self, kind: str, digits: int) -> str:
        """A long number, as Google numbers accounts and locations."""
        number = int.from_bytes(self.new_bytes(kind)) % (9 * 10 ** (digits - 1))
        return str(10 ** (digits - 1) + number)

    def new_id(self, kind: str) -> str:
        """An opaque id, as reviews have."""
        return base64.urlsafe_b64encode(self.new_bytes(kind) + self.new_bytes(kind)).decode().rstrip("=")[:68]

    def review_name(self, review: Review) -> str:
        """`accounts/{a}/locations/{l}/reviews/{r}`."""
        return f"{self.locations[review.location].name}/reviews/{review.id}"

    def shown(self, locations: Iterable[str]) -> list[Review]:
        """The reviews of these locations (ids) that can be seen."""
        wanted = set(locations)
        return [review for review in self.reviews.values() if review.visible and review.location in wanted]

    def find_location(self, text: str) -> Location | None:
        """By its long or short name, its id or its store code."""
        number = text.rpartition("/")[2]
        found = self.locations.get(number)
        if found is None:
            coded = (one for one in self.locations.values() if one.store_code and one.store_code == text)
            found = next(coded, None)
        return found if found is None or not text.startswith("accounts/") or text == found.name else None

    def find_review(self, text: str) -> Review | None:
        """By its name or its id, also one that is gone."""
        return self.reviews.get(text.rpartition("/")[2])

    def approve(self, before: int) -> bool:
        """Approve the replies that have waited since `before` or longer; whether there were any."""
        waiting = [
            review
            for review in self.reviews.values()
            if review.reply and review.reply.state is ReplyState.PENDING and review.reply.update_time <= before
        ]
        for review in waiting:
            self.moderate(review, ReplyState.APPROVED)
        return bool(waiting)

    def moderate(self, review: Review, state: ReplyState, violation: str = "") -> None:
        """Decide about a reply. One of a suspended or unverified profile is never approved."""
        assert review.reply is not None  # noqa: S101  the caller has looked
        location = self.locations[review.location]
        if state is ReplyState.APPROVED and (location.suspended or not location.verified):
            state = ReplyState.REJECTED
            violation = "LOCATION_SUSPENDED" if location.suspended else "LOCATION_VERIFICATION_REQUIRED"
        review.reply.state = state
        review.reply.violation = violation if state is ReplyState.REJECTED else ""

    def dump(self) -> Json:
        """A JSON-able copy; accounts, locations and reviews are lists."""
        rows = {name: [asdict(one) for one in getattr(self, name).values()] for name in _LISTS}
        return {**asdict(self), **rows}


_LISTS = ("accounts", "locations", "reviews")


def restored(state: Mapping[str, object]) -> World:
    """The world that `dump` gave. Raises BodyError for anything else."""
    try:
        accounts = [Account(**row) for row in _rows(state, "accounts")]
        locations = [Location(**row) for row in _rows(state, "locations")]
        reviews = [_review(row) for row in _rows(state, "reviews")]
        world = World(
            seed=int(str(state["seed"])),
            serial=int(str(state["serial"])),
            accounts={one.id: one for one in accounts},
            locations={one.id: one for one in locations},
            reviews={one.id: one for one in reviews},
            access_tokens=_grants(state, "access_tokens"),
            refresh_tokens=_grants(state, "refresh_tokens"),
            codes=_grants(state, "codes"),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as unreadable:
        raise BodyError(f"This is not the state of a Business Profile: {unreadable}.") from unreadable
    if any(one.account not in world.accounts for one in locations):
        raise BodyError("A location belongs to an account that is not there.")
    if any(one.location not in world.locations for one in reviews):
        raise BodyError("A review belongs to a location that is not there.")
    return world


def _review(row: dict[str, Any]) -> Review:
    review = Review(**row)
    review.order = Translated(review.order)
    if row.get("reply"):
        review.reply = Reply(**row["reply"])
        review.reply.state = ReplyState(review.reply.state)
    return review


def _rows(state: Mapping[str, object], name: str) -> list[dict[str, Any]]:
    return as_type(list[dict[str, Any]], state[name])


def _grants(state: Mapping[str, object], name: str) -> dict[str, Grant]:
    return {token: Grant(**row) for token, row in as_type(dict[str, dict[str, Any]], state[name]).items()}
