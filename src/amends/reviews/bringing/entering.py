"""A review entered by hand, by whoever meets it: in half a minute, and as useful as one that came by itself."""

from datetime import date, datetime, time, timedelta
from typing import Any, cast

import structlog
from django import forms
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from amends.access import Right, case_for, offices_with
from amends.cases.forms import OneOf, Story, Words
from amends.cases.forms_words import NOT_SAVED
from amends.practice.directory import OfficeEntry, directory
from amends.practice.models import Person
from amends.reviews import intake
from amends.reviews.bringing.values import kept_text, tidy
from amends.reviews.intake import SeenReview
from amends.reviews.models import Review, Site, Via

log = structlog.get_logger(__name__)

_GAVE = {
    "1": "★ 1", "2": "★★ 2", "3": "★★★ 3", "4": "★★★★ 4", "5": "★★★★★ 5",
    "yes": "Recommended", "no": "Not recommended", "nothing": "No rating",
}  # fmt: skip
_WHEN = {"today": "Today", "yesterday": "Yesterday", "day": "Another day"}
_LONGEST = 20_000


class ReviewForm(forms.Form):
    """What the review says, and where it stands."""

    use_required_attribute = False

    office = forms.ChoiceField(label="Office", error_messages={"required": "Choose the office."})
    site = OneOf(dict(Site.choices), label="Where does it stand?", needed="Say on which site it stands.")
    gave = OneOf(_GAVE, label="What did they give?", needed="Say how many stars, or whether they recommend the office.")
    reviewer = Words(label="Name as the site shows it", required=False, max_length=200)
    text = Story(label="What does it say?", required=False, max_length=_LONGEST, help_text="Paste it whole.")
    when = OneOf(_WHEN, label="When was it posted?", needed="Say when it was posted.")
    day = forms.DateField(
        label="The day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "That is no date."},
        help_text="Only for another day.",
    )
    url = forms.URLField(
        label="Link to it",
        required=False,
        max_length=2_000,
        assume_scheme="https",
        error_messages={"invalid": "That is no link; it begins with https://."},
    )

    def __init__(self, offices: list[OfficeEntry], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offices = {office.id: office for office in offices}
        field = self.fields["office"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = [(office.id, office.name) for office in offices]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed.get("gave") == "nothing" and not typed.get("text"):
            self.add_error("text", "Without a rating the text is needed.")
        office = self._offices.get(typed.get("office", ""))
        if typed.get("when") == "day" and office and "day" not in self.errors:
            if typed.get("day") is None:
                self.add_error("day", "Say which day.")
            elif not date(2000, 1, 1) <= typed["day"] <= office.today:
                self.add_error("day", "That day lies in the future, or before there were reviews.")
        return typed

    def seen(self, now: datetime) -> SeenReview:
        """The review of a form that is valid."""
        typed, office = self.cleaned_data, self._offices[self.cleaned_data["office"]]
        gave = typed["gave"]
        return SeenReview(
            office=office.id,
            site=typed["site"],
            stars=int(gave) if gave.isdigit() else None,
            recommended={"yes": True, "no": False}.get(gave),
            reviewer=tidy(typed["reviewer"]),
            text=kept_text(typed["text"]),
            url=typed["url"],
            posted_at=_posted(typed, office, now),
        )


def _posted(typed: dict[str, Any], office: OfficeEntry, now: datetime) -> datetime:
    """Now for today, else the noon of that day: nobody who reads a site knows the hour."""
    here = now.astimezone(office.zone)
    day = {"today": here.date(), "yesterday": here.date() - timedelta(days=1)}.get(typed["when"]) or typed["day"]
    return here if day == here.date() else datetime.combine(day, time(12), office.zone)


@require_http_methods(["GET", "HEAD", "POST"])
def review_new(request: HttpRequest) -> HttpResponse:
    """The form; and the review, which is kept and opens a case where it should."""
    person = cast(Person, request.user)
    offices = _offices(person)
    if request.method != "POST":
        return _page(request, offices, ReviewForm(offices, initial={"office": offices[0].id, "site": "google"}))
    form = ReviewForm(offices, request.POST)
    if not form.is_valid():
        return _page(request, offices, form, status=422)
    try:
        taken = intake.take_in(form.seen(timezone.now()), via=Via.BY_HAND, by=person)
    except DatabaseError:
        log.exception("review.not_saved")
        return _page(request, offices, form, refused=NOT_SAVED, status=503)
    again = "" if taken.is_new else "?again=1"
    return HttpResponseRedirect(f"{reverse('review_entered', args=[taken.review.pk])}{again}", status=303)


@require_safe
def review_entered(request: HttpRequest, review: int) -> HttpResponse:
    """What became of it: a case and who has it, a question for a manager, or nothing to do."""
    person = cast(Person, request.user)
    row = Review.objects.select_related("case", "maybe_same").filter(pk=review).first()
    if row is None or str(row.office_id) not in offices_with(person, Right.REPORT):
        raise Http404
    known, case = directory(), intake.case_of(row)
    if case:
        case_for(person, case.number, Right.SEE_CASE)
    context = {
        "review": row,
        "office": known.offices[str(row.office_id)],
        "case": case,
        "owner": known.people.get(str(case.owner_id)) if case else None,
        "mine": bool(case) and case is not None and case.owner_id == person.pk,
        "again": "again" in request.GET,
    }
    return render(request, "bringing/entered.html", context)


def _offices(person: Person) -> list[OfficeEntry]:
    """Where the person may report: whoever meets a review documents it. Http404 for somebody who may nowhere."""
    known = directory()
    mine = offices_with(person, Right.REPORT, known)
    offices = [office for office in known.offices.values() if office.id in mine and office.is_active]
    if not offices:
        raise Http404
    return offices


def _page(
    request: HttpRequest, offices: list[OfficeEntry], form: ReviewForm, *, refused: str = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "offices": offices, "refused": refused}
    return render(request, "bringing/new.html", context, status=status)
