"""Writing, changing and deleting CommLogs, half-typed ones too."""

from amends.simulators.open_dental import staff
from amends.simulators.open_dental.enums import COMM_MODE, SENT_OR_RECEIVED
from amends.simulators.open_dental.pages import templates as t
from amends.simulators.open_dental.pages.frame import Pages, patient_name, row_of, users
from amends.simulators.open_dental.tables import Database, Row
from amends.simulators.open_dental.text import is_time
from amends.simulators.open_dental.world_people import commlog_types
from amends.simulators.serving import BodyError, Request, Response


class CommlogPages(Pages):
    """What a person at the desk does with CommLogs. The note saves itself while it is typed, as Open Dental can."""

    def form(self, request: Request, place: str, row: Row) -> t.Html:
        """A form for a new CommLog, or for one that is there."""
        database = self.database(request)
        kinds = sorted((number, name) for name, number in commlog_types(database).items())
        return t.form(
            self.address(request, place),
            t.row(
                t.choice("User", "UserNum", users(database), row["UserNum"]),
                t.choice("Type", "CommType", kinds, row["CommType"]),
                t.choice("Mode", "Mode_", ((mode, mode) for mode in COMM_MODE), row["Mode_"]),
                t.choice(
                    "Direction", "SentOrReceived", ((way, way) for way in SENT_OR_RECEIVED), row["SentOrReceived"]
                ),
                t.field("When", "CommDateTime", row["CommDateTime"]),
            ),
            t.area("Note", "Note", row["Note"]),
            button="Save",
            also=t.button("Save and go on typing", "act", "autosave"),
            saves_itself=True,
        )

    def blank(self, request: Request, patient: Row) -> Row:
        """How the form of a new CommLog begins."""
        database = self.database(request)
        kind = commlog_types(database).get("Upset patient", 0)
        values = {"UserNum": 200 + patient["ClinicNum"], "CommType": kind, "Note": "", "CommDateTime": database.now()}
        return {**values, "Mode_": "In Person", "SentOrReceived": "Received"}

    def write(self, request: Request) -> Response:
        """A new CommLog; one that saved itself half-typed is opened to be written on."""
        database, form = self.database(request), request.form()
        patient = row_of(database, "patient", request.args["PatNum"])
        values = {"PatNum": patient["PatNum"], **_values(database, form)}
        row = staff.write(database, "commlog", values)
        return self._back(request, form, row)

    def commlog(self, request: Request) -> Response:
        """One CommLog, to change or to delete."""
        database = self.database(request)
        row = row_of(database, "commlog", request.args["CommlogNum"])
        patient = row_of(database, "patient", str(row["PatNum"]))
        number = row["CommlogNum"]
        about = t.join(("About ", self.link(request, f"/patients/{patient['PatNum']}", patient_name(patient))))
        stamps = f"Entered {row['DateTEntry']}, last changed {row['DateTStamp']}."
        return self.page(
            request,
            f"CommLog {number}",
            t.section("Change it", t.soft(about), self.form(request, f"/commlogs/{number}", row), t.soft(stamps)),
            t.section(
                "Delete it",
                t.soft("It disappears without a trace, as in Open Dental."),
                t.form(self.address(request, f"/commlogs/{number}/delete"), button="Delete this CommLog"),
            ),
        )

    def change(self, request: Request) -> Response:
        """Apply the form; the stamp moves only when something really changed."""
        database, form = self.database(request), request.form()
        row = row_of(database, "commlog", request.args["CommlogNum"])
        staff.change(database, "commlog", row["CommlogNum"], _values(database, form))
        return self._back(request, form, row)

    def delete(self, request: Request) -> Response:
        """It is gone."""
        database = self.database(request)
        row = row_of(database, "commlog", request.args["CommlogNum"])
        staff.remove(database, "commlog", row["CommlogNum"])
        return self.back(request, f"/patients/{row['PatNum']}")

    def _back(self, request: Request, form: dict[str, str], row: Row) -> Response:
        still_typing = form.get("act") == "autosave"
        return self.back(request, f"/commlogs/{row['CommlogNum']}" if still_typing else f"/patients/{row['PatNum']}")


def _values(database: Database, form: dict[str, str]) -> Row:
    """What the form says, checked. Raises BodyError."""
    values: Row = {"UserNum": row_of(database, "userod", form.get("UserNum", ""))["UserNum"]}
    values["CommType"] = row_of(database, "definition", form.get("CommType", ""))["DefNum"]
    for name, choices in (("Mode_", COMM_MODE), ("SentOrReceived", SENT_OR_RECEIVED)):
        if form.get(name) not in choices:
            raise BodyError(f"{name} is one of {', '.join(choices)}.")
        values[name] = form[name]
    if moment := form.get("CommDateTime", "").strip():
        if not is_time(moment):
            raise BodyError("When is written like 2026-03-02 14:05:00.")
        values["CommDateTime"] = moment
    return {**values, "Note": form.get("Note", "")}
