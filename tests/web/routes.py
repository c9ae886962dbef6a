"""What each person of the cast may do at each address of the site: one table, complete by test.

A new address needs a line here; "name POST" is a second line for what is sent there. The story behind it: Ana (front
desk, Maple Street) reported a case at Maple Street, and one of its deliveries needs a person. Open Dental is down.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

ALL = ("ana", "omar", "ruth", "rita", "lee", "sam", "pia", "nick", "alex")
MANAGERS = ("omar", "ruth", "rita", "lee", "sam")


@dataclass(frozen=True)
class Rule:
    """Who gets `status` at an address; everybody else gets `otherwise`, and a stranger the sign-in page."""

    who: tuple[str, ...] = ALL
    status: int = 200
    otherwise: int = 404
    method: str = "GET"
    public: bool = False
    # What stands in the address and what is sent: values, or names of what the story holds ("case", "office", …).
    where: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, str] = field(default_factory=dict)


PUBLIC = Rule(public=True)
_THE_CASE = {"number": "case"}
_AN_ACT = {"number": "case", "action": "account"}
_THE_DATABASE = {"key": "main"}
_THE_DELIVERY = {"delivery_id": "delivery"}

_UP = ("rita", "lee", "sam", "alex")
_HOURS = ("rita", "alex")  # Maple Street lies in Rita's region
_THE_OFFICE = {"office": "office"}
_A_DAY = {"office": "office", "day": "2026-12-24"}
_OF_ANA = {"person": "person"}

ROUTES: Mapping[str, Rule] = {
    # of no particular thing
    "theme": PUBLIC,
    "healthz": PUBLIC,
    "metrics": PUBLIC,  # from this machine, where nothing stands in front: tests/connections/test_metrics.py
    "here": Rule(status=204),
    # signing in; somebody who is signed in is led on
    "account_login": Rule(public=True, status=302),
    "account_logout": PUBLIC,
    "account_inactive": PUBLIC,
    "mfa_authenticate": Rule(public=True, status=302),
    "account_reauthenticate": Rule(),
    "account_change_password": Rule(),
    "mfa_reauthenticate": Rule(status=302),
    "mfa_index": Rule(),
    "mfa_activate_totp": Rule(status=302),
    "mfa_deactivate_totp": Rule(status=404),
    "mfa_view_recovery_codes": Rule(status=404),
    "mfa_generate_recovery_codes": Rule(status=302),
    # cases: those of one's own offices; administrators have no business with stories
    "work": Rule(),
    "report": Rule(who=("ana", *MANAGERS, "nick")),
    "report POST": Rule(who=("ana", *MANAGERS, "nick"), status=422, method="POST"),
    "patients": Rule(who=("ana", *MANAGERS), sent={"office": "office"}),
    "told": Rule(who=("ana", *MANAGERS, "pia"), where=_THE_CASE),
    "asked": Rule(status=204),  # nobody is asked to come
    "come": Rule(who=("ana", *MANAGERS, "pia"), where=_THE_CASE),
    "come POST": Rule(who=("ana", *MANAGERS), status=303, method="POST", where=_THE_CASE),
    "here_seen": Rule(who=("ana", *MANAGERS), status=204, method="POST", where=_THE_CASE),
    "patient_left": Rule(who=("ana", *MANAGERS), status=303, method="POST", where=_THE_CASE),
    "cases": Rule(who=(*MANAGERS, "pia")),
    "case": Rule(who=("ana", *MANAGERS, "pia"), where=_THE_CASE),
    "case_rail": Rule(who=("ana", *MANAGERS, "pia"), where=_THE_CASE),
    "case_record": Rule(who=("ana", *MANAGERS, "pia"), where=_THE_CASE),
    "case_print": Rule(who=("ana", *MANAGERS, "pia"), where=_THE_CASE),
    "case_act": Rule(who=("ana", *MANAGERS), where=_AN_ACT),
    "case_act POST": Rule(who=("ana", *MANAGERS), status=422, method="POST", where=_AN_ACT),
    # offices: who answers for them and how they do; their hours
    "offices": Rule(who=_UP),
    "hours": Rule(who=_HOURS, where=_THE_OFFICE),
    "hours POST": Rule(who=_HOURS, status=422, method="POST", where=_THE_OFFICE),
    "hours_add_days": Rule(who=_HOURS, status=422, method="POST", where=_THE_OFFICE),
    "hours_remove_day": Rule(who=_HOURS, status=303, method="POST", where=_A_DAY),
    "hours_copy": Rule(who=_HOURS, status=422, method="POST", where=_THE_OFFICE),
    "hours_holidays": Rule(who=_HOURS, where=_THE_OFFICE),
    "hours_holidays POST": Rule(who=_HOURS, status=303, method="POST", where=_THE_OFFICE, sent={"country": "US"}),
    # being away: one's own affair, and that of whoever stands above
    "away": Rule(),
    "away POST": Rule(status=422, method="POST"),
    "away_of": Rule(who=("ana", *MANAGERS, "alex"), where=_OF_ANA),
    "away_of POST": Rule(who=("ana", *MANAGERS, "alex"), status=422, method="POST", where=_OF_ANA),
    "away_sick": Rule(who=("ana", *MANAGERS, "alex"), status=303, method="POST", where=_OF_ANA),
    "away_back": Rule(who=("ana", *MANAGERS, "alex"), status=303, method="POST", where=_OF_ANA),
    "away_remove": Rule(who=("ana", *MANAGERS, "alex"), status=303, method="POST", where={**_OF_ANA, "absence": "1"}),
    "away_routine": Rule(who=("ana", *MANAGERS, "alex"), status=303, method="POST", where=_OF_ANA),
    "desk": Rule(who=(*MANAGERS, "alex"), where=_OF_ANA),
    "desk POST": Rule(who=(*MANAGERS, "alex"), status=422, method="POST", where=_OF_ANA),
    # setting up: the administrator's; what is sent to an empty form is refused, or leads on
    "setup:index": Rule(who=("alex",), status=302),
    "setup:go_on": Rule(who=("alex",), status=303, method="POST", where={"step": "summary"}),
    "setup:read_again": Rule(who=("alex",), status=303, method="POST", where={"step": "people"}),
    "setup:open-dental": Rule(who=("alex",)),
    "setup:new_database": Rule(who=("alex",)),
    "setup:new_database POST": Rule(who=("alex",), status=422, method="POST"),
    "setup:database": Rule(who=("alex",), where=_THE_DATABASE),
    "setup:database POST": Rule(who=("alex",), status=422, method="POST", where=_THE_DATABASE),
    "setup:test": Rule(who=("alex",), status=303, method="POST", where=_THE_DATABASE),
    "setup:offices": Rule(who=("alex",)),
    "setup:offices POST": Rule(who=("alex",), status=303, method="POST"),
    "setup:hours": Rule(who=("alex",)),
    "setup:hours POST": Rule(who=("alex",), status=422, method="POST"),
    "setup:people": Rule(who=("alex",)),
    "setup:people POST": Rule(who=("alex",), status=422, method="POST"),
    "setup:password": Rule(who=("alex",), method="POST", sent={"person": "person"}),
    "setup:inboxes": Rule(who=("alex",)),
    "setup:inboxes POST": Rule(who=("alex",), status=303, method="POST"),
    "setup:commlog-type": Rule(who=("alex",)),
    "setup:commlog-type POST": Rule(who=("alex",), status=303, method="POST"),
    "setup:create_comm_type": Rule(who=("alex",), status=303, method="POST", where=_THE_DATABASE),
    "setup:try": Rule(who=("alex",)),
    "setup:try POST": Rule(who=("alex",), status=422, method="POST"),
    "setup:write_trial": Rule(who=("alex",), status=303, method="POST"),
    "setup:summary": Rule(who=("alex",)),
    "setup:start": Rule(who=("alex",), status=303, method="POST"),
    # the handbook is everybody's
    "handbook:index": Rule(),
    "handbook:topic": Rule(where={"slug": "protocol"}),
    # deliveries: administrators see that they wait, the team may paste
    "deliveries:list": Rule(who=(*MANAGERS, "alex")),
    "deliveries:pasted": Rule(who=("ana", *MANAGERS), status=303, method="POST", where=_THE_DELIVERY),
    "deliveries:again": Rule(who=("ana", *MANAGERS, "alex"), status=303, method="POST", where=_THE_DELIVERY),
    # connections: administrators'
    "connections:list": Rule(who=("alex",)),
    "connections:test": Rule(who=("alex",), status=303, method="POST", where={"key": "people"}),
    "connections:same_practice": Rule(status=404, method="POST", where={"key": "open_dental.main"}),  # none was moved
    "connections:slack": Rule(who=("alex",)),
    "connections:slack POST": Rule(who=("alex",), status=422, method="POST"),
    "connections:slack_test": Rule(status=404, method="POST"),  # Slack is not set up
    "connections:slack_find": Rule(status=404, method="POST"),
    "connections:slack_person": Rule(status=404, method="POST", where=_OF_ANA),
    # what Slack sends: public, and 401 for whatever is not signed with a workspace's secret
    "slack_events": Rule(public=True, status=401, method="POST"),
    # the access log
    "audit:looks": Rule(who=("pia",)),
    # Slack: a leader's own messages, the channels of regions and offices, what the privacy officer vouches for
    "slack_mine": Rule(who=("lee", "sam")),
    "slack_mine POST": Rule(who=("lee", "sam"), status=422, method="POST"),
    "slack_channels": Rule(who=("alex",)),
    "slack_channels POST": Rule(who=("alex",), status=422, method="POST"),
    "slack_channel_remove": Rule(who=("alex",), status=302, method="POST", where={"row": "1"}),
    "slack_agreement": Rule(who=("pia",)),
    "slack_agreement POST": Rule(who=("pia",), method="POST"),
}
