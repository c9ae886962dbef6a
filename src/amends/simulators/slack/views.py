"""`views.*`: modals and Home tabs (slack.md 3 and 4)."""

import copy
from datetime import datetime
from typing import cast as as_type

from amends.simulators.slack import cast
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.blocks import check_view
from amends.simulators.slack.call import Call, ok
from amends.simulators.slack.refusals import SlackError, invalid_arguments
from amends.simulators.slack.workspace import Trigger, Workspace

STACK_AT_MOST = 3


def open_view(call: Call) -> Json:
    """`views.open`: a modal for whoever caused the trigger. It takes the place of what this person had open."""
    view = check_view(_given(call), ("modal",))
    trigger = _trigger(call)
    shown = made(call.workspace, view, call.now)
    _refuse_known(call.workspace, shown)
    call.workspace.modals[trigger.user] = [shown]
    return ok(view=shown)


def push(call: Call) -> Json:
    """`views.push`: on top of the modal in which the trigger arose, up to three."""
    view = check_view(_given(call), ("modal",))
    trigger = _trigger(call)
    if trigger.view is None:
        raise SlackError("invalid_trigger_id")
    stack = call.workspace.modals.get(trigger.user, [])
    if not any(one["id"] == trigger.view for one in stack):
        raise SlackError("not_found")
    if len(stack) >= STACK_AT_MOST:
        raise SlackError("push_limit_reached")
    shown = made(call.workspace, view, call.now, below=stack[-1])
    _refuse_known(call.workspace, shown)
    stack.append(shown)
    return ok(view=shown)


def update(call: Call) -> Json:
    """`views.update`: by `view_id` or `external_id`; no trigger is needed. A `hash` that is not the last: refused."""
    view = check_view(_given(call), ("modal", "home"))
    number, external = call.arguments.text("view_id"), call.arguments.text("external_id")
    if not number and not external:
        raise invalid_arguments("missing required field: view_id or external_id")
    before = found(call.workspace, view_id=number, external_id=external)
    if before is None:
        raise SlackError("not_found")
    if before["type"] != view["type"]:
        raise invalid_arguments(f"must be a view of type {before['type']} [json-pointer:/view/type]")
    _refuse_stale(call, before)
    return ok(view=replaced(call.workspace, before, view, call.now))


def publish(call: Call) -> Json:
    """`views.publish`: the Home tab of one person. `hash`, when given, must be that of the view now shown."""
    user = call.user("user_id")
    if not call.settings.home_tab:
        raise SlackError("not_enabled")
    view = check_view(_given(call), ("home",))
    before = call.workspace.homes.get(user.id)
    if before is not None:
        _refuse_stale(call, before)
        return ok(view=replaced(call.workspace, before, view, call.now))
    shown = call.workspace.homes[user.id] = made(call.workspace, view, call.now)
    return ok(view=shown)


def made(workspace: Workspace, view: Json, now: datetime, *, below: Json | None = None) -> Json:
    """A checked view as Slack keeps it, with its ids; `below` is the one that it lies on."""
    number = workspace.new_id("V")
    shown: Json = {
        "id": number,
        "team_id": cast.TEAM_ID,
        "type": view["type"],
        "blocks": workspace.with_ids(as_type(list[Json], view["blocks"])),
        "private_metadata": view.get("private_metadata") or "",
        "callback_id": view.get("callback_id") or "",
        "external_id": view.get("external_id") or "",
        "state": {"values": {}},
        "hash": _new_hash(workspace, now),
        "clear_on_close": bool(view.get("clear_on_close")),
        "notify_on_close": bool(view.get("notify_on_close")),
        "root_view_id": below["root_view_id"] if below else number,
        "previous_view_id": below["id"] if below else None,
        "app_id": cast.APP_ID,
        "app_installed_team_id": cast.TEAM_ID,
        "bot_id": cast.BOT_ID,
    }
    if view["type"] == "modal":
        shown |= {name: copy.deepcopy(view.get(name)) for name in ("title", "submit", "close")}
    return shown


def replaced(workspace: Workspace, before: Json, view: Json, now: datetime) -> Json:
    """The view takes the place of `before`, under the same id; what was typed into inputs that stay is kept."""
    fresh = made(workspace, view, now)
    if fresh["external_id"] != before["external_id"]:
        _refuse_known(workspace, fresh)
    kept = {name: before[name] for name in ("id", "root_view_id", "previous_view_id", "state")}
    before.clear()
    before.update(fresh | kept)
    workspace.view_errors.pop(str(before["id"]), None)
    return before


def found(workspace: Workspace, *, view_id: str = "", external_id: str = "") -> Json | None:
    """The open modal or Home tab with one of these ids."""
    everything = [*workspace.homes.values(), *(view for stack in workspace.modals.values() for view in stack)]
    for view in everything:
        if (view_id and view["id"] == view_id) or (external_id and view["external_id"] == external_id):
            return view
    return None


def _given(call: Call) -> object:
    return call.arguments.nested("view", refusal="invalid_arguments")


def _trigger(call: Call) -> Trigger:
    number = call.arguments.text("trigger_id") or call.arguments.text("interactivity_pointer")
    if not number:
        raise invalid_arguments("missing required field: trigger_id")
    trigger = call.workspace.triggers.get(number)
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if call.now.timestamp() - trigger.at > call.settings.trigger_seconds:
        raise SlackError("expired_trigger_id")
    trigger.used = True
    return trigger


def _refuse_stale(call: Call, before: Json) -> None:
    if "hash" in call.arguments and call.arguments.text("hash") != before["hash"]:
        raise SlackError("hash_conflict")


def _refuse_known(workspace: Workspace, view: Json) -> None:
    if view["external_id"] and found(workspace, external_id=str(view["external_id"])):
        raise SlackError("duplicate_external_id")


def _new_hash(workspace: Workspace, now: datetime) -> str:
    return f"{int(now.timestamp())}.{workspace.new_id('h')[2:]}"
