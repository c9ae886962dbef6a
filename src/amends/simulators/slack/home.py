"""`views.publish`: what the app shows a person on its Home tab (slack.md 4)."""

import copy
import json

from amends.simulators.slack import cast
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.blocks import ID_CHARACTERS, check_view
from amends.simulators.slack.call import Call, ok
from amends.simulators.slack.refusals import SlackError, invalid_arguments

VIEW_BYTES = 250_000
PRIVATE_METADATA = 3000


def publish(call: Call) -> Json:
    """Store the view of one person. `hash`, when given, must be that of the view now shown (`hash_conflict`)."""
    user = call.user("user_id")
    view = call.arguments.nested("view", refusal="invalid_arguments")
    if not isinstance(view, dict) or view.get("type") != "home":
        raise invalid_arguments("must be a view of type home [json-pointer:/view]")
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    for name, most in (("private_metadata", PRIVATE_METADATA), ("callback_id", ID_CHARACTERS), ("external_id", 255)):
        if len(str(view.get(name, ""))) > most:
            raise invalid_arguments(f"must be less than {most + 1} characters [json-pointer:/view/{name}]")
    blocks = check_view(view.get("blocks"))
    before = call.workspace.homes.get(user.id)
    if "hash" in call.arguments and before is not None and call.arguments.text("hash") != before["hash"]:
        raise SlackError("hash_conflict")
    number = str(before["id"]) if before else call.workspace.new_id("V")
    shown: Json = {
        "id": number,
        "team_id": cast.TEAM_ID,
        "type": "home",
        "blocks": [{"block_id": call.workspace.new_id("b"), **copy.deepcopy(block)} for block in blocks],
        "private_metadata": str(view.get("private_metadata", "")),
        "callback_id": str(view.get("callback_id", "")),
        "external_id": str(view.get("external_id", "")),
        "state": {"values": {}},
        "hash": f"{int(call.now.timestamp())}.{call.workspace.new_id('h')[2:]}",
        "root_view_id": number,
        "previous_view_id": None,
        "app_id": cast.APP_ID,
        "bot_id": cast.BOT_ID,
    }
    call.workspace.homes[user.id] = shown
    return ok(view=shown)
