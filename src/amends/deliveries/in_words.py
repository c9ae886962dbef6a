"""A delivery in the words of the people who wait for it."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from amends.cases.actions import patient_key
from amends.deliveries.by_hand import PLACES
from amends.deliveries.models import Delivery, State
from amends.deliveries.ways import PERSON
from amends.protocol.values import Patient
from amends.protocol.words import Purpose

STATES: Mapping[str, str] = MappingProxyType(
    {
        State.WAITING.value: "Waiting for its turn",
        State.SENDING.value: "Being sent now",
        State.UNKNOWN.value: "May have arrived; Amends looks before it tries again",
        State.BY_HAND.value: "Needs a person",
        State.PROVED.value: "Arrived",
        State.WITHDRAWN.value: "No longer needed",
    }
)
PURPOSES: Mapping[str, str] = MappingProxyType(
    {
        Purpose.ACCOUNT.value: "what happened",
        Purpose.ATTEMPT.value: "a try to reach the patient",
        Purpose.CONVERSATION.value: "the conversation",
        Purpose.SETTLED.value: "the end of the tries",
        Purpose.TASK.value: "whose turn it is",
        Purpose.DUE_SOON.value: "soon it is late",
        Purpose.LATE.value: "it is late",
        Purpose.NOBODY_LEFT.value: "nobody is left to take it on",
        Purpose.PRIVACY.value: "a privacy concern",
        Purpose.WRONG_CHART.value: "a note in the wrong chart",
        Purpose.TASK_CLOSED.value: "where the case went, and that it is done",
        Purpose.ASK.value: "the question what was said",
        Purpose.CONFIRM.value: "the question whether it is fixed",
        Purpose.CONFIRMATION.value: "whether it is fixed",
        Purpose.PAGE.value: "please come now",
        Purpose.PAGE_TASK.value: "please come now",
        Purpose.POPUP.value: "a greeting at the next visit",
        Purpose.LEADER_CALLS.value: "a leader will call the patient",
        Purpose.CALL_LEADER.value: "a leader wants to be called",
        Purpose.LEADERS_NOW.value: "for the leaders at once",
        Purpose.LEADERS_TOLD.value: "how it was put right",
        Purpose.CARD.value: "how the case stands",
        Purpose.THREAD.value: "what happened since",
        Purpose.DID_NOT_HOLD.value: "a corrective action did not hold",
        Purpose.PROMISE.value: "a promise to keep",
        Purpose.TO_CHANGE.value: "a corrective action to see to",
        Purpose.ACTION_LATE.value: "a corrective action is overdue",
        Purpose.REPLY.value: "the public reply",
        Purpose.REPLY_REFUSED.value: "the public reply was refused",
        Purpose.HEARD_BACK.value: "what became of a report",
        Purpose.COVERAGE.value: "nobody answers for an office",
        Purpose.PRESS.value: "what was pressed in Slack and not done",
        Purpose.SUMMARY.value: "what the days before were like",
    }
)
_HOW: Mapping[str, str] = MappingProxyType(
    {
        "open_dental.commlog": "In Open Dental, open the patient, press Commlog, paste the text and press OK.",
        "open_dental.clinical_note": "In Open Dental, open the patient's chart, add a note to that day's treatment "
        "and paste the text.",
        "open_dental.task": "In Open Dental, write a new Task to the person named here and paste the text.",
        "open_dental.task_close": "In Open Dental, open the earlier Task, paste the text as a note under it and set it "
        "to done.",
        "open_dental.popup": "In Open Dental, open the patient, choose Popups, add one, paste the text and let it end "
        "by itself.",
        "slack.message": "In Slack, post the text to the leaders' channel. It says nothing about the patient.",
        "slack.card": "In Slack, post the text to the leaders' channel. It says nothing about the patient.",
        "slack.summary": "In Slack, post the text. It says nothing about any patient.",
        "email": "Send the text to the leaders by e-mail. It says nothing about the patient.",
    }
)


_POST_REPLY = "Open the review on its site, paste the text as the practice's reply and post it, as it stands."
_DELETE_REPLY = "Open the review on its site and delete the practice's reply now. This is the text that must go."

# What the button says, where "I pasted it" would be less than the whole.
_DID: Mapping[str, str] = MappingProxyType(
    {"open_dental.task_close": "I set it to done", "open_dental.popup": "I added it"}
)


def place(delivery: Delivery) -> str:
    """Where it goes: "CommLog"."""
    return PLACES.get(delivery.channel, delivery.channel)


def how(delivery: Delivery) -> str:
    """What a person does to make this delivery by hand."""
    if delivery.target == PERSON:
        return "Walk to the person named here or phone them. The text says nothing about the patient."
    if delivery.purpose == Purpose.REPLY:
        return _DELETE_REPLY if delivery.payload.get("delete") else _POST_REPLY
    return _HOW.get(delivery.channel, "Paste the text where it belongs.")


def which(delivery: Delivery) -> str:
    """What in Open Dental it is about, where that has a number: "Task 4711"; "" for none."""
    task = delivery.payload.get("TaskNum")
    return f"Task {task}" if task else ""


def ends(delivery: Delivery) -> str:
    """The day on which it ends by itself, at the office: "Jun 30 2026"; "" for what stays."""
    moment = delivery.payload.get("ends")
    if not moment:
        return ""
    day = datetime.fromisoformat(moment).astimezone(ZoneInfo(delivery.payload["zone"]))
    return f"{day:%b} {day.day} {day.year}"


def did(delivery: Delivery) -> str:
    """What a person says who has done it."""
    if delivery.purpose == Purpose.REPLY:
        return "I deleted it" if delivery.payload.get("delete") else "I posted it"
    return _DID.get(delivery.channel, "I pasted it")


def asks_number(delivery: Delivery) -> bool:
    """Whether a person could know its number there: nobody sees that of a Popup, and an earlier Task has one."""
    return delivery.channel not in _DID and delivery.purpose != Purpose.REPLY


def link(delivery: Delivery) -> str:
    """Where on the web a person does it: a review site's own page for the reply; "" for none."""
    address = str(delivery.payload.get("link") or "") if delivery.purpose == Purpose.REPLY else ""
    return address if address.startswith(("https://", "http://")) else ""


def page(delivery: Delivery) -> str:
    """The page of Amends where the whole of it is seen; "" for none."""
    return str(delivery.payload.get("page") or "") if delivery.purpose == Purpose.REPLY else ""


def chart(delivery: Delivery) -> str:
    """Whose chart it is for: the name while the case is still about that patient, and the number; "" for none."""
    pat_num = delivery.payload.get("PatNum") or 0
    if not pat_num:
        return ""
    case, key = delivery.case, patient_key(Patient(database=delivery.target, pat_num=pat_num, name=""))
    same = case is not None and case.patient_key == key
    return f"{case.patient_name}, patient number {pat_num}" if case and same else f"patient number {pat_num}"


def to(delivery: Delivery) -> str:
    """Whom a Task or a direct message is for."""
    person = delivery.payload.get("person") or delivery.payload.get("to", "")
    return person if isinstance(person, str) else ""
