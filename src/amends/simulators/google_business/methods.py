"""Which method a path is, of which API, with which parameters."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from amends.simulators.google_business import directory, reviews
from amends.simulators.google_business.call import Call, camel
from amends.simulators.google_business.refusals import GoogleError, Json, bad_field
from amends.simulators.serving import Request

_SYSTEM = frozenset(  # parameters of every Google API
    {
        *("alt", "key", "fields", "prettyPrint", "access_token", "oauth_token", "quotaUser", "callback"),
        *("uploadType", "upload_protocol", "$.xgafv", "$alt", "$prettyPrint", "userIp"),
    }
)


@dataclass(frozen=True)
class Method:
    """One method. `service` is the API's host without its domain."""

    name: str
    verb: str
    path: re.Pattern[str]
    service: str
    act: Callable[[Call], Json]
    parameters: tuple[str, ...] = ()


def _method(name: str, verb: str, path: str, service: str, act: Callable[[Call], Json], *parameters: str) -> Method:
    pattern = re.compile(path.replace("*", "([^/:]+)"))
    return Method(name, verb, pattern, service, act, parameters)


_ACCOUNTS, _PLACES, _NOTICES, _REVIEWS = (
    "mybusinessaccountmanagement",
    "mybusinessbusinessinformation",
    "mybusinessnotifications",
    "mybusiness",
)
_LIST = ("pageSize", "pageToken")
_OF_LOCATION = "/v4/accounts/*/locations/*/reviews"
_SETTING = "/v1/accounts/*/notificationSetting"
METHODS = (
    _method(
        "accounts.list", "GET", "/v1/accounts", _ACCOUNTS, directory.list_accounts, *_LIST, "parentAccount", "filter"
    ),
    _method("accounts.get", "GET", "/v1/accounts/*", _ACCOUNTS, directory.get_account),
    _method(
        "accounts.locations.list",
        "GET",
        "/v1/accounts/*/locations",
        _PLACES,
        directory.list_locations,
        *_LIST,
        "filter",
        "orderBy",
        "readMask",
    ),
    _method("locations.get", "GET", "/v1/locations/*", _PLACES, directory.get_location, "readMask"),
    _method("accounts.getNotificationSetting", "GET", _SETTING, _NOTICES, directory.get_setting),
    _method("accounts.updateNotificationSetting", "PATCH", _SETTING, _NOTICES, directory.update_setting, "updateMask"),
    _method("reviews.list", "GET", _OF_LOCATION, _REVIEWS, reviews.list_reviews, *_LIST, "orderBy"),
    _method("reviews.get", "GET", f"{_OF_LOCATION}/*", _REVIEWS, reviews.get_review),
    _method("reviews.updateReply", "PUT", f"{_OF_LOCATION}/*/reply", _REVIEWS, reviews.update_reply),
    _method("reviews.deleteReply", "DELETE", f"{_OF_LOCATION}/*/reply", _REVIEWS, reviews.delete_reply),
    _method(
        "locations.batchGetReviews",
        "POST",
        "/v4/accounts/*/locations:batchGetReviews",
        _REVIEWS,
        reviews.batch_get_reviews,
    ),
)


def found(request: Request) -> tuple[Method, tuple[str, ...]]:
    """The method of a request and the names in its path. NOT_FOUND for anything else, as for a short name."""
    for method in METHODS:
        match = method.path.fullmatch(request.path)
        if match and method.verb == ("GET" if request.method == "HEAD" else request.method):
            return method, match.groups()
    raise GoogleError("NOT_FOUND")


def read_parameters(request: Request, method: Method) -> dict[str, str]:
    """The query in camelCase; several of a mask are one. Raises GoogleError for one that the method has not."""
    read: dict[str, str] = {}
    for name, value in request.query:
        if name in _SYSTEM:
            continue
        known = camel(name)
        if known not in method.parameters:
            told = f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
            raise bad_field(name, f"{told}Field '{name}' could not be found in request message.")
        read[known] = f"{read[known]},{value}" if known in read and known.endswith("Mask") else value
    return read
