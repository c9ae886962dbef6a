"""Any sequence of what people and apps do with modals leaves the stack that the rules of slack.md 3 give."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from slack_sdk.errors import SlackApiError
from tests.simulators.slack.driver import MORNING, Slack
from tests.simulators.slack.receiver import Answer, Got, receiving

from amends.simulators.clock import Clock
from amends.simulators.serving import Server
from amends.simulators.slack.simulator import SlackSimulator

VIEW: dict[str, Any] = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "T"},
    "blocks": [
        {
            "type": "actions",
            "elements": [{"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}],
        }
    ],
}
WHO = "U0RITA"


class Stack(RuleBasedStateMachine):
    """`ids` is the stack as it should be, the lowest first."""

    def __init__(self) -> None:
        super().__init__()
        self.server = Server(SlackSimulator(clock=Clock(real=lambda: MORNING), rate_limit=False))
        self.server.start()
        self.slack = Slack(self.server.simulator, self.server)  # type: ignore[arg-type]
        self.receiving = receiving(self.slack)
        self.app = self.receiving.__enter__()
        self.ids: list[str] = []
        self.old = ""

    def teardown(self) -> None:
        self.receiving.__exit__(None, None, None)
        self.server.stop()

    @initialize()
    def open_the_first(self) -> None:
        self.open_another()

    @rule()
    def open_another(self) -> None:
        trigger = self.slack.control("trigger", user=WHO)["trigger_id"]
        self.ids = [self.slack.client.views_open(trigger_id=trigger, view=VIEW)["view"]["id"]]
        self.old = trigger

    @rule()
    def use_an_old_trigger(self) -> None:
        assert self.refused("views_open", trigger_id=self.old, view=VIEW) == "exchanged_trigger_id"

    @precondition(lambda self: self.ids)
    @rule()
    def push(self) -> None:
        self.app.answer = lambda got: (200, None)
        trigger = self.slack.control("press", user=WHO, action_id="go")["trigger_id"]
        if len(self.ids) == 3:
            assert self.refused("views_push", trigger_id=trigger, view=VIEW) == "push_limit_reached"
        else:
            view = self.slack.client.views_push(trigger_id=trigger, view=VIEW)["view"]
            assert (view["previous_view_id"], view["root_view_id"]) == (self.ids[-1], self.ids[0])
            self.ids.append(view["id"])

    @precondition(lambda self: self.ids)
    @rule(at=st.integers(0, 2))
    def update_any(self, at: int) -> None:
        number = self.ids[at % len(self.ids)]
        before = next(one for one in self.slack.state["modals"][WHO] if one["id"] == number)
        view = self.slack.client.views_update(view_id=number, hash=before["hash"], view=VIEW)["view"]
        assert (view["id"], view["hash"] == before["hash"]) == (number, False)
        assert self.refused("views_update", view_id=number, hash=before["hash"], view=VIEW) == "hash_conflict"

    @precondition(lambda self: self.ids)
    @rule(action=st.sampled_from([None, "clear", "update", "push", "dance"]))
    def submit(self, action: str | None) -> None:
        said = None if action is None else {"response_action": action, "view": VIEW}
        self.app.answer = self.saying(said)
        told = self.slack.control("submit", user=WHO)
        full = action == "push" and len(self.ids) == 3
        assert bool(told["problem"]) == (full or action == "dance")
        if action == "push" and not full:
            self.ids.append(told["modal"]["id"])
        self.ids = [] if action == "clear" else self.ids[:-1] if action is None else self.ids

    @precondition(lambda self: self.ids)
    @rule(everything=st.booleans())
    def close(self, everything: bool) -> None:
        gone = self.slack.control("close", user=WHO, all=everything)["closed"]
        assert gone == (self.ids[::-1] if everything else self.ids[-1:])
        self.ids = [] if everything else self.ids[:-1]

    @invariant()
    def the_stack_is_as_it_should_be(self) -> None:
        there = self.slack.state["modals"].get(WHO, [])
        assert [view["id"] for view in there] == self.ids
        assert len(there) <= 3

    def saying(self, said: object) -> Any:
        def answer(got: Got) -> Answer:
            return 200, said

        return answer

    def refused(self, method: str, **arguments: object) -> str:
        try:
            getattr(self.slack.client, method)(**arguments)
        except SlackApiError as refusal:
            return str(refusal.response["error"])
        return ""


Stack.TestCase.settings = settings(
    max_examples=10, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
TestStack = Stack.TestCase
