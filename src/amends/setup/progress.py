"""Where the guided run is, and what was typed: kept in the database, so that it goes on anywhere and at any time."""

from collections.abc import Mapping

from django import forms
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone

from amends.practice.models import Person
from amends.setup.models import Draft, Progress
from amends.setup.steps import Step


def passed() -> frozenset[Step]:
    """The steps from which somebody went on."""
    kept = set(Progress.objects.filter(passed_at__isnull=False).values_list("step", flat=True))
    return frozenset(step for step in Step if step in kept)


def place() -> Step:
    """The step to go on at: the first from which nobody went on yet; the summary when there is none."""
    done = passed()
    return next((step for step in Step if step not in done), Step.SUMMARY)


def go_on(step: Step) -> Step:
    """Somebody is through with this step; the next one."""
    Progress.objects.update_or_create(step=step, defaults={"passed_at": timezone.now()})
    return step.next


def changed(step: Step) -> None:
    """Something was sent from the step's page and is kept, so the browser need keep it no longer."""
    Progress.objects.get_or_create(step=step)
    Progress.objects.filter(step=step).update(changes=F("changes") + 1)


def changes(step: Step) -> int:
    """How often something was sent from the step's page."""
    return Progress.objects.filter(step=step).values_list("changes", flat=True).first() or 0


def keep_draft(step: Step, typed: QueryDict, by: Person, *, part: str = "") -> None:
    """What was typed into the step's form (or one part of it) stays, although it is not in effect."""
    values = {name: typed.getlist(name) for name in typed if name not in ("csrfmiddlewaretoken", "press")}
    defaults = {"typed": values, "at": timezone.now(), "by": by}
    Draft.objects.update_or_create(form=_name(step, part), defaults=defaults)
    changed(step)


def draft(step: Step, *, part: str = "") -> Draft | None:
    """What was typed and is not in effect."""
    return Draft.objects.filter(form=_name(step, part)).select_related("by").first()


def drop_draft(step: Step, *, part: str = "") -> None:
    """What was typed is in effect now."""
    Draft.objects.filter(form=_name(step, part)).delete()
    changed(step)


def typed_in(kept: Draft | None) -> QueryDict | None:
    """The draft as a form takes it."""
    if kept is None:
        return None
    typed = QueryDict(mutable=True)
    for name, values in kept.typed.items():
        typed.setlist(name, values)
    return typed


def as_initial(form: forms.Form) -> Mapping[str, object]:
    """What stands in a bound form, for one that shows it without finding fault with it yet."""
    return {
        name: field.widget.value_from_datadict(form.data, {}, form.add_prefix(name))
        for name, field in form.fields.items()
    }


def _name(step: Step, part: str) -> str:
    return f"{step}:{part}" if part else step.value
