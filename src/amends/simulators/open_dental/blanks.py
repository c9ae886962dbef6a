"""What the columns of a new row hold when nobody filled them in (open-dental-api.md 4.2)."""

from collections.abc import Mapping
from typing import Any

from amends.simulators.open_dental.tables import KEYS, STAMPS, Database, Row
from amends.simulators.open_dental.text import NO_DATE, NO_TIME


def _blank(
    *, numbers: str = "", texts: str = "", no: str = "", no_time: str = "", no_date: str = "", **others: object
) -> Row:
    """A row whose columns hold nothing of their kind; `others` by value."""
    return {
        **dict.fromkeys(numbers.split(), 0),
        **dict.fromkeys(texts.split(), ""),
        **dict.fromkeys(no.split(), False),
        **dict.fromkeys(no_time.split(), NO_TIME),
        **dict.fromkeys(no_date.split(), NO_DATE),
        **others,
    }


BLANKS: dict[str, Row] = {
    "definition": _blank(numbers="Category ItemOrder ItemColor", texts="ItemName ItemValue", no="IsHidden"),
    "userod": _blank(
        numbers="EmployeeNum ProvNum ClinicNum UserNumCEMT TaskListInBox",
        texts="UserName emailAddress",
        no="IsHidden IsPasswordResetRequired DefaultHidePopups InboxHidePopups ClinicIsRestricted",
        userGroupNums=[],
    ),
    "usergroup": _blank(texts="Description"),
    "clinic": _blank(
        numbers="ItemOrder Region ExternalID",
        texts="Description Address Address2 City State Zip BillingAddress BillingAddress2 BillingCity BillingState "
        "BillingZip PayToAddress PayToAddress2 PayToCity PayToState PayToZip Phone Abbr TimeZone",
        no="IsHidden",
    ),
    "provider": _blank(
        numbers="FeeSched Specialty ClinicNum",
        texts="Abbr LName FName MI Suffix SSN StateLicense NationalProvID SchedNote PreferredName",
        no="IsSecondary IsHidden IsNotPerson IsHiddenReport",
        no_date="Birthdate",
        provColor="0,0,0",
        UsingTIN=True,
        SigOnFile=True,
        ProvStatus="Active",
    ),
    "patient": _blank(
        numbers="Guarantor PriProv SecProv BillingType EmployerNum ClinicNum SuperFamily FeeSched",
        texts="LName FName MiddleI Preferred SSN Address Address2 City State Zip Country HmPhone WkPhone WirelessPhone "
        "Email ImageFolder FamFinUrgNote ChartNumber MedicaidID Ward Language siteDesc",
        no_date="Birthdate DateFirstVisit AdmitDate",
        PatStatus="Patient",
        Gender="Unknown",
        Position="Single",
        TxtMsgOk="Unknown",
        PreferConfirmMethod="None",
        PreferContactMethod="None",
        PreferRecallMethod="None",
        EstBalance=0.0,
        BalTotal=0.0,
    ),
    "patientnote": _blank(texts="Medical Service ICEName ICEPhone"),
    "appointment": _blank(
        numbers="PatNum Confirmed Op ProvNum ProvHyg NextAptNum UnschedStatus ClinicNum InsPlan1 InsPlan2 "
        "AppointmentTypeNum SecUserNumEntry ItemOrderPlanned",
        texts="Note ProcDescript PatternSecondary",
        no="TimeLocked IsNewPatient IsHygiene",
        no_time="AptDateTime DateTimeArrived DateTimeSeated DateTimeDismissed DateTimeAskedToArrive",
        AptStatus="Scheduled",
        Pattern="//XXXX//",
        colorOverride="0,0,0",
        Priority="Normal",
    ),
    "procedurelog": _blank(
        numbers="PatNum AptNum Priority ProvNum Dx PlannedAptNum ClinicNum CodeNum BaseUnits SiteNum Prognosis",
        texts="Surf ToothNum ToothRange ClaimNote Prosthesis BillingNote",
        no="IsDateProsthEst IsLocked",
        no_date="DateOriginalProsth",
        ProcFee="0.00",
        ProcStatus="TP",
        UnitQty=1,
        PlaceService="Office",
        ProcTime="00:00:00",
        ProcTimeEnd="00:00:00",
        Discount=0.0,
    ),
    "procgroupitem": _blank(numbers="ProcNum GroupNum"),
    "procnote": _blank(numbers="PatNum ProcNum UserNum", texts="Note", no="SigIsTopaz isSigned"),
    "commlog": _blank(
        numbers="PatNum CommType UserNum ProgramNum ReferralNum CommReferralBehavior",
        texts="Note Signature",
        no="SigIsTopaz",
        no_time="DateTimeEnd",
        Mode_="None",
        SentOrReceived="Neither",
        CommSource="User",
    ),
    "task": _blank(
        numbers="TaskListNum KeyNum FromNum UserNum PriorityDefNum ReminderFrequency Category TriagePosition",
        texts="Descript ReminderGroupId DescriptOverride",
        no="IsRepeating IsReadOnly",
        no_time="DateTimeFinished",
        no_date="DateTask",
        TaskStatus="New",
        DateType="None",
        ObjectType="None",
        ReminderType="NoReminder",
    ),
    "tasknote": _blank(numbers="TaskNum UserNum", texts="Note"),
    "tasklist": _blank(
        numbers="Parent FromNum",
        texts="Descript",
        no="IsRepeating",
        no_time="DateTimeEntry",
        no_date="DateTL",
        DateType="None",
        ObjectType="None",
        TaskListStatus="Active",
    ),
    "popup": _blank(
        numbers="PatNum UserNum PopupNumArchive",
        texts="Description",
        no="IsDisabled IsArchived",
        no_time="DateTimeDisabled",
        PopupLevel="Patient",
    ),
    "patfield": _blank(numbers="PatNum SecUserNumEntry", texts="FieldName FieldValue"),
    "patfielddef": _blank(numbers="ItemOrder", texts="FieldName PickList", no="IsHidden", FieldType="Text"),
    "signalod": _blank(
        numbers="FKey", texts="FKeyType IType MsgValue", no_date="DateViewing", RemoteRole="ClientDirect"
    ),
    "securitylog": _blank(
        numbers="UserNum PatNum", texts="PermType LogText Developer", CompName="API", LogSource="API"
    ),
    "computer": _blank(texts="CompName", no_time="LastHeartBeat"),
    "preference": _blank(texts="PrefName ValueString"),
    "apisubscription": _blank(
        numbers="PollingSeconds",
        texts="EndPointUrl Workstation CustomerKey WatchTable UiEventType Note",
        no_time="DateTimeStop",
    ),
    "deletedobject": _blank(numbers="ObjectNum", ObjectType="Appointment"),
}
# Columns that are the moment, or the day, at which the row was made.
_MOMENTS = {
    "appointment": ("SecDateTEntry",),
    "procedurelog": ("SecDateEntry",),
    "procnote": ("EntryDateTime",),
    "commlog": ("CommDateTime", "DateTEntry"),
    "task": ("DateTimeEntry", "DateTimeOriginal"),
    "tasknote": ("DateTimeNote",),
    "popup": ("DateTimeEntry",),
    "signalod": ("SigDateTime",),
    "securitylog": ("LogDateTime",),
    "apisubscription": ("DateTimeStart",),
}
_DAYS = {
    "patient": ("SecDateEntry",),
    "procedurelog": ("ProcDate", "DateEntryC", "DateTP"),
    "patfield": ("SecDateEntry",),
}


def columns(table: str) -> tuple[str, ...]:
    """The columns of a table that are known without looking at its rows."""
    stamp = (STAMPS[table],) if table in STAMPS else ()
    return (KEYS[table], *BLANKS.get(table, ()), *_MOMENTS.get(table, ()), *_DAYS.get(table, ()), *stamp)


def add(database: Database, table: str, values: Mapping[str, Any], *, moment: str = "") -> Row:
    """A new row made at `moment`, by default now; `values` win over what is filled in."""
    made = moment or database.now()
    filled = {
        **BLANKS.get(table, {}),
        **dict.fromkeys(_MOMENTS.get(table, ()), made),
        **dict.fromkeys(_DAYS.get(table, ()), made[:10]),
    }
    stamp = {} if not moment or table not in STAMPS else {STAMPS[table]: moment}
    return database.insert(table, {**filled, **stamp, **values})


def signal(database: Database, kind: str, *, about: str = "", key: int = 0) -> None:
    """A signal of this `IType`; `about` and `key` name the row that changed (3.13)."""
    add(database, "signalod", {"IType": kind, "FKeyType": about, "FKey": key})
