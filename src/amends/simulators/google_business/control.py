"""What tests and people may do from outside, below `/_control/`: as the public, as Google, as the owner by hand."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from amends.simulators.google_business import cast, moments, oauth, seeding, writing
from amends.simulators.google_business.refusals import Json
from amends.simulators.google_business.reviews import LONGEST_REPLY
from amends.simulators.google_business.world import Grant, Location, Reply, ReplyState, Review, World
from amends.simulators.serving import BodyError

Body = Mapping[str, object]
Notify = Callable[[str, Review], None]  # (notification type, review)
Act = Callable[[World, Body, int, Notify], Json]


# ---- the public


def write_review(world: World, body: Body, now: int, notify: Notify) -> Json:
    """`{"location", "stars", "text", "reviewer", …}`: somebody writes a review; told as NEW_REVIEW."""
    location = _location(world, body)
    given = writing.read_writing({name: value for name, value in body.items() if name != "location"})
    review = given.write(world, location, now)
    if review.visible:
        notify("NEW_REVIEW", review)
    return _told(world, review)


def edit(world: World, body: Body, now: int, notify: Notify) -> Json:
    """`{"review", "stars", "text", "translation", "media"}`: its writer edits it; told as UPDATED_REVIEW."""
    review = _review(world, body)
    if review.deleted:
        raise BodyError("The review was deleted.")
    changes: dict[str, str] = {}
    for name in ("text", "translation", "language"):
        if name in body:
            changes[name] = _text(body, name, empty=True)
    stars = writing.read_stars(body["stars"]) if "stars" in body else review.stars
    media = writing.read_media(body["media"]) if "media" in body else None
    moment = writing.read_moment(body, "update_time")
    review.stars = stars
    for name, value in changes.items():
        setattr(review, name, value)
    if "text" in changes and "translation" not in changes:
        review.translation = ""
    if media is not None:
        review.media = [dict(one) for one in media]
    review.update_time = max(now, review.update_time + 1000) if moment is None else moment
    if review.visible:
        notify("UPDATED_REVIEW", review)
    return _told(world, review)


def delete(world: World, body: Body, now: int, notify: Notify) -> Json:
    """`{"review"}`: its writer deletes it. Nobody is told (review-platforms.md 1.8)."""
    review = _review(world, body)
    review.deleted = True
    return _told(world, review)


# ---- Google


def hide(world: World, body: Body, now: int, notify: Notify) -> Json:
    """`{"review"}`: Google's filter takes it away."""
    review = _review(world, body)
    review.hidden = True
    return _told(world, review)


def show(world: World, body: Body, now: int, notify: Notify) -> Json:
    """`{"review"}`: a filtered review is there again, as it was."""
    review = _review(world, body)
    review.hidden = False
    return _told(world, review)


def moderate(world: World, body: Body, now: int, notify: Notify) -> Json:
    """`{"review", "state": "APPROVED" | "REJECTED" | "PENDING", "policyViolation"}`: decide about a reply.

    `REVIEW_REPLY_STATE_UNSPECIFIED`: the public reads it, and nobody who asks is told a state.
    """
    review = _review(world, body)
    if review.reply is None:
        raise BodyError("The review has no reply.")
    state = writing.read_choice(ReplyState, "state", _text(body, "state"))
    violation = _text(body, "policyViolation", empty=True) if "policyViolation" in body else ""
    if state is ReplyState.REJECTED and not violation:
        violation = cast.POLICY_VIOLATIONS[-1]
    world.moderate(review, state, violation)
    return _told(world, review)


def verify(world: World, body: Body, now: int, notify: Notify) -> Json:
    """`{"location", "verified": true}`: give or take a location's verification."""
    location = _location(world, body)
    location.verified = _flag(body, "verified")
    return {"location": location.name, "verified": location.verified}


def suspend(world: World, body: Body, now: int, notify: Notify) -> Json:
    """`{"location", "suspended": true}`: replies of a suspended profile are rejected with LOCATION_SUSPENDED."""
    location = _location(world, body)
    location.suspended = _flag(body, "suspended")
    return {"location": location.name, "suspended": location.suspended}


# ---- the owner


def role(world: World, body: Body, now: int, notify: Notify) -> Json:
    """`{"account"` or `"location", "lost": true}`: our role there is taken away, or given back."""
    if "account" in body:
        account = world.accounts.get(_text(body, "account").removeprefix("accounts/"))
        if account is None:
            raise BodyError("There is no such account.")
        account.lost = _flag(body, "lost")
        return {"account": account.name, "lost": account.lost}
    location = _location(world, body)
    location.lost = _flag(body, "lost")
    return {"location": location.name, "lost": location.lost}


def reply(world: World, body: Body, now: int, notify: Notify) -> Json:
    """`{"review", "comment"}`: somebody answers by hand at Google; an empty comment takes the reply away."""
    review, comment = _review(world, body), _text(body, "comment", empty=True)
    if len(comment.encode()) > LONGEST_REPLY:
        raise BodyError(f"A reply has at most {LONGEST_REPLY} bytes.")
    if not review.visible:
        raise BodyError("The review cannot be seen.")
    review.reply = Reply(comment, now) if comment.strip() else None
    return _told(world, review)


def add_location(world: World, body: Body, now: int, notify: Notify) -> Json:
    """`{"title", "storeCode", "account", "placeId", "city", "phone", "verified"}`: one more location."""
    group = next((one.id for one in world.accounts.values() if one.kind != "PERSONAL"), "")
    number = str(body.get("account") or group).removeprefix("accounts/")
    if number not in world.accounts:
        raise BodyError("There is no such account.")
    location = seeding.location_of(world, number, body)
    return {"location": location.name, "name": f"locations/{location.id}", "storeCode": location.store_code}


def expire(world: World, body: Body, now: int, notify: Notify) -> Json:
    """`{"token"}`: an access token is good no more, or all of them without one. Refresh tokens stay."""
    tokens = [_text(body, "token")] if "token" in body else list(world.access_tokens)
    known = [token for token in tokens if token in world.access_tokens]
    for token in known:
        world.access_tokens[token] = replace(world.access_tokens[token], expires=now)
    return {"expired": len(known)}


def revoke(world: World, body: Body, now: int, notify: Notify) -> Json:
    """`{"token"}`: the owner takes access back; without a token from everybody."""
    tokens = [_text(body, "token")] if "token" in body else [*world.refresh_tokens, *world.access_tokens]
    return {"revoked": sum(oauth.revoke(world, token) for token in tokens)}


def grant(world: World, body: Body, now: int, notify: Notify) -> Json:
    """`{"scopes": […]}`: an access and a refresh token as if somebody had just agreed."""
    scopes = body.get("scopes", [oauth.MANAGE])
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        raise BodyError('"scopes" is a list of texts.')
    token, refresh = f"ya29.a0{world.new_id('access')}", f"1//0{world.new_id('refresh')}"
    world.refresh_tokens[refresh] = Grant(list(scopes))
    world.access_tokens[token] = Grant(list(scopes), expires=now + 60 * moments.MINUTE, refresh=refresh)
    return {"access_token": token, "refresh_token": refresh, "scope": " ".join(scopes)}


ACTS: dict[str, tuple[Act, tuple[str, ...]]] = {  # the name in the path, and the keys of the body
    "reviews": (write_review, ("location", *writing.KEYS)),
    "edit": (edit, ("review", "stars", "text", "translation", "language", "media", "update_time")),
    "delete": (delete, ("review",)),
    "hide": (hide, ("review",)),
    "show": (show, ("review",)),
    "moderate": (moderate, ("review", "state", "policyViolation")),
    "verify": (verify, ("location", "verified")),
    "suspend": (suspend, ("location", "suspended")),
    "role": (role, ("account", "location", "lost")),
    "reply": (reply, ("review", "comment")),
    "locations": (add_location, ("account", "name", "title", "storeCode", "placeId", "city", "phone", "verified")),
    "expire": (expire, ("token",)),
    "revoke": (revoke, ("token",)),
    "grant": (grant, ("scopes",)),
}


def find_review(world: World, body: Body) -> Review:
    """The review of a body, by its name or id. Raises BodyError."""
    return _review(world, body)


def _told(world: World, review: Review) -> Json:
    state = str(review.reply.state) if review.reply else ""
    return {"name": world.review_name(review), "reviewId": review.id, "visible": review.visible, "reply": state}


def _text(body: Body, name: str, *, empty: bool = False) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or not (empty or value.strip()):
        raise BodyError(f'"{name}" is a text.')
    return value


def _flag(body: Body, name: str) -> bool:
    value = body.get(name, True)
    if not isinstance(value, bool):
        raise BodyError(f'"{name}" is true or false.')
    return value


def _location(world: World, body: Body) -> Location:
    location = world.find_location(_text(body, "location"))
    if location is None:
        raise BodyError("There is no such location.")
    return location


def _review(world: World, body: Body) -> Review:
    review = world.find_review(_text(body, "review"))
    if review is None:
        raise BodyError("There is no such review.")
    return review
