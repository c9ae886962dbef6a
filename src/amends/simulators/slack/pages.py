"""The addresses of the pages, and what their forms do: each form is one act of one person."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote

from amends.simulators.serving import BodyError, Request, Response, Router, redirect
from amends.simulators.slack import control, page
from amends.simulators.slack.arguments import Json
from amends.simulators.slack.eyes import Eyes
from amends.simulators.slack.values import inputs, is_many
from amends.simulators.slack.views import found

if TYPE_CHECKING:
    from amends.simulators.slack.simulator import SlackSimulator


class Pages:
    """What a browser sees of one simulator."""

    def __init__(self, simulator: "SlackSimulator") -> None:
        self._simulator = simulator
        self._routes = Router()
        add = self._routes.add
        add("GET", "/", self._show_channel)
        add("GET", "/archives/{channel}", self._show_channel)
        add("GET", "/archives/{channel}/{message}", self._show_message)
        add("POST", "/archives/{channel}", self._write)
        add("GET", "/home/{user}", self._show_home)
        add("GET", "/as", self._become)
        add("GET", "/as/{user}", self._show_channel)
        add("GET", "/as/{user}/archives/{channel}", self._show_channel)
        add("POST", "/as/{user}/archives/{channel}", self._write_as)
        add("GET", "/as/{user}/home", self._show_home)
        add("POST", "/as/{user}/open-home", self._open_home)
        for name, act in (
            ("press", self._press),
            ("submit", self._submit),
            ("close", self._close),
            ("shortcut", self._shortcut),
            ("react", self._react),
        ):
            add("POST", f"/as/{{user}}/{name}", partial(self._done, act))

    def answer(self, request: Request) -> Response:
        """A page, or what a form did; 400 in words for a form that makes no sense."""
        return self._routes.answer(request)

    # ---- looking

    def _eyes(self, request: Request) -> Eyes:
        simulator = self._simulator
        user = simulator.workspace.users.get(request.args.get("user", ""))
        if "user" in request.args and user is None:
            raise BodyError("There is no such user.")
        return Eyes(simulator.workspace, simulator.settings, simulator.clock.offset, user)

    def _show_channel(self, request: Request) -> Response:
        with self._simulator.lock:
            first = next(iter(self._simulator.workspace.channels), "")
            return page.channel_page(self._eyes(request), request.args.get("channel", first))

    def _show_message(self, request: Request) -> Response:
        return redirect(f"/archives/{request.args['channel']}#{request.args['message']}")

    def _show_home(self, request: Request) -> Response:
        with self._simulator.lock:
            if request.path.startswith("/as/"):
                return page.home_page(self._eyes(request), request.args["user"])
            simulator = self._simulator
            nobody = Eyes(simulator.workspace, simulator.settings, simulator.clock.offset)
            return page.home_page(nobody, request.args["user"])

    def _become(self, request: Request) -> Response:
        """Look at the same place as somebody else, or as nobody."""
        user, place = request.parameter("user"), request.parameter("place")
        if user:
            return redirect(f"/as/{quote(user)}/{quote(place)}")
        return redirect(f"/{quote(place)}" if place.startswith("archives/") else "/")

    # ---- acting

    def _write(self, request: Request) -> Response:
        """Somebody in the channel writes."""
        channel = request.args["channel"]
        self._simulator.do(control.say, {**request.form(), "channel": channel})
        return redirect(f"/archives/{quote(channel)}")

    def _write_as(self, request: Request) -> Response:
        """This person writes, or runs a command."""
        user, channel, form = request.args["user"], request.args["channel"], request.form()
        text = form.get("text", "").strip()
        if text.startswith("/") and not form.get("thread_ts"):
            name, _, rest = text.partition(" ")
            given = {"user": user, "channel": channel, "command": name, "text": rest}
            self._simulator.acting.command(given, request.server)
        else:
            self._simulator.do(control.say, {**form, "user": user, "channel": channel})
        return redirect(f"/as/{quote(user)}/archives/{quote(channel)}")

    def _open_home(self, request: Request) -> Response:
        self._simulator.acting.open_home({"user": request.args["user"]}, request.server)
        return redirect(f"/as/{quote(request.args['user'])}/home")

    def _done(self, act: Callable[[str, "_Form", str], object], request: Request) -> Response:
        """One act, then back to where the form was."""
        form = _Form(request)
        act(request.args["user"], form, request.server)
        return redirect(form.back(f"/as/{quote(request.args['user'])}"))

    def _press(self, user: str, form: "_Form", server: str) -> None:
        block_id, action_id = _pair(form.text("press"))
        values = self._values(form)
        given: Json = {"user": user, "action_id": action_id, "block_id": block_id}
        mine = dict(values.get(block_id, {}))
        if action_id in mine:
            given["value"] = mine.pop(action_id)
            values[block_id] = mine
        if form.text("ts"):
            given |= {"channel": form.text("channel"), "ts": form.text("ts")}
        else:
            given |= {"view": form.text("view"), "values": self._known(form, values)}
        self._simulator.acting.press(given, server)

    def _submit(self, user: str, form: "_Form", server: str) -> None:
        values = self._known(form, self._values(form))
        self._simulator.acting.submit({"user": user, "view": form.text("view"), "values": values}, server)

    def _close(self, user: str, form: "_Form", server: str) -> None:
        self._simulator.acting.close({"user": user, "all": bool(form.text("all"))}, server)

    def _shortcut(self, user: str, form: "_Form", server: str) -> None:
        where = {"channel": form.text("channel"), "ts": form.text("ts")} if form.text("ts") else {}
        given = {"user": user, "callback_id": form.text("callback_id"), **where}
        self._simulator.acting.shortcut(given, server)

    def _react(self, user: str, form: "_Form", server: str) -> None:
        """Put a reaction there, or take one's own back."""
        channel, ts, name = form.text("channel"), form.text("ts"), form.text("name")
        with self._simulator.lock:
            message = self._simulator.workspace.find(channel, ts)
            added = message is None or user not in message.reactions.get(name, [])
        given = {"channel": channel, "ts": ts, "user": user, "name": name, "added": added}
        self._simulator.do(control.react, given)

    # ---- what was entered

    def _values(self, form: "_Form") -> dict[str, dict[str, object]]:
        """By block_id and action_id; what may be empty and was sent empty is None."""
        values: dict[str, dict[str, object]] = {}
        for name in form.all("has"):
            block_id, action_id = _pair(name)
            values.setdefault(block_id, {})[action_id] = None
        for name, sent in form.fields.items():
            if name.startswith("v:"):
                block_id, action_id = _pair(name[2:])
                values.setdefault(block_id, {})[action_id] = sent if len(sent) > 1 else sent[0]
        return values

    def _known(self, form: "_Form", values: Mapping[str, Mapping[str, object]]) -> dict[str, dict[str, object]]:
        """Those that the view holds now: the app may have changed it since. Each in its own kind."""
        with self._simulator.lock:
            view = self._simulator.workspace.homes.get(form.user) if form.text("view") == "home" else None
            view = view or found(self._simulator.workspace, view_id=form.text("view"))
            known: dict[str, dict[str, object]] = {}
            for block, element in inputs(view) if view else ():
                block_id, action_id = str(block["block_id"]), str(element["action_id"])
                inside = values.get(block_id, {})
                if action_id in inside:
                    known.setdefault(block_id, {})[action_id] = self._kind(element, inside[action_id])
        return known

    def _kind(self, element: Json, value: object) -> object:
        kind = str(element["type"])
        if is_many(kind) and not isinstance(value, list):
            return [value] if value else []
        if kind == "datetimepicker" and isinstance(value, str) and value:
            moment = datetime.fromisoformat(value).replace(tzinfo=UTC) - self._simulator.clock.offset
            return int(moment.timestamp())
        return value


class _Form:
    """The fields of a form, each with all its values."""

    def __init__(self, request: Request) -> None:
        self.user = request.args["user"]
        self.fields: dict[str, list[str]] = {}
        for name, value in parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True):
            self.fields.setdefault(name, []).append(value)

    def text(self, name: str) -> str:
        """The last value of a field, or an empty text."""
        return self.all(name)[-1] if self.all(name) else ""

    def all(self, name: str) -> list[str]:
        """All values of a field."""
        return self.fields.get(name, [])

    def back(self, prefix: str) -> str:
        """Where the person was, on a page of their own only."""
        place = self.text("back")
        return place if place.startswith(f"{prefix}/") and "\n" not in place and "\r" not in place else prefix


def _pair(name: str) -> tuple[str, str]:
    block_id, _, action_id = name.partition("/")
    return unquote(block_id), unquote(action_id)
