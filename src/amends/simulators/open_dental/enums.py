"""The texts of Open Dental's enums in the order of their database numbers (open-dental-api.md 4.3)."""

COMM_MODE = ("None", "Email", "Mail", "Phone", "In Person", "Text", "Email and Text", "Phone and Text", "Fax")
SENT_OR_RECEIVED = ("Neither", "Sent", "Received")
COMM_SOURCE = (
    *("User", "WebSched", "ProgramLink", "ApptReminder", "EServices", "SupplementalBackup", "ApptThankYou", "FHIR"),
    *("NewPatThankYou", "MsgToPay", "MassEmail"),
)
TASK_STATUS = ("New", "Viewed", "Done")
TASK_OBJECT = ("None", "Patient", "Appointment")
DATE_TYPE = ("None", "Day", "Week", "Month")
APT_STATUS = (
    *("None", "Scheduled", "Complete", "UnschedList", "ASAP", "Broken", "Planned", "PtNote", "PtNoteCompleted"),
)
HIST_ACTION = ("Created", "Changed", "Missed", "Cancelled", "Deleted")
PAT_STATUS = ("Patient", "NonPatient", "Inactive", "Archived", "Deleted", "Deceased", "Prospective")
CONTACT_METHOD = (
    *("None", "DoNotCall", "HmPhone", "WkPhone", "WirelessPh", "Email", "SeeNotes", "Mail", "TextMessage"),
)
YES_NO = ("Unknown", "Yes", "No")
PROC_STATUS = ("", "TP", "C", "EC", "EO", "R", "D", "Cn", "TPi")
POPUP_LEVEL = ("Patient", "Family", "SuperFamily")
TASK_LIST_STATUS = ("Active", "Archived")
POSITION = ("Single", "Married", "Child", "Widowed", "Divorced")
PRIORITY = ("Normal", "ASAP")
GENDER = ("Male", "Female", "Unknown", "Other")

SIGNALS = {  # IType (4.3)
    "Task": 3,
    "Defs": 14,
    "TaskPopup": 28,
    "Appointment": 68,
    "TaskList": 90,
    "TaskAuthor": 91,
    "TaskPatient": 92,
    "ApiSubscriptions": 106,
}


def _counted(texts: tuple[str, ...]) -> dict[str, int]:
    return {text: number for number, text in enumerate(texts)}


# table -> column -> text -> number; a query shows the numbers (3.14).
NUMBERS: dict[str, dict[str, dict[str, int]]] = {
    "commlog": {
        "Mode_": _counted(COMM_MODE),
        "SentOrReceived": _counted(SENT_OR_RECEIVED),
        "CommSource": _counted(COMM_SOURCE),
    },
    "task": {
        "TaskStatus": _counted(TASK_STATUS),
        "ObjectType": _counted(TASK_OBJECT),
        "DateType": _counted(DATE_TYPE),
        "ReminderType": {"NoReminder": 0},
    },
    "tasklist": {
        "ObjectType": _counted(TASK_OBJECT),
        "DateType": _counted(DATE_TYPE),
        "TaskListStatus": _counted(TASK_LIST_STATUS),
    },
    "appointment": {"AptStatus": _counted(APT_STATUS), "Priority": _counted(PRIORITY)},
    "histappointment": {
        "AptStatus": _counted(APT_STATUS),
        "Priority": _counted(PRIORITY),
        "HistApptAction": _counted(HIST_ACTION),
    },
    "patient": {
        "PatStatus": _counted(PAT_STATUS),
        "TxtMsgOk": _counted(YES_NO),
        "Gender": _counted(GENDER),
        "Position": _counted(POSITION),
        **dict.fromkeys(("PreferConfirmMethod", "PreferContactMethod", "PreferRecallMethod"), _counted(CONTACT_METHOD)),
    },
    "procedurelog": {"ProcStatus": _counted(PROC_STATUS)},
    "popup": {"PopupLevel": _counted(POPUP_LEVEL)},
    "signalod": {"IType": SIGNALS},
    "deletedobject": {"ObjectType": {"Appointment": 0}},
}

DEFINITION_CATEGORIES = {
    2: "ApptConfirmed",
    4: "BillingTypes",
    13: "RecallUnschedStatus",
    18: "ImageCats",
    20: "TxPriorities",
    27: "CommLogTypes",
    33: "TaskPriorities",
    39: "Regions",
    54: "TaskCategories",
}
