"""Setting Slack up: the app, its tokens, the leaders' channel, a test message, and who is who, one by one."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from slack_sdk import WebClient

from amends.access import Right, may_for_group
from amends.cases.forms import Words
from amends.integrations.slack import people
from amends.integrations.slack.answers import TROUBLE, error_of
from amends.integrations.slack.client import client_of
from amends.integrations.slack.manifest import SCOPES, manifest, new_app_link
from amends.integrations.slack.models import SlackPerson, SlackWorkspace
from amends.integrations.slack.moving import forget, keep_team
from amends.integrations.slack.outbound.models import SlackChannel
from amends.integrations.slack.outbound.places import TAKEN, wrong_with_channel
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.web.asked import row_number

_SECONDS = 6  # for one question to Slack, while a person waits
_AT_ONCE = 40  # look-ups: Slack takes fifty a minute
_MOST_CHANNELS = 999
_MOST_PEOPLE = 100
_SECRETS = ("bot_token", "signing_secret", "app_token")
_BEGINS = {"bot_token": "xoxb-", "app_token": "xapp-"}
MOVED = (
    "That is another workspace: choose the channels in it, and match its people anew. Messages in the former one stay "
    "as they are."
)
_TEST = "This is a test from Amends. Messages about upset patients will stand here; they never name a patient."


class WorkspaceForm(forms.Form):
    """Tokens and channel. Tokens are never shown again: a field left empty keeps what is there."""

    use_required_attribute = False

    bot_token = Words(label="Bot token", help_text="Under OAuth & Permissions; it begins with xoxb-.")
    signing_secret = Words(
        label="Signing secret",
        required=False,
        help_text="Under Basic Information. Needed where Slack sends to this site; not for Socket Mode.",
    )
    app_token = Words(
        label="App token",
        required=False,
        help_text="Under Basic Information, with the scope connections:write; it begins with xapp-. For Socket Mode.",
    )
    no_socket = forms.BooleanField(
        label="Do not use Socket Mode any more",
        required=False,
        help_text="Takes the app token away. Slack sends to this site then, which needs the signing secret.",
    )
    leaders_channel = forms.RegexField(
        r"^[CG][A-Z0-9]{2,29}\Z",
        label="The leaders' channel",
        required=False,
        strip=True,
        help_text="Its id stands at the end of the channel's details in Slack (C0123ABC). Invite the app to it.",
        error_messages={"invalid": "That is no id of a channel; it looks like C0123ABC. A name will not do."},
    )

    def __init__(self, row: SlackWorkspace, channels: Mapping[str, str], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"leaders_channel": row.leaders_channel})
        self._row = row
        for name in _SECRETS:
            field = self.fields[name]
            field.widget = forms.PasswordInput(attrs={"autocomplete": "off"})
            if getattr(row, name):
                field.required = False
                field.help_text = f"{field.help_text} There is one: leave this empty to keep it."
        if not row.app_token:
            del self.fields["no_socket"]
        if channels:
            offered = {"": "None yet", **channels}
            for one in (row.leaders_channel, str((data or {}).get("leaders_channel", ""))):
                offered.setdefault(one, one)
            self.fields["leaders_channel"].widget = forms.Select(choices=list(offered.items()))

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        for name in _SECRETS:
            given = "".join(typed.get(name, "").split())
            if given and not given.startswith(_BEGINS.get(name, "")):
                self.add_error(name, f"That is another one: this token begins with {_BEGINS[name]}.")
            typed[name] = given or getattr(self._row, name)
        if typed.get("no_socket"):
            if "".join(self.data.get("app_token", "").split()):
                self.add_error("no_socket", "Either a new app token or none: take one of them away.")
            typed["app_token"] = ""
        return typed


@dataclass(frozen=True)
class Line:
    """A person, and who they are in Slack as far as that is known."""

    person: Person
    match: SlackPerson | None

    @property
    def confirmed(self) -> bool:
        return bool(self.match and self.match.confirmed_at)


@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """The page, and its form: what is saved is tried at once by asking Slack whose the token is."""
    _administrator(request)
    row = SlackWorkspace.objects.first() or SlackWorkspace(name=directory().group)
    if request.method != "POST":
        return _page(request, row, WorkspaceForm(row, _channels(row)))
    form = WorkspaceForm(row, {}, request.POST)
    wrong = _wrong_with_leaders_channel(row, form.cleaned_data) if form.is_valid() else ""
    if wrong or not form.is_valid():
        again = WorkspaceForm(row, _channels(row), request.POST)
        if wrong:
            again.add_error("leaders_channel", wrong)
        return _page(request, row, again, status=422)
    row.token_is_new = row.token_is_new or form.cleaned_data["bot_token"] != row.bot_token
    for name in (*_SECRETS, "leaders_channel"):
        setattr(row, name, form.cleaned_data[name])
    row.save()
    _try(request, row)
    return _to_page()


@require_POST
def test_message(request: HttpRequest) -> HttpResponse:
    """Posts one message in the leaders' channel."""
    _administrator(request)
    row = _workspace()
    if not row.leaders_channel:
        messages.warning(request, "Choose the leaders' channel first.")
        return _to_page()
    try:
        _client(row).chat_postMessage(channel=row.leaders_channel, text=_TEST)
        messages.success(request, "Posted. Look into the channel.")
    except TROUBLE as trouble:
        messages.warning(request, f"The test message was not posted. {error_of(trouble)}")
    return _to_page()


@require_POST
def disconnect(request: HttpRequest) -> HttpResponse:
    """Forgets the workspace here: tokens, who is who, and channels. In Slack the app stays until it is taken away."""
    _administrator(request)
    with transaction.atomic():
        row = get_object_or_404(SlackWorkspace.objects.select_for_update(), pk=_workspace().pk)
        forget(row, "Slack was disconnected")
        row.delete()
    messages.success(request, "Slack is disconnected: nothing is posted, and nothing comes in.")
    return _to_page()


@require_POST
def find_people(request: HttpRequest) -> HttpResponse:
    """Looks for who is not matched yet by their e-mail address; the next press goes on after the last of them."""
    _administrator(request)
    row = _workspace()
    client, found, asked, last = _client(row), 0, 0, row_number(request.POST.get("after", ""))
    unmatched = Person.objects.filter(is_active=True).exclude(slack_people__workspace=row).order_by("pk")
    for person in unmatched.filter(pk__gt=last)[:_AT_ONCE]:
        try:
            found += people.match(row, person, client) is not None
        except TROUBLE as trouble:
            messages.warning(request, f"Looking for people ended early. {error_of(trouble)}")
            break
        asked, last = asked + 1, person.pk
    confirm = " Confirm each of them below." if found else " Enter the Slack id of whoever shall be matched below."
    messages.success(request, f"Found {found} of {asked} by their e-mail address.{confirm}")
    more = unmatched.filter(pk__gt=last).count()
    if more:
        messages.warning(request, f"{more} more are to be looked for: press the button again in a minute.")
    return _to_page("people", after=last if more else 0)


@require_POST
def match_person(request: HttpRequest, person: int) -> HttpResponse:
    """Confirms a match, corrects it by the user's id, or takes it away."""
    _administrator(request)
    row = _workspace()
    somebody = get_object_or_404(Person, pk=person, is_active=True)
    match = SlackPerson.objects.filter(workspace=row, person=somebody).first()
    typed = request.POST.get("user_id", "").strip().upper()
    if "forget" in request.POST:
        if match:
            people.forget(match)
        messages.success(request, f"{somebody.name} is matched with nobody.")
    elif "confirm" in request.POST and match:
        people.confirm(match)
        messages.success(request, f"{somebody.name} is confirmed.")
    elif not (typed.isascii() and typed.isalnum() and typed[0] in "UW" and len(typed) <= 20):
        messages.warning(request, "That is no id of a person; it looks like U0123ABC and stands in their profile.")
    elif people.set_user(row, somebody, typed, SlackPerson.How.TYPED) is None:
        messages.warning(request, "That Slack user is somebody else of the group already.")
    else:
        messages.success(request, f"{somebody.name} is matched.")
    return _to_page("people")


def _page(request: HttpRequest, row: SlackWorkspace, form: WorkspaceForm, *, status: int = 200) -> HttpResponse:
    lines = _lines(row) if row.pk else []
    words = request.GET.get("q", "").strip().casefold()[:80]
    shown = [line for line in lines if words in line.person.name.casefold()]
    listed = shown[:_MOST_PEOPLE]
    context = {
        "workspace": row if row.pk else None,
        "form": form,
        "socket_link": new_app_link(manifest(settings.BASE_URL, socket=True)),
        "http_link": new_app_link(manifest(settings.BASE_URL, socket=False)),
        "scopes": SCOPES.items(),
        "to_confirm": [line for line in listed if line.match and not line.confirmed],
        "confirmed": [line for line in listed if line.confirmed],
        "without": [line for line in listed if line.match is None],
        "more": max(0, len(shown) - _MOST_PEOPLE),
        "unmatched": sum(line.match is None for line in lines),
        "waiting": sum(line.match is not None and not line.confirmed for line in lines),
        "q": request.GET.get("q", ""),
        "after": row_number(request.GET.get("after", "")),
    }
    return render(request, "connections/slack.html", context, status=status)


def _lines(row: SlackWorkspace) -> list[Line]:
    """Everybody active: those to be confirmed first, then those who are, then those without a match, by name."""
    matched = {one.person_id: one for one in SlackPerson.objects.filter(workspace=row)}
    lines = [Line(person, matched.get(person.pk)) for person in Person.objects.filter(is_active=True).order_by("name")]
    return sorted(lines, key=lambda line: (line.match is None, line.confirmed))


def _try(request: HttpRequest, row: SlackWorkspace) -> None:
    """Asks whose the token is."""
    try:
        answer = _client(row).auth_test()
    except TROUBLE as trouble:
        waits = " Until it does, nothing is posted." if row.token_is_new else ""
        messages.warning(request, f"Saved. Slack does not take the bot token yet: {error_of(trouble)}{waits}")
        return
    messages.success(request, f"Saved, and Slack takes the bot token of {answer.get('team') or 'the workspace'}.")
    was_here = bool(row.team_id)
    if keep_team(row, str(answer.get("team_id") or "")) and was_here:
        messages.warning(request, MOVED)


def _wrong_with_leaders_channel(row: SlackWorkspace, typed: Mapping[str, Any]) -> str:
    """Why no other channel than before can be that of the leaders; "" where it can, or nobody tells."""
    channel = typed["leaders_channel"]
    if not channel or channel == row.leaders_channel:
        return ""
    if row.pk and SlackChannel.objects.filter(workspace=row, channel=channel).exists():
        return TAKEN
    tried = copy(row)
    tried.bot_token = typed["bot_token"]
    return wrong_with_channel(_client(tried), channel)


def _channels(row: SlackWorkspace) -> dict[str, str]:
    """The channels to choose from, by id; empty where Slack does not tell now, or has more than it tells at once."""
    if not row.bot_token:
        return {}
    try:
        told = _client(row).conversations_list(
            types="public_channel,private_channel", exclude_archived=True, limit=_MOST_CHANNELS
        )
    except TROUBLE:
        return {}
    if (told.get("response_metadata") or {}).get("next_cursor"):
        return {}
    found = [one for one in told.get("channels") or [] if isinstance(one, dict) and one.get("id")]
    return {str(one["id"]): f"#{one.get('name')}" for one in sorted(found, key=lambda one: str(one.get("name")))}


def _client(row: SlackWorkspace) -> WebClient:
    return client_of(row, seconds=_SECONDS)


def _workspace() -> SlackWorkspace:
    row = SlackWorkspace.objects.first()
    if row is None:
        raise Http404
    return row


def _administrator(request: HttpRequest) -> None:
    if not may_for_group(cast(Person, request.user), Right.SET_UP):
        raise Http404


def _to_page(part: str = "", after: int = 0) -> HttpResponse:
    asked = f"?after={after}" if after else ""
    return HttpResponseRedirect(f"{reverse('connections:slack')}{asked}{f'#{part}' if part else ''}", status=303)
