"""What becomes of an act: Slack does what the app's answer asks for, and tells the person and the test of it."""

import copy
from datetime import datetime
from threading import RLock
from typing import Protocol

from amends.simulators.slack.arguments import Arguments, Json
from amends.simulators.slack.blocks import check_view
from amends.simulators.slack.delivery import Attempt
from amends.simulators.slack.events import Deliveries, Delivery
from amends.simulators.slack.refusals import SlackError
from amends.simulators.slack.responses import answer
from amends.simulators.slack.settings import Settings
from amends.simulators.slack.values import inputs
from amends.simulators.slack.views import STACK_AT_MOST, made, replaced
from amends.simulators.slack.workspace import Channel, Notice, User, Workspace


class Stage(Protocol):
    """Where people act: the simulator."""

    workspace: Workspace
    lock: RLock
    settings: Settings
    deliveries: Deliveries

    def now(self) -> datetime:
        """The simulator's clock."""

    def changed(self) -> None:
        """The state is another."""

    def subscribed(self, event: Json) -> bool:
        """Whether the app is sent this event."""


def answered(stage: Stage, number: str, attempt: Attempt) -> str | None:
    """The body of an ack to a command is a message, like one to its response_url."""
    given: object = {"text": attempt.body} if isinstance(attempt.body, str) else attempt.body
    if not isinstance(given, dict) or not given:
        return None
    workspace = stage.workspace
    url = workspace.response_urls.get(number)
    if url is None:
        return None  # a reset came in between
    try:
        answer(workspace, url, Arguments(given), stage.now())
    except SlackError as refused:
        return f"The app's answer cannot be shown ({refused.code})."
    return None


def obey(stage: Stage, user: User, view_id: str, attempt: Attempt) -> str:
    """Do what the answer to a submission asks for; returns what was wrong with it, or an empty text."""
    if attempt.error:
        return attempt.error
    workspace, now = stage.workspace, stage.now()
    stack = workspace.modals.get(user.id) or []
    view = next((one for one in stack if one["id"] == view_id), None)
    said = attempt.body if isinstance(attempt.body, dict) else {}
    if attempt.body and not said:
        return "The answer to a submission is empty, or JSON."
    if view is None:
        return ""  # closed by other means meanwhile
    try:
        match said.get("response_action"):
            case None:
                take_away(stage, user, [view])
            case "clear":
                take_away(stage, user, list(stack))
            case "errors":
                return keep_errors(stage, view, said.get("errors"))
            case "update":
                replaced(workspace, view, check_view(said.get("view"), ("modal",)), now)
            case "push" if len(stack) >= STACK_AT_MOST:
                return "push_limit_reached"
            case "push":
                stack.append(made(workspace, check_view(said.get("view"), ("modal",)), now, below=view))
            case other:
                return f"There is no response_action {other!r}."
    except SlackError as refused:
        return f"{refused.code}: {refused.extra.get('response_metadata', '')}"
    return ""


def keep_errors(stage: Stage, view: Json, errors: object) -> str:
    """Show these below their inputs; returns what is wrong with them."""
    blocks = {str(block["block_id"]) for block, _ in inputs(view) if block.get("type") == "input"}
    if not isinstance(errors, dict) or not errors:
        return "errors are an object {block_id: text}."
    strange = [block for block in errors if block not in blocks]
    if strange:
        return f"{strange[0]!r} is not the block_id of an input."
    stage.workspace.view_errors[str(view["id"])] = {block: str(text) for block, text in errors.items()}
    return ""


def take_away(stage: Stage, user: User, views: list[Json]) -> None:
    """Close these views of this person."""
    gone = {view["id"] for view in views}
    workspace = stage.workspace
    workspace.modals[user.id] = [one for one in workspace.modals.get(user.id, []) if one["id"] not in gone]
    for view in gone:
        workspace.view_errors.pop(str(view), None)
    if not workspace.modals[user.id]:
        del workspace.modals[user.id]


def top(stage: Stage, user: User | None) -> Json | None:
    """A copy of the modal that this person sees."""
    stack = stage.workspace.modals.get(user.id) if user else None
    return copy.deepcopy(stack[-1]) if stack else None


def told_plainly(stage: Stage, delivery: Delivery, user: User, channel: Channel | None, trouble: str | None) -> Json:
    """As `told`, with `trouble` shown when the app did not answer."""
    with stage.lock:
        return told(stage, delivery, user, channel, trouble if delivery.attempts[0].error else None)


def told(stage: Stage, delivery: Delivery, user: User | None, channel: Channel | None, shown: str | None) -> Json:
    """The whole story of one act; `shown` is what the person reads and is kept for the page."""
    if shown and user:
        place = channel.id if channel else None
        stage.workspace.notices.append(Notice(user.id, shown, stage.now().timestamp(), place))
    stage.changed()
    counts = delivery.attempts[0]
    payload = delivery.parcel.payload
    return {
        "delivered": counts.transport != "none",
        **counts.as_json(),
        "answer": counts.body,
        "attempts": [attempt.as_json() for attempt in delivery.attempts],
        "shown": shown,
        "modal": top(stage, user),
        "payload": payload,
        **{name: payload[name] for name in ("trigger_id", "response_url", "event_id") if name in payload},
    }


def refused(stage: Stage, user: User, channel: Channel, shown: str) -> Json:
    """The person is told; the app hears nothing."""
    stage.workspace.notices.append(Notice(user.id, shown, stage.now().timestamp(), channel.id))
    return {"delivered": False, "shown": shown, "modal": top(stage, user)}
