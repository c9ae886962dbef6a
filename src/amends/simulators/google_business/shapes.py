"""How things look in JSON. What is empty is left out, as Google does."""

from urllib.parse import quote

from amends.simulators.google_business import cast, moments
from amends.simulators.google_business.call import Call
from amends.simulators.google_business.refusals import Json
from amends.simulators.google_business.world import Account, Location, Reply, Review, Translated

RATINGS = ("STAR_RATING_UNSPECIFIED", "ONE", "TWO", "THREE", "FOUR", "FIVE")


def account(one: Account) -> Json:
    """An account of the Account Management API."""
    return {
        "name": one.name,
        "accountName": one.title,
        "type": one.kind,
        "role": one.role,
        "verificationState": "VERIFIED" if one.kind != "PERSONAL" else "UNVERIFIED",
        "vettedState": "NOT_VETTED",
        **({"accountNumber": one.id[:10], "permissionLevel": "OWNER_LEVEL"} if one.kind != "PERSONAL" else {}),
    }


def location(one: Location, server: str) -> Json:
    """Everything that the Business Information API tells of a location; a readMask chooses from it."""
    place = f"{server}/places/{one.id}"
    address: Json = {"regionCode": "US", "languageCode": "en", "administrativeArea": "WA", "locality": one.city}
    return _without_empty(
        {
            "name": f"locations/{one.id}",
            "languageCode": "en",
            "storeCode": one.store_code,
            "title": one.title,
            "phoneNumbers": {"primaryPhone": one.phone},
            "categories": {"primaryCategory": {"name": "categories/gcid:dentist", "displayName": "Dentist"}},
            "storefrontAddress": _without_empty(address),
            "websiteUri": f"https://bluebellfinch.example/{quote(one.store_code)}",
            "openInfo": {"status": "OPEN", "canReopen": True},
            "metadata": _without_empty(
                {
                    "placeId": one.place_id,
                    "mapsUri": place,
                    "newReviewUri": f"{place}#write",
                    "canDelete": True,
                    "canModifyServiceList": True,
                    "hasVoiceOfMerchant": one.verified and not one.suspended,
                }
            ),
            "profile": {"description": f"A dental office of {cast.GROUP_NAME}."},
        }
    )


def review(one: Review, call: Call) -> Json:
    """A review of the v4 API."""
    settings, name = call.settings, call.world.review_name(one)
    shown: Json = {
        "name": name,
        "reviewId": one.id,
        "reviewer": reviewer(one),
        "starRating": RATINGS[one.stars],
        "comment": comment(one, call),
        "createTime": moments.written(one.create_time, settings.fraction_digits),
        "updateTime": moments.written(one.update_time, settings.fraction_digits),
        "reviewReply": reply(one.reply, call) if one.reply else {},
        "reviewMediaItems": [dict(item) for item in one.media] if settings.review_media_items else [],
        "reviewReplyUrl": f"{call.request.server}/reply/{one.id}" if settings.review_reply_url else "",
    }
    return _without_empty(shown)


def reviewer(one: Review) -> Json:
    """Who wrote it; of an anonymous one nothing else is told."""
    if one.anonymous:
        return {"isAnonymous": True}
    return _without_empty({"profilePhotoUrl": one.photo, "displayName": one.reviewer})


def reply(one: Reply, call: Call) -> Json:
    """The owner's reply; its newer fields only where this API has them."""
    settings = call.settings
    shown: Json = {
        "comment": one.comment,
        "updateTime": moments.written(one.update_time, settings.fraction_digits),
        "reviewReplyState": str(one.state) if settings.review_reply_state else "",
        "policyViolation": one.violation if settings.policy_violation else "",
    }
    return _without_empty(shown)


def comment(one: Review, call: Call) -> str:
    """The text; of a translated one both, in its own order (review-platforms.md 1.12)."""
    if not one.text or not one.translation:
        return one.text
    wanted = call.request.header("accept-language").partition(",")[0].partition(";")[0].partition("-")[0].strip()
    if call.settings.translation_by_language and wanted.lower() == one.language:
        return one.text
    match one.order:
        case Translated.TRANSLATION_FIRST:
            return f"(Translated by Google) {one.translation}\n\n(Original)\n{one.text}"
        case Translated.ORIGINAL_FIRST:
            return f"(Original)\n{one.text}\n\n(Translated by Google)\n{one.translation}"
    return f"{one.text}\n\n(Translated by Google)\n{one.translation}"


def average(reviews: list[Review]) -> float | int:
    """The mean of the stars, a whole number where it is one."""
    mean = sum(review.stars for review in reviews) / len(reviews)
    return int(mean) if mean.is_integer() else mean


def _without_empty(shown: Json) -> Json:
    return {name: value for name, value in shown.items() if value not in ("", None, [], {}, False)}
