"""The way of one request through the office, step by step in the order of open-dental-api.md 6."""

import json
import re
from typing import Any

from amends.simulators.open_dental.call import Call, RefusedError
from amends.simulators.open_dental.methods import (
    ALWAYS_STRICT,
    ON_EVERY_LIST,
    STRICT,
    Method,
    Table,
    is_number,
    known_parameters,
)
from amends.simulators.serving import Request, Response

LONGEST_BODY = 16_800_000  # characters (2.4)
OFFLINE = "The office's eConnector is not running"

_KEYS = re.compile(r"ODFHIR ([^/\s]+)/([^/\s]+)")


def customer_key(header: str, developer_key: str) -> str:
    """Step 1: the customer key of `ODFHIR developer/customer`. 401 for anything else."""
    found = _KEYS.fullmatch(header.strip())
    if found is None:
        raise RefusedError(401, "Authorization header must be ODFHIR {DeveloperKey}/{CustomerKey}.")
    if found[1] != developer_key:
        raise RefusedError(401, "Developer key is not valid.")
    return found[2]


def page_of(request: Request, size: int) -> int:
    """Which page of a list a request asks for, from 1."""
    limit, offset = request.parameter("Limit"), request.parameter("Offset")
    rows = min(int(limit), size) if is_number(limit) else size
    return int(offset) // max(rows, 1) + 1 if is_number(offset) else 1


def perform(request: Request, path: str, call: Call, table: Table) -> Response:
    """Steps 4 to 11 for a path below `/api/v1`; `call` knows its office already. Raises RefusedError."""
    call.resource, _, rest = path.strip("/").partition("/")
    parts = [part for part in rest.split("/") if part]
    method = _method(request.method, call.resource, parts, table)
    if not call.since(method.since):
        name = _name(request.method, call.resource, parts)
        raise RefusedError(400, f"{name} requires Open Dental version {method.since}.")
    permission = _permission(method, call)
    if permission and permission not in call.settings.permissions:
        raise RefusedError(401, f"This customer key does not have the permission Api{permission}.")
    writes = method.verb in ("POST", "PUT")
    if writes and request.header("Content-Type").split(";")[0].strip().lower() != "application/json":
        raise RefusedError(400, "Content-Type must be application/json.")
    call.parameters = _parameters(request, method, call)
    call.numbers = tuple(int(part) for part in parts if is_number(part))
    call.body = _body(request) if writes else {}
    return method.handler(call)


def _permission(method: Method, call: Call) -> str:
    """What a method needs. Changing a CommLog is in no row of the vendor's table (2.2, unconfirmed)."""
    if call.settings.commlog_put_needs_comm and (method.verb, method.resource) == ("PUT", "commlogs"):
        return "Comm"
    return method.permission


def _method(verb: str, resource: str, parts: list[str], table: Table) -> Method:
    if not table.knows(resource):
        raise RefusedError(404, f"{resource} is not a valid resource.")
    method = table.find(resource, verb, parts)
    if method is None:
        raise RefusedError(400, f"{_name(verb, resource, parts)} is not a valid method.")
    return method


def _name(verb: str, resource: str, parts: list[str]) -> str:
    """`claimprocs DELETE ` with its second space where there is no sub-route (2.8)."""
    return f"{resource} {verb} {'/'.join(part for part in parts if not is_number(part))}"


def _parameters(request: Request, method: Method, call: Call) -> dict[str, str]:
    known = known_parameters(method)
    strict = method.resource in ALWAYS_STRICT or (call.settings.strict_parameters and method.resource in STRICT)
    kept: dict[str, str] = {}
    ignored = call.fault.arguments if call.fault.kind == "ignore_filters" else None
    for name, value in request.query:
        if ignored is not None and name not in ON_EVERY_LIST and (not ignored or name in ignored[0].split(",")):
            continue
        if name in known and call.since(known[name]):
            kept[name] = value
        elif strict:
            raise RefusedError(400, f"'{name}' is not a valid parameter.")
    return kept


def _body(request: Request) -> dict[str, Any]:
    if len(request.body) > LONGEST_BODY:
        raise RefusedError(400, "The request body is too long.")
    try:
        body = json.loads(request.body or b"{}")
    except ValueError as unreadable:
        raise RefusedError(400, "The request body is not valid JSON.") from unreadable
    if not isinstance(body, dict):
        raise RefusedError(400, "The request body must be a JSON object.")
    return body
