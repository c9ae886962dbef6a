"""The seeded group: the same people and the same days for the same seed, placed around the clock's today."""

import random
from datetime import date, datetime, time, timedelta

from amends.simulators.clock import Clock
from amends.simulators.open_dental import cast, world_people
from amends.simulators.open_dental.tables import Database, Row
from amends.simulators.open_dental.text import NO_DATE, NO_TIME, TIME_FORMAT

# The day's appointments of a clinic: (how many, kind). Patients take them in turn.
YESTERDAY = ((6, "complete"), (1, "broken"))
TODAY = ((3, "complete"), (2, "in the chair"), (1, "waiting"), (2, "scheduled"))
TOMORROW = ((5, "scheduled"),)


def seed_world(database: Database, *, seed: int, clock: Clock) -> None:
    """Fill an empty database. Days are counted from the clock's today; stamps are never later than its now."""
    _Maker(database, random.Random(seed), clock.now()).make()


class _Maker:
    def __init__(self, database: Database, chance: random.Random, now: datetime) -> None:
        self.database = database
        self.chance = chance
        self.now = now
        self.today = now.date()

    def make(self) -> None:
        world_people.make_practice(self.database, self.chance, self.now)
        for clinic in range(1, len(cast.CLINICS) + 1):
            patients = world_people.make_patients(self.database, self.chance, clinic, self.now)
            self._appointments(clinic, patients)
            self._loose_procedures(clinic, patients)
            self._commlogs(clinic, patients)
            self._tasks(clinic, patients)
        self._odds_and_ends()

    # ---- the calendar

    def _appointments(self, clinic: int, patients: list[Row]) -> None:
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

    def _appointment(self, clinic: int, patient: Row, start: datetime, kind: str) -> None:
        code = self.chance.choice((1, 2, 2, 4, 5, 6))
        wait = timedelta(minutes=self.chance.choice((4, 6, 9, 12, 18, 47)))
        arrived, seated = start - timedelta(minutes=self.chance.randrange(2, 12)), start + wait
        dismissed = seated + timedelta(minutes=35)
        came, sat, left = kind in ("complete", "in the chair", "waiting"), kind in ("complete", "in the chair"), False
        left = kind == "complete"
        status = {"complete": "Complete", "broken": "Broken"}.get(kind, "Scheduled")
        booked = start - timedelta(days=self.chance.randrange(9, 80))
        row = self.database.insert(
            "appointment",
            {
                "PatNum": patient["PatNum"],
                "AptStatus": status,
                "Pattern": "//XXXX//",
                "Confirmed": 0,
                "TimeLocked": False,
                "Op": clinic,
                "Note": "",
                "ProvNum": clinic * 10 + 1,
                "ProvHyg": clinic * 10 + 2,
                "AptDateTime": start.strftime(TIME_FORMAT),
                "NextAptNum": 0,
                "UnschedStatus": 0,
                "IsNewPatient": False,
                "ProcDescript": cast.PROCEDURES[code - 1][1],
                "ClinicNum": clinic,
                "IsHygiene": cast.PROCEDURES[code - 1][3] == 1,
                "DateTStamp": self._stamp(dismissed if left else booked),
                "DateTimeArrived": arrived.strftime(TIME_FORMAT) if came else NO_TIME,
                "DateTimeSeated": seated.strftime(TIME_FORMAT) if sat else NO_TIME,
                "DateTimeDismissed": dismissed.strftime(TIME_FORMAT) if left else NO_TIME,
                "InsPlan1": 0,
                "InsPlan2": 0,
                "DateTimeAskedToArrive": NO_TIME,
                "colorOverride": "0,0,0",
                "AppointmentTypeNum": 0,
                "SecUserNumEntry": 200 + clinic,
                "SecDateTEntry": self._stamp(booked),
                "Priority": "Normal",
                "PatternSecondary": "",
                "ItemOrderPlanned": 0,
            },
        )
        self._history(row, booked, "Created")
        if kind == "broken":
            self._history(row, start, "Missed")
        self._procedure(clinic, patient, code, "C" if sat else "TP", start.date(), row["AptNum"])

    def _history(self, appointment: Row, moment: datetime, action: str) -> None:
        status = "Broken" if action == "Missed" else "Scheduled"
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
        stamp = self._stamp(datetime.combine(day, time(9, 30)))
        return self.database.insert("procedurelog", {**procedure_defaults(stamp), **values})

    def _loose_procedures(self, clinic: int, patients: list[Row]) -> None:
        for patient in patients[::4]:
            self._procedure(clinic, patient, 5, "TP", self.today - timedelta(days=20))
        self._procedure(clinic, patients[3], 6, "D", self.today - timedelta(days=12))
        done = self._procedure(clinic, patients[4], 4, "C", self.today - timedelta(days=30))
        note = {"PatNum": done["PatNum"], "ProcNum": done["ProcNum"], "UserNum": 1000 + done["ProvNum"]}
        moment = self._stamp(datetime.combine(self.today - timedelta(days=30), time(11)))
        text = "Filling placed, bite checked, patient comfortable."
        self.database.insert(
            "procnote", {**note, "EntryDateTime": moment, "Note": text, "SigIsTopaz": False, "isSigned": False}
        )

    # ---- what people wrote

    def _commlogs(self, clinic: int, patients: list[Row]) -> None:
        kinds = world_people.commlog_types(self.database)
        texts = (
            (6, "Appointment Related", "Confirmed the visit by phone."),
            (2, "Insurance", "Asked about the new insurance card; will bring it."),
            (1, "Miscellaneous", "Wants to be called in the afternoon only."),
        )
        for offset, (days, kind, text) in enumerate(texts):
            moment = self._stamp(datetime.combine(self.today - timedelta(days=days), time(15, 5 + clinic)))
            self.database.insert(
                "commlog",
                {
                    "PatNum": patients[offset * 2]["PatNum"],
                    "CommDateTime": moment,
                    "CommType": kinds[kind],
                    "Note": text,
                    "Mode_": "Phone",
                    "SentOrReceived": "Received",
                    "UserNum": 200 + clinic,
                    "Signature": "",
                    "SigIsTopaz": False,
                    "DateTStamp": moment,
                    "DateTimeEnd": NO_TIME,
                    "CommSource": "User",
                    "ProgramNum": 0,
                    "DateTEntry": moment,
                    "ReferralNum": 0,
                },
            )

    def _tasks(self, clinic: int, patients: list[Row]) -> None:
        for days, text in ((30, "Order the missing consent forms."), (3, "Call back about the estimate.")):
            moment = self._stamp(datetime.combine(self.today - timedelta(days=days), time(16, clinic)))
            self.database.insert(
                "task",
                {
                    "TaskListNum": 500 + clinic,
                    "DateTask": NO_DATE,
                    "KeyNum": patients[days % 5]["PatNum"],
                    "Descript": text,
                    "TaskStatus": "New",
                    "IsRepeating": False,
                    "DateType": "None",
                    "FromNum": 0,
                    "ObjectType": "Patient",
                    "DateTimeEntry": moment,
                    "UserNum": 200 + clinic,
                    "DateTimeFinished": NO_TIME,
                    "PriorityDefNum": world_people.normal_priority(self.database),
                    "ReminderGroupId": "",
                    "ReminderType": "NoReminder",
                    "ReminderFrequency": 0,
                    "DateTimeOriginal": moment,
                    "SecDateTEdit": moment,
                    "DescriptOverride": "",
                    "IsReadOnly": False,
                },
            )

    def _odds_and_ends(self) -> None:
        now = self.now.strftime(TIME_FORMAT)
        self.database.insert(
            "popup",
            {
                "PatNum": 1001,
                "Description": "Prefers the room at the end.",
                "IsDisabled": False,
                "UserNum": 201,
                "PopupLevel": "Patient",
                "DateTimeEntry": now,
                "IsArchived": False,
                "PopupNumArchive": 0,
                "DateTimeDisabled": NO_TIME,
            },
        )
        field = {"PatNum": 1002, "FieldName": "Referred by", "FieldValue": "A neighbour", "SecUserNumEntry": 201}
        self.database.insert("patfield", {**field, "SecDateEntry": now[:10], "SecDateTEdit": now})

    def _stamp(self, moment: datetime) -> str:
        return min(moment, self.now).strftime(TIME_FORMAT)


def procedure_defaults(stamp: str) -> Row:
    """The columns of a procedure that nobody filled in."""
    day = stamp[:10]
    return {
        "Surf": "",
        "ToothNum": "",
        "ToothRange": "",
        "Priority": 0,
        "Dx": 0,
        "PlannedAptNum": 0,
        "UnitQty": 1,
        "BaseUnits": 0,
        "DateTStamp": stamp,
        "PlaceService": "Office",
        "ClaimNote": "",
        "DateEntryC": day,
        "DateTP": day,
        "SiteNum": 0,
        "ProcTime": "00:00:00",
        "ProcTimeEnd": "00:00:00",
        "Prosthesis": "",
        "DateOriginalProsth": NO_DATE,
        "IsDateProsthEst": False,
        "Prognosis": 0,
        "IsLocked": False,
        "BillingNote": "",
        "Discount": 0.0,
        "SecDateEntry": stamp,
    }
