"""What Birdeye and Podium send about reviews, read tolerantly (review-platforms.md 5.1, 5.2).

Birdeye's body is not published: its review row is looked for wherever it stands. What is none is left out.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from amends.reviews.bringing.dates import moment_of
from amends.reviews.bringing.ratings import rating_from
from amends.reviews.bringing.sites import site_of
from amends.reviews.bringing.values import NotUsable, Rating, ToldReply, ToldReview, kept_text, tidy

_DEEPEST, _MOST = 6, 500
_LONGEST = 20_000


@dataclass(frozen=True)
class Part:
    """One review in a body: its row as it came, and the location that it names."""

    row: Mapping[str, Any]
    place: str
    place_name: str


def parts_of(tool: str, raw: bytes) -> list[Part]:
    """Every review in the body; none where there is none that is understood."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return []
    found = _birdeye(body, {}, 0) if tool == "birdeye" else _podium(body, 0)
    return [part for part, _ in zip(found, range(_MOST), strict=False)]


def told_of(tool: str, part: Part, zone: tzinfo, now: datetime) -> ToldReview:
    """The review that it tells; times without a zone are those of `zone`. Raises `NotUsable`."""
    return _told_by_birdeye(part.row, zone, now) if tool == "birdeye" else _told_by_podium(part.row, zone, now)


def _birdeye(body: Any, around: Mapping[str, Any], depth: int) -> Iterator[Part]:
    """Rows with a `reviewId`, wherever they stand; the business may be named around them."""
    if depth > _DEEPEST:
        return
    if isinstance(body, list):
        for each in body:
            yield from _birdeye(each, around, depth + 1)
    elif isinstance(body, dict):
        business = {**around, **{name: body[name] for name in _BUSINESS if body.get(name)}}
        if _text(body.get("reviewId")) and {"rating", "comments", "recommended"} & body.keys():
            ref = next((_text(business[name]) for name in _BUSINESS[:2] if name in business), "")
            yield Part(body, tidy(ref), tidy(_text(business.get("businessName"))))
            return
        for each in body.values():
            yield from _birdeye(each, business, depth + 1)


_BUSINESS = ("businessId", "businessNumber", "businessName")


def _told_by_birdeye(row: Mapping[str, Any], zone: tzinfo, now: datetime) -> ToldReview:
    site = site_of(_text(row.get("sourceType"))) or "birdeye"
    who = _dict(row.get("reviewer"))
    name = " ".join(filter(None, (_text(who.get("firstName")), _text(who.get("lastName"))))) or _text(
        who.get("nickName")
    )
    rating = rating_from(_text(row.get("rating")), site=site, tool="birdeye")
    if not rating.is_given and isinstance(row.get("recommended"), bool):
        rating = Rating(recommended=row["recommended"])
    answer = kept_text(_text(row.get("response")))
    return ToldReview(
        site=site,
        site_id=f"birdeye:{tidy(_text(row['reviewId']))}",
        rating=rating,
        reviewer=tidy(name),
        text=kept_text(_text(row.get("comments")))[:_LONGEST],
        url=_url(row.get("reviewURL")),
        posted_at=_moment(row, ("rDate", "reviewDate"), zone, now) or now,
        reply=ToldReply(text=answer, at=_moment(row, ("responseDate",), zone, now)) if answer else None,
    )


def _podium(body: Any, depth: int) -> Iterator[Part]:
    """Review objects: a `uid` beside a `review` that says something."""
    if depth > _DEEPEST:
        return
    if isinstance(body, list):
        for each in body:
            yield from _podium(each, depth + 1)
    elif isinstance(body, dict):
        review = _dict(body.get("review"))
        if _text(body.get("uid")) and {"body", "rating"} & review.keys():
            places = body.get("locations") if isinstance(body.get("locations"), list) else [body.get("location")]
            place = next((one for one in places or [] if isinstance(one, dict)), {})
            yield Part(body, tidy(_text(place.get("uid"))), tidy(_text(place.get("name"))))
            return
        for each in body.values():
            yield from _podium(each, depth + 1)


def _told_by_podium(row: Mapping[str, Any], zone: tzinfo, now: datetime) -> ToldReview:
    review = _dict(row["review"])
    site = site_of(_text(review.get("siteName"))) or "podium"
    posted = _moment(row, ("createdAt", "publishDate"), zone, now) or now
    edited = _moment(row, ("updatedAt",), zone, now)
    return ToldReview(
        site=site,
        site_id=f"podium:{tidy(_text(row['uid']))}",
        google_id=tidy(_text(review.get("siteReviewId"))) if site == "google" else "",
        rating=rating_from(_text(review.get("rating")), site=site, tool="podium"),
        reviewer=tidy(_text(_dict(row.get("author")).get("name"))),
        text=kept_text(_text(review.get("body")))[:_LONGEST],
        url=_url(review.get("url")),
        posted_at=posted,
        edited_at=max(edited, posted) if edited else None,
        reply=_answer(row.get("responses"), zone, now),
    )


def _answer(responses: Any, zone: tzinfo, now: datetime) -> ToldReply | None:
    """The newest response that was not deleted."""
    there = [one for one in responses if isinstance(one, dict)] if isinstance(responses, list) else []
    told = [
        ToldReply(text=text, at=_moment(one, ("createdAt", "publishDate"), zone, now))
        for one in there
        if (text := kept_text(_text(one.get("body")))[:_LONGEST]) and one.get("isDeleted") is not True
    ]
    return max(told, key=lambda reply: reply.at.timestamp() if reply.at else 0, default=None)


def _moment(row: Mapping[str, Any], names: tuple[str, ...], zone: tzinfo, now: datetime) -> datetime | None:
    for name in names:
        try:
            return moment_of(_text(row.get(name)), zone, now)
        except NotUsable:
            continue  # a review without a date that can be read is told when it came
    return None


def _text(value: Any) -> str:
    """The value as text; nothing for what is no text and no number, or half of a character."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    written = str(value)
    return written.encode("utf-8", "ignore").decode().strip()


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _url(value: Any) -> str:
    written = _text(value)
    return (
        written
        if written.startswith(("https://", "http://")) and len(written) <= 2_000 and written.isprintable()
        else ""
    )
