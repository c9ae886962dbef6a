"""Which reviews are told of, and in which style; and pushes on command, also wrong ones (review-platforms.md 1.9)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from amends.simulators.faults import Fault
from amends.simulators.google_business import cast, control, moments, push
from amends.simulators.google_business.push import Notice
from amends.simulators.google_business.refusals import Json
from amends.simulators.google_business.settings import STYLES
from amends.simulators.google_business.world import Review
from amends.simulators.serving import BodyError

if TYPE_CHECKING:
    from amends.simulators.google_business.simulator import GoogleBusinessSimulator

NOTIFY_KEYS = ("review", "type", "style", "times", "forged", "malformed", "unsigned")


class Notices:
    """The notices of one simulator; whoever calls holds its lock."""

    def __init__(self, simulator: "GoogleBusinessSimulator") -> None:
        self._simulator = simulator
        self._turn = 0  # of the styles

    def tell(self, kind: str, review: Review) -> None:
        """Tell of a review, where the account's setting asks for it and the topic lets it through."""
        world, settings = self._simulator.world, self._simulator.settings
        account = world.accounts[world.locations[review.location].account]
        heard = account.topic and account.topic not in settings.topics_without_permission
        if heard and account.topic != cast.VENDOR_TOPIC and kind in account.types:
            self._simulator.deliveries.post(self._notice(kind, review))

    def command(self, body: control.Body) -> Json:
        """`{"review", "type", "style", "times", "forged", "malformed", "unsigned"}`: a push whatever is set.

        Raises BodyError.
        """
        kind, style, times = body.get("type", "NEW_REVIEW"), body.get("style", ""), body.get("times", 1)
        if kind not in ("NEW_REVIEW", "UPDATED_REVIEW") or style not in ("", *STYLES):
            raise BodyError(f'"type" is NEW_REVIEW or UPDATED_REVIEW, "style" one of {", ".join(STYLES)}.')
        if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= 100:
            raise BodyError('"times" is 1 to 100.')
        fault = _wrong(body)
        notice = self._notice(str(kind), control.find_review(self._simulator.world, body), str(style))
        self._simulator.deliveries.post(notice, times=times, fault=fault)
        return {"messageId": notice.number, "style": notice.style, "review": notice.review}

    def _notice(self, kind: str, review: Review, style: str = "") -> Notice:
        style = style or self._simulator.settings.push_style
        if style == "rotate":
            style = STYLES[self._turn % len(STYLES)]
            self._turn += 1
        world = self._simulator.world
        location = world.locations[review.location]
        return Notice(
            kind=kind,
            review=world.review_name(review),
            location=location.name,
            topic=world.accounts[location.account].topic,
            number=world.new_number("message", 16),
            published=moments.written(self._simulator.now()),
            style=style,
        )


def _wrong(body: Mapping[str, object]) -> Fault | None:
    """How a push is to be made wrong. Raises BodyError."""
    for name, ways in (("forged", push.FORGED), ("malformed", push.MALFORMED)):
        if value := body.get(name):
            if value not in ways:
                raise BodyError(f'"{name}" is one of {", ".join(ways)}.')
            return Fault(name, (str(value),))
    return Fault("unsigned") if body.get("unsigned") else None
