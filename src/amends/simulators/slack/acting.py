"""A person acts: runs a command, presses a button, submits or closes a modal, opens Home, uses a shortcut.

Each act sends the app what Slack would send, waits for the ack as long as Slack waits, does with the answer what Slack
does, and tells everything: what was sent, what the app answered and when, and what the person then sees.
"""

import copy
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import cast as as_type

from amends.simulators.serving import BodyError
from amends.simulators.slack import cast, events_of, outcome, payloads
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.delivery import Attempt, Parcel
from amends.simulators.slack.events import Delivery
from amends.simulators.slack.outcome import Stage
from amends.simulators.slack.values import chosen, entered, inputs, missing
from amends.simulators.slack.workspace import Channel, Message, User, Workspace, elements

TROUBLE = "We had some trouble connecting. Try again?"
NO_ANSWER = "Something went wrong: the app did not answer."
UNSUBSCRIBED = "The app has not subscribed to app_home_opened."
_REPEATED = ("text", "value", "url", "style", "placeholder")  # what an action repeats of its element
Body = Mapping[str, object]


class Acting:
    """What people do on one stage; `server` in each act is the address under which it is reached."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.acts: dict[str, tuple[Callable[[Body, str], Json], tuple[str, ...]]] = {
            "command": (self.command, ("user", "channel", "command", "text")),
            "press": (self.press, ("user", "channel", "ts", "view", "action_id", "block_id", "value", "values")),
            "suggest": (self.suggest, ("user", "channel", "ts", "view", "action_id", "block_id", "value")),
            "submit": (self.submit, ("user", "view", "values")),
            "close": (self.close, ("user", "all")),
            "shortcut": (self.shortcut, ("user", "callback_id", "channel", "ts")),
            "open-home": (self.open_home, ("user", "tab")),
            "event": (self.event, ("event", "event_id")),
        }

    # ---- the acts

    def command(self, body: Body, server: str) -> Json:
        """`{"user", "channel", "command": "/upset", "text": ""}`."""
        stage = self._stage
        with stage.lock:
            user, channel = self._there(body)
            name, text = "/" + _text(body, "command").lower().strip("/ "), str(body.get("text") or "").strip()
            known = not stage.settings.commands or name in stage.settings.commands
            if not known or "commands" not in stage.workspace.scopes:
                return outcome.refused(stage, user, channel, f"{name} is not a valid command.")
            if name in stage.settings.escaped_commands:
                text = _escaped(text, stage.workspace)
            trigger = stage.workspace.new_trigger(user.id, stage.now())
            number = stage.workspace.new_response_url(channel.id, user.id, stage.now())
            url = f"{server}/commands/{cast.TEAM_ID}/{number}"
            payload = payloads.command(user, channel, name, text, trigger=trigger, response_url=url)
        delivery = self._send(Parcel("COMMAND", name, payload))
        with stage.lock:
            counts = delivery.attempts[0]
            if counts.error:
                said = "operation_timeout" if counts.error == "http_timeout" else "dispatch_failed"
                return outcome.told(stage, delivery, user, channel, f'{name} failed with the error "{said}".')
            return outcome.told(stage, delivery, user, channel, outcome.answered(stage, number, counts))

    def press(self, body: Body, server: str) -> Json:
        """`{"user", "action_id", …}`: use a button, a menu or another element; `value` is the choice where it has one.

        With `channel` and `ts` in a message; else in `view`: `home`, or the id of an open modal; missing: the topmost
        modal, or else Home. `block_id` where the action_id alone is not enough. `values` of a modal as in `submit`.
        """
        stage = self._stage
        with stage.lock:
            user = self._user(body)
            place, channel, message, view = self._place(body, user)
            block, element = _element(place, body)
            if block.get("type") == "input" and not block.get("dispatch_action"):
                raise BodyError("An input says nothing before it is submitted (it has no dispatch_action).")
            trigger = stage.workspace.new_trigger(user.id, stage.now(), str(view["id"]) if view else None)
            choice = chosen(element, body.get("value"))
            if view is not None:
                own = {str(block["block_id"]): {str(element["action_id"]): body.get("value")}} if choice else {}
                self._enter(view, {**_values(body), **own} if _has_input(view, element) else _values(body))
            about = self._where(channel, message, view, user, server)
            action = _action(block, element, choice, stage.now())
            payload = payloads.interaction("block_actions", user, trigger_id=trigger, actions=[action], **about)
        delivery = self._send(Parcel("ACTION", str(element["action_id"]), payload))
        return outcome.told_plainly(stage, delivery, user, channel, NO_ANSWER)

    def suggest(self, body: Body, server: str) -> Json:
        """As `press`, for a menu whose options the app gives: `value` is what was typed, `answer` has the options."""
        stage = self._stage
        with stage.lock:
            user = self._user(body)
            place, channel, message, view = self._place(body, user)
            block, element = _element(place, body)
            about = self._where(channel, message, view, user, server)
            about.pop("response_url", None)
            asked = {"block_id": block["block_id"], "action_id": element["action_id"]}
            typed = str(body.get("value") or "")
            payload = payloads.interaction("block_suggestion", user, **asked, value=typed, **about)
        delivery = self._send(Parcel("OPTIONS", str(element["action_id"]), payload))
        return outcome.told_plainly(stage, delivery, user, channel, "There was a problem with loading the options.")

    def submit(self, body: Body, server: str) -> Json:
        """`{"user", "values": {block_id: {action_id: value}}}`: submit the topmost modal (or `view`)."""
        stage = self._stage
        with stage.lock:
            user = self._user(body)
            view = self._modal(body, user)
            self._enter(view, _values(body))
            problems = missing(view, _state(view))
            if problems:
                stage.workspace.view_errors[str(view["id"])] = problems
                return {"delivered": False, "errors": problems, "modal": outcome.top(stage, user)}
            stage.workspace.view_errors.pop(str(view["id"]), None)
            trigger = stage.workspace.new_trigger(user.id, stage.now(), str(view["id"]))
            urls = self._response_urls(view, user, server)
            payload = payloads.interaction("view_submission", user, trigger_id=trigger, view=view, response_urls=urls)
        delivery = self._send(Parcel("VIEW", str(view["callback_id"]), payload))
        with stage.lock:
            problem = outcome.obey(stage, user, str(view["id"]), delivery.attempts[0])
            told = outcome.told(stage, delivery, user, None, TROUBLE if problem else None)
            errors = stage.workspace.view_errors.get(str(view["id"]), {})
            return {**told, "errors": errors, "problem": problem or None}

    def close(self, body: Body, server: str) -> Json:
        """`{"user", "all": false}`: close the topmost modal, or the whole stack; some apps ask to hear of it."""
        stage = self._stage
        with stage.lock:
            user = self._user(body)
            view = self._modal(body, user)
            everything = body.get("all") is True
            stack = stage.workspace.modals[user.id]
            gone = list(reversed(stack)) if everything or view["clear_on_close"] else [view]
            outcome.take_away(stage, user, gone)
            parcels = [
                Parcel(
                    "VIEW",
                    str(one["callback_id"]),
                    payloads.interaction("view_closed", user, view=one, is_cleared=len(gone) > 1 or everything),
                )
                for one in gone
                if one["notify_on_close"]
            ]
        deliveries = [self._send(parcel) for parcel in parcels]
        if not deliveries:
            with stage.lock:
                return {"delivered": False, "closed": [one["id"] for one in gone], "modal": outcome.top(stage, user)}
        return {**outcome.told_plainly(stage, deliveries[0], user, None, None), "closed": [one["id"] for one in gone]}

    def shortcut(self, body: Body, server: str) -> Json:
        """`{"user", "callback_id"}`, on a message with `channel` and `ts`: a message shortcut, else a global one."""
        stage = self._stage
        with stage.lock:
            user, callback_id = self._user(body), _text(body, "callback_id")
            on_message = body.get("ts") is not None
            kind = "message" if on_message else "global"
            known = [one for one in stage.settings.shortcuts if one.get("type") == kind]
            if stage.settings.shortcuts and not any(one.get("callback_id") == callback_id for one in known):
                raise BodyError(f"The app has no {kind} shortcut {callback_id!r}.")
            trigger = stage.workspace.new_trigger(user.id, stage.now())
            about: Json = {"callback_id": callback_id, "trigger_id": trigger}
            about["action_ts"] = f"{stage.now().timestamp():.6f}"
            channel = None
            if on_message:
                _, channel, message, _ = self._place(body, user)
                where = self._where(channel, message, None, user, server)
                about |= {name: where[name] for name in ("channel", "message", "response_url") if name in where}
                about["message_ts"] = body["ts"]
            payload = payloads.interaction("message_action" if on_message else "shortcut", user, **about)
        delivery = self._send(Parcel("SHORTCUT", callback_id, payload))
        return outcome.told_plainly(stage, delivery, user, channel, NO_ANSWER)

    def open_home(self, body: Body, server: str) -> Json:
        """`{"user", "tab": "home" | "messages"}`: look at the app's Home. The app may publish after its ack."""
        stage = self._stage
        with stage.lock:
            user = self._user(body)
            direct, _ = stage.workspace.direct([user.id], stage.now())
            home = stage.workspace.homes.get(user.id)
            event = events_of.opened_home(user.id, direct, str(body.get("tab") or "home"), home)
            sent = stage.subscribed(event)
            payload = payloads.event(stage.workspace, event, stage.now())
        if not sent:
            return {
                "delivered": False,
                "home": copy.deepcopy(home),
                "why": UNSUBSCRIBED,
            }
        delivery = stage.deliveries.send(Parcel("EVENT", "app_home_opened", payload), again=True)
        with stage.lock:
            return {
                **outcome.told(stage, delivery, user, None, None),
                "home": copy.deepcopy(stage.workspace.homes.get(user.id)),
            }

    def event(self, body: Body, server: str) -> Json:
        """`{"event": {"type", …}}`: any event, subscribed or not; `event_id` to send one that was sent before."""
        stage = self._stage
        about = body.get("event")
        if not isinstance(about, dict) or not isinstance(about.get("type"), str):
            raise BodyError('"event" is an object with a "type".')
        with stage.lock:
            payload = payloads.event(stage.workspace, about, stage.now())
        if body.get("event_id"):
            payload["event_id"] = body["event_id"]
        delivery = stage.deliveries.send(Parcel("EVENT", str(about["type"]), payload), again=True)
        return outcome.told(stage, delivery, None, None, None)

    # ---- before

    def _user(self, body: Body) -> User:
        user = self._stage.workspace.users.get(_text(body, "user"))
        if user is None or user.is_bot:
            raise BodyError("There is no such user.")
        if user.deleted:
            raise BodyError("This account is deactivated.")
        self._stage.workspace.notices = [one for one in self._stage.workspace.notices if one.user != user.id]
        return user

    def _there(self, body: Body) -> tuple[User, Channel]:
        user = self._user(body)
        channel = self._stage.workspace.channels.get(_text(body, "channel"))
        if channel is None:
            raise BodyError("There is no such channel.")
        if user.id not in channel.members:
            raise BodyError(f"{user.real_name} is not in this channel.")
        return user, channel

    def _place(self, body: Body, user: User) -> tuple[list[Json], Channel | None, Message | None, Json | None]:
        """Where somebody acts: the blocks, and the message with its channel, or the view."""
        if body.get("ts") is None:
            view = self._view(body, user)
            return as_type(list[Json], view["blocks"]), None, None, view
        _, channel = self._there(body)
        message = self._stage.workspace.seen(channel.id, _text(body, "ts"), user.id)
        if message is None:
            raise BodyError("There is no such message.")
        beside = [as_type(list[Json], one.get("blocks") or []) for one in message.attachments]
        return [*message.blocks, *(block for blocks in beside for block in blocks)], channel, message, None

    def _view(self, body: Body, user: User) -> Json:
        workspace = self._stage.workspace
        if body.get("view") != "home" and workspace.modals.get(user.id):
            return self._modal(body, user)
        if user.id not in workspace.homes:
            raise BodyError("Nothing of the app is open.")
        return workspace.homes[user.id]

    def _modal(self, body: Body, user: User) -> Json:
        stack = self._stage.workspace.modals.get(user.id) or []
        wanted = body.get("view")
        view = stack[-1] if stack else None
        if view is None or (wanted is not None and wanted != view["id"]):
            raise BodyError("No such modal is open." if wanted else "No modal is open.")
        return view

    def _enter(self, view: Json, values: Body) -> None:
        if view["type"] == "modal" or values:
            view["state"] = {"values": entered(view, values)}

    def _where(
        self, channel: Channel | None, message: Message | None, view: Json | None, user: User, server: str
    ) -> Json:
        workspace, now = self._stage.workspace, self._stage.now()
        if channel is None or message is None:
            return payloads.in_view(view or {})
        number = workspace.new_response_url(channel.id, user.id, now, message.ts)
        about = payloads.in_message(message, channel, workspace)
        return {**about, "response_url": f"{server}/actions/{cast.TEAM_ID}/{number}"}

    def _response_urls(self, view: Json, user: User, server: str) -> list[Json]:
        """For each menu of channels with `response_url_enabled`."""
        urls: list[Json] = []
        for block, element in inputs(view):
            value = as_type(dict[str, dict[str, Json]], _state(view))[str(block["block_id"])][str(element["action_id"])]
            channel = value.get("selected_conversation") or value.get("selected_channel")
            if element.get("response_url_enabled") and channel in self._stage.workspace.channels:
                number = self._stage.workspace.new_response_url(str(channel), user.id, self._stage.now())
                about = {"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": channel}
                urls.append({**about, "response_url": f"{server}/actions/{cast.TEAM_ID}/{number}"})
        return urls

    # ---- the sending, and after

    def _send(self, parcel: Parcel) -> Delivery:
        settings = self._stage.settings
        if parcel.kind != "COMMAND" and not settings.interactivity:
            return Delivery(parcel, [Attempt("none", "connection_failed", fault="interactivity is off")])
        return self._stage.deliveries.send(parcel, again=settings.interactions_retried)


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BodyError(f'"{name}" is a text.')
    return value


def _values(body: Body) -> dict[str, object]:
    values = body.get("values")
    if values is None:
        return {}
    if not isinstance(values, dict) or not all(isinstance(inside, dict) for inside in values.values()):
        raise BodyError('"values" is an object {block_id: {action_id: value}}.')
    return values


def _state(view: Json) -> Json:
    return as_type(dict[str, Json], view["state"])["values"]


def _element(blocks: list[Json], body: Body) -> tuple[Json, Json]:
    wanted, block_id = _text(body, "action_id"), body.get("block_id")
    for block in blocks:
        for element in elements(block):
            if element.get("action_id") == wanted and block_id in (None, block["block_id"]):
                return block, element
    raise BodyError(f"There is no element {wanted!r} here.")


def _has_input(view: Json, element: Json) -> bool:
    return any(element is one for _, one in inputs(view))


def _action(block: Json, element: Json, choice: Json, now: datetime) -> Json:
    said = {name: value for name, value in element.items() if name in _REPEATED}
    about: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    return {**about, **said, **choice, "action_ts": f"{now.timestamp():.6f}"}


def _escaped(text: str, workspace: Workspace) -> str:
    """`@rita.lindqvist` as `<@U0RITA|rita.lindqvist>`, `#general` as `<#C0GENERAL|general>` (slack.md 4)."""
    people = {f"@{user.name}": f"<@{user.id}|{user.name}>" for user in workspace.users.values()}
    channels = {f"#{one.name}": f"<#{one.id}|{one.name}>" for one in workspace.channels.values() if one.name}
    known = people | channels
    return re.sub(r"(?<!\S)[@#][\w.-]+", lambda word: known.get(word[0], word[0]), text)
