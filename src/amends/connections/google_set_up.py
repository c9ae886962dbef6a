"""Connecting Google: a person's consent, the accounts, which office each profile is, and where Google tells of news."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amends.access import Right, may_for_group
from amends.cases.forms import Words
from amends.connections import refresh
from amends.connections.neighbors.google import key_of
from amends.deliveries.channel import DeliveryError
from amends.integrations.google_business import notices, profiles, signing_in
from amends.integrations.google_business.client import GoogleClient
from amends.integrations.google_business.connecting import client_for, keep_tokens
from amends.integrations.google_business.models import GoogleConnection, GoogleLocation
from amends.integrations.google_business.pushes import audience
from amends.practice.directory import directory
from amends.practice.models import Office, Person

_ASKED = "google_asked"  # in the session: what must come back with the consent
_PATIENCE = 5.0  # seconds that a person waits for a turn
_MOST = 100  # profiles on one page
_FIELDS = ("client_id", "push_topic", "push_email")


class ClientForm(forms.Form):
    """The OAuth client of the group's project at Google Cloud, and where pushes come from."""

    use_required_attribute = False

    client_id = Words(label="Client ID", max_length=200, help_text="Google Cloud, APIs & Services, Credentials.")
    client_secret = Words(
        label="Client secret", widget=forms.PasswordInput(attrs={"autocomplete": "off"}), help_text="Beside the ID."
    )
    push_topic = forms.RegexField(
        r"^projects/[^/\s]+/topics/[^/\s]+\Z",
        label="Pub/Sub topic",
        required=False,
        max_length=255,
        help_text="For news within seconds: projects/…/topics/…. Without one Amends looks every few minutes.",
        error_messages={"invalid": "That is no topic; it looks like projects/our-project/topics/reviews."},
    )
    push_email = forms.EmailField(
        label="Service account of the push subscription",
        required=False,
        help_text="The address that signs the pushes. Pushes of anybody else are refused.",
    )

    def __init__(self, row: GoogleConnection, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={name: getattr(row, name) for name in _FIELDS})
        if row.client_secret:
            field = self.fields["client_secret"]
            field.required = False
            field.help_text = f"{field.help_text} There is one: leave this empty to keep it."


@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """The page, and its first form."""
    _administrator(request)
    row = GoogleConnection.objects.first() or GoogleConnection()
    form = ClientForm(row, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, row, form, status=422 if form.errors else 200)
    for name in _FIELDS:
        setattr(row, name, form.cleaned_data[name].strip())
    row.client_secret = form.cleaned_data["client_secret"].strip() or row.client_secret
    row.save()
    messages.success(request, "Saved.")
    return _to_page("consent")


@require_safe
def connect(request: HttpRequest) -> HttpResponse:
    """On to Google, where the person agrees. A link and no form: browsers let no form of ours lead elsewhere."""
    _administrator(request)
    row = _connection()
    asking = signing_in.Asking.new()
    request.session[_ASKED] = [asking.state, asking.verifier]
    return HttpResponseRedirect(signing_in.consent_link(row, asking, _back(request)))


@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Back from Google, with a code or a no. Counts once, and only for who was sent there."""
    _administrator(request)
    row = _connection()
    state, verifier = request.session.pop(_ASKED, ["", ""])
    if not state or request.GET.get("state") != state:
        messages.warning(request, "That answer of Google belongs to no question of yours. Connect again.")
    elif "code" not in request.GET:
        messages.warning(request, "Nothing was connected: Google was not given the permission.")
    else:
        asking = signing_in.Asking(state, verifier)
        _connected(request, row, request.GET["code"], asking)
    return _to_page("consent")


@require_POST
def accounts(request: HttpRequest) -> HttpResponse:
    """Which accounts are the group's; their profiles are read."""
    _administrator(request)
    row = _connection()
    try:
        found = profiles.choose_accounts(row, request.POST.getlist("account"), _client(row))
    except DeliveryError as error:
        messages.warning(request, f"The profiles were not read. {error}")
    else:
        messages.success(request, f"{found} profile{'s' if found != 1 else ''} found. Say below which office each is.")
    return _to_page("profiles")


@require_POST
def offices(request: HttpRequest) -> HttpResponse:
    """Which office each profile is, as a person says. A field that was not sent changes nothing."""
    _administrator(request)
    known = {office.name.casefold(): office for office in Office.objects.filter(is_active=True)}
    wrong: list[str] = []
    for location in GoogleLocation.objects.filter(account__connection=_connection()):
        typed = request.POST.get(f"office-{location.pk}")
        if typed is None:
            continue
        name = " ".join(typed.split()).casefold()
        if name and name not in known:
            wrong.append(f"{location}: there is no office “{typed.strip()}”.")
        else:
            profiles.is_office(location, known.get(name))
    for line in wrong:
        messages.warning(request, line)
    if not wrong:
        messages.success(request, "Saved. New reviews come in within a few minutes.")
    return _to_page("profiles")


@require_POST
def telling(request: HttpRequest, account: int) -> HttpResponse:
    """Looks where Google tells of news, or makes it tell us: over another tool only with a yes that names its topic."""
    _administrator(request)
    row = _connection()
    one = get_object_or_404(row.accounts, pk=account)
    client = _client(row)
    try:
        if "ours" in request.POST and not row.push_topic:
            messages.warning(request, "Enter the Pub/Sub topic first.")
        elif "ours" in request.POST:
            notices.tell_us(row, one, client, instead_of=request.POST.get("instead_of", ""))
            messages.success(request, f"Google now tells {row.push_topic}.")
        elif "nobody" in request.POST:
            notices.tell_nobody(row, one, client)
            messages.success(request, "Google does not tell us any more. Amends looks every few minutes.")
        else:
            topic = notices.read_topic(one, client)
            messages.success(request, f"Google tells {topic}." if topic else "Google tells nobody.")
    except DeliveryError as error:
        messages.warning(request, str(error))
    return _to_page("telling")


@require_POST
def test(request: HttpRequest) -> HttpResponse:
    """Looks at the connection now, as the Connections page does."""
    _administrator(request)
    refresh.look_now(key_of(_connection()))
    return HttpResponseRedirect(f"{reverse('connections:list')}#connection-{key_of(_connection()).replace('.', '-')}")


@require_POST
def disconnect(request: HttpRequest) -> HttpResponse:
    """Gives the permission back. What was read stays, and so does which office each profile is."""
    _administrator(request)
    row = _connection()
    client = _client(row)
    try:
        for account in row.accounts.filter(chosen=True):
            notices.tell_nobody(row, account, client)
    except DeliveryError:
        pass  # Google knows that nobody fetches from a topic; it does no harm
    heard = signing_in.take_back(row)
    row.refresh_token, row.access_token, row.access_until, row.trouble = "", "", None, ""
    row.save(update_fields=["refresh_token", "access_token", "access_until", "trouble"])
    if heard:
        messages.success(request, "Disconnected. Reviews by hand and by file work as before.")
    else:
        messages.warning(
            request, "Disconnected here; Google did not hear of it. Take the access back in the Google account, too."
        )
    return _to_page("consent")


def _connected(request: HttpRequest, row: GoogleConnection, code: str, asking: signing_in.Asking) -> None:
    try:
        tokens = signing_in.exchanged(row, code, asking, _back(request))
    except DeliveryError as error:
        messages.warning(request, f"Nothing was connected. {error}")
        return
    if not tokens.refresh_token:
        messages.warning(request, "Google gave no lasting permission. Connect again, and agree to all of it.")
        return
    keep_tokens(row, tokens)
    profiles.read_all_again(row)
    try:
        found = profiles.read_accounts(row, _client(row))
    except DeliveryError as error:
        messages.warning(request, f"Connected, but the accounts could not be read yet. {error}")
    else:
        messages.success(request, f"Connected. {len(found)} accounts: choose those of the group.")


def _page(request: HttpRequest, row: GoogleConnection, form: ClientForm, *, status: int = 200) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:80]
    known = list(Office.objects.filter(is_active=True).order_by("name"))
    rows = GoogleLocation.objects.filter(account__connection=row if row.pk else None).select_related("office")
    shown = rows.filter(title__icontains=words) if words else rows
    locations = sorted(shown, key=lambda one: one.office_id is not None)
    context = {
        "connection": row if row.pk else None,
        "form": form,
        "back": _back(request),
        "hook": audience(),
        "accounts": row.accounts.all() if row.pk else [],
        "chosen": [account for account in row.accounts.all() if account.chosen] if row.pk else [],
        "lines": [(one, profiles.suggestion(one, known) if not one.office else None) for one in locations[:_MOST]],
        "more": max(0, len(locations) - _MOST),
        "offices": known,
        "unmapped": rows.filter(office=None).count(),
        "any": rows.exists(),
        "q": words,
        "group": directory().group,
    }
    return render(request, "connections/google.html", context, status=status)


def _back(request: HttpRequest) -> str:
    # Google compares it letter by letter with what is entered there, so it is the site's address and not the browser's.
    return audience().removesuffix(reverse("google_pushes")) + reverse("connections:google_back")


def _client(row: GoogleConnection) -> GoogleClient:
    return client_for(row, patience=_PATIENCE)


def _connection() -> GoogleConnection:
    row = GoogleConnection.objects.first()
    if row is None:
        raise Http404
    return row


def _administrator(request: HttpRequest) -> None:
    if not may_for_group(cast(Person, request.user), Right.SET_UP):
        raise Http404


def _to_page(anchor: str) -> HttpResponse:
    response = HttpResponseRedirect(f"{reverse('connections:google')}#{anchor}")
    response.status_code = 303
    return response
