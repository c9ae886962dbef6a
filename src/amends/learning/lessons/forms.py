"""What managers type about lessons."""

from collections.abc import Mapping
from typing import Any

from django import forms

from amends.cases.forms import Story
from amends.handbook.models import Page
from amends.handbook.shelf import shown_pages
from amends.learning.lessons.models import LONGEST, LessonVersion
from amends.learning.lessons.patient_free import what_tells
from amends.learning.lessons.writing import Written
from amends.reviews.checker.values import Context


class LessonForm(forms.Form):
    """Both halves of a lesson and its page of the handbook. `seen` is the version that the writer began from."""

    use_required_attribute = False

    seen = forms.IntegerField(min_value=0, max_value=32_000, required=False, widget=forms.HiddenInput)
    office = forms.ChoiceField(label="For the huddle of", required=False)
    happened = Story(
        label="What happened?",
        rows=3,
        max_length=LONGEST,
        help_text="Without the patient and without names of staff. What the case says already stands here: correct it.",
        error_messages={"required": "Write what happened, in a sentence."},
    )
    we_do = Story(
        label="What do we do now?",
        rows=3,
        max_length=LONGEST,
        error_messages={"required": "Write what we do now, in a sentence."},
    )
    page = forms.ChoiceField(label="Page of the handbook to which it belongs", required=False)

    def __init__(
        self,
        about: Context,
        offices: Mapping[str, str],
        data: Mapping[str, Any] | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self._about = about
        office, page = self.fields["office"], self.fields["page"]
        assert isinstance(office, forms.ChoiceField)  # noqa: S101  for the type checker: they are declared as such above
        assert isinstance(page, forms.ChoiceField)  # noqa: S101
        if len(offices) > 1:
            office.choices, office.required = list(offices.items()), True
        else:
            del self.fields["office"]
        page.choices = [("", "None"), *((shown.page.slug, shown.title) for shown in shown_pages())]

    def clean_happened(self) -> str:
        return self._tells_nobody("happened")

    def clean_we_do(self) -> str:
        return self._tells_nobody("we_do")

    def _tells_nobody(self, name: str) -> str:
        text = " ".join(str(self.cleaned_data[name]).split())
        if found := what_tells(text, self._about):
            raise forms.ValidationError([*found])
        return text

    @property
    def written(self) -> Written:
        """Of a valid form."""
        typed = self.cleaned_data
        page = Page.objects.get(slug=typed["page"]) if typed["page"] else None
        return Written(typed["happened"], typed["we_do"], page)


def begun_from(version: LessonVersion) -> dict[str, Any]:
    """What the form for a further version begins with."""
    page = version.page.slug if version.page else ""
    return {"seen": version.no, "happened": version.happened, "we_do": version.we_do, "page": page}
