"""The days of the seeded group: who came, who waited, who will come, and what was done."""

import random
from datetime import date, datetime, time, timedelta

from amends.simulators.open_dental import cast
from amends.simulators.open_dental.blanks import add
from amends.simulators.open_dental.tables import Database, Row
from amends.simulators.open_dental.text import NO_TIME, TIME_FORMAT
from amends.simulators.open_dental.world_people import definition

# The day's appointments of a clinic: (how many, kind). Patients take them in turn.
YESTERDAY = ((6, "complete"), (1, "broken"))
TODAY = ((3, "complete"), (2, "in the chair"), (1, "waiting"), (2, "scheduled"))
TOMORROW = ((5, "scheduled"),)
# Further days, counted from today; "hours not kept" is a visit whose arrival shows the day at midnight (3.8).
FURTHER = (
    *((-5, "complete"), (-5, "hours not kept"), (-4, "complete"), (-3, "complete"), (-3, "cancelled")),
    *((-2, "complete"), (3, "scheduled"), (8, "scheduled"), (8, "scheduled"), (21, "scheduled")),
)


class Days:
    """Writes appointments with their history and procedures. Stamps are never later than `now`."""

    def __init__(self, database: Database, chance: random.Random, now: datetime) -> None:
        self.database = database
        self.chance = chance
        self.now = now
        self.today = now.date()

    def around_today(self, clinic: int, patients: list[Row]) -> None:
        """Yesterday, today and tomorrow, and one earlier visit of everybody."""
        turn = iter(patients)
        for days, plan in ((0, TODAY), (-1, YESTERDAY), (1, TOMORROW)):
            start = datetime.combine(self.today + timedelta(days=days), time(8))
            for count, kind in plan:
                for _ in range(count):
                    self._appointment(clinic, next(turn), start, kind)
                    start += timedelta(minutes=40)
        for patient in patients:
            back = timedelta(days=self.chance.randrange(40, 300))
            self._appointment(clinic, patient, datetime.combine(self.today - back, time(10)), "complete")

    def further_days(self, clinic: int, patients: list[Row]) -> None:
        """The days before and after; nobody who comes today or came yesterday."""
        for (days, kind), patient in zip(FURTHER, self.chance.sample(patients[15:], len(FURTHER)), strict=True):
            day = self.today + timedelta(days=days)
            self._appointment(clinic, patient, datetime.combine(day, time(self.chance.randrange(9, 16))), kind)

    def _appointment(self, clinic: int, patient: Row, start: datetime, kind: str) -> None:
        code = self.chance.choice((1, 2, 2, 4, 5, 6))
        wait = timedelta(minutes=self.chance.choice((4, 6, 9, 12, 18, 47)))
        arrived, seated = start - timedelta(minutes=self.chance.randrange(2, 12)), start + wait
        dismissed = seated + timedelta(minutes=35)
        if kind == "hours not kept":
            arrived = seated = dismissed = datetime.combine(start.date(), time())
        left = kind in ("complete", "hours not kept")
        sat = left or kind == "in the chair"
        came = sat or kind == "waiting"
        status = {"broken": "Broken", "cancelled": "UnschedList"}.get(kind, "Complete" if left else "Scheduled")
        booked = start - timedelta(days=self.chance.randrange(9, 80))
        values = {"PatNum": patient["PatNum"], "AptStatus": status, "ClinicNum": clinic, "Op": clinic}
        values |= {"ProvNum": clinic * 10 + 1, "ProvHyg": clinic * 10 + 2, "AptDateTime": start.strftime(TIME_FORMAT)}
        values |= {"ProcDescript": cast.PROCEDURES[code - 1][1], "IsHygiene": cast.PROCEDURES[code - 1][3] == 1}
        values |= {"Confirmed": definition(self.database, 2, "Arrived" if came else "Unconfirmed")}
        moments = {"Arrived": arrived if came else None, "Seated": seated if sat else None}
        moments["Dismissed"] = dismissed if left else None
        values |= {
            f"DateTime{what}": moment.strftime(TIME_FORMAT) if moment else NO_TIME for what, moment in moments.items()
        }
        values |= {"SecUserNumEntry": 200 + clinic, "DateTStamp": self._stamp(dismissed if left else booked)}
        row = add(self.database, "appointment", {**values, "SecDateTEntry": self._stamp(booked)})
        self._history(row, booked, "Created")
        if kind in ("broken", "cancelled"):
            self._history(row, start, "Missed" if kind == "broken" else "Cancelled")
        self._procedure(clinic, patient, code, "C" if sat else "TP", start.date(), row["AptNum"])

    def _history(self, appointment: Row, moment: datetime, action: str) -> None:
        status = "Scheduled" if action == "Created" else appointment["AptStatus"]
        extra = {"HistUserNum": 200 + appointment["ClinicNum"], "HistDateTStamp": self._stamp(moment)}
        row = {**appointment, **extra, "AptStatus": status, "HistApptAction": action, "ApptSource": "Default"}
        self.database.insert("histappointment", row)

    # ---- procedures

    def _procedure(self, clinic: int, patient: Row, code: int, status: str, day: date, appointment: int = 0) -> Row:
        _, _, fee, who = cast.PROCEDURES[code - 1]
        tooth = str(self.chance.randrange(2, 31)) if code in (4, 5, 6) else ""
        values = {"PatNum": patient["PatNum"], "AptNum": appointment, "ProcDate": day.isoformat(), "ProcFee": fee}
        values |= {"Surf": "MO" if code == 4 else "", "ToothNum": tooth, "ProcStatus": status}
        values |= {"ProvNum": clinic * 10 + 1 + who, "ClinicNum": clinic, "CodeNum": code}
        moment = self._stamp(datetime.combine(day, time(9, 30)))
        return add(self.database, "procedurelog", values, moment=moment)

    def loose_procedures(self, clinic: int, patients: list[Row]) -> None:
        """What was planned without a visit, one that was deleted, and one with a note."""
        for patient in patients[::4]:
            self._procedure(clinic, patient, 5, "TP", self.today - timedelta(days=20))
        self._procedure(clinic, patients[3], 6, "D", self.today - timedelta(days=12))
        day = self.today - timedelta(days=30)
        done = self._procedure(clinic, patients[4], 4, "C", day)
        note = {"PatNum": done["PatNum"], "ProcNum": done["ProcNum"], "UserNum": 1000 + done["ProvNum"]}
        note["Note"] = "Filling placed, bite checked, patient comfortable."
        add(self.database, "procnote", note, moment=self._stamp(datetime.combine(day, time(11))))

    def _stamp(self, moment: datetime) -> str:
        return min(moment, self.now).strftime(TIME_FORMAT)
