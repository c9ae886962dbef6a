"""The v1 APIs: accounts, locations, and the notification setting (review-platforms.md 1.3, 1.9)."""

import re

from amends.simulators.google_business import shapes
from amends.simulators.google_business.call import Call, camel
from amends.simulators.google_business.paging import page
from amends.simulators.google_business.refusals import GoogleError, Json, bad_field, reason
from amends.simulators.google_business.world import Account, Location

_TYPES = frozenset(
    {
        *("GOOGLE_UPDATE", "NEW_REVIEW", "UPDATED_REVIEW", "NEW_CUSTOMER_MEDIA", "DUPLICATE_LOCATION"),
        *("VOICE_OF_MERCHANT_UPDATED", "LOSS_OF_VOICE_OF_MERCHANT", "NEW_QUESTION", "UPDATED_QUESTION"),
        *("NEW_ANSWER", "UPDATED_ANSWER", "NOTIFICATION_TYPE_UNSPECIFIED"),
    }
)
_MASKED = frozenset(
    {
        *("name", "languageCode", "storeCode", "title", "phoneNumbers", "categories", "storefrontAddress"),
        *("websiteUri", "regularHours", "specialHours", "serviceArea", "labels", "adWordsLocationExtensions"),
        *("latlng", "openInfo", "metadata", "profile", "relationshipData", "moreHours", "serviceItems"),
    }
)
_TOPIC = re.compile(r"projects/[a-z][a-z0-9.:-]{3,60}/topics/(?!goog)[A-Za-z][\w.~+%-]{2,254}")
_SETTINGS_API = "mybusinessnotifications.googleapis.com"


def list_accounts(call: Call) -> Json:
    """`accounts.list`: the personal one first."""
    size = call.page_size(usual=20, most=20)
    found = [one for one in call.world.accounts.values() if not one.lost]
    parent, wanted = call.parameters.get("parentAccount", ""), call.parameters.get("filter", "")
    if parent:
        call.account(parent.removeprefix("accounts/"))
        found = []  # no group of this world holds others
    if wanted:
        kind = re.fullmatch(r'\s*type\s*=\s*"?(\w+)"?\s*', wanted)
        if kind is None:
            raise bad_field("filter", f"Invalid filter: {wanted!r}.")
        # USER_GROUP is the older name of LOCATION_GROUP
        found = [one for one in found if one.kind == kind[1].replace("USER_GROUP", "LOCATION_GROUP")]
    shown, token = page(
        found,
        size=size,
        token=call.parameters.get("pageToken", ""),
        query=("accounts", parent, wanted),
        secret=f"pages/{call.world.seed}".encode(),
        key=lambda account: account.id,
    )
    return _page("accounts", [shapes.account(one) for one in shown], token)


def get_account(call: Call) -> Json:
    """`accounts.get`."""
    return shapes.account(call.account(*call.names))


# ---- locations


def list_locations(call: Call) -> Json:
    """`accounts.locations.list`: what an account owns; `accounts/-` everything that the caller may see."""
    (number,) = call.names
    owners = _owners(call, number)
    mask = _mask(call)
    size = call.page_size(usual=10, most=100)
    found = [one for one in call.world.locations.values() if one.account in owners and not one.lost]
    wanted, order = call.parameters.get("filter", ""), call.parameters.get("orderBy", "")
    found = _ordered(_filtered(call, found, wanted), order)
    shown, token = page(
        found,
        size=size,
        token=call.parameters.get("pageToken", ""),
        query=("locations", number, sorted(".".join(path) for path in mask), wanted, order),
        secret=f"pages/{call.world.seed}".encode(),
        key=lambda location: location.id,
    )
    rows = [_masked(shapes.location(one, call.request.server), mask) for one in shown]
    total: Json = {"totalSize": len(found)} if wanted and found else {}
    return _page("locations", rows, token) | total


def get_location(call: Call) -> Json:
    """`locations.get`, by the short name."""
    location = call.world.locations.get(call.names[0])
    if location is None:
        raise GoogleError("NOT_FOUND")
    call.location(location.account, location.id)
    return _masked(shapes.location(location, call.request.server), _mask(call))


def _owners(call: Call, number: str) -> set[str]:
    if number == "-":
        return {one.id for one in call.world.accounts.values() if not one.lost}
    return {call.account(number).id}


def _mask(call: Call) -> list[list[str]]:
    given = call.parameters.get("readMask", "")
    paths = [[camel(part) for part in path.strip().split(".")] for path in given.split(",") if path.strip()]
    if not paths:
        raise bad_field("read_mask", "read_mask is required")
    for path in paths:
        if path[0] != "*" and path[0] not in _MASKED:
            raise bad_field("read_mask", f"Invalid field mask provided: {'.'.join(path)}")
    return paths


def _masked(whole: Json, mask: list[list[str]]) -> Json:
    chosen: Json = {}
    for path in mask:
        if path == ["*"]:
            return whole
        _choose(whole, chosen, path)
    return chosen


def _choose(source: Json, chosen: Json, path: list[str]) -> None:
    name, rest = path[0], path[1:]
    inside, kept = source.get(name), chosen.get(name, {})
    if rest and isinstance(inside, dict) and isinstance(kept, dict):
        chosen[name] = kept
        _choose(inside, kept, rest)
    elif inside is not None:
        chosen[name] = inside


def _filtered(call: Call, locations: list[Location], wanted: str) -> list[Location]:
    if not wanted:
        return locations
    for test in re.split(r"\s+AND\s+", wanted.strip()):
        found = re.fullmatch(r'([\w.]+)\s*=\s*(?:"([^"]*)"|(\S+))', test)
        path = [camel(part) for part in found[1].split(".")] if found else []
        if found is None or path[0] not in _MASKED | {"locationName"}:
            raise bad_field("filter", f"Invalid filter: {wanted!r}.")
        value = found[2] if found[2] is not None else found[3]
        locations = [one for one in locations if _value(shapes.location(one, call.request.server), path) == value]
    return locations


def _value(whole: object, path: list[str]) -> object:
    for part in path:
        whole = whole.get(part) if isinstance(whole, dict) else None
    return whole


def _ordered(locations: list[Location], order: str) -> list[Location]:
    for part in reversed([part.strip() for part in order.split(",") if part.strip()]):
        name, _, way = part.partition(" ")
        if camel(name) not in ("title", "storeCode") or way.strip() not in ("", "desc", "asc"):
            raise bad_field("order_by", f"Invalid order_by: {order!r}.")
        by_title = name == "title"
        locations = sorted(
            locations, key=lambda one: one.title if by_title else one.store_code, reverse=way.strip() == "desc"
        )
    return locations


# ---- the notification setting


def get_setting(call: Call) -> Json:
    """`accounts.getNotificationSetting`."""
    return _setting(call.account(*call.names))


def update_setting(call: Call) -> Json:
    """`accounts.updateNotificationSetting`: the fields of `updateMask` are replaced, also by nothing."""
    account = call.account(*call.names)
    given = call.parameters.get("updateMask", "")
    mask = {camel(path.strip().rpartition(".")[2]) for path in given.split(",") if path.strip()}
    if not mask:
        raise bad_field("update_mask", "update_mask is required")
    if unknown := sorted(mask - {"pubsubTopic", "notificationTypes", "notificationSetting", "name", "*"}):
        raise bad_field("update_mask", f"Invalid field mask provided: {unknown[0]}")
    body, whole = call.body(), bool(mask & {"notificationSetting", "*"})
    topic, types = account.topic, account.types
    if whole or "pubsubTopic" in mask:
        topic = _topic(call, body.get("pubsubTopic") or "")
    if whole or "notificationTypes" in mask:
        types = _notification_types(body.get("notificationTypes") or [])
    account.topic, account.types = topic, types
    return _setting(account)


def _setting(account: Account) -> Json:
    shown: Json = {"name": f"{account.name}/notificationSetting"}
    if account.topic:
        shown["pubsubTopic"] = account.topic
    return shown | ({"notificationTypes": list(account.types)} if account.types else {})


def _topic(call: Call, topic: object) -> str:
    settings = call.settings
    if topic == "":
        return ""
    if not isinstance(topic, str) or not _TOPIC.fullmatch(topic):
        told = "The Pub/Sub topic is not written like projects/{project}/topics/{topic}."
        raise reason("INVALID_ARGUMENT", told, "INVALID_PUBSUB_TOPIC", _SETTINGS_API)
    if topic in settings.topics_of_v4:
        why = "SHARES_PUBSUB_TOPIC_MESSAGE_ACROSS_VERSIONS"
        raise reason("INVALID_ARGUMENT", "The topic is used by another version of this API.", why, _SETTINGS_API)
    if settings.permission_checked and topic in settings.topics_without_permission:
        why = "PUBLISH_PERMISSIONS_MISSING_FOR_PUBSUB_TOPIC"
        raise reason("INVALID_ARGUMENT", "The service may not publish to the topic.", why, _SETTINGS_API)
    return topic


def _notification_types(given: object) -> list[str]:
    if not isinstance(given, list):
        raise bad_field("notification_types", "notification_types is a list")
    for kind in given:
        if kind not in _TYPES:
            words = f"Invalid value at 'notification_setting.notification_types' (TYPE_ENUM), \"{kind}\""
            raise bad_field("notification_setting.notification_types", words)
    return list(dict.fromkeys(given))


def _page(name: str, rows: list[Json], token: str) -> Json:
    return ({name: rows} if rows else {}) | ({"nextPageToken": token} if token else {})
