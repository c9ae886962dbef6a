"""What a leader says to a case without taking it: seen, "I'll call them", "Call me about this"."""

from collections.abc import Sequence

from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.events import Fact
from amends.protocol.rules.asking import Context, Refused, not_set_aside, only
from amends.protocol.values import Word
from amends.protocol.words import Role

_LEADERS = frozenset({Role.LEADER})


def mark_seen(case: Case, context: Context) -> Sequence[Fact]:
    only(context, _LEADERS, "say that the leaders have seen it")
    if _has_said(case.seen_by, context):
        raise Refused("You have said already that you have seen this.")
    return [e.Seen()]


def offer_call(case: Case, context: Context) -> Sequence[Fact]:
    only(context, _LEADERS, "offer a leader's call")
    not_set_aside(case)
    if _has_said(case.calling, context):
        raise Refused("You have said already that you will call them.")
    if case.calling:  # nobody should be called by two owners of the group
        raise Refused(f"{case.calling[0].by.name} has said already that they will call.")
    return [e.CallOffered()]


def ask_for_call(case: Case, context: Context) -> Sequence[Fact]:
    only(context, _LEADERS, "ask for a leader's call")
    if case.owner is None:
        raise Refused("Nobody has this case, so nobody would call you. Step in, or hand it to somebody.")
    if case.owner == context.by.person:
        raise Refused("You have this case yourself.")
    if _has_said(case.wants_call, context):
        raise Refused("You have asked already to be called about this.")
    return [e.CallWanted()]


def _has_said(words: Sequence[Word], context: Context) -> bool:
    return any(word.by == context.by.person for word in words)
