"""The page on which the owner of the profiles lets an application in, or not."""

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from amends.simulators.google_business import cast, drawing, oauth
from amends.simulators.serving import BodyError, Request, Response

if TYPE_CHECKING:
    from amends.simulators.google_business.simulator import GoogleBusinessSimulator

_ASKED = (
    *("client_id", "redirect_uri", "response_type", "scope", "state", "access_type", "prompt", "login_hint"),
    *("include_granted_scopes", "code_challenge", "code_challenge_method"),
)


class Consent:
    """`GET /o/oauth2/v2/auth` asks, `POST` of its form goes back to the application with a code, or without."""

    def __init__(self, simulator: "GoogleBusinessSimulator") -> None:
        self._simulator = simulator

    def answer(self, request: Request) -> Response:
        """The page, or the way back."""
        posted = request.method == "POST"
        if posted and drawing.from_elsewhere(request):
            return drawing.page("Not from here", drawing.soft("The form was sent from another page."), status=403)
        try:
            given = request.form() if posted else dict(request.query)
        except BodyError as bad:
            return drawing.page("Access blocked", drawing.soft(str(bad)), status=400)
        asked = {name: given[name] for name in _ASKED if name in given}
        settings = self._simulator.settings
        if problem := oauth.consent_problem(settings, asked):
            return drawing.page("Access blocked", drawing.soft(problem), status=401 if "401" in problem else 400)
        if not posted and asked.get("prompt") == "none" and not settings.auto_consent:
            return _back(oauth.declined(asked, "interaction_required"))
        if settings.auto_consent or given.get("decision") == "allow":
            return self._agree(asked)
        return _back(oauth.declined(asked)) if posted else _page(asked)

    def _agree(self, asked: Mapping[str, str]) -> Response:
        place = oauth.agreed(self._simulator.world, asked, self._simulator.now())
        self._simulator.changed()
        return _back(place)


def _back(place: str) -> Response:
    """A plain redirect, as Google's is. What cannot stand in a header is left out."""
    clean = place.replace("\r", "").replace("\n", "")
    return Response(status=302, headers=(("Location", clean),), content_type="text/plain; charset=utf-8")


def _page(asked: Mapping[str, str]) -> Response:
    place = urlsplit(asked["redirect_uri"])
    hidden = [drawing.element("input", type="hidden", name=name, value=value) for name, value in asked.items()]
    scopes = drawing.element("ul", *(drawing.element("li", scope) for scope in asked["scope"].split()))
    buttons = drawing.element(
        "div",
        drawing.button("Allow", "decision", "allow"),
        drawing.button("Cancel", "decision", "deny", quiet=True),
        class_="row",
    )
    return drawing.page(
        "Let this application in?",
        drawing.section(
            f"{place.netloc} wants to use the profiles of {cast.OWNER_NAME}",
            drawing.soft(cast.OWNER_EMAIL),
            scopes,
            drawing.form("/o/oauth2/v2/auth", *hidden, buttons),
        ),
        # A browser follows a form's redirect only to where the page says that its forms lead.
        sent_to=f"{place.scheme}://{_netloc(place.netloc)}",
    )


def _netloc(given: str) -> str:
    """A host and port that can stand in a policy."""
    return "".join(sign for sign in given.rpartition("@")[2] if sign.isalnum() or sign in ".-:[]")
