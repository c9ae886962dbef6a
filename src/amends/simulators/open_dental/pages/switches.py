"""Everything that a person can switch by hand: how an office is set, its clock, and its faults; and what it sent."""

from amends.simulators.clock import WRITTEN, ClockError, write_offset
from amends.simulators.faults import FaultError
from amends.simulators.open_dental import permissions
from amends.simulators.open_dental.pages import templates as t
from amends.simulators.open_dental.pages.frame import Pages
from amends.simulators.open_dental.settings import Mode
from amends.simulators.open_dental.switches import OF_ALL_KEYS, OF_ONE_KEY, SWITCHES
from amends.simulators.open_dental.versions import PROFILES
from amends.simulators.serving import BodyError, Request, Response

_CONDITIONS = ("customer_key", "mode", "page", "text")


class SettingPages(Pages):
    """How the office that is looked at is set; with several offices, or all at once."""

    def settings(self, request: Request) -> Response:
        """What holds now, and a form to change it."""
        offices, key = self.office.offices, request.parameter("office")
        now = offices.as_json(key)
        place = self.address(request, "/settings")
        whose = f"These hold for {key}." if key else "These hold for every customer key that has none of its own."
        several = len(offices.keys) > 1
        look = t.form("/settings", self.office_field(request, all_too=True), button="Look at it", method="get")
        clock = self.office.clock
        return self.page(
            request,
            "Settings",
            *([t.section("Whose", look)] if several else []),
            t.section("How it is set", t.soft(whose) if several else "", self._form(place, now, one=bool(key))),
            t.section(
                "The clock of all offices",
                t.form(
                    self.address(request, "/clock"),
                    t.row(
                        t.field("Now, in the office", "now", clock.now().strftime(WRITTEN)),
                        t.field("Offset from UTC", "utc_offset", write_offset(clock.offset)),
                    ),
                    button="Set the clock",
                ),
            ),
        )

    def _form(self, place: str, now: dict[str, object], *, one: bool) -> t.Html:
        held = now["permissions"]
        allowed = held if isinstance(held, list) else []
        machines = now["machines_off"]
        away = ", ".join(machines) if isinstance(machines, list) else ""
        return t.form(
            place,
            t.row(
                t.choice("Mode", "mode", ((mode, mode) for mode in Mode), now["mode"]),
                t.choice("Version", "od_version", ((each, each) for each in PROFILES), now["od_version"]),
                t.field("Calls that wait (Remote)", "queue", now["queue"], kind="number"),
                t.field("Machines that are off", "machines_off", away),
            ),
            self._of_one(now) if one else "",
            t.ticks(
                "The office and its key",
                (
                    ("enabled", "the customer key works", now["enabled"] is True),
                    ("econnector", "the eConnector is running", now["econnector"] is True),
                ),
            ),
            t.ticks("Permissions", ((f"may {name}", name, name in allowed) for name in permissions.NAMES)),
            t.ticks(
                "What nobody could confirm about the real API",
                (
                    (name, switch.told, now[name] is True)
                    for name, switch in SWITCHES.items()
                    if not (one and name in OF_ALL_KEYS)
                ),
            ),
            button="Apply",
        )

    def _of_one(self, now: dict[str, object]) -> t.Html:
        keys = (("", "its own"), *((key, key) for key in self.office.offices.keys))
        return t.row(
            t.choice("Its key selects the database of", "office", keys, now["office"]),
            t.field("Own offset from UTC (empty: the common clock's)", "utc_offset", now["utc_offset"] or ""),
        )

    def change(self, request: Request) -> Response:
        """Apply what differs from what holds now."""
        form, key = request.form(), request.parameter("office")
        now = self.office.offices.as_json(key)
        asked: dict[str, object] = {name: name in form for name in ("enabled", "econnector", *SWITCHES)}
        asked |= {name: form[name] for name in ("mode", "od_version", "office") if name in form}
        asked["permissions"] = [name for name in permissions.NAMES if f"may {name}" in form]
        asked["machines_off"] = sorted(part.strip() for part in form.get("machines_off", "").split(",") if part.strip())
        if form.get("queue", "").isdecimal():
            asked["queue"] = int(form["queue"])
        if "utc_offset" in form:
            asked["utc_offset"] = form["utc_offset"].strip() or None
        unsaid = OF_ALL_KEYS if key else OF_ONE_KEY
        changes = {name: value for name, value in asked.items() if value != now[name] and name not in unsaid}
        try:
            self.office.offices.change(changes, key)
        except ClockError as wrong:
            raise BodyError(str(wrong)) from wrong
        return self.back(request, "/settings")

    def set_clock(self, request: Request) -> Response:
        """Move the clock."""
        form = request.form()
        try:
            self.office.clock.put({name: form[name] for name in ("now", "utc_offset") if form.get(name)})
        except ClockError as wrong:
            raise BodyError(str(wrong)) from wrong
        return self.back(request, "/settings")


class FaultPages(Pages):
    """Offline, latency and rules."""

    def faults(self, request: Request) -> Response:
        """What is switched on, and a form for more."""
        faults = self.office.faults
        lines = (
            (
                rule.method,
                rule.path,
                "∞" if rule.times is None else rule.times,
                ", ".join(f"{name} {value}" for name, value in rule.only.items()),
                f"{rule.then} {rule.text}",
            )
            for rule in faults.rules
        )
        rules = t.table(("Method", "Path", "Times left", "Only", "Then"), lines, empty="No rule: all is well.")
        form = t.form(
            self.address(request, "/faults"),
            t.tick("The office is offline", "offline", on=faults.offline),
            t.tick("Keep the rules above", "keep", on=True),
            t.row(
                t.field("Latency in milliseconds", "latency_ms", faults.latency_ms, kind="number"),
                t.field("Method (empty: any; EVENT)", "method"),
                t.field("Path", "path", "/commlogs"),
                t.field("Times (empty: for ever)", "times", "1"),
            ),
            t.row(
                t.field("Only this customer key", "customer_key"),
                t.field("Only this mode", "mode"),
                t.field("Only page", "page"),
                t.field("Words of the answer", "text"),
            ),
            t.suggested("Then (empty: no new rule)", "then", _EXAMPLES),
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
            rules.append({**new, **{name: form[name] for name in _CONDITIONS if form.get(name)}})
        latency = form.get("latency_ms", "")
        switches = {"offline": "offline" in form, "latency_ms": int(latency) if latency.isdecimal() else 0}
        try:
            faults.put({**switches, "rules": rules})
        except FaultError as wrong:
            raise BodyError(str(wrong)) from wrong
        return self.back(request, "/faults")


_EXAMPLES = (
    *("status:504", "status_after:504", "status:429:5", "late_commit:20", "late_commit:20:504", "drop_before"),
    *("drop_after", "reset_before", "reset_after", "truncate", "half_body", "slow:7-10", "overlap:3"),
    *("ignore_filters", "not_stored:Note", "lost", "duplicate", "out_of_order"),
)
