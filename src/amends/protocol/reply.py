"""Who may write a public reply and let it go out. A careless one has cost practices $50,000, so a finding of the
checker needs a second pair of eyes, and a disclosure those of the privacy officer.

(privacy-and-complaints-rules.md 1.4, 1.5)
"""

from dataclasses import dataclass
from enum import StrEnum

from amends.protocol.rules.asking import MANAGERS, Refused
from amends.protocol.values import Actor
from amends.protocol.words import Role

WRITERS = MANAGERS | {Role.PRIVACY_OFFICER}
_MAY_BE_EARLY = frozenset({Role.REGIONAL_MANAGER, Role.LEADER, Role.PRIVACY_OFFICER})


class Risk(StrEnum):
    """What the privacy checker found at worst."""

    PASS = "pass"  # noqa: S105  not a password
    NOTE = "note"
    WARN = "warn"
    BLOCK = "block"


@dataclass(frozen=True, kw_only=True)
class ReadyReply:
    """A reply that somebody wants to let out. `writers` are the ids of those whose words stand in it.

    `addressed`: its case is put right, or it has none. `reason` is why it goes out in spite of a disclosure, `early`
    why before the case is put right.
    """

    risk: Risk
    writers: frozenset[str]
    addressed: bool
    reason: str = ""
    early: str = ""


def may_write(by: Actor) -> None:
    """Raises `Refused` for whoever writes no public replies."""
    if by.role not in WRITERS:
        raise Refused("Public replies are written by managers.")


def may_send(reply: ReadyReply, by: Actor) -> None:
    """Raises `Refused`, saying who may let it out or what is missing."""
    may_write(by)
    if not reply.addressed:
        if by.role not in _MAY_BE_EARLY:
            raise Refused(
                "The case is not put right yet. A reply goes out after that, or with the reason of a regional manager, "
                "a leader or the privacy officer."
            )
        if not reply.early.strip():
            raise Refused("The case is not put right yet. Write why the reply cannot wait.")
    if reply.risk is Risk.BLOCK:
        if by.role is not Role.PRIVACY_OFFICER:
            raise Refused("This text would give something away. Change it, or ask the privacy officer to let it pass.")
        if not reply.reason.strip():
            raise Refused("Write why this may stand in public in spite of what was found.")
    if reply.risk in (Risk.BLOCK, Risk.WARN) and by.id in reply.writers:
        raise Refused("You wrote this yourself. What is found in it must be looked at by a second person.")


def needs(risk: Risk) -> str:
    """Who must look at a text of this risk before it may go out, in words; "" where its writer may send it."""
    return {Risk.WARN: "a second person", Risk.BLOCK: "the privacy officer"}.get(risk, "")
