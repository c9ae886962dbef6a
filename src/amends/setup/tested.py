"""What a test of one Open Dental found, in words: what works, what does not, and what to repair. Pure."""

from amends.connections.checks import Check, down, partly, works
from amends.integrations.open_dental.facts import Facts
from amends.integrations.open_dental.features import Feature, Tier, tier_of, why_not
from amends.integrations.open_dental.models import Mode

_REACH = {
    Mode.REMOTE: "The eConnector must run on the office’s server, and this machine must reach the internet.",
    Mode.SERVICE: "The address must be that of the server, where the service “Open Dental API” runs. The server’s "
    "firewall must let port 30223 in.",
    Mode.LOCAL: "Open Dental must be open on this very machine, with somebody signed in.",
}
_KEYS = "Copy both keys again: the developer key from the developer portal, and the office’s own customer key."
# What people ask for first, with what it means when it is missing.
_ASKED = {
    Feature.READ: ("Reading patients", "Names are typed by hand."),
    Feature.COMMLOG_WRITE: ("CommLogs", "Notes are pasted by hand, with the text ready."),
    Feature.NOTE_WRITE: ("Clinical notes", "A CommLog is written instead."),
    Feature.TASK_WRITE: ("Tasks for managers", "A person is asked to enter them, with the text ready."),
    Feature.QUERIES: ("Inboxes of managers", "Each inbox is chosen by hand."),
    Feature.COMMLOGS_BY_TIME: (
        "Noticing what staff write",
        "CommLogs that staff write are noticed late or not at all.",
    ),
}


def was_tested(facts: Facts) -> bool:
    """Whether these keys were ever tried."""
    return bool(facts.read_at or facts.troubles)


def found(facts: Facts, mode: str) -> list[Check]:
    """The lines of a test, the gravest first where it did not get through."""
    if facts.refused:
        return [down("keys", "Keys", facts.refused, _KEYS)]
    if "permissions" not in facts.read_at or ("version" in facts.troubles and not facts.version):
        says = facts.troubles.get("permissions") or facts.troubles.get("version") or "It did not answer."
        return [down("reached", "Connection", says, _REACH[Mode(mode)])]
    return [
        works("reached", "Connection", "Open Dental answers, and takes the keys."),
        _version(facts),
        *(_feature(feature, facts) for feature in _ASKED),
        _clock(facts),
    ]


def in_short(facts: Facts, mode: str) -> str:
    """One sentence for the list of databases."""
    if not was_tested(facts):
        return "Not tested yet."
    first = found(facts, mode)[0]
    tier = tier_of(facts)
    return first.says if first.repair or tier is Tier.NOTHING else tier.sentence


def is_reached(facts: Facts, mode: str) -> bool:
    """Whether the last test got through."""
    return was_tested(facts) and not found(facts, mode)[0].repair


def _version(facts: Facts) -> Check:
    if not facts.version:
        says = facts.troubles.get("version", "Open Dental does not tell its version.")
        return partly("version", "Version", says, "Give the key the permission ApiReadAll; it costs nothing.")
    return works("version", "Version", f"Open Dental {facts.version_text}.")


def _feature(feature: Feature, facts: Facts) -> Check:
    name, without = _ASKED[feature]
    missing = why_not(feature, facts)
    if not missing:
        return works(feature.name, name, "Allowed.")
    # The reason and its repair are one text of sentences; the last of them is the repair.
    *reason, repair = missing.replace(". ", ".\n").split("\n")
    return partly(feature.name, name, f"{' '.join(reason)} {without}", repair)


def _clock(facts: Facts) -> Check:
    if facts.utc_offset is None:
        says = "The office’s clock could not be read, so the time zone is chosen by hand."
        return works("clock", "Clock", says)
    hours = facts.utc_offset.total_seconds() / 3600
    side = "behind" if hours < 0 else "ahead of"
    words = f"{abs(hours):g} hours {side} UTC" if hours else "on UTC"
    return works("clock", "Clock", f"The server’s clock is {words}.")
