"""How Google says no (review-platforms.md 1.11)."""

from collections.abc import Sequence
from enum import IntEnum

from amends.simulators.serving import Response, json_response

Json = dict[str, object]

CODES = {  # google.rpc.Code -> HTTP
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ABORTED": 409,
    "RESOURCE_EXHAUSTED": 429,
    "CANCELLED": 499,
    "INTERNAL": 500,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
_MESSAGES = {
    "INVALID_ARGUMENT": "Request contains an invalid argument.",
    "FAILED_PRECONDITION": "Precondition check failed.",
    "UNAUTHENTICATED": (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
    ),
    "PERMISSION_DENIED": "The caller does not have permission",
    "NOT_FOUND": "Requested entity was not found.",
    "ABORTED": "The operation was aborted.",
    "RESOURCE_EXHAUSTED": "Resource has been exhausted (e.g. check quota).",
    "CANCELLED": "The operation was cancelled.",
    "INTERNAL": "Internal error encountered.",
    "UNIMPLEMENTED": "Operation is not implemented, or supported, or enabled.",
    "UNAVAILABLE": "The service is currently unavailable.",
    "DEADLINE_EXCEEDED": "The request timed out.",
}
_REASONS = {
    400: "badRequest",
    401: "authError",
    403: "forbidden",
    404: "notFound",
    409: "aborted",
    429: "rateLimitExceeded",
}


class Code(IntEnum):
    """Codes of `ErrorDetail`; the numbers are those seen in public logs, counted on from there (unconfirmed)."""

    MISSING_VALUE = 2
    INVALID_VALUE = 3
    INVALID_CHARACTERS = 4
    TOO_MANY_ITEMS = 5


class GoogleError(Exception):
    """A refusal: `status` is a name of CODES. `details` are its typed objects; `headers` go with the answer."""

    def __init__(
        self,
        status: str,
        message: str = "",
        *,
        details: Sequence[Json] = (),
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(status)
        self.status = status
        self.message = message or _MESSAGES[status]
        self.details = tuple(details)
        self.headers = headers

    def response(self, *, old: bool) -> Response:
        """The envelope; the old v4 has `errors[]` in it."""
        return envelope(CODES[self.status], self.status, self.message, self.details, headers=self.headers, old=old)


def envelope(
    code: int,
    status: str,
    message: str,
    details: Sequence[Json] = (),
    *,
    headers: tuple[tuple[str, str], ...] = (),
    old: bool = False,
) -> Response:
    """`{"error": {…}}` with its HTTP status."""
    error: Json = {"code": code, "message": message, "status": status}
    if old:
        reason = _REASONS.get(code, "backendError")
        error["errors"] = [{"message": message, "domain": "global", "reason": reason}]
    if details:
        error["details"] = list(details)
    return json_response({"error": error}, status=code, headers=headers)


def failing(code: int, text: str = "") -> Response:
    """The answer of a fault: the envelope, but the front door's page for 502, which is no JSON."""
    if code == 502:
        page = "<!DOCTYPE html><title>Error 502 (Server Error)!!1</title><p><b>502.</b> That’s an error.\n"
        return Response(status=502, body=page.encode(), content_type="text/html; charset=UTF-8")
    status = next((name for name, number in CODES.items() if number == code), "UNKNOWN")
    return envelope(code, status, text or _MESSAGES.get(status, "Unknown error."), old=True)


def bad_field(field: str, description: str) -> GoogleError:
    """400 for a parameter or a field of the newer kind, with `BadRequest`."""
    violation = {"field": field, "description": description}
    detail: Json = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
    return GoogleError("INVALID_ARGUMENT", description, details=[detail])


def invalid(code: Code, field: str, message: str, *, named: bool = False) -> GoogleError:
    """400 with v4's own `ValidationError`; `named`: the code by name and not by number."""
    error: Json = {"code": code.name if named else int(code), "field": field, "message": message}
    kind = "type.googleapis.com/google.mybusiness.v4.ValidationError"
    return GoogleError("INVALID_ARGUMENT", details=[{"@type": kind, "errorDetails": [error]}])


def reason(status: str, message: str, why: str, domain: str, **metadata: str) -> GoogleError:
    """A refusal with an `ErrorInfo`."""
    detail: Json = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": why, "domain": domain}
    if metadata:
        detail["metadata"] = dict(metadata)
    return GoogleError(status, message, details=[detail])
