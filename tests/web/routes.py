"""What each person of the cast may do at each address of the site: one table, complete by test.

A new address needs a line here; "name POST" is a second line for what is sent there. The story behind it: Ana (front
desk, Maple Street) reported a case at Maple Street, and one of its deliveries needs a person. Open Dental is down.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

ALL = ("ana", "omar", "ruth", "rita", "lee", "sam", "pia", "nick", "alex")
MANAGERS = ("omar", "ruth", "rita", "lee", "sam")
REPLIERS = (*MANAGERS, "pia")


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
_THE_REVIEW = {"pk": "review"}
_THE_LESSON = {"pk": "lesson"}
_THE_DATABASE = {"key": "main"}
_THE_DELIVERY = {"delivery_id": "delivery"}

_UP = ("rita", "lee", "sam", "alex")
_HOURS = ("rita", "alex")  # Maple Street lies in Rita's region
_THE_OFFICE = {"office": "office"}
_A_DAY = {"office": "office", "day": "2026-12-24"}
_A_PAGE = {"slug": "desk"}
_WRITERS = ("rita", "lee", "sam", "pia")
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
    "save_view POST": Rule(
        who=(*MANAGERS, "pia"), status=303, method="POST", sent={"name": "Mine", "filters": "mine=1"}
    ),
    "remove_view POST": Rule(who=("omar",), status=303, method="POST", where={"pk": "view"}),
    "case": Rule(who=("ana", *MANAGERS, "pia"), where=_THE_CASE),
    "case_rail": Rule(who=("ana", *MANAGERS, "pia"), where=_THE_CASE),
    "case_record": Rule(who=("ana", *MANAGERS, "pia"), where=_THE_CASE),
    "case_print": Rule(who=("ana", *MANAGERS, "pia"), where=_THE_CASE),
    "case_act": Rule(who=("ana", *MANAGERS), where=_AN_ACT),
    "case_act POST": Rule(who=("ana", *MANAGERS), status=422, method="POST", where=_AN_ACT),
    # reviews: those of one's own offices, for whoever may answer them
    "reviews": Rule(who=REPLIERS),
    "review": Rule(who=REPLIERS, where=_THE_REVIEW),
    "review_check": Rule(who=REPLIERS, method="POST", where=_THE_REVIEW),
    "review_reply": Rule(who=REPLIERS, status=422, method="POST", where=_THE_REVIEW),
    "review_moved": Rule(who=REPLIERS, status=286, where=_THE_REVIEW),
    "review_act": Rule(who=REPLIERS, status=303, method="POST", where={**_THE_REVIEW, "action": "keep"}),
    "review_who": Rule(who=MANAGERS, where=_THE_REVIEW),
    "review_who POST": Rule(who=MANAGERS, status=303, method="POST", where=_THE_REVIEW, sent={"answer": "not"}),
    # offices: who answers for them and how they do; their hours
    "offices": Rule(who=_UP),
    "hours": Rule(who=_HOURS, where=_THE_OFFICE),
    "hours POST": Rule(who=_HOURS, status=422, method="POST", where=_THE_OFFICE),
    "hours_add_days": Rule(who=_HOURS, status=422, method="POST", where=_THE_OFFICE),
    "hours_remove_day": Rule(who=_HOURS, status=303, method="POST", where=_A_DAY),
    "hours_copy": Rule(who=_HOURS, status=422, method="POST", where=_THE_OFFICE),
    "hours_holidays": Rule(who=_HOURS, where=_THE_OFFICE),
    "hours_holidays POST": Rule(who=_HOURS, status=422, method="POST", where=_THE_OFFICE, sent={"country": "US"}),
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
    # Google: what it pushes is signed or refused; connecting it is the administrator's
    "google_pushes": Rule(public=True, status=401, method="POST"),
    "connections:google": Rule(who=("alex",)),
    "connections:google POST": Rule(who=("alex",), status=422, method="POST"),
    "connections:google_connect": Rule(who=("alex",), status=302),
    "connections:google_back": Rule(who=("alex",), status=303),
    "connections:google_accounts": Rule(who=("alex",), status=303, method="POST"),
    "connections:google_offices": Rule(who=("alex",), status=303, method="POST"),
    "connections:google_telling": Rule(who=("alex",), status=303, method="POST", where={"account": "google_account"}),
    "connections:google_test": Rule(who=("alex",), status=302, method="POST"),
    "connections:google_disconnect": Rule(who=("alex",), status=303, method="POST"),
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
    # reviews by hand: whoever may report documents what they meet; files: managers and administrators
    "review_new": Rule(who=("ana", *MANAGERS, "nick")),
    "review_new POST": Rule(who=("ana", *MANAGERS, "nick"), status=422, method="POST"),
    "review_entered": Rule(who=("ana", *MANAGERS), where={"review": "review"}),
    "review_import": Rule(who=(*MANAGERS, "alex")),
    "review_import POST": Rule(who=(*MANAGERS, "alex"), status=422, method="POST"),
    "review_upload": Rule(who=("omar",), where={"upload": "upload"}),  # he looked at it
    "review_upload POST": Rule(who=("omar",), status=303, method="POST", where={"upload": "upload"}),
    "review_tools": Rule(who=("alex",)),
    "review_tool_secret": Rule(who=("alex",), status=303, method="POST", where={"tool": "birdeye"}),
    "review_tool_signing": Rule(who=("alex",), status=303, method="POST", where={"tool": "podium"}),
    "review_tool_stop": Rule(who=("alex",), status=303, method="POST", where={"tool": "podium"}),
    "review_place": Rule(who=("alex",), status=303, method="POST", where={"place": "place"}),
    # what review tools send: public, and 404 for whoever does not know the secret
    "hook_birdeye": Rule(public=True, status=404, method="POST", where={"secret": "guessed"}),
    "hook_podium": Rule(public=True, status=404, method="POST", where={"secret": "guessed"}),
    # learning: managers of the offices that are theirs; the story has no corrective action, and no news for anybody
    "got_it": Rule(status=404, method="POST", where=_THE_CASE),
    # the summary: leaders, and regional managers of theirs
    "summary:page": Rule(who=("rita", "lee", "sam")),
    "summary:cases": Rule(who=("rita", "lee", "sam"), where={"figure": "late"}),
    "learning:charts": Rule(who=MANAGERS),
    "learning:before": Rule(who=("ana", *MANAGERS, "pia"), where=_THE_CASE),
    "learning:people": Rule(who=("rita", "lee", "sam")),
    "learning:action": Rule(status=404, where={"number": "case", "no": "1"}),
    "learning:done": Rule(status=404, method="POST", where={"number": "case", "no": "1"}),
    "learning:library": Rule(who=MANAGERS),
    "learning:copy": Rule(status=404, where={"number": "case", "no": "1"}),
    # the huddle: everybody's of the office to read, its managers' to write
    "huddle:list": Rule(who=("ana", *MANAGERS, "nick")),
    "huddle:sheet": Rule(who=("ana", *MANAGERS, "nick")),
    "huddle:lesson": Rule(who=("ana", *MANAGERS), where=_THE_LESSON),
    "huddle:read": Rule(who=("ana", *MANAGERS), status=303, method="POST", where=_THE_LESSON),
    "huddle:new": Rule(who=MANAGERS, sent={"case": "case"}),
    "huddle:new POST": Rule(status=404, method="POST"),  # of no case
    "huddle:edit": Rule(who=MANAGERS, where=_THE_LESSON),
    "huddle:edit POST": Rule(who=MANAGERS, status=422, method="POST", where=_THE_LESSON),
    "huddle:withdraw": Rule(who=MANAGERS, status=303, method="POST", where=_THE_LESSON),
    # the handbook is everybody's
    "handbook:index": Rule(),
    "handbook:page": Rule(where={"slug": "protocol"}),
    "handbook:topic": Rule(where={"slug": "upset"}),
    "handbook:card": Rule(),
    "handbook:history": Rule(where=_A_PAGE),
    "handbook:version": Rule(where={**_A_PAGE, "row": "version"}),
    "handbook:read": Rule(status=303, method="POST", where=_A_PAGE),
    "handbook:readers": Rule(who=(*MANAGERS, "pia"), where=_A_PAGE),
    # … written by regional managers, leaders and the privacy officer, and arranged by administrators as well
    "handbook:new": Rule(who=_WRITERS),
    "handbook:new POST": Rule(who=_WRITERS, status=422, method="POST"),
    "handbook:edit": Rule(who=_WRITERS, where=_A_PAGE),
    "handbook:edit POST": Rule(who=_WRITERS, status=422, method="POST", where=_A_PAGE),
    "handbook:restore": Rule(who=_WRITERS, status=303, method="POST", where={**_A_PAGE, "row": "version"}),
    "handbook:shipped": Rule(status=404, where=_A_PAGE),  # no newer text came
    "handbook:place": Rule(who=(*_WRITERS, "alex"), where=_A_PAGE),
    "handbook:place POST": Rule(who=(*_WRITERS, "alex"), status=422, method="POST", where=_A_PAGE),
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
    "connections:slack_disconnect": Rule(status=404, method="POST"),
    "connections:slack_find": Rule(status=404, method="POST"),
    "connections:slack_person": Rule(status=404, method="POST", where=_OF_ANA),
    # what Slack sends: public, and 401 for whatever is not signed with a workspace's secret
    "slack_events": Rule(public=True, status=401, method="POST"),
    # the access log
    "audit:looks": Rule(who=("pia",)),
    "audit:incidents": Rule(who=("pia",)),
    "audit:incident_close": Rule(who=("pia",), status=422, method="POST", where={"pk": "incident"}),
    # Slack: a leader's own messages, the channels of regions and offices, what the privacy officer vouches for
    "slack_mine": Rule(who=("lee", "sam")),
    "slack_mine POST": Rule(who=("lee", "sam"), status=422, method="POST"),
    "slack_channels": Rule(who=("alex",)),
    "slack_channels POST": Rule(who=("alex",), status=422, method="POST"),
    "slack_channel_remove": Rule(who=("alex",), status=302, method="POST", where={"row": "1"}),
    "slack_agreement": Rule(who=("pia",)),
    "slack_agreement POST": Rule(who=("pia",), method="POST"),
}
