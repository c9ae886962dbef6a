"""The CommLog type of upset patients: found by its name, chosen from the list, or created when somebody says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from amends.deliveries.channel import DeliveryError, UnknownOutcome
from amends.integrations.open_dental.client import Budget
from amends.integrations.open_dental.features import Feature, why_not
from amends.integrations.open_dental.models import OpenDentalDatabase
from amends.integrations.open_dental.office import office, speaking_to
from amends.integrations.open_dental.rows import Definition
from amends.setup import databases as od
from amends.setup import progress
from amends.setup.models import Reading
from amends.setup.pages import administrators_only, page, to
from amends.setup.steps import Step

_CREATION = "creation"  # the `Reading` that remembers when the type was asked for
# What Open Dental takes when no type is given: a case for each of these would be a case for nearly everything.
_FOR_EVERYTHING = "miscellaneous"
_HIGHEST = 2**53 - 1


class TypeForm(forms.Form):
    """Which definition of one database it is."""

    use_required_attribute = False

    def __init__(
        self, database: od.Database, shown: Sequence[Definition], data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, prefix=database.key)
        self.database, self.called, self._shown = database, database.name, {row.DefNum: row for row in shown}
        chosen = database.facts.comm_type.number or _only(database, shown)
        if not shown:
            self.fields["number"] = forms.IntegerField(
                label="Number of the type", required=False, min_value=0, max_value=_HIGHEST, initial=chosen
            )
            return
        rows = sorted(shown, key=lambda row: (not _is_named(row, database), row.ItemName.casefold(), row.DefNum))
        choices = [
            (row.DefNum, f"{row.ItemName.strip()} (number {row.DefNum})")
            for row in rows
            if row.ItemName.strip().casefold() != _FOR_EVERYTHING
        ]
        if chosen and chosen not in self._shown:
            choices.append((chosen, f"number {chosen}"))
        self.fields["number"] = forms.TypedChoiceField(
            label="CommLogs about upset patients are of the type",
            choices=[*choices, (0, "None of these: write them as Miscellaneous")],
            coerce=int,
            widget=forms.RadioSelect,
            required=False,
            empty_value=None,
            initial=chosen,
        )

    def write(self) -> None:
        """The choice is kept; Open Dental is not asked."""
        number = self.cleaned_data["number"]
        before = self.database.facts.comm_type
        if not number or number == before.number:
            return
        row = self._shown.get(number)
        name = row.ItemName.strip() if row else self.database.row.comm_type_name
        if name != self.database.row.comm_type_name:
            self.database.row.comm_type_name = name
            self.database.row.save(update_fields=["comm_type_name"])
        office(self.database.key).use_comm_type(number, name)


@dataclass(frozen=True)
class Section:
    """One database on the page. `same` counts the types that have the wanted name."""

    database: od.Database
    form: TypeForm
    read: od.Read[Definition]
    same: int
    hidden: int
    why_not_create: str


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def comm_type(request: HttpRequest) -> HttpResponse:
    """Every database with its types to choose from."""
    sections = [_section(database, request.POST if request.method == "POST" else None) for database in od.databases()]
    if request.method != "POST":
        return _page(request, sections)
    if not all(section.form.is_valid() for section in sections):
        return _page(request, sections, status=422)
    for section in sections:
        section.form.write()
    messages.success(request, "The CommLog type is saved.")
    return to(progress.go_on(Step.COMM_TYPE).url)


@require_POST
@administrators_only
def create(request: HttpRequest, key: str) -> HttpResponse:
    """Adds the type to Open Dental's definitions: the button says that it writes."""
    row = OpenDentalDatabase.objects.filter(key=key).first()
    if row is None:
        raise Http404
    if not _claimed(key):
        messages.warning(request, "It was asked for a moment ago and may still arrive. Look again in a minute.")
        return to(Step.COMM_TYPE.url)
    try:
        with speaking_to(key) as speaking:
            speaking.create_comm_type(Budget(od.SECONDS))
    except UnknownOutcome as wrong:
        messages.warning(request, f"{wrong} Read Open Dental again in a minute, before anything else.")
    except DeliveryError as wrong:
        Reading.objects.filter(database=key, what=_CREATION).delete()  # certainly not written
        messages.error(request, f"Nothing was created. {wrong}")
    else:
        messages.success(request, f"“{row.comm_type_name}” is created in {row.name}, and used from now on.")
    od.forget(key, od.What.TYPES)
    return to(Step.COMM_TYPE.url)


def _claimed(key: str) -> bool:
    """Whether this press may write: no other did so that could still land (a second one would make a second type)."""
    now = timezone.now()
    kept, is_first = Reading.objects.get_or_create(database=key, what=_CREATION, defaults={"read_at": now})
    settled = now - timedelta(seconds=settings.SETTLE_SECONDS)
    return is_first or bool(Reading.objects.filter(pk=kept.pk, read_at__lt=settled).update(read_at=now))


def _section(database: od.Database, typed: Mapping[str, Any] | None) -> Section:
    read = od.comm_types(database.key)
    shown = [row for row in read.rows if not row.isHidden]
    return Section(
        database=database,
        form=TypeForm(database, shown, typed),
        read=read,
        same=sum(_is_named(row, database) for row in shown),
        hidden=sum(_is_named(row, database) for row in read.rows if row.isHidden),
        why_not_create=why_not(Feature.DEFINITION_WRITE, database.facts),
    )


def _only(database: od.Database, shown: Sequence[Definition]) -> int | None:
    named = [row.DefNum for row in shown if _is_named(row, database)]
    return named[0] if len(named) == 1 else None


def _is_named(row: Definition, database: od.Database) -> bool:
    return row.ItemName.strip().casefold() == database.row.comm_type_name.strip().casefold()


def _page(request: HttpRequest, sections: Sequence[Section], *, status: int = 200) -> HttpResponse:
    context = {
        "sections": sections,
        "forms": [section.form for section in sections],
        "databases": [section.database for section in sections],
        "refused": status == 422,
    }
    return page(request, Step.COMM_TYPE, context, status=status)
