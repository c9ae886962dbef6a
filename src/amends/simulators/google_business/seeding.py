"""The seeded group: accounts, locations and reviews of every kind that review-platforms.md 1.13 asks for."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amends.simulators.google_business import cast, moments
from amends.simulators.google_business.world import (
    Account,
    Grant,
    Location,
    Reply,
    ReplyState,
    Review,
    Translated,
    World,
)
from amends.simulators.google_business.writing import Writing, read_writing
from amends.simulators.serving import BodyError

SCOPE = "https://www.googleapis.com/auth/business.manage"
_DAY = 24 * 60 * moments.MINUTE
_MANY = 57  # the first location has more than one page of 50


@dataclass(frozen=True)
class WorldFile:
    """What `--world FILE` gives: the group's name, and its locations with or without reviews."""

    group: str
    locations: tuple[Mapping[str, Any], ...]


def read_world_file(path: Path) -> WorldFile:
    """`{"group": "…", "locations": [{"title", "storeCode", …, "reviews": […]}]}`. Raises ValueError and OSError."""
    given = json.loads(path.read_text(encoding="utf-8"))
    rows = given.get("locations") if isinstance(given, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f'{path} is an object with a list of "locations".')
    return WorldFile(str(given.get("group") or cast.GROUP_NAME), tuple(rows))


def seeded(seed: int, *, now: int, file: WorldFile | None = None) -> World:
    """The world of that seed around `now`. Raises BodyError for a file that makes no sense."""
    world = World(seed=seed)
    chance = random.Random(f"google-business/{seed}")
    person, group, bought = (world.new_number("account", 21) for _ in range(3))
    group_name = file.group if file else cast.GROUP_NAME
    world.accounts = {
        person: Account(person, cast.OWNER_NAME, kind="PERSONAL", role="PRIMARY_OWNER"),
        group: Account(group, group_name),
        bought: Account(bought, cast.BOUGHT_NAME, role="MANAGER", topic=cast.VENDOR_TOPIC, types=["NEW_REVIEW"]),
    }
    world.access_tokens[cast.ACCESS_TOKEN] = Grant([SCOPE], refresh=cast.REFRESH_TOKEN)
    world.refresh_tokens[cast.REFRESH_TOKEN] = Grant([SCOPE])
    if file:
        _from_file(world, file, group, chance, now)
    else:
        for place, office in enumerate((*cast.OFFICES, cast.UNVERIFIED_OFFICE)):
            location = _location(world, group, group_name, office, verified=office != cast.UNVERIFIED_OFFICE)
            if location.verified:
                _fill(world, location, chance, now, _MANY if place == 0 else chance.randint(4, 9))
    for office in cast.BOUGHT_OFFICES:
        _fill(world, _location(world, bought, cast.BOUGHT_NAME, office), chance, now, 3)
    return world


def new_location(world: World, account: str, **known: Any) -> Location:
    """A location with numbers of its own where none are given."""
    number = known.pop("id", "") or world.new_number("location", 19)
    place_id = known.pop("place_id", "") or f"ChIJ{world.new_id('place')[:23]}"
    phone = known.pop("phone", "") or f"(206) 555-01{len(world.locations) % 100:02d}"
    location = Location(number, account, place_id=place_id, phone=phone, **known)
    world.locations[number] = location
    return location


def _location(world: World, account: str, group: str, office: Sequence[str], *, verified: bool = True) -> Location:
    title, code, city = office
    return new_location(world, account, title=f"{group} – {title}", store_code=code, city=city, verified=verified)


def _from_file(world: World, file: WorldFile, group: str, chance: random.Random, now: int) -> None:
    for row in file.locations:
        location = location_of(world, group, row)
        rows = row.get("reviews")
        if rows is None and location.verified:
            _fill(world, location, chance, now, chance.randint(4, 9))
        for given in rows or ():
            if not isinstance(given, dict):
                raise BodyError("A review of the world's file is an object.")
            read_writing(given).write(world, location, now)


def location_of(world: World, account: str, row: Mapping[str, Any]) -> Location:
    """A location as a file or a control call describes it. Raises BodyError."""
    known = {
        "title": row.get("title"),
        "id": str(row.get("name") or "").rpartition("/")[2],
        "store_code": row.get("storeCode") or "",
        "place_id": row.get("placeId") or "",
        "city": row.get("city") or "",
        "phone": row.get("phone") or "",
        "verified": row.get("verified", True),
    }
    if not isinstance(known["title"], str) or not known["title"].strip():
        raise BodyError('A location has a "title".')
    if not isinstance(known["verified"], bool) or not all(
        isinstance(value, str) for name, value in known.items() if name != "verified"
    ):
        raise BodyError("What is told of a location is text, and true or false for verified.")
    if known["id"] in world.locations:
        raise BodyError(f"There are two locations {known['id']}.")
    return new_location(world, account, **known)


# ---- reviews


def _fill(world: World, location: Location, chance: random.Random, now: int, count: int) -> None:
    """So many usual reviews, and two unusual ones; at the first location one of each unusual kind."""
    first = not world.reviews
    for _ in range(count):
        _usual(world, location, chance, now)
    for make in _UNUSUAL if first else chance.sample(_UNUSUAL, 2):
        make(_usual(world, location, chance, now), chance)
    replied = [review for review in world.shown([location.id]) if review.reply is None]
    for review in chance.sample(replied, len(replied) // 3):
        at = min(now, review.update_time + chance.randint(2, 60) * 60 * moments.MINUTE)
        review.reply = Reply(chance.choice(cast.REPLIES), at, ReplyState.APPROVED)


def _usual(world: World, location: Location, chance: random.Random, now: int) -> Review:
    stars = chance.choices((5, 4, 3, 2, 1), (9, 4, 2, 2, 3))[0]
    fraction = chance.choice((0, 120_000_000, 120_450_000, 120_450_781))  # 0, 3, 6 and 9 digits
    age = chance.randint(3 * 60, 400 * 24 * 60) * moments.MINUTE
    moment = (now - age) // moments.SECOND * moments.SECOND + fraction
    name = chance.choice(cast.REVIEWERS)
    writing = Writing(
        stars=stars,
        text=chance.choice(cast.TEXTS[stars]),
        reviewer=name,
        photo=f"https://photos.example/{name.split()[0].lower().strip('.')}.jpg",
        create_time=moment,
    )
    return writing.write(world, location, now)


def _star_only(review: Review, chance: random.Random) -> None:
    review.text = ""


def _anonymous(review: Review, chance: random.Random) -> None:
    review.anonymous, review.reviewer, review.photo = True, "", ""


def _translated(review: Review, chance: random.Random) -> None:
    review.language, review.stars, (review.text, review.translation) = "es", 1, cast.SPANISH


def _translated_behind(review: Review, chance: random.Random) -> None:
    review.language, review.stars, (review.text, review.translation) = "de", 3, cast.GERMAN
    review.order = Translated.ORIGINAL_FIRST


def _edited(review: Review, chance: random.Random) -> None:
    review.update_time += chance.randint(10, 2000) * moments.SECOND
    review.text, review.stars = f"{review.text} Update: somebody called, we will see.", 2


def _with_media(review: Review, chance: random.Random) -> None:
    review.media = [
        {"thumbnailUrl": "https://photos.example/waiting-room.jpg", "thumbnailLabel": "Waiting room"},
        {"thumbnailUrl": "https://photos.example/clip.jpg", "videoUrl": "https://photos.example/clip.mp4"},
    ]


def _deleted(review: Review, chance: random.Random) -> None:
    review.deleted = True


def _hidden(review: Review, chance: random.Random) -> None:
    review.hidden = True


def _pending(review: Review, chance: random.Random) -> None:
    review.reply = Reply(cast.REPLIES[0], review.update_time + moments.MINUTE)


def _rejected(review: Review, chance: random.Random) -> None:
    told = "We are sorry about your crown on March 2, we have called you."
    review.reply = Reply(told, review.update_time + moments.MINUTE, ReplyState.REJECTED, "PERSONAL_INFO")


def _rejected_for_something_new(review: Review, chance: random.Random) -> None:
    review.reply = Reply(cast.REPLIES[1], review.update_time, ReplyState.REJECTED, cast.UNKNOWN_VIOLATION)


_UNUSUAL = (
    *(_star_only, _anonymous, _translated, _translated_behind, _edited, _with_media, _deleted, _hidden, _pending),
    *(_rejected, _rejected_for_something_new),
)
