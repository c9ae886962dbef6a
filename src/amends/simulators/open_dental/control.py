"""`/_control/…` beyond what all simulators have: settings, rows, and what staff do to many rows at once.

`?customer_key=` chooses the office: for rows and acts the first one without it, for settings all of them.
"""

from collections.abc import Callable, Collection
from functools import partial

from amends.simulators.open_dental import staff
from amends.simulators.open_dental.blanks import columns
from amends.simulators.open_dental.offices import OfficeSimulator
from amends.simulators.open_dental.switches import NAMES_OF_ALL
from amends.simulators.open_dental.tables import KEYS, STAMPS, Database, Row
from amends.simulators.serving import BodyError, Request, Response, Router, json_response
from amends.simulators.simulator import control_body

Act = Callable[[OfficeSimulator, Request], Response]


def add_routes(office: OfficeSimulator, routes: Router) -> None:
    """All of them."""
    for (method, path), act in ACTS.items():
        routes.add(method, f"/_control/{path}", partial(_locked, office, act))


def _locked(office: OfficeSimulator, act: Act, request: Request) -> Response:
    with office.lock:
        response = act(office, request)
    if request.method != "GET":
        office.changed()
    return response


# ---- settings


def _get_settings(office: OfficeSimulator, request: Request) -> Response:
    return json_response(office.offices.as_json(request.parameter("customer_key")))


def _put_settings(office: OfficeSimulator, request: Request) -> Response:
    """Change what is in the body and nothing else."""
    key = request.parameter("customer_key")
    office.offices.change(control_body(request, NAMES_OF_ALL), key)
    return json_response(office.offices.as_json(key))


# ---- rows


def _get_rows(office: OfficeSimulator, request: Request) -> Response:
    return json_response(list(database_of(office, request).all(_table(request))))


def _post_rows(office: OfficeSimulator, request: Request) -> Response:
    """One new row, or a list of them, as staff write them: with an author. What is not given is filled in."""
    database, table, body = database_of(office, request), _table(request), request.json()
    given: list[Row] = [row for row in (body if isinstance(body, list) else [body]) if isinstance(row, dict)]
    if not given or (isinstance(body, list) and len(given) != len(body)):
        raise BodyError("The body is a JSON object, or a list of them.")
    for values in given:
        _known(table, values, columns(table))
        key = values.get(KEYS[table])
        if key is not None and (not isinstance(key, int) or database.get(table, key)):
            raise BodyError(f"{table} cannot have a new row {key}.")
    made = [staff.write(database, table, values) for values in given]
    return json_response(made if isinstance(body, list) else made[0], status=201)


def _put_row(office: OfficeSimulator, request: Request) -> Response:
    """Change the columns in the body, stamped as the database does."""
    changes: Row = control_body(request, None)
    database, (table, row) = database_of(office, request), _row(office, request)
    _known(table, changes, row)
    return json_response(staff.change(database, table, row[KEYS[table]], changes))


def _delete_row(office: OfficeSimulator, request: Request) -> Response:
    table, row = _row(office, request)
    staff.remove(database_of(office, request), table, row[KEYS[table]])
    return Response()


# ---- acts


def _merge(office: OfficeSimulator, request: Request) -> Response:
    """`{"from": PatNum, "into": PatNum}`: the rows of one patient move to another, who stays."""
    body, database = control_body(request, ("from", "into")), database_of(office, request)
    loser, winner = whole(body, "from"), whole(body, "into")
    for number in (loser, winner):
        if database.get("patient", number) is None:
            raise BodyError(f"There is no patient {number}.")
    if loser == winner:
        raise BodyError("A patient is not merged with themselves.")
    return json_response({"moved": staff.merge(database, loser, winner)})


def _touch(office: OfficeSimulator, request: Request) -> Response:
    """`{"table", "rows": n}`: the newest n rows, all without `rows`, get a new stamp and keep their values."""
    body, database = control_body(request, ("table", "rows")), database_of(office, request)
    table = body.get("table")
    if table not in STAMPS:
        raise BodyError(f'"table" is one of {", ".join(STAMPS)}.')
    count = None if body.get("rows") is None else whole(body, "rows")
    return json_response({"touched": staff.touch(database, str(table), count)})


ACTS: dict[tuple[str, str], Act] = {
    ("GET", "settings"): _get_settings,
    ("PUT", "settings"): _put_settings,
    ("GET", "rows/{table}"): _get_rows,
    ("POST", "rows/{table}"): _post_rows,
    ("PUT", "rows/{table}/{key}"): _put_row,
    ("DELETE", "rows/{table}/{key}"): _delete_row,
    ("POST", "merge"): _merge,
    ("POST", "touch"): _touch,
}


# ---- reading a request


def database_of(office: OfficeSimulator, request: Request) -> Database:
    """The database of the `customer_key` of a request. Raises BodyError."""
    return office.database_of(request.parameter("customer_key"))


def _table(request: Request) -> str:
    table = request.args["table"]
    if table not in KEYS:
        raise BodyError(f"There is no table {table}; tables: {', '.join(KEYS)}.")
    return table


def _row(office: OfficeSimulator, request: Request) -> tuple[str, Row]:
    table, key = _table(request), request.args["key"]
    row = database_of(office, request).get(table, int(key)) if key.isdecimal() else None
    if row is None:
        raise BodyError(f"{table} has no row {key}.")
    return table, row


def _known(table: str, values: Row, known: Collection[str]) -> None:
    unknown = sorted(name for name in values if name not in known)
    if unknown:
        raise BodyError(f"{table} has no column {unknown[0]}.")


def whole(body: dict[str, object], name: str) -> int:
    """A whole number from 0 out of a body. Raises BodyError."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BodyError(f'"{name}" is a whole number from 0.')
    return value
