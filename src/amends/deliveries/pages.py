"""What waits to reach other systems: what needs a person first, then what Amends still tries by itself."""

from dataclasses import dataclass
from typing import cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.db.models import Case, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from amends.access import Right, offices_with
from amends.audit.models import record_look
from amends.cases.policies import current_policy, policy_for
from amends.deliveries import by_hand
from amends.deliveries.forms import AgainForm, PastedForm
from amends.deliveries.models import MOVING, Delivery, State
from amends.deliveries.unfinished import unfinished
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.protocol.decide import Refused
from amends.protocol.policy import Policy
from amends.protocol.words import MINOR_PURPOSES
from amends.web.asked import page_after

_BY_HAND_AT_ONCE = 50
_PAGE = 50
_MINOR_LAST = Case(When(purpose__in=MINOR_PURPOSES, then=1), default=0)


@dataclass(frozen=True)
class Line:
    """One delivery as this person may see it."""

    delivery: Delivery
    office: str
    zone: ZoneInfo
    policy: Policy
    may_see_text: bool


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Everything unfinished at the person's offices, the oldest first, and what is only good to have after the rest.

    Those without the stories see no texts.
    """
    person = cast(Person, request.user)
    offices = offices_with(person, Right.SEE_DELIVERIES)
    if not offices:
        raise Http404
    rows = unfinished(offices)
    asked = list(rows.filter(state=State.BY_HAND).order_by(_MINOR_LAST, "pk")[: _BY_HAND_AT_ONCE + 1])
    moving = rows.filter(state__in=MOVING)
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        moving = moving.filter(pk__gt=int(after))
    page = list(moving[: _PAGE + 1])
    lines = _lines(person, asked[:_BY_HAND_AT_ONCE])
    _note_looks(request, lines)
    return render(
        request,
        "deliveries/waiting.html",
        {
            "asked": [line for line in lines if not line.delivery.is_minor],
            "minor": [line for line in lines if line.delivery.is_minor],
            "more_asked": len(asked) > _BY_HAND_AT_ONCE,
            "moving": _lines(person, page[:_PAGE]),
            "older": f"?after={page[_PAGE - 1].pk}" if len(page) > _PAGE else "",
            "newest": request.path if after else "",
        },
    )


@require_POST
def pasted(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """The person's word that they made the delivery by hand."""
    person = cast(Person, request.user)
    delivery = _delivery_for(person, delivery_id, Right.ACT_ON_CASE)
    form = PastedForm(request.POST)
    if not form.is_valid():
        return _refused(request, delivery, form, "")
    try:
        by_hand.pasted(delivery_id, person, number=form.cleaned_data["number"])
    except by_hand.NotWaiting as gone:
        messages.warning(request, f"{gone} Nothing was changed.")
    except Refused as refused:
        return _refused(request, delivery, form, str(refused))
    else:
        where = f" in {delivery.case.number}" if delivery.case else ""
        messages.success(request, f"Thank you. It is noted{where} with your name and the time.")
    return _back(request)


@require_POST
def again(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Asks Amends to try once more."""
    person = cast(Person, request.user)
    delivery = _delivery_for(person, delivery_id, Right.ACT_ON_CASE, Right.SEE_DELIVERIES)
    form = AgainForm(request.POST)
    form.full_clean()
    try:
        by_hand.try_again(delivery_id, person, not_there=form.cleaned_data["not_there"])
    except by_hand.NotWaiting as gone:
        messages.warning(request, f"{gone} Nothing was changed.")
    else:
        messages.success(request, f"Amends {'writes it' if delivery.was_never_sent else 'tries'} again now.")
    return _back(request)


def _delivery_for(person: Person, delivery_id: int, *rights: Right) -> Delivery:
    """The delivery, if the person has one of the rights at its office; else Http404."""
    delivery = Delivery.objects.select_related("case").filter(pk=delivery_id).first()
    known = directory()
    if delivery is None or not any(str(delivery.office_id) in offices_with(person, right, known) for right in rights):
        raise Http404
    return delivery


def _lines(person: Person, deliveries: list[Delivery]) -> list[Line]:
    known = directory()
    readable = set(offices_with(person, Right.SEE_CASE, known))
    return [
        Line(
            delivery=delivery,
            office=known.offices[str(delivery.office_id)].name,
            zone=known.offices[str(delivery.office_id)].zone,
            policy=policy_for(delivery.case.policy) if delivery.case else current_policy(),
            may_see_text=str(delivery.office_id) in readable,
        )
        for delivery in deliveries
    ]


def _note_looks(request: HttpRequest, lines: list[Line]) -> None:
    """Ready texts are patients' stories: who reads them here has looked at their cases."""
    person, address = cast(Person, request.user), request.META.get("REMOTE_ADDR", "")
    with transaction.atomic():
        seen = [line.delivery.case for line in lines if line.may_see_text and line.delivery.case]
        for number in dict.fromkeys(case.number for case in seen):
            record_look(person, "delivery", case=number, address=address)


def _refused(request: HttpRequest, delivery: Delivery, form: PastedForm, why: str) -> HttpResponse:
    [line] = _lines(cast(Person, request.user), [delivery])
    context = {"line": line, "form": form, "refused": why, "next": _next(request)}
    return render(request, "deliveries/refused.html", context, status=422)


def _next(request: HttpRequest) -> str:
    return page_after(request, reverse("deliveries:list"))


def _back(request: HttpRequest) -> HttpResponse:
    response = redirect(_next(request))
    response.status_code = 303
    return response
