"""The types of CommLogs, to rename and to hide."""

from amends.simulators.open_dental import staff
from amends.simulators.open_dental.pages import templates as t
from amends.simulators.open_dental.pages.frame import Pages, row_of
from amends.simulators.open_dental.resources.commlogs import COMMLOG_TYPES
from amends.simulators.open_dental.tables import Row
from amends.simulators.serving import BodyError, Request, Response


class DefinitionPages(Pages):
    """What an office does to its definitions."""

    def definitions(self, request: Request) -> Response:
        """All types of CommLogs, each with its form, and one for a new one."""
        rows = [row for row in self.database(request).all("definition") if row["Category"] == COMMLOG_TYPES]
        lines = ((row["DefNum"], self._form(request, row)) for row in rows)
        new = t.form(self.address(request, "/definitions"), t.field("Name", "ItemName"), button="Add")
        return self.page(
            request,
            "Types of CommLogs",
            t.section("Types", t.table(("DefNum", "Name"), lines, empty="None.")),
            t.section("A new one", new),
        )

    def _form(self, request: Request, row: Row) -> t.Html:
        return t.form(
            self.address(request, f"/definitions/{row['DefNum']}"),
            t.row(
                t.field("Name", "ItemName", row["ItemName"]),
                t.tick("Hidden", "IsHidden", on=row["IsHidden"]),
                t.button("Save"),
            ),
        )

    def change(self, request: Request) -> Response:
        """Rename or hide; rows that have this type keep its number."""
        database, form = self.database(request), request.form()
        row = row_of(database, "definition", request.args["DefNum"])
        changes = {"ItemName": _name(form), "IsHidden": "IsHidden" in form}
        staff.change(database, "definition", row["DefNum"], changes)
        return self.back(request, "/definitions")

    def new(self, request: Request) -> Response:
        """One more."""
        database, form = self.database(request), request.form()
        order = sum(1 for row in database.all("definition") if row["Category"] == COMMLOG_TYPES)
        values = {"Category": COMMLOG_TYPES, "ItemOrder": order, "ItemName": _name(form)}
        staff.write(database, "definition", values)
        return self.back(request, "/definitions")


def _name(form: dict[str, str]) -> str:
    if not form.get("ItemName", "").strip():
        raise BodyError("A type has a name.")
    return form["ItemName"]
