"""The addresses of the pages, and what their forms do: each form is one act of somebody."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from amends.simulators.clock import ClockError
from amends.simulators.faults import FaultError
from amends.simulators.google_business import control, desk, moments, places
from amends.simulators.google_business import drawing as d
from amends.simulators.google_business.settings import FIELDS
from amends.simulators.google_business.world import Location, Review
from amends.simulators.serving import BodyError, Request, Response, Router, redirect

if TYPE_CHECKING:
    from amends.simulators.google_business.simulator import GoogleBusinessSimulator

Json = dict[str, object]
Result = TypeVar("Result")


class Pages:
    """What a browser sees of one simulator."""

    def __init__(self, simulator: "GoogleBusinessSimulator") -> None:
        self._simulator = simulator
        self._routes = Router()
        for method, place, act in (
            ("GET", "/", self._places),
            ("GET", "/places/{location}", self._place),
            ("POST", "/places/{location}/reviews", self._write),
            ("GET", "/reply/{review}", self._reply_form),
            ("POST", "/reply/{review}", self._reply),
            ("GET", "/google", self._google),
            ("POST", "/google/locations/{location}", self._change_location),
            ("POST", "/google/accounts/{account}", self._change_account),
            ("GET", "/pushes", self._pushes),
            ("POST", "/pushes", self._push),
            ("GET", "/switches", self._switches),
            ("POST", "/switches/settings", self._settings),
            ("POST", "/switches/clock", self._clock),
            ("POST", "/switches/faults", self._faults),
            ("POST", "/reviews/{review}/edit", self._edit),
            ("POST", "/reviews/{review}/moderate", self._moderate),
            ("POST", "/reviews/{review}/delete", partial(self._simple, control.delete)),
            ("POST", "/reviews/{review}/hide", partial(self._simple, control.hide)),
            ("POST", "/reviews/{review}/show", partial(self._simple, control.show)),
        ):
            self._routes.add(method, place, act)

    def answer(self, request: Request) -> Response:
        """A page, or what a form did; what makes no sense is told in words."""
        if request.method == "POST" and d.from_elsewhere(request):
            return d.page("Not from here", d.soft("The form was sent from another page."), status=403)
        try:
            with self._simulator.lock:
                self._simulator.settle()
                return self._routes.answer(request)
        except _Problem as problem:
            return d.page("That did not work", d.soft(str(problem)), d.soft(d.link("/", "To the places")), status=400)

    # ---- looking

    def _page(self, title: str, *parts: object, here: str = "") -> Response:
        return d.page(title, *parts, now=self._now(), here=here)

    def _now(self) -> str:
        return moments.written(self._simulator.now(), 0)[:19].replace("T", " ")

    def _places(self, request: Request) -> Response:
        return self._page("Places", places.all_places(self._simulator.world), here="/")

    def _place(self, request: Request) -> Response:
        location = self._location(request)
        whole = bool(request.parameter("all"))
        return self._page(location.title, places.place(self._simulator.world, location, whole=whole))

    def _google(self, request: Request) -> Response:
        world = self._simulator.world
        return self._page("As Google", desk.waiting(world), desk.accounts(world), here="/google")

    def _pushes(self, request: Request) -> Response:
        simulator = self._simulator
        shown = desk.pushes(simulator.world, simulator.deliveries.as_json(), simulator.settings)
        return self._page("Pushes", shown, here="/pushes")

    def _switches(self, request: Request) -> Response:
        simulator = self._simulator
        parts = (desk.clock(self._now()), desk.faults(simulator.faults), desk.switches(simulator.settings))
        return self._page("Switches", *parts, here="/switches")

    def _reply_form(self, request: Request) -> Response:
        """Where `reviewReplyUrl` leads: the owner answers by hand."""
        review = self._review(request)
        comment = review.reply.comment if review.reply else ""
        return self._page(
            f"Reply to {places.name_of(review)}",
            d.section(
                self._simulator.world.locations[review.location].title,
                d.element("p", d.stars(review.stars), " ", review.text, class_="words"),
                d.form(
                    f"/reply/{review.id}", d.area("Your public reply", "comment", comment), d.button("Post the reply")
                ),
            ),
        )

    # ---- acting

    def _do(self, act: control.Act, body: Json) -> Json:
        return _told(lambda: self._simulator.do(act, body))

    def _write(self, request: Request) -> Response:
        form, location = request.form(), self._location(request)
        anonymous = "anonymous" in form or not form.get("reviewer", "").strip()
        body: Json = {name: form.get(name, "").strip() for name in ("stars", "text", "reviewer")}
        written = self._do(control.write_review, {**body, "location": location.id, "anonymous": anonymous})
        return redirect(f"/places/{location.id}#r-{written['reviewId']}")

    def _edit(self, request: Request) -> Response:
        form, review = request.form(), self._review(request)
        changes = {"stars": form.get("stars", ""), "text": form.get("text", "").strip()}
        self._do(control.edit, {"review": review.id, **changes})
        return _to(review)

    def _simple(self, act: control.Act, request: Request) -> Response:
        review = self._review(request)
        self._do(act, {"review": review.id})
        return _to(review)

    def _moderate(self, request: Request) -> Response:
        form, review = request.form(), self._review(request)
        reason = form.get("unknown", "").strip() or form.get("policyViolation", "")
        self._do(control.moderate, {"review": review.id, "state": form.get("state", ""), "policyViolation": reason})
        return redirect("/google") if form.get("back") == "/google" else _to(review)

    def _reply(self, request: Request) -> Response:
        review = self._review(request)
        self._do(control.reply, {"review": review.id, "comment": request.form().get("comment", "")})
        return _to(review)

    def _change_location(self, request: Request) -> Response:
        form, location = request.form(), self._location(request)
        for act, name in ((control.verify, "verified"), (control.suspend, "suspended"), (control.role, "lost")):
            self._do(act, {"location": location.id, name: name in form})
        return redirect(f"/places/{location.id}")

    def _change_account(self, request: Request) -> Response:
        self._do(control.role, {"account": request.args["account"], "lost": "lost" in request.form()})
        return redirect("/google")

    def _push(self, request: Request) -> Response:
        form = request.form()
        wrong, _, how = form.get("wrong", "").partition(":")
        times = form.get("times", "1")
        body: Json = {name: form.get(name, "") for name in ("review", "type", "style")}
        body |= {"times": int(times) if times.isdecimal() else 0, **({wrong: how or True} if wrong else {})}
        _told(lambda: self._simulator.send_notice(body))
        return redirect("/pushes")

    def _settings(self, request: Request) -> Response:
        form = request.form()
        changes: Json = dict.fromkeys(FIELDS, False)
        if "older_api" not in form:
            after = form.get("approve_after_minutes", "").strip()
            endpoints = [part.strip() for part in form.get("push_endpoints", "").split(",") if part.strip()]
            changes = {name: name in form for name in desk.TICKS}
            changes |= {"approve_after_minutes": _number(after), "push_endpoints": endpoints}
            changes |= {name: form[name].strip() for name in ("push_audience", "push_style") if name in form}
        _told(lambda: self._simulator.change_settings(changes))
        return redirect("/switches")

    def _clock(self, request: Request) -> Response:
        given = request.form().get("now", "").strip()
        moment = f"{given}+00:00" if given and "+" not in given and not given.endswith("Z") else given
        _told(lambda: self._simulator.move_clock({"now": moment or None}))
        return redirect("/switches")

    def _faults(self, request: Request) -> Response:
        form, faults = request.form(), self._simulator.faults
        rules: list[Json] = [rule.as_json() for rule in faults.rules] if "keep" in form else []
        if form.get("then"):
            times = int(form["times"]) if form.get("times", "").isdecimal() else None
            rules.append({"method": form.get("method"), "path": form.get("path"), "times": times, "then": form["then"]})
        latency = form.get("latency_ms", "")
        body: Json = {"offline": "offline" in form, "latency_ms": int(latency) if latency.isdecimal() else 0}
        _told(lambda: faults.put({**body, "rules": rules}))
        return redirect("/switches")

    # ---- finding

    def _location(self, request: Request) -> Location:
        location = self._simulator.world.locations.get(request.args["location"])
        if location is None:
            raise _Problem("There is no such place.")
        return location

    def _review(self, request: Request) -> Review:
        review = self._simulator.world.reviews.get(request.args["review"])
        if review is None or review.deleted:
            raise _Problem("There is no such review.")
        return review


class _Problem(Exception):
    """What a person is told; not a BodyError, which the router would answer in JSON."""


def _told(act: Callable[[], Result]) -> Result:
    try:
        return act()
    except (BodyError, ClockError, FaultError) as problem:
        raise _Problem(str(problem)) from problem


def _number(given: str) -> object:
    if not given:
        return None
    try:
        return float(given)
    except ValueError:
        return given


def _to(review: Review) -> Response:
    return redirect(f"/places/{quote(review.location)}#r-{quote(review.id)}")
