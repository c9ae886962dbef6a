"""What can be asked for in Slack, by the names that it has there: a command, a shortcut, buttons and forms."""

from collections.abc import Callable, Mapping
from functools import partial

from amends.protocol import commands as c

from . import buttons, home, reports
from .asking import Act
from .command import COMMAND, upset

SHORTCUT = "report_message"
SPOKE, ASK_REGION = "manager_spoke", "manager_ask_region"

# What asks for one thing at once, and what is said when it was done.
_AT_ONCE: Mapping[str, tuple[Callable[[], c.Command], str]] = {
    "manager_acknowledge": (partial(c.Acknowledge, unless_taken=True), "you have it."),
    "manager_comes": (c.Come, "they know now that you are coming."),
    "leader_seen": (c.MarkSeen, "noted that you have seen it."),
    "leader_calls": (c.OfferCall, "noted that you call them."),
    "leader_wants_call": (c.AskForCall, "whoever has it is asked to call you."),
}
AT_ONCE: Mapping[str, Act] = {action: buttons.pressed(make, words) for action, (make, words) in _AT_ONCE.items()}
# What opens a modal first.
IN_MODAL: Mapping[str, Act] = {
    home.REPORT: reports.begin,
    SPOKE: buttons.spoke,
    ASK_REGION: buttons.ask_region,
}
FORMS: Mapping[str, Act] = {
    reports.FORM: reports.send,
    buttons.SPOKE_FORM: buttons.send_spoke,
    buttons.ASK_REGION_FORM: buttons.send_ask_region,
}
ACTS: Mapping[str, Act] = {COMMAND: upset, SHORTCUT: reports.begin, **AT_ONCE, **IN_MODAL, **FORMS}
