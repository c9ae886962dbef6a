"""The v4 API: reading reviews, and the owner's reply (review-platforms.md 1.4, 1.5)."""

from amends.simulators.google_business import shapes
from amends.simulators.google_business.call import Call
from amends.simulators.google_business.paging import page
from amends.simulators.google_business.refusals import Code, GoogleError, Json, bad_field, invalid
from amends.simulators.google_business.world import Location, Reply, Review

LONGEST_REPLY = 4096  # bytes in UTF-8
MOST_LOCATIONS = 200
_PAGE = 50
_SPELLINGS = {"": "updateTime desc", "update_time desc": "updateTime desc"}
ORDERS = ("rating", "rating desc", "updateTime desc")


def list_reviews(call: Call) -> Json:
    """`accounts.locations.reviews.list`."""
    location = call.reviewed(*call.names)
    order = _order(call.parameters.get("orderBy", ""))
    size = call.page_size(usual=_PAGE, most=_PAGE)
    found = call.world.shown([location.id])
    shown, token = page(
        _sorted(found, order),
        size=size,
        token=call.parameters.get("pageToken", ""),
        query=("reviews", location.name, order),
        secret=_secret(call),
        key=lambda review: review.id,
        by_offset=call.settings.paging_by_offset,
    )
    if not found:
        return {}
    answer: Json = {"reviews": [shapes.review(one, call) for one in shown]}
    answer |= {"averageRating": shapes.average(found), "totalReviewCount": len(found)}
    return answer | ({"nextPageToken": token} if token else {})


def get_review(call: Call) -> Json:
    """`accounts.locations.reviews.get`: NOT_FOUND for one that is gone."""
    return shapes.review(_review(call), call)


def update_reply(call: Call) -> Json:
    """`accounts.locations.reviews.updateReply`: creates or replaces; only `comment` is taken."""
    review = _review(call)
    named = call.settings.error_code_names
    comment = call.body().get("comment")
    if comment is None or (isinstance(comment, str) and not comment.strip()):
        raise invalid(Code.MISSING_VALUE, "review_reply.comment", "A reply has a comment.", named=named)
    if not isinstance(comment, str):
        raise bad_field("reply.comment", f"Invalid value at 'reply.comment' (TYPE_STRING), {comment!r}")
    try:
        size = len(comment.encode())
    except UnicodeEncodeError as broken:  # half of a pair, which JSON can write and UTF-8 cannot
        raise invalid(Code.INVALID_CHARACTERS, "review_reply.comment", "Invalid UTF-8.", named=named) from broken
    if size > LONGEST_REPLY:
        told = f"The comment has {size} bytes; the maximum is {LONGEST_REPLY}."
        raise invalid(Code.INVALID_VALUE, "review_reply.comment", told, named=named)
    call.edit(review.location)
    review.reply = Reply(comment, call.now)
    return shapes.reply(review.reply, call)


def delete_reply(call: Call) -> Json:
    """`accounts.locations.reviews.deleteReply`: one that is not there is deleted again."""
    review = _review(call)
    if review.reply is None and call.settings.missing_reply_is_404:
        raise GoogleError("NOT_FOUND")
    call.edit(review.location)
    review.reply = None
    return {}


def batch_get_reviews(call: Call) -> Json:
    """`accounts.locations.batchGetReviews`: the reviews of many locations, in one order and in pages."""
    body = call.body()
    locations = _locations(call, body.get("locationNames"))
    order = _order(str(body.get("orderBy") or ""))
    rated_only_too = body.get("ignoreRatingOnlyReviews") is not True
    size = call.page_size(usual=_PAGE, most=_PAGE, given=body.get("pageSize") or "")
    found = [one for one in call.world.shown(place.id for place in locations) if one.text or rated_only_too]
    shown, token = page(
        _sorted(found, order),
        size=size,
        token=str(body.get("pageToken") or ""),
        query=("batch", *sorted(place.name for place in locations), order, rated_only_too),
        secret=_secret(call),
        key=lambda review: review.id,
        by_offset=call.settings.paging_by_offset,
    )
    if not shown:
        return {}
    places = {place.id: place.name for place in locations}
    rows = [{"name": places[one.location], "review": shapes.review(one, call)} for one in shown]
    return {"locationReviews": rows, **({"nextPageToken": token} if token else {})}


def _locations(call: Call, given: object) -> list[Location]:
    account = call.account(*call.names).name
    named = call.settings.error_code_names
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given) or not given:
        raise invalid(Code.MISSING_VALUE, "location_names", "location_names is required", named=named)
    if len(given) > MOST_LOCATIONS:
        told = f"At most {MOST_LOCATIONS} locations can be asked for."
        raise invalid(Code.TOO_MANY_ITEMS, "location_names", told, named=named)
    found: dict[str, Location] = {}
    for name in given:
        parts = name.split("/")
        try:
            if len(parts) != 4 or "/".join(parts[:2]) != account or parts[2] != "locations":
                raise GoogleError("NOT_FOUND")
            location = call.reviewed(parts[1], parts[3])
        except GoogleError:
            if call.settings.batch_skips_refused:
                continue
            raise
        found[location.id] = location
    return list(found.values())


def _review(call: Call) -> Review:
    account, number, key = call.names
    location = call.reviewed(account, number)
    review = call.world.reviews.get(key)
    if review is None or review.location != location.id or not review.visible:
        raise GoogleError("NOT_FOUND")
    return review


def _order(given: str) -> str:
    words = " ".join(given.split())
    order = _SPELLINGS.get(words, words)
    if order not in ORDERS:
        raise bad_field("order_by", f"Invalid order_by: {given!r}. Valid orders: {', '.join(ORDERS)}.")
    return order


def _sorted(reviews: list[Review], order: str) -> list[Review]:
    newest = sorted(reviews, key=lambda review: (-review.update_time, review.id))
    match order:
        case "rating":
            return sorted(newest, key=lambda review: review.stars)
        case "rating desc":
            return sorted(newest, key=lambda review: -review.stars)
    return newest


def _secret(call: Call) -> bytes:
    return f"pages/{call.world.seed}".encode()
