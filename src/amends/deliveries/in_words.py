"""A delivery in the words of the people who wait for it."""

from collections.abc import Mapping
from types import MappingProxyType

from amends.cases.actions import patient_key
from amends.deliveries.by_hand import PLACES
from amends.deliveries.models import Delivery, State
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
        Purpose.LATE.value: "it is late",
        Purpose.PRIVACY.value: "a privacy concern",
        Purpose.WRONG_CHART.value: "a note in the wrong chart",
        Purpose.TASK_CLOSED.value: "nothing is left to do there",
        Purpose.ASK.value: "what was said",
        Purpose.POPUP.value: "to greet them at the next visit",
        Purpose.LEADERS_NOW.value: "for the leaders at once",
        Purpose.LEADERS_TOLD.value: "how it was put right",
    }
)
_HOW: Mapping[str, str] = MappingProxyType(
    {
        "open_dental.commlog": "In Open Dental, open the patient, press Commlog, paste the text and press OK.",
        "open_dental.clinical_note": "In Open Dental, open the patient's chart, add a note to that day's treatment "
        "and paste the text.",
        "open_dental.task": "In Open Dental, write a new Task to the person named here and paste the text.",
        "open_dental.task_close": "In Open Dental, open the earlier Task, paste the text as a note and set it to done.",
        "open_dental.popup": "In Open Dental, open the patient, choose Popups, add one and paste the text.",
        "slack.message": "In Slack, post the text to the leaders' channel. It says nothing about the patient.",
        "email": "Send the text to the leaders by e-mail. It says nothing about the patient.",
    }
)


def place(delivery: Delivery) -> str:
    """Where it goes: "CommLog"."""
    return PLACES.get(delivery.channel, delivery.channel)


def how(delivery: Delivery) -> str:
    """What a person does to make this delivery by hand."""
    return _HOW.get(delivery.channel, "Paste the text where it belongs.")


def chart(delivery: Delivery) -> str:
    """Whose chart it is for: the name while the case is still about that patient, and the number; "" for none."""
    pat_num = delivery.payload.get("PatNum") or 0
    if not pat_num:
        return ""
    same = delivery.case.patient_key == patient_key(Patient(database=delivery.target, pat_num=pat_num, name=""))
    return f"{delivery.case.patient_name}, patient number {pat_num}" if same else f"patient number {pat_num}"


def to(delivery: Delivery) -> str:
    """Whom a Task is for."""
    person = delivery.payload.get("to", "")
    return person if isinstance(person, str) else ""
