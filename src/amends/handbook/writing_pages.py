"""Writing the handbook: draft, preview, publish; where a page stands; the newer text that came with Amends."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from amends.cases.policies import current_policy
from amends.handbook import writing
from amends.handbook.differences import differences
from amends.handbook.forms import PageForm, PlaceForm, TopicForm
from amends.handbook.live import values
from amends.handbook.models import Page, PageVersion
from amends.handbook.shelf import may_arrange, may_edit, rendered
from amends.handbook.shipped import offer
from amends.practice.directory import directory
from amends.practice.models import Person
from amends.web.asked import row_number

_FORM = ("GET", "HEAD", "POST")


@require_http_methods(_FORM)
def new(request: HttpRequest) -> HttpResponse:
    """A page that is not there yet."""
    person = _writer(request)
    if request.method != "POST":
        return _editor(request, PageForm(person), topic=TopicForm())
    form, topic = PageForm(person, data=request.POST), TopicForm(request.POST)
    if not (form.is_valid() & topic.is_valid()):
        return _editor(request, form, topic=topic, status=422)
    if "preview" in request.POST:
        return _editor(request, form, topic=topic, preview=form.written.text)
    made = writing.begin(form.written, topic=topic.chosen(), by=person, publish="publish" in request.POST)
    return _saved(request, made)


@require_http_methods(_FORM)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The editor of a page: it goes on with the newest draft, and `from=published` begins with what readers see."""
    person = _writer(request)
    page = get_object_or_404(Page.objects.select_related("topic"), slug=slug, live=False)
    newest = writing.newest_of(page)
    if request.method != "POST":
        return _editor(request, PageForm(person, _begun(request, page, newest)), page=page, newest=newest)
    form = PageForm(person, newest, request.POST)
    if not form.is_valid():
        return _editor(request, form, page=page, newest=newest, status=422)
    if "preview" in request.POST:
        return _editor(request, form, page=page, newest=newest, preview=form.written.text)
    try:
        publish, seen = "publish" in request.POST, form.cleaned_data["seen"] or 0
        return _saved(request, writing.save(page, form.written, seen=seen, by=person, publish=publish))
    except writing.MovedError as moved:
        return _moved(request, page, form, moved.newest)


def _begun(request: HttpRequest, page: Page, newest: PageVersion | None) -> PageVersion | None:
    """What the editor begins with. Its `seen` is the newest row in any case: a draft that is passed over was seen."""
    if newest and newest.is_draft and request.GET.get("from") == "published":
        now = writing.published(page)
        return PageVersion(pk=newest.pk, title=now.title, text=now.text, state=now.state) if now else newest
    return newest


def _moved(request: HttpRequest, page: Page, form: PageForm, theirs: PageVersion) -> HttpResponse:
    """Somebody saved another text: theirs is kept, mine stays in the form, and a second press saves mine."""
    typed = request.POST.copy()
    typed["seen"] = str(theirs.pk)
    again = PageForm(cast(Person, request.user), data=typed)
    again.is_valid()
    changes = differences(theirs.text, form.written.text)
    return _editor(request, again, page=page, newest=theirs, moved=theirs, changes=changes, status=409)


def _editor(
    request: HttpRequest,
    form: PageForm,
    *,
    page: Page | None = None,
    newest: PageVersion | None = None,
    topic: TopicForm | None = None,
    preview: str | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    person = cast(Person, request.user)
    context = {
        "form": form,
        "page": page,
        "topic_form": topic,
        "newest": newest,
        "preview": rendered(preview) if preview is not None else None,
        "preview_title": form.cleaned_data["title"] if preview is not None else "",
        "others": writing.note_open(page, person) if page else [],
        "known_values": values(current_policy()),
        "zone": directory().zone_of(str(person.pk)),
        **more,
    }
    return render(request, "handbook/edit.html", context, status=status)


@require_http_methods(_FORM)
def place(request: HttpRequest, slug: str) -> HttpResponse:
    """Topic, order and readers of a page."""
    if not may_arrange(cast(Person, request.user)):
        raise Http404
    page = get_object_or_404(Page.objects.select_related("topic"), slug=slug)
    form = PlaceForm(page, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        now = writing.newest_of(page)
        context = {"form": form, "page": page, "title": now.title if now else current_policy().name}
        return render(request, "handbook/place.html", context, status=422 if form.is_bound else 200)
    page.topic, page.place = form.chosen(), form.cleaned_data["place"]
    page.audience, page.is_shown = form.cleaned_data["audience"], form.cleaned_data["is_shown"]
    page.save(update_fields=["topic", "place", "audience", "is_shown"])
    messages.success(request, "Saved.")
    return HttpResponseRedirect(reverse("handbook:index"), status=303)


@require_http_methods(_FORM)
def shipped(request: HttpRequest, slug: str) -> HttpResponse:
    """The newer text that came with Amends beside the group's own; it is taken or declined, and never put over."""
    person = _writer(request)
    page = get_object_or_404(Page.objects.select_related("topic"), slug=slug)
    ship, now, newest = offer(page), writing.published(page), writing.newest_of(page)
    if ship is None or newest is None:
        raise Http404
    if request.method != "POST":
        context = {
            "page": page,
            "title": now.title if now else newest.title,
            "ship": ship,
            "html": rendered(ship.text),
            "changes": differences(now.text if now else "", ship.text),
            "newest": newest,
        }
        return render(request, "handbook/shipped.html", context)
    if "take" not in request.POST:
        writing.decline_shipped(page, ship)
        messages.success(request, "Your own text stays.")
        return HttpResponseRedirect(reverse("handbook:page", args=[slug]), status=303)
    try:
        seen = row_number(request.POST.get("seen", ""))
        return _saved(request, writing.take_shipped(page, ship, seen=seen, by=person))
    except writing.MovedError as moved:
        messages.warning(
            request, f"Nothing was changed: {moved.newest.author} saved this page since. Please look again."
        )
        return HttpResponseRedirect(reverse("handbook:shipped", args=[slug]), status=303)


def _saved(request: HttpRequest, made: PageVersion) -> HttpResponse:
    slug = made.page.slug
    if made.is_draft:
        messages.success(request, "The draft is kept. Readers see it once it is published.")
        return HttpResponseRedirect(reverse("handbook:version", args=[slug, made.pk]), status=303)
    messages.success(request, f"Published as version {made.no}.")
    return HttpResponseRedirect(reverse("handbook:page", args=[slug]), status=303)


def _writer(request: HttpRequest) -> Person:
    """Whoever asks, if they write the handbook; else Http404."""
    person = cast(Person, request.user)
    if not may_edit(person):
        raise Http404
    return person
