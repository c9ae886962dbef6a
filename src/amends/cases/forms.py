"""What people type about cases: the shared fields, and the one form of the Report page."""

import re
import uuid
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from django import forms

from amends.practice.directory import OfficeEntry
from amends.protocol import commands as c
from amends.protocol.policy import Labels, Policy
from amends.protocol.values import Patient
from amends.protocol.words import Moment, PatientStatus, Severity, Trigger

# Open Dental's numbers are signed 64-bit, but travel as JSON numbers, which are exact to this only.
HIGHEST_PAT_NUM = 2**53 - 1
_LONGEST_NAME = 120
_GIVEN = "Name given: "
_NAME_GIVEN = re.compile(re.escape(_GIVEN) + r"((?:\w{1,3}\. )*[^.\n]*)")  # a title or an initial has a stop, too
_BREAKS = re.compile(r"[\x00-\x1f\x7f]+")

Word = TypeVar("Word", bound=StrEnum)


class Words(forms.CharField):
    """Typed words. The one character that no database keeps is left out, so that nothing is refused because of it."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value.replace("\x00", "") if isinstance(value, str) else value) or ""


class Story(Words):
    """A field of some sentences."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class OneOf(forms.ChoiceField):
    """Tappable choices of which one is taken."""

    def __init__(self, labels: Mapping[str, str] | None = None, *, needed: str = "", **kwargs: Any) -> None:
        if needed:
            kwargs["error_messages"] = {"required": needed}
        super().__init__(
            choices=list((labels or {}).items()),
            widget=forms.RadioSelect,
            required=bool(needed),
            **kwargs,
        )
        self.error_messages["invalid_choice"] = "Choose one from the list."


class SomeOf(forms.MultipleChoiceField):
    """Tappable choices of which any number is taken."""

    def __init__(self, labels: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(choices=list((labels or {}).items()), widget=forms.CheckboxSelectMultiple, **kwargs)
        self.error_messages["invalid_choice"] = "Choose from the list; “%(value)s” is not on it."


def labelled(words: Iterable[Word], labels: Labels) -> dict[str, str]:
    """These words of the protocol, with the group's own labels as they stand on a button."""
    return {word.value: labels[word.value][:1].upper() + labels[word.value][1:] for word in words}


def one_line(typed: str) -> str:
    """A name or a number as one short line."""
    return _BREAKS.sub(" ", typed).strip()[:_LONGEST_NAME]


def pat_num_of(typed: str) -> int | None:
    """The `PatNum` that was chosen; None for anything that cannot be one."""
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 16):
        return None
    number = int(typed)
    return number if 0 < number <= HIGHEST_PAT_NUM else None


class PatientField(forms.Form):
    """The choice of a patient, shared by the report and the correction: a `PatNum`, "unknown" or "not_a_patient".

    The names that were shown travel with the form as `name_<PatNum>` and `phone_<PatNum>`: they are only what people
    read, the number is what counts.
    """

    use_required_attribute = False  # what is missing is said in one place, with everything that was typed
    patient = Words(
        label="Who is it?",
        error_messages={"required": "Choose the patient, or say that they are not a patient or not known."},
    )
    patient_name = Words(label="Their name", required=False, max_length=_LONGEST_NAME)
    database = ""  # of the office; set by the form that has one

    def clean_patient(self) -> str:
        chosen: str = self.cleaned_data["patient"]
        if chosen not in (PatientStatus.UNKNOWN, PatientStatus.NOT_A_PATIENT) and pat_num_of(chosen) is None:
            raise forms.ValidationError("That is not a patient number. Choose the patient from the list or the search.")
        return chosen

    @property
    def chosen(self) -> Patient | None:
        """The patient whose number was chosen, as they were shown; None for "unknown" and "not a patient"."""
        pat_num = pat_num_of(self.data.get("patient", "").replace("\x00", "").strip())
        if pat_num is None:
            return None
        name = one_line(self.data.get(f"name_{pat_num}", "")) or f"Patient {pat_num}"
        phone = one_line(self.data.get(f"phone_{pat_num}", ""))
        return Patient(database=self.database, pat_num=pat_num, name=name, phone=phone)

    @property
    def patient_status(self) -> PatientStatus:
        return PatientStatus.KNOWN if self.chosen else PatientStatus(self.cleaned_data["patient"])

    def with_typed_name(self, account: str) -> str:
        """The account, with the name of somebody who could not be found in Open Dental in front."""
        name = one_line(self.cleaned_data["patient_name"])
        return f"{_GIVEN}{name}. {account}" if name and not self.chosen else account


def name_given(account: str) -> str:
    """The name that `PatientField.with_typed_name` put in front of an account; "" where there is none."""
    found = _NAME_GIVEN.match(account)
    return found[1] if found else ""


_OF_TREATMENT = " · clinical note"
_OF_OTHERS = " · CommLog"


def moments_with_place(policy: Policy) -> dict[str, str]:
    """When it happened, and which kind of note that makes in Open Dental."""
    return {
        moment.value: policy.moments[moment] + (_OF_TREATMENT if moment is Moment.TREATMENT else _OF_OTHERS)
        for moment in Moment
    }


class ReportForm(PatientField):
    """One screen, 20 seconds."""

    token = forms.CharField(widget=forms.HiddenInput, required=False)
    office = forms.ChoiceField(error_messages={"required": "Choose the office."}, label="Office")
    moment = OneOf(label="When did it happen?", needed="Say when it happened; it decides where the note goes.")
    account = Story(
        label="What happened?",
        error_messages={"required": "Say in a sentence what happened."},
    )
    kinds = SomeOf(label="What is it about?")
    severity = OneOf(label="How upset are they?", needed="Say how upset they are.")
    still_here = forms.BooleanField(label="Still here: get a manager now", required=False)
    triggers = SomeOf(label="Tap what applies")

    def __init__(self, offices: list[OfficeEntry], policy: Policy, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offices = {office.id: office for office in offices}
        self._choose("office", {office.id: office.name for office in offices})
        self._choose("moment", moments_with_place(policy))
        self._choose("kinds", policy.kinds)
        self._choose("severity", labelled(Severity, policy.severities))
        self._choose("triggers", labelled(Trigger, policy.triggers))
        # Somebody who typed a name has said enough about who it is.
        self.fields["patient"].required = not self.data.get("patient_name", "").strip()

    def _choose(self, name: str, labels: Mapping[str, str]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker: these fields are
        field.choices = list(labels.items())

    def clean_token(self) -> str:
        """The form's own number: a second press of its button reports nothing twice."""
        try:
            return str(uuid.UUID(self.cleaned_data["token"]))
        except ValueError:
            return str(uuid.uuid4())

    def clean_patient(self) -> str:
        return super().clean_patient() if self.cleaned_data["patient"] else PatientStatus.UNKNOWN.value

    def clean(self) -> dict[str, Any]:
        office = self._offices.get(self.cleaned_data.get("office", ""))
        if self.chosen and office and not office.open_dental:
            self.add_error("patient", f"{office.name} has no Open Dental, so nobody can be chosen. Type the name.")
        self.database = office.open_dental if office else ""
        return self.cleaned_data

    @property
    def command(self) -> c.Report:
        """The report of a form that is valid."""
        typed = self.cleaned_data
        return c.Report(
            office=typed["office"],
            account=self.with_typed_name(typed["account"]),
            moment=Moment(typed["moment"]),
            kinds=tuple(typed["kinds"]),
            severity=Severity(typed["severity"]),
            triggers=frozenset(Trigger(trigger) for trigger in typed["triggers"]),
            patient_status=self.patient_status,
            patient=self.chosen,
            still_here=typed["still_here"],
        )
