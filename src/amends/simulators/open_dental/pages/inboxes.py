"""Task inboxes and one Task."""

from amends.simulators.open_dental import staff
from amends.simulators.open_dental.pages import templates as t
from amends.simulators.open_dental.pages.frame import Pages, patient_name, row_of, user_name, users
from amends.simulators.serving import Request, Response


class InboxPages(Pages):
    """Everybody's inbox, one inbox, one Task."""

    def inboxes(self, request: Request) -> Response:
        """Everybody who has an inbox, and what waits in it."""
        database = self.database(request)
        waiting: dict[int, int] = {}
        for row in database.all("task"):
            waiting[row["TaskListNum"]] = waiting.get(row["TaskListNum"], 0) + (row["TaskStatus"] != "Done")
        lines = (
            (self.link(request, f"/inboxes/{row['UserNum']}", row["UserName"]), waiting.get(row["TaskListInBox"], 0))
            for row in database.all("userod")
            if row["TaskListInBox"]
        )
        return self.page(request, "Task inboxes", t.section("People", t.table(("User", "Waiting"), lines, empty="")))

    def inbox(self, request: Request) -> Response:
        """One person's inbox, newest first."""
        database = self.database(request)
        user = row_of(database, "userod", request.args["UserNum"])
        found = list(database.where("task", "TaskListNum", user["TaskListInBox"]))
        lines = (
            (
                row["TaskStatus"],
                row["DateTimeEntry"],
                self.link(request, f"/tasks/{row['TaskNum']}", row["DescriptOverride"] or row["Descript"]),
            )
            for row in found[::-1]
        )
        listed = t.table(("Status", "Since", "Task"), lines, empty="Nothing waits here.")
        return self.page(request, f"Inbox of {user['UserName']}", t.section("Tasks", listed))

    def task(self, request: Request) -> Response:
        """One Task; opening a new one makes it Viewed."""
        database = self.database(request)
        row = row_of(database, "task", request.args["TaskNum"])
        if row["TaskStatus"] == "New":
            staff.open_task(database, row)
            self.office.changed()
        notes = (
            (each["DateTimeNote"], user_name(database, each["UserNum"]), t.note(each["Note"]))
            for each in database.where("tasknote", "TaskNum", row["TaskNum"])
        )
        place = self.address(request, f"/tasks/{row['TaskNum']}")
        people = t.choice("User", "UserNum", users(database))
        subject = database.get("patient", row["KeyNum"]) if row["ObjectType"] == "Patient" else None
        about = self.link(request, f"/patients/{subject['PatNum']}", patient_name(subject)) if subject else "nobody"
        facts = t.join(("About ", about, f" · from {user_name(database, row['UserNum'])} · {row['TaskStatus']}"))
        other = "Viewed" if row["TaskStatus"] == "Done" else "Done"
        hidden = t.Html(f'<input type="hidden" name="TaskStatus" value="{other}">')
        return self.page(
            request,
            f"Task {row['TaskNum']}",
            t.section("What to do", t.note(row["Descript"]), t.Html(f'<p class="soft">{facts}</p>')),
            t.section("Notes", t.table(("When", "User", "Note"), notes, empty="None yet.")),
            t.section("Add a note", t.form(place, people, t.area("Note", "Note"), button="Add")),
            t.section("Status", t.form(place, hidden, button="Mark as done" if other == "Done" else "Open again")),
        )

    def change_task(self, request: Request) -> Response:
        """A note, or another status."""
        database, form = self.database(request), request.form()
        row = row_of(database, "task", request.args["TaskNum"])
        if form.get("TaskStatus") in ("Viewed", "Done"):
            staff.change(database, "task", row["TaskNum"], {"TaskStatus": form["TaskStatus"]})
        elif form.get("Note", "").strip():
            user = row_of(database, "userod", form.get("UserNum", ""))["UserNum"]
            staff.write(database, "tasknote", {"TaskNum": row["TaskNum"], "UserNum": user, "Note": form["Note"]})
        return self.back(request, f"/tasks/{row['TaskNum']}")
