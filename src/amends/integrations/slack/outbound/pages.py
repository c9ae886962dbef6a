"""How a leader hears of cases; which channels regions and offices have; whether this Slack may carry patients."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from amends.access import Right, may_for_group
from amends.integrations.slack.client import client_of
from amends.integrations.slack.models import SlackWorkspace
from amends.integrations.slack.people import slack_user
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.protocol.words import Role

from .agreement import say_may_carry_patients
from .forms import ChannelForm, TasteForm
from .models import SlackAgreement, SlackChannel, SlackTaste, SlackTrouble
from .notices import keep_taste
from .places import CHANNEL_OF, TAKEN, wrong_with_channel

_SECONDS = 6  # for one question to Slack, while a person waits
_LEADERS = "That is the leaders' channel, which gets every message anyway."


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """A leader's own: at once, once a day or only in the channel, and their quiet hours."""
    person = cast(Person, request.user)
    if not any(Role.LEADER in roles for roles in directory().own_roles_of(str(person.pk)).values()):
        raise Http404
    taste = SlackTaste.objects.filter(person=person).first() or SlackTaste(person=person)
    names = ("how", "daily_at", "quiet_from", "quiet_to")
    form = TasteForm(_typed(request), initial={name: getattr(taste, name) for name in names})
    if request.method == "POST" and form.is_valid():
        for name in names:
            setattr(taste, name, form.cleaned_data[name])
        keep_taste(taste)
        messages.success(request, "Saved.")
        return HttpResponseRedirect(reverse("slack_mine"))
    shown = {
        "form": form,
        "unknown": SlackWorkspace.objects.exists() and slack_user(str(person.pk)) is None,
        "day_by_email": bool(settings.EMAIL_HOST and person.email),
    }
    return render(request, "slack/mine.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def channels(request: HttpRequest) -> HttpResponse:
    """The channels of regions and offices, beside the leaders'."""
    _may_set_up(request)
    workspace = SlackWorkspace.objects.first()
    form = ChannelForm(directory(), _typed(request))
    if request.method == "POST" and workspace is not None and form.is_valid():
        wrong = _add_channel(workspace, form.cleaned_data["channel"], form.cleaned_data["whose"])
        if wrong:
            form.add_error("channel", wrong)
        else:
            messages.success(request, "Added.")
            return HttpResponseRedirect(reverse("slack_channels"))
    rows = SlackChannel.objects.select_related("region", "office").order_by("region__name", "office__name")
    shown = {"form": form, "rows": rows, "workspace": workspace}
    return render(request, "slack/channels.html", shown, status=422 if form.errors else 200)


def _add_channel(workspace: SlackWorkspace, channel: str, whose: str) -> str:
    """Adds it; what is wrong with it otherwise. `whose` is `region:1` or `office:1`."""
    kind, _, key = whose.partition(":")
    if channel == workspace.leaders_channel:
        return _LEADERS
    if SlackChannel.objects.filter(workspace=workspace, channel=channel).exists():
        return TAKEN
    wrong = wrong_with_channel(client_of(workspace, seconds=_SECONDS), channel)
    if wrong:
        return wrong
    try:
        with transaction.atomic():
            SlackChannel.objects.create(workspace=workspace, channel=channel, **{f"{kind}_id": int(key)})
    except IntegrityError:
        return TAKEN
    return ""


@require_POST
def remove_channel(request: HttpRequest, row: int) -> HttpResponse:
    """The channel gets no more messages; those that are there stay as they are."""
    _may_set_up(request)
    SlackChannel.objects.filter(pk=row).delete()
    SlackTrouble.objects.filter(target=f"{CHANNEL_OF}{row}").delete()
    messages.success(request, "Removed.")
    return HttpResponseRedirect(reverse("slack_channels"))


@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: HttpRequest, key: str = "") -> HttpResponse:
    """The privacy officer's switch for one workspace, and everything that was said about it."""
    person = cast(Person, request.user)
    if Role.PRIVACY_OFFICER not in directory().group_roles_of(str(person.pk)):
        raise Http404
    workspace = get_object_or_404(SlackWorkspace, key=key) if key else SlackWorkspace.objects.first()
    if request.method == "POST" and workspace is not None:
        say_may_carry_patients(workspace, person, may=request.POST.get("may") == "yes")
        messages.success(request, "Noted.")
        return HttpResponseRedirect(reverse("slack_agreement", args=[workspace.key]))
    said = SlackAgreement.objects.filter(workspace=workspace.key)[:50] if workspace else ()
    return render(request, "slack/agreement.html", {"workspace": workspace, "said": said})


def _typed(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _may_set_up(request: HttpRequest) -> None:
    if not may_for_group(cast(Person, request.user), Right.SET_UP):
        raise Http404
