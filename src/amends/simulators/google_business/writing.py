"""What the public writes: a review as a form, a control call or a file gives it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from amends.simulators.google_business import moments
from amends.simulators.google_business.world import Location, Reply, ReplyState, Review, Translated, World
from amends.simulators.serving import BodyError

Choice = TypeVar("Choice", bound=StrEnum)
STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
KEYS = (
    *("stars", "text", "reviewer", "photo", "anonymous", "language", "translation", "order", "media", "create_time"),
    *("update_time", "reply", "reply_state", "policyViolation", "hidden"),
)
_MEDIA = ("thumbnailUrl", "thumbnailLabel", "videoUrl")
_TEXTS = ("text", "reviewer", "photo", "language", "translation", "order", "reply", "reply_state", "policyViolation")


@dataclass(frozen=True)
class Writing:
    """One review to be. Moments None: now."""

    stars: int
    text: str = ""
    reviewer: str = ""
    photo: str = ""
    anonymous: bool = False
    language: str = "en"
    translation: str = ""
    order: Translated = Translated.TRANSLATION_FIRST
    media: tuple[Mapping[str, str], ...] = ()
    create_time: int | None = None
    update_time: int | None = None
    reply: str = ""
    reply_state: ReplyState = ReplyState.APPROVED
    violation: str = ""
    hidden: bool = False

    def write(self, world: World, location: Location, now: int) -> Review:
        """Put it into the world."""
        created = now if self.create_time is None else self.create_time
        updated = created if self.update_time is None else self.update_time
        review = Review(
            id=world.new_id("review"),
            location=location.id,
            stars=self.stars,
            create_time=created,
            update_time=updated,
            text=self.text,
            reviewer="" if self.anonymous else self.reviewer,
            photo="" if self.anonymous else self.photo,
            anonymous=self.anonymous,
            language=self.language,
            translation=self.translation,
            order=self.order,
            media=[dict(one) for one in self.media],
            reply=Reply(self.reply, updated, self.reply_state, self.violation) if self.reply else None,
            hidden=self.hidden,
        )
        world.reviews[review.id] = review
        return review


def read_stars(value: object) -> int:
    """1 to 5, or Google's `ONE` to `FIVE`. Raises BodyError."""
    if isinstance(value, str):
        value = STARS.get(value.upper(), int(value) if value.isdecimal() else value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 5:
        raise BodyError('"stars" is 1 to 5.')
    return value


def read_moment(given: Mapping[str, object], name: str) -> int | None:
    """A time of a body, None where it is left out. Raises BodyError."""
    value = given.get(name)
    if value is None or value == "":
        return None
    try:
        return moments.read(str(value))
    except ValueError as unreadable:
        raise BodyError(f'"{name}": {unreadable}.') from unreadable


def read_media(value: object) -> tuple[Mapping[str, str], ...]:
    """`[{"thumbnailUrl", "thumbnailLabel", "videoUrl"}]`. Raises BodyError."""
    if value is None:
        return ()
    items: list[Any] = value if isinstance(value, list) else [None]
    if not all(isinstance(one, dict) and set(one) <= set(_MEDIA) for one in items):
        raise BodyError(f'"media" is a list of objects with {", ".join(_MEDIA)}.')
    if not all(isinstance(text, str) for one in items for text in one.values()):
        raise BodyError('What is told in "media" is text.')
    return tuple(items)


def read_writing(given: Mapping[str, object]) -> Writing:
    """A review of a body. Raises BodyError."""
    for name in given:
        if name not in KEYS:
            raise BodyError(f'A review has no "{name}"; it may have {", ".join(KEYS)}.')
    texts: dict[str, str] = {}
    for name in _TEXTS:
        value = given.get(name) or ""
        if not isinstance(value, str):
            raise BodyError(f'"{name}" is a text.')
        texts[name] = value
    for name in ("anonymous", "hidden"):
        if not isinstance(given.get(name, False), bool):
            raise BodyError(f'"{name}" is true or false.')
    anonymous = given.get("anonymous", not texts["reviewer"])
    return Writing(
        stars=read_stars(given.get("stars")),
        text=texts["text"],
        reviewer=texts["reviewer"],
        photo=texts["photo"],
        anonymous=bool(anonymous),
        language=texts["language"] or "en",
        translation=texts["translation"],
        order=read_choice(Translated, "order", texts["order"] or Translated.TRANSLATION_FIRST),
        media=read_media(given.get("media")),
        create_time=read_moment(given, "create_time"),
        update_time=read_moment(given, "update_time"),
        reply=texts["reply"],
        reply_state=read_choice(ReplyState, "reply_state", texts["reply_state"] or ReplyState.APPROVED),
        violation=texts["policyViolation"],
        hidden=bool(given.get("hidden", False)),
    )


def read_choice(kinds: type[Choice], name: str, value: str) -> Choice:
    """One of an enum's values. Raises BodyError."""
    if value not in list(kinds):
        raise BodyError(f'"{name}" is one of {", ".join(kinds)}.')
    return kinds(value)
