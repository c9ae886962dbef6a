"""The page of one review: what it says and said, its case, and the reply with the checker beside it."""

from typing import Any

import structlog
from django.contrib import messages
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseStopPolling

from amends.cases.forms_words import NOT_SAVED
from amends.protocol.decide import Refused
from amends.reviews import editor, replying
from amends.reviews.models import Reply, Review
from amends.reviews.page_parts import draft_mark, editing, motion, whole
from amends.reviews.seeing import Before, before

log = structlog.get_logger(__name__)


class CrossedError(Exception):
    """Somebody else has saved another text since the page was made: `theirs`."""

    def __init__(self, theirs: Reply) -> None:
        super().__init__("Somebody else has saved another text.")
        self.theirs = theirs


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole page."""
    return render(request, "reviews/review.html", whole(before(request, pk), write="write" in request.GET))


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """What the checker says of a text that is being typed, and the buttons that fit it. Nothing is kept."""
    at = before(request, pk)
    checked = editor.checked(at.review, request.POST.get("text", ""), at.actor)
    crossed = _crossed(at, at.review, request.POST)
    return render(request, "reviews/verdict.html", {"at": at, "checked": checked, "theirs": crossed})


@require_safe
def moved(request: HttpRequest, pk: int) -> HttpResponse:
    """204 while the review is as `v` says; else a line that says that it has moved, and who did it."""
    at = before(request, pk)
    if request.GET.get("v") == motion(at):
        return HttpResponse(status=204)
    step = replying.newest_step(at.review)
    return HttpResponseStopPolling(render(request, "reviews/moved.html", {"at": at, "step": step}).content)


@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps the text, and then does with it what the pressed button says. Whatever is refused, the typing stays."""
    at = before(request, pk)
    typed, do = request.POST, request.POST.get("do", "check")
    if do.startswith("use-"):
        return _use(request, at, do.removeprefix("use-"))
    try:
        said = _do(at, typed, do)
    except Refused as refused:
        return _again(request, at, status=422, refused=str(refused))
    except CrossedError as crossed:
        return _again(request, at, status=409, theirs=crossed.theirs)
    except DatabaseError:
        log.exception("reply.not_saved")
        return _again(request, at, status=503, refused=NOT_SAVED)
    messages.success(request, said)
    answer = redirect("review", pk=pk)
    answer.status_code = 303
    return answer


def _do(at: Before, typed: QueryDict, do: str) -> str:
    kept = _keep(at, typed)
    match do:
        case "send":
            words = {name: typed.get(name, "") for name in ("reason", "early")}
            sent = replying.send(kept.pk, at.person, text=kept.text, **words)
            return _SENT_BY_HAND if replying.is_by_hand(sent) else "It is on its way to the site."
        case "ask":
            replying.ask_approval(kept.pk, at.person)
            return "It waits for a second pair of eyes, on My work of those who may look."
        case _:
            return "The draft is kept."


_SENT_BY_HAND = "It is signed. Amends cannot write to this site, so it is posted by hand; the text is ready below."


def _keep(at: Before, typed: QueryDict) -> Reply:
    """Keeps the text as the draft. Raises `CrossedError` where somebody else has written another one meanwhile."""
    with transaction.atomic():
        held = Review.objects.select_for_update(of=("self",)).select_related("reply").get(pk=at.review.pk)
        theirs = _crossed(at, held, typed)
        if theirs is not None:
            raise CrossedError(theirs)
        return replying.write(held.pk, editor.as_kept(typed.get("text", "")), at.person)


def _crossed(at: Before, held: Review, typed: QueryDict) -> Reply | None:
    """The draft, where somebody else has saved it with another text since the page was made."""
    draft = editor.draft_of(held)
    if draft is None or draft_mark(draft) == typed.get("seen", "") or draft.written_by_id == at.person.pk:
        return None
    return draft if draft.text != editor.as_kept(typed.get("text", "")) else None


def _use(request: HttpRequest, at: Before, number: str) -> HttpResponse:
    """Puts a wording into the text without JavaScript. What stood there is kept as the draft first."""
    chosen = next((one for one in editor.offers_for(at.review) if str(one.number) == number), None)
    stood = editor.as_kept(request.POST.get("text", ""))
    if chosen is None or not stood:
        return _again(request, at, text=chosen.text if chosen else stood)
    try:
        _keep(at, request.POST)
    except Refused as refused:
        return _again(request, at, status=422, refused=str(refused))
    except CrossedError as crossed:
        return _again(request, at, status=409, theirs=crossed.theirs)
    return _again(request, before(request, at.review.pk), text=chosen.text)


def _again(
    request: HttpRequest,
    at: Before,
    *,
    status: int = 200,
    refused: str = "",
    theirs: Reply | None = None,
    text: str | None = None,
) -> HttpResponse:
    """The page with what was typed, as it is now."""
    typed = request.POST.get("text", "") if text is None else text
    fresh = before(request, at.review.pk)
    more: dict[str, Any] = editing(fresh, typed, request.POST)
    context = {**whole(fresh, write=True), **more, "refused": refused, "theirs": theirs}
    return render(request, "reviews/review.html", context, status=status)
