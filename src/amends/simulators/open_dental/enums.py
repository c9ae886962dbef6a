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
GENDER = ("Male", "Female", "Unknown", "Other")

# table -> column -> texts; a query shows the numbers (3.14).
COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    "commlog": {"Mode_": COMM_MODE, "SentOrReceived": SENT_OR_RECEIVED, "CommSource": COMM_SOURCE},
    "task": {"TaskStatus": TASK_STATUS, "ObjectType": TASK_OBJECT, "DateType": DATE_TYPE},
    "tasklist": {"ObjectType": TASK_OBJECT, "DateType": DATE_TYPE, "TaskListStatus": TASK_LIST_STATUS},
    "appointment": {"AptStatus": APT_STATUS},
    "histappointment": {"AptStatus": APT_STATUS, "HistApptAction": HIST_ACTION},
    "patient": {
        "PatStatus": PAT_STATUS,
        "TxtMsgOk": YES_NO,
        "Gender": GENDER,
        **dict.fromkeys(("PreferConfirmMethod", "PreferContactMethod", "PreferRecallMethod"), CONTACT_METHOD),
    },
    "procedurelog": {"ProcStatus": PROC_STATUS},
    "popup": {"PopupLevel": POPUP_LEVEL},
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
