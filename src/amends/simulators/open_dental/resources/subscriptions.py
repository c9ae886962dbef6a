"""Subscriptions to events (open-dental-api.md 3.15). They belong to the customer key that made them."""

from urllib.parse import urlsplit

from amends.simulators.open_dental.blanks import add
from amends.simulators.open_dental.call import Call, RefusedError, not_found
from amends.simulators.open_dental.events.watching import TABLES, UI_EVENTS
from amends.simulators.open_dental.methods import Method
from amends.simulators.open_dental.tables import Row
from amends.simulators.open_dental.text import NO_TIME
from amends.simulators.serving import Response

_SHOWN = (
    *("CustomerKey", "EndPointUrl", "Workstation", "WatchTable", "PollingSeconds", "UiEventType", "DateTimeStart"),
    *("DateTimeStop", "Note"),
)
_TEXTS = ("Workstation", "Note")
_SAME = ("EndPointUrl", "Workstation", "WatchTable", "UiEventType")


def _show(row: Row) -> Row:
    return {"SubscriptionNum": row["ApiSubscriptionNum"], **{name: row[name] for name in _SHOWN}}


def _mine(call: Call) -> list[Row]:
    return [row for row in call.database.all("apisubscription") if row["CustomerKey"] == call.customer]


def _many(call: Call) -> Response:
    return call.page(_mine(call), _show)


def _post(call: Call) -> Response:
    call.required_text("EndPointUrl")
    values = _values(call)
    _check(call, values, 0)
    row = add(call.database, "apisubscription", {**values, "CustomerKey": call.customer})
    _tell(call)
    return call.one(_show(row), status=201, key=row["ApiSubscriptionNum"])


def _put(call: Call) -> Response:
    row = _own_row(call)
    values = _values(call)
    _check(call, {**row, **values}, row["ApiSubscriptionNum"])
    call.database.update("apisubscription", row["ApiSubscriptionNum"], values)
    _tell(call)
    return call.nothing()


def _delete(call: Call) -> Response:
    call.database.delete("apisubscription", _own_row(call)["ApiSubscriptionNum"])
    _tell(call)
    return call.nothing()


def _own_row(call: Call) -> Row:
    row = call.database.get("apisubscription", call.numbers[0])
    if row is None or row["CustomerKey"] != call.customer:
        raise not_found("Subscription")
    return row


def _values(call: Call) -> Row:
    """The fields that were sent, each checked by itself."""
    values: Row = {name: call.text(name) for name in _TEXTS if call.has(name)}
    values |= {name: call.time(name, NO_TIME) for name in ("DateTimeStart", "DateTimeStop") if call.body.get(name)}
    if call.has("EndPointUrl"):
        values["EndPointUrl"] = _address(call)
    if call.body.get("WatchTable"):
        known = tuple(name for name, watched in TABLES.items() if call.since(watched.since))
        values["WatchTable"] = call.choice("WatchTable", known, "")
    if call.body.get("UiEventType"):
        values["UiEventType"] = call.choice("UiEventType", UI_EVENTS, "")
    if call.has("PollingSeconds"):
        values["PollingSeconds"] = call.number("PollingSeconds", 0)
    return values


def _address(call: Call) -> str:
    address = call.required_text("EndPointUrl").strip()
    try:
        place = urlsplit(address)
    except ValueError:
        raise RefusedError(400, "EndPointUrl is invalid.") from None
    if place.scheme not in ("http", "https") or not place.netloc:
        raise RefusedError(400, "EndPointUrl is invalid.")
    if call.settings.endpoint_needs_slash and not address.endswith("/"):
        raise RefusedError(400, "EndPointUrl must end with a slash.")
    return address


def _check(call: Call, row: Row, number: int) -> None:
    """What the fields ask of each other, and that no other live subscription is the same."""
    if not row.get("WatchTable") and not row.get("UiEventType"):
        raise RefusedError(400, "WatchTable or UiEventType is required.")
    if row.get("WatchTable") and row.get("PollingSeconds", 0) < 1:
        raise RefusedError(400, "PollingSeconds is required.")
    now = call.database.now()
    for other in _mine(call):
        live = other["DateTimeStop"] == NO_TIME or other["DateTimeStop"] > now
        same = all(other[name] == row.get(name, "") for name in _SAME)
        if live and same and other["ApiSubscriptionNum"] != number:
            raise RefusedError(400, "Subscription already exists.")


def _tell(call: Call) -> None:
    call.signal("ApiSubscriptions")
    call.log("SecurityAdmin", 0)


METHODS = (
    Method("GET", "subscriptions", "", "22.1", "ReadAll", _many),
    Method("POST", "subscriptions", "", "22.1", "ReadAll", _post),
    Method("PUT", "subscriptions", "{}", "22.1", "ReadAll", _put),
    # In no row of the vendor's table (2.2, unconfirmed).
    Method("DELETE", "subscriptions", "{}", "22.1", "AllOthers", _delete),
)
