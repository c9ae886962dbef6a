"""Patients and one patient's chart. What is written here is written as staff would, with an author."""

from amends.simulators.open_dental.blanks import add
from amends.simulators.open_dental.enums import COMM_MODE, SENT_OR_RECEIVED
from amends.simulators.open_dental.pages import templates as t
from amends.simulators.open_dental.pages.frame import Pages, patient_name, row_of, user_name, users
from amends.simulators.open_dental.resources import procnotes
from amends.simulators.open_dental.tables import Database, Row
from amends.simulators.open_dental.world_people import commlog_types
from amends.simulators.serving import Request, Response

PATIENTS_SHOWN = 60


class PatientPages(Pages):
    """Search, chart, and the two forms of the chart."""

    def patients(self, request: Request) -> Response:
        """Search by a part of a name or a number."""
        database, asked = self.database(request), request.parameter("q").strip().casefold()
        found = [row for row in database.all("patient") if asked in f"{row['PatNum']} {patient_name(row)}".casefold()]
        where = {row["ClinicNum"]: row["Abbr"] for row in database.all("clinic")}
        lines = (
            (
                self.link(request, f"/patients/{row['PatNum']}", patient_name(row)),
                row["PatNum"],
                where.get(row["ClinicNum"], ""),
            )
            for row in found[:PATIENTS_SHOWN]
        )
        search = t.form(
            "/", self.office_field(request), t.field("Name or number", "q", asked), button="Search", method="get"
        )
        told = t.Html(f'<p class="soft">{min(len(found), PATIENTS_SHOWN)} of {len(found)} shown</p>')
        listed = t.table(("Patient", "PatNum", "Clinic"), lines, empty="Nobody by that name.")
        return self.page(request, "Patients", t.section("Find", search), t.section("Patients", told, listed))

    def chart(self, request: Request) -> Response:
        """One patient: what was written, and two forms to write more."""
        database = self.database(request)
        patient = row_of(database, "patient", request.args["PatNum"])
        number = patient["PatNum"]
        kinds = {value: name for name, value in commlog_types(database).items()}
        written = (
            (row["CommDateTime"], kinds.get(row["CommType"]), user_name(database, row["UserNum"]), t.note(row["Note"]))
            for row in list(database.where("commlog", "PatNum", number))[::-1]
        )
        given = [row for row in database.where("task", "KeyNum", number) if row["ObjectType"] == "Patient"]
        lines = ((row["TaskStatus"], self.link(request, f"/tasks/{row['TaskNum']}", row["Descript"])) for row in given)
        came = database.where("appointment", "PatNum", number)
        visits = (_visit_line(row) for row in sorted(came, key=lambda row: str(row["AptDateTime"]), reverse=True))
        family = list(database.where("patient", "Guarantor", patient["Guarantor"]))
        relatives = ((self._chart_link(request, row), row["PatNum"]) for row in family if row is not patient)
        return self.page(
            request,
            f"{patient_name(patient)}, PatNum {number}",
            t.section("CommLogs", t.table(("When", "Type", "User", "Note"), written, empty="None yet.")),
            t.section("Write a CommLog", self._commlog_form(request, patient)),
            t.section("Procedures and their notes", self._procedures(database, number)),
            t.section("Write a procedure note", self._procnote_form(request, number)),
            t.section("Tasks", t.table(("Status", "Task"), lines, empty="None.")),
            t.section("Appointments", t.table(("When", "Status", "Seated", "For"), visits, empty="None.")),
            t.section("Family", t.table(("Relative", "PatNum"), relatives, empty="Nobody else.")),
        )

    def _chart_link(self, request: Request, patient: Row) -> t.Html:
        return self.link(request, f"/patients/{patient['PatNum']}", patient_name(patient))

    def _procedures(self, database: Database, patient: int) -> t.Html:
        lines = []
        for row in sorted(
            database.where("procedurelog", "PatNum", patient), key=lambda row: str(row["ProcDate"]), reverse=True
        ):
            code, text = database.get("procedurecode", row["CodeNum"]), procnotes.newest(database, row["ProcNum"])
            words = code["Descript"] if code else ""
            lines.append((row["ProcDate"], row["ProcStatus"], words, t.note(text["Note"]) if text else ""))
        return t.table(("Date", "Status", "Procedure", "Note"), lines, empty="None.")

    def _commlog_form(self, request: Request, patient: Row) -> t.Html:
        database = self.database(request)
        kinds = sorted((number, name) for name, number in commlog_types(database).items())
        return t.form(
            self.address(request, f"/patients/{patient['PatNum']}/commlogs"),
            t.row(
                t.choice("User", "UserNum", users(database), 200 + patient["ClinicNum"]),
                t.choice("Type", "CommType", kinds, commlog_types(database).get("Upset patient", 0)),
                t.choice("Mode", "Mode_", ((mode, mode) for mode in COMM_MODE), "In Person"),
                t.choice("Direction", "SentOrReceived", ((way, way) for way in SENT_OR_RECEIVED), "Received"),
            ),
            t.area("Note", "Note"),
            button="Save the CommLog",
        )

    def _procnote_form(self, request: Request, patient: int) -> t.Html:
        database = self.database(request)
        codes = {row["CodeNum"]: row["Descript"] for row in database.all("procedurecode")}
        done = [row for row in database.where("procedurelog", "PatNum", patient) if row["ProcStatus"] != "D"]
        options = [(row["ProcNum"], f"{row['ProcDate']} {codes[row['CodeNum']]}") for row in done[::-1]]
        if not options:
            return t.Html('<p class="soft">There is no procedure to write under.</p>')
        place = self.address(request, f"/patients/{patient}/procnotes")
        chosen = t.row(t.choice("Procedure", "ProcNum", options), t.choice("User", "UserNum", users(database)))
        return t.form(place, chosen, t.area("Note", "Note"), button="Save the note")

    def write_commlog(self, request: Request) -> Response:
        """A CommLog as a person at the desk writes it: with an author."""
        database, form = self.database(request), request.form()
        patient = row_of(database, "patient", request.args["PatNum"])
        values: Row = {"UserNum": row_of(database, "userod", form.get("UserNum", ""))["UserNum"]}
        values["CommType"] = row_of(database, "definition", form.get("CommType", ""))["DefNum"]
        values |= {"PatNum": patient["PatNum"], "Note": form.get("Note", "")}
        values |= {"Mode_": form.get("Mode_", "None"), "SentOrReceived": form.get("SentOrReceived", "Neither")}
        add(database, "commlog", values)
        return self.back(request, f"/patients/{patient['PatNum']}")

    def write_procnote(self, request: Request) -> Response:
        """A clinical note under a procedure; it takes the place of the one before."""
        database, form = self.database(request), request.form()
        procedure = row_of(database, "procedurelog", form.get("ProcNum", ""))
        user = row_of(database, "userod", form.get("UserNum", ""))["UserNum"]
        procnotes.create(database, procedure, form.get("Note", ""), user=user)
        return self.back(request, f"/patients/{procedure['PatNum']}")


def _visit_line(row: Row) -> tuple[object, ...]:
    seated = "" if row["DateTimeSeated"].startswith("0001") else row["DateTimeSeated"][11:16]
    return row["AptDateTime"][:16], row["AptStatus"], seated, row["ProcDescript"]
