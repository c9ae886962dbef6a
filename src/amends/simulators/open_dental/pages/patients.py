"""Patients and one patient's chart. What is written here is written as staff would, with an author."""

from amends.simulators.open_dental import staff
from amends.simulators.open_dental.pages import templates as t
from amends.simulators.open_dental.pages.commlogs import CommlogPages
from amends.simulators.open_dental.pages.frame import Pages, patient_name, row_of, user_name, users
from amends.simulators.open_dental.resources import procnotes
from amends.simulators.open_dental.tables import Database, Row
from amends.simulators.open_dental.world_people import commlog_types
from amends.simulators.serving import BodyError, Request, Response

PATIENTS_SHOWN = 60


class PatientPages(Pages):
    """Search, chart, and the forms of the chart."""

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
        told = t.soft(f"{min(len(found), PATIENTS_SHOWN)} of {len(found)} shown")
        listed = t.table(("Patient", "PatNum", "Clinic"), lines, empty="Nobody by that name.")
        return self.page(request, "Patients", t.section("Find", search), t.section("Patients", told, listed))

    def chart(self, request: Request) -> Response:
        """One patient: what was written, and forms to write more."""
        database = self.database(request)
        patient = row_of(database, "patient", request.args["PatNum"])
        number = patient["PatNum"]
        commlog_pages = CommlogPages(self.office)
        commlog_form = commlog_pages.form(
            request, f"/patients/{number}/commlogs", commlog_pages.blank(request, patient)
        )
        given = [row for row in database.where("task", "KeyNum", number) if row["ObjectType"] == "Patient"]
        lines = ((row["TaskStatus"], self.link(request, f"/tasks/{row['TaskNum']}", row["Descript"])) for row in given)
        came = database.where("appointment", "PatNum", number)
        visits = (_visit_line(row) for row in sorted(came, key=lambda row: str(row["AptDateTime"]), reverse=True))
        return self.page(
            request,
            f"{patient_name(patient)}, PatNum {number}",
            t.section("CommLogs", self._commlogs(request, number)),
            t.section("Write a CommLog", commlog_form),
            t.section("Procedures and their notes", self._procedures(database, number)),
            t.section("Write a procedure note", self._procnote_form(request, patient)),
            t.section("Tasks", t.table(("Status", "Task"), lines, empty="None.")),
            t.section("Appointments", t.table(("When", "Status", "Arrived", "Seated", "For"), visits, empty="None.")),
            t.section("Family", *self._family(request, patient)),
            t.section("Merge", self._merge_form(request, patient)),
        )

    def _commlogs(self, request: Request, patient: int) -> t.Html:
        database = self.database(request)
        kinds = {value: name for name, value in commlog_types(database).items()}
        lines = (
            (
                row["CommDateTime"],
                kinds.get(row["CommType"], ""),
                user_name(database, row["UserNum"]),
                t.join((t.note(row["Note"]), self.link(request, f"/commlogs/{row['CommlogNum']}", "Change or delete"))),
            )
            for row in list(database.where("commlog", "PatNum", patient))[::-1]
        )
        return t.table(("When", "Type", "User", "Note"), lines, empty="None yet.")

    def _family(self, request: Request, patient: Row) -> tuple[t.Html, t.Html]:
        family = list(self.database(request).where("patient", "Guarantor", patient["Guarantor"]))
        lines = (
            (
                self.link(request, f"/patients/{row['PatNum']}", patient_name(row)),
                row["PatNum"],
                "guarantor" if row["PatNum"] == row["Guarantor"] else "",
                f"{row['EstBalance']:.2f}",
            )
            for row in family
            if row is not patient
        )
        told = t.soft(f"{patient['PatStatus']}. Owes {patient['EstBalance']:.2f}.")
        return told, t.table(("Relative", "PatNum", "", "Owes"), lines, empty="Nobody else.")

    def _procedures(self, database: Database, patient: int) -> t.Html:
        lines = []
        rows = database.where("procedurelog", "PatNum", patient)
        for row in sorted(rows, key=lambda row: str(row["ProcDate"]), reverse=True):
            code, text = database.get("procedurecode", row["CodeNum"]), procnotes.newest(database, row["ProcNum"])
            words = code["Descript"] if code else ""
            lines.append((row["ProcDate"], row["ProcStatus"], words, t.note(text["Note"]) if text else ""))
        return t.table(("Date", "Status", "Procedure", "Note"), lines, empty="None.")

    def _procnote_form(self, request: Request, patient: Row) -> t.Html:
        database = self.database(request)
        codes = {row["CodeNum"]: row["Descript"] for row in database.all("procedurecode")}
        there = [row for row in database.where("procedurelog", "PatNum", patient["PatNum"]) if row["ProcStatus"] != "D"]
        there.sort(key=lambda row: str(row["ProcDate"]), reverse=True)
        options = [(row["ProcNum"], f"{row['ProcDate']} {row['ProcStatus']} {codes[row['CodeNum']]}") for row in there]
        if not options:
            return t.soft("There is no procedure to write under.")
        place = self.address(request, f"/patients/{patient['PatNum']}/procnotes")
        clinician = next(
            (row["UserNum"] for row in database.all("userod") if row["ProvNum"] == patient["PriProv"] != 0), ""
        )
        chosen = t.row(
            t.choice("Procedure", "ProcNum", options), t.choice("User", "UserNum", users(database), clinician)
        )
        keep = t.tick("After the note that is there", "append", on=True)
        return t.form(place, chosen, t.area("Note", "Note"), keep, button="Save the note")

    def write_procnote(self, request: Request) -> Response:
        """A clinical note under a procedure, after the one that is there or in its place."""
        database, form = self.database(request), request.form()
        procedure = row_of(database, "procedurelog", form.get("ProcNum", ""))
        user = row_of(database, "userod", form.get("UserNum", ""))["UserNum"]
        note, before = form.get("Note", ""), procnotes.newest(database, procedure["ProcNum"])
        if before and "append" in form:
            note = procnotes.appended(before["Note"], note)
        procnotes.create(database, procedure, note, user=user)
        return self.back(request, f"/patients/{procedure['PatNum']}")

    def _merge_form(self, request: Request, patient: Row) -> t.Html:
        told = t.soft("Everything that is written about this patient moves to the other, and this one is archived.")
        place = self.address(request, f"/patients/{patient['PatNum']}/merge")
        return t.join((told, t.form(place, t.field("Into PatNum", "into", kind="number"), button="Merge")))

    def merge(self, request: Request) -> Response:
        """Merge this patient into another, and look at that one."""
        database, form = self.database(request), request.form()
        loser = row_of(database, "patient", request.args["PatNum"])
        winner = row_of(database, "patient", form.get("into", ""))
        if loser is winner:
            raise BodyError("A patient is not merged with themselves.")
        staff.merge(database, loser["PatNum"], winner["PatNum"])
        return self.back(request, f"/patients/{winner['PatNum']}")


def _visit_line(row: Row) -> tuple[object, ...]:
    arrived, seated = (
        "" if row[name].startswith("0001") else row[name][11:16] for name in ("DateTimeArrived", "DateTimeSeated")
    )
    return row["AptDateTime"][:16], row["AptStatus"], arrived, seated, row["ProcDescript"]
