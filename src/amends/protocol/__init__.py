"""The rules of the protocol, pure: no Django, no clock, no network, no chance.

decide(case, command, context) -> events, or Refused
evolve(case, event) -> case
gates(case) -> what still keeps the case open
deadline(case, policy, calendar) -> when the current step is due
react(case, event, policy) -> what must now be told to whom
"""
