"""Offices: the clinics of each Open Dental database to choose from, and offices entered by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from amends.cases.forms import Words
from amends.practice.hours.kept import USUAL_WEEK
from amends.practice.models import Office, Region
from amends.setup import progress, zones
from amends.setup.databases import Database, databases
from amends.setup.group import GroupError, OfficeIn, together, write_office
from amends.setup.pages import administrators_only, onward, page, person_of, to
from amends.setup.paging import Part, part_of
from amends.setup.steps import Step

ONE_REGION = "All offices"
_NEW = "new"
_HIGHEST = 2**53 - 1


@dataclass(frozen=True)
class Place:
    """A place that may be an office: a clinic, a database without clinics, an office by hand, or an empty line."""

    key: str
    called: str
    database: str = ""
    ClinicNum: int = 0
    suggested: str = ""
    phone: str = ""
    zone: str = ""
    is_used: bool = False
    office: Office | None = None


class OfficeForm(forms.Form):
    """One place as an office."""

    use_required_attribute = False
    use = forms.BooleanField(label="This is an office of the group", required=False)
    name = Words(label="Name", max_length=120, error_messages={"required": "Enter what people call this office."})
    region = Words(label="Region", required=False, max_length=120)
    phone = Words(label="Telephone for the public", required=False, max_length=40)
    email = forms.EmailField(
        label="E-mail for the public",
        required=False,
        error_messages={"invalid": "Enter an address such as office@example.com, or leave this empty."},
    )
    zone = forms.ChoiceField(
        label="Time zone", error_messages={"required": "Choose the time zone in which the office is."}
    )

    def __init__(
        self,
        place: Place,
        offered: Sequence[tuple[str, str]],
        data: Mapping[str, Any] | None = None,
        *,
        unread: Sequence[Database] = (),
    ) -> None:
        office = place.office
        initial = {
            "use": place.is_used,
            "name": office.name if office else place.suggested,
            "region": office.region.name if office else "",
            "phone": office.phone if office else place.phone,
            "email": office.email if office else "",
            "zone": office.calendar["zone"] if office else place.zone,
        }
        super().__init__(data, prefix=place.key, initial=initial)
        self.place, self.called = place, place.called
        field = self.fields["zone"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker: it is
        field.choices = [("", "Choose"), *offered]
        self.fields["region"].widget.attrs["list"] = "regions"
        if place.key == _NEW:
            del self.fields["use"]
            if unread:
                keys = [("", "None"), *((database.key, database.name) for database in unread)]
                self.fields["database"] = forms.ChoiceField(label="Its Open Dental", choices=keys, required=False)
                self.fields["clinic"] = forms.IntegerField(
                    label="Number of the clinic there", required=False, min_value=0, max_value=_HIGHEST
                )
        if data is not None:
            for name in ("name", "zone"):
                self.fields[name].required = self.is_wanted

    @property
    def is_wanted(self) -> bool:
        """Whether it shall be an office: its box is ticked, or a new one has a name."""
        name = "name" if self.place.key == _NEW else "use"
        return bool(self.data.get(self.add_prefix(name), "").strip())

    def wanted(self, weekly: Mapping[str, Any]) -> OfficeIn:
        """The office of a valid form; a new one is open in the week that is given."""
        before = self.place.office.calendar if self.place.office else {"weekly": weekly}
        return OfficeIn(
            name=self.cleaned_data["name"],
            calendar={**before, "zone": self.cleaned_data["zone"]},
            phone=self.cleaned_data["phone"],
            email=self.cleaned_data["email"],
            ClinicNum=self.cleaned_data.get("clinic") or self.place.ClinicNum,
        )

    @property
    def open_dental(self) -> str:
        """The key of the Open Dental of this office; "" for none."""
        return self.cleaned_data.get("database") or self.place.database


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def offices(request: HttpRequest) -> HttpResponse:
    """Which places are offices, what they are called, and where they are."""
    known = databases()
    part = part_of(places(known), request)
    name = str(part.number)
    if request.method != "POST":
        kept = progress.draft(Step.OFFICES, part=name)
        return _page(request, known, part, _forms(part.rows, known, progress.typed_in(kept)), draft=kept)
    made = [_form(place, known, request.POST) for place in part.rows]
    if request.POST.get("press") == "later":
        progress.keep_draft(Step.OFFICES, request.POST, person_of(request), part=name)
        messages.success(request, "Kept. The offices are not changed yet.")
        return to(request.get_full_path())
    if not all(form.is_valid() for form in made) or not _written(made):
        progress.keep_draft(Step.OFFICES, request.POST, person_of(request), part=name)
        return _page(request, known, part, made, status=422)
    progress.drop_draft(Step.OFFICES, part=name)
    messages.success(request, "The offices are saved.")
    return to(onward(part, Step.OFFICES))


def places(known: Sequence[Database]) -> list[Place]:
    """Everything that may be an office, the clinics first, with the names that do not collide."""
    rows = list(Office.objects.select_related("region").order_by("name"))
    at = {(row.open_dental, row.ClinicNum): row for row in rows if row.open_dental}
    taken = {row.name.casefold() for row in rows}
    found: list[Place] = []
    for database in known:
        first_time = not any(row.open_dental == database.key for row in rows)
        for clinic_num, called, phone in _clinics(database):
            office = at.pop((database.key, clinic_num), None)
            suggested = called if called.casefold() not in taken else f"{called} ({database.name})"
            taken.add(suggested.casefold())
            found.append(
                Place(
                    key=f"{database.key}-{clinic_num}",
                    called=called,
                    database=database.key,
                    ClinicNum=clinic_num,
                    suggested=suggested[:120],
                    phone=phone,
                    zone=zones.zone_of(database.facts.utc_offset, timezone.now()),
                    is_used=office.is_active if office else first_time,
                    office=office,
                )
            )
    gone = list(at.values())
    by_hand = [*gone, *(row for row in rows if not row.open_dental)]
    return [
        *found,
        *(
            Place(f"office-{row.pk}", row.name, row.open_dental, row.ClinicNum, is_used=row.is_active, office=row)
            for row in by_hand
        ),
        Place(_NEW, "An office that is not in Open Dental"),
    ]


def _clinics(database: Database) -> list[tuple[int, str, str]]:
    """Number, name and phone of each clinic; of a database without clinics, one place with its own name."""
    if not is_read(database):
        return []
    clinics = [
        (clinic.ClinicNum, clinic.Description.strip() or clinic.Abbr or f"Clinic {clinic.ClinicNum}", clinic.Phone)
        for clinic in database.facts.clinics
    ]
    return clinics or [(0, database.name, "")]


def is_read(database: Database) -> bool:
    """Whether its clinics are known, also that there are none."""
    facts = database.facts
    return bool(facts.clinics) or ("clinics" in facts.read_at and "clinics" not in facts.troubles)


def _form(place: Place, known: Sequence[Database], typed: Mapping[str, Any] | None = None) -> OfficeForm:
    return OfficeForm(place, _offered(), typed, unread=[database for database in known if not is_read(database)])


def _forms(rows: Sequence[Place], known: Sequence[Database], typed: Mapping[str, Any] | None) -> list[OfficeForm]:
    made = [_form(place, known) for place in rows]
    if typed is not None:
        for form in made:
            form.initial = dict(progress.as_initial(_form(form.place, known, typed)))
    return made


def _offered() -> list[tuple[str, str]]:
    return zones.choices(calendar["zone"] for calendar in Office.objects.values_list("calendar", flat=True))


def _written(made: Sequence[OfficeForm]) -> bool:
    """Writes them together or not at all; what is in the way stands at its form then."""
    first = Office.objects.order_by("pk").first()
    weekly = first.calendar["weekly"] if first else USUAL_WEEK
    usual = Region.objects.order_by("pk").values_list("name", flat=True).first() or ONE_REGION
    try:
        with together():
            for form in made:
                if form.is_wanted:
                    region = form.cleaned_data["region"] or usual
                    write_office(form.wanted(weekly), region=region, database=form.open_dental, row=form.place.office)
                elif form.place.office and form.place.office.is_active:
                    form.place.office.is_active = False
                    form.place.office.save()
    except GroupError as wrong:
        form.add_error("name", str(wrong))
        return False
    return True


def _page(
    request: HttpRequest,
    known: Sequence[Database],
    part: Part[Place],
    made: list[OfficeForm],
    *,
    draft: object = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "forms": made,
        "refused": status == 422,
        "part": part,
        "draft": draft,
        "unread": [database for database in known if not is_read(database)],
        "databases": known,
        "regions": list(Region.objects.order_by("name").values_list("name", flat=True)) or [ONE_REGION],
        "usual_region": Region.objects.order_by("pk").values_list("name", flat=True).first() or ONE_REGION,
    }
    return page(request, Step.OFFICES, context, status=status)
