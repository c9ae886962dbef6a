"""The only list of channels: what a delivery row may name, and where it is built."""

from functools import cache
from importlib import import_module
from typing import cast

from amends.deliveries.channel import Channel, Configuration

CHANNELS = {
    "open_dental.commlog": "amends.integrations.open_dental.commlog:CommLog",
    "open_dental.clinical_note": "amends.integrations.open_dental.clinical_note:ClinicalNote",
    "open_dental.task": "amends.integrations.open_dental.task:Task",
    "open_dental.task_close": "amends.integrations.open_dental.task_close:TaskClose",
    "open_dental.popup": "amends.integrations.open_dental.popup:PatientPopup",
    "slack.message": "amends.integrations.slack.channel:SlackMessage",
    "slack.card": "amends.integrations.slack.outbound.cards:SlackCards",
    "slack.summary": "amends.integrations.slack.outbound.summaries:SlackSummaries",
    "google_business.reply": "amends.integrations.google_business.channel:GoogleReply",
    "review.by_hand": "amends.reviews.by_hand:ByHand",
    "email": "amends.integrations.email.channel:Email",
}


@cache
def channel(name: str) -> Channel:
    """The channel of that name, imported when first asked for. Raises `Configuration` for a name that is not listed."""
    if name not in CHANNELS:
        raise Configuration(f"This version of Amends has no channel named “{name}”.")
    module, _, kind = CHANNELS[name].partition(":")
    return cast(Channel, getattr(import_module(module), kind)())
