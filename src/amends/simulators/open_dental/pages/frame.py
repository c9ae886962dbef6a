"""What all pages share: the office that is looked at, its links, and the frame around a page."""

from amends.simulators.open_dental.offices import OfficeSimulator
from amends.simulators.open_dental.pages import templates as t
from amends.simulators.open_dental.tables import Database, Row
from amends.simulators.serving import BodyError, Request, Response, html_response, redirect


class Pages:
    """A family of pages, one method a page. `?office=` is the customer key that is looked at, the first without it."""

    def __init__(self, office: OfficeSimulator) -> None:
        self.office = office

    def database(self, request: Request) -> Database:
        """The database that is looked at."""
        return self.office.database_of(request.parameter("office"))

    def address(self, request: Request, path: str) -> str:
        """A path that stays with this office."""
        return t.address(path, request.parameter("office"))

    def link(self, request: Request, path: str, words: object) -> t.Html:
        """A link that stays with this office."""
        return t.link(self.address(request, path), words)

    def office_field(self, request: Request, *, all_too: bool = False) -> t.Html:
        """A choice of office where there are several; `all_too` for all at once."""
        keys = self.office.offices.keys
        if len(keys) == 1:
            return t.Html("")
        options = [("", "all of them")] if all_too else []
        options += [(key, key) for key in keys]
        return t.choice("Office", "office", options, request.parameter("office"))

    def page(self, request: Request, title: str, *parts: object) -> Response:
        """The whole page."""
        now = self.database(request).now()
        return html_response(t.page(title, request.parameter("office"), now, *parts))

    def back(self, request: Request, path: str) -> Response:
        """Something was written: look at the page again."""
        self.office.changed()
        return redirect(self.address(request, path))


def row_of(database: Database, table: str, number: str) -> Row:
    """A row that must be there. Raises BodyError."""
    row = database.get(table, int(number)) if number.isdecimal() else None
    if row is None:
        raise BodyError(f"There is no {table} {number}.")
    return row


def patient_name(patient: Row) -> str:
    """First, preferred and last name."""
    called = f" ({patient['Preferred']})" if patient["Preferred"] else ""
    return f"{patient['FName']}{called} {patient['LName']}"


def user_name(database: Database, number: int) -> str:
    """A user by name."""
    row = database.get("userod", number)
    return row["UserName"] if row else "nobody (API)"


def users(database: Database) -> list[tuple[object, object]]:
    """All users that are not hidden: (UserNum, UserName)."""
    return [(row["UserNum"], row["UserName"]) for row in database.all("userod") if not row["IsHidden"]]
