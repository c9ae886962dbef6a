"""The faults that a person can switch on by hand."""

from amends.simulators.faults import FaultError
from amends.simulators.open_dental.pages import templates as t
from amends.simulators.open_dental.pages.frame import Pages
from amends.simulators.serving import BodyError, Request, Response


class FaultPages(Pages):
    """Offline, latency and rules."""

    def faults(self, request: Request) -> Response:
        """What is switched on, and a form for more."""
        faults = self.office.faults
        lines = (
            (rule.method, rule.path, "∞" if rule.times is None else rule.times, rule.then) for rule in faults.rules
        )
        rules = t.table(("Method", "Path", "Times left", "Then"), lines, empty="No rule: all is well.")
        form = t.form(
            self.address(request, "/faults"),
            t.tick("The office is offline", "offline", on=faults.offline),
            t.tick("Keep the rules above", "keep", on=True),
            t.row(
                t.field("Latency in milliseconds", "latency_ms", faults.latency_ms, kind="number"),
                t.field("Method (empty: any)", "method"),
                t.field("Path", "path", "/commlogs"),
                t.field("Times (empty: for ever)", "times", "1"),
            ),
            t.field("Then (empty: no new rule): status:504, drop_before, late_commit:20 …", "then"),
            button="Apply",
        )
        return self.page(request, "Faults", t.section("Rules", rules), t.section("Switches", form))

    def change_faults(self, request: Request) -> Response:
        """Apply the form."""
        form, faults = request.form(), self.office.faults
        rules = [rule.as_json() for rule in faults.rules] if "keep" in form else []
        if form.get("then"):
            times = int(form["times"]) if form.get("times", "").isdecimal() else None
            new = {"method": form.get("method", ""), "path": form.get("path", ""), "times": times, "then": form["then"]}
            rules.append(dict(new))
        latency = form.get("latency_ms", "")
        switches = {"offline": "offline" in form, "latency_ms": int(latency) if latency.isdecimal() else 0}
        try:
            faults.put({**switches, "rules": rules})
        except FaultError as wrong:
            raise BodyError(str(wrong)) from wrong
        return self.back(request, "/faults")
