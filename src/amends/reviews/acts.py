"""What is done with a review by one press: a case for it, the same or not, and the reply that stands."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from amends.deliveries.models import State
from amends.protocol.decide import Refused
from amends.reviews import intake, queries, replying
from amends.reviews.models import Reply
from amends.reviews.seeing import Before, before


def _open_case(at: Before, typed: Mapping[str, str]) -> str:
    row = intake.open_case(at.review, by=at.actor)
    return f"{row.number} is open, and the office manager is told."


def _same(at: Before, typed: Mapping[str, str]) -> str:
    intake.settle_same(at.review, is_same=True, by=at.person)
    return "They are the same review. The other one goes on."


def _not_same(at: Before, typed: Mapping[str, str]) -> str:
    intake.settle_same(at.review, is_same=False, by=at.person)
    return "They are two reviews."


def _take_down(at: Before, typed: Mapping[str, str]) -> str:
    taken = replying.take_down(_standing(at).pk, at.person, why=typed.get("why", ""))
    begun = "The incident's record has begun; the privacy officer sees it."
    if taken.delivery and taken.delivery.state == State.BY_HAND:
        return f"It is still public: a person must delete it on the site, as it says below, and then say so. {begun}"
    return f"It is being taken down. {begun}"


def _keep(at: Before, typed: Mapping[str, str]) -> str:
    replying.keep_foreign(_standing(at).pk, at.person)
    return "The reply stays, and the review is answered."


def _seen_live(at: Before, typed: Mapping[str, str]) -> str:
    replying.seen_live(_standing(at).pk, at.person)
    return "Noted with your name: everybody can read the reply."


_ACTS: Mapping[str, Callable[[Before, Mapping[str, str]], str]] = MappingProxyType(
    {
        "open_case": _open_case,
        "same": _same,
        "not_same": _not_same,
        "take_down": _take_down,
        "keep": _keep,
        "seen_live": _seen_live,
    }
)


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Does it, or says why not, and leads back to the review."""
    at = before(request, pk)
    if action not in _ACTS:
        raise Http404
    try:
        said = _ACTS[action](at, request.POST)
    except Refused as refused:
        messages.warning(request, f"{refused} Nothing was changed.")
    else:
        messages.success(request, said)
    answer = redirect("review", pk=pk)
    answer.status_code = 303
    return answer


def _standing(at: Before) -> Reply:
    reply = queries.standing_reply(at.review)
    if reply is None:
        raise Refused("No reply stands on the site any more.")
    return reply
