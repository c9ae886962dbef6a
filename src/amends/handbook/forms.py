"""What people type about pages of the handbook."""

from collections.abc import Mapping
from typing import Any

from django import forms

from amends.cases.forms import OneOf, Story, Words
from amends.cases.policies import current_policy
from amends.handbook.because import because, numbers_in
from amends.handbook.live import unknown_in, values
from amends.handbook.models import Audience, Page, PageVersion, Topic
from amends.handbook.writing import Written, new_topic
from amends.practice.models import Person

_LONGEST_TEXT = 40_000
_NEW_TOPIC = "new"


class PageForm(forms.Form):
    """The text of a page, and why it changes. `seen` is the row that the writer began from, 0 for a new page."""

    use_required_attribute = False

    seen = forms.IntegerField(min_value=0, max_value=2**62, required=False, widget=forms.HiddenInput)
    title = Words(label="Title", max_length=120, error_messages={"required": "Give the page a title."})
    text = Story(
        label="Text",
        rows=18,
        max_length=_LONGEST_TEXT,
        help_text="No names of patients and no stories that tell who it was: everybody reads this.",
        error_messages={"required": "Write what the page says."},
    )
    why = Words(
        label="What changes, and why?",
        required=False,
        max_length=300,
        help_text="One line for the history. No names of patients.",
    )
    cases = Words(
        label="Changed because of these cases",
        required=False,
        max_length=400,
        help_text="Numbers such as UP-1042. Whoever may not open a case sees only how many they were.",
    )

    def __init__(self, writer: Person, begun: PageVersion | None = None, data: Mapping[str, Any] | None = None) -> None:
        initial: dict[str, Any] = {"seen": 0}
        # A draft goes on with its own reasons; what was published needs new ones.
        reasons = because(begun.cases if begun and begun.is_draft else (), writer)
        if begun:
            initial = {"seen": begun.pk, "title": begun.title, "text": begun.text}
            initial |= {"why": begun.why, "cases": ", ".join(reasons.seen)} if begun.is_draft else {}
        super().__init__(data, initial=initial)
        self._writer = writer
        # Cases that an earlier writer named and this one may not open stay reasons of the change.
        self._others = (
            [number for number in begun.cases if number not in reasons.seen] if reasons.unseen and begun else []
        )

    def clean_title(self) -> str:
        return " ".join(str(self.cleaned_data["title"]).split())

    def clean_text(self) -> str:
        text = "\n".join(line.rstrip() for line in self.cleaned_data["text"].splitlines()).strip()
        if unknown := unknown_in(text, dict(values(current_policy()))):
            names = ", ".join(f"{{{name}}}" for name in unknown)
            raise forms.ValidationError(f"There is no such value: {names}. Look at the list of values below the text.")
        return text

    def clean_cases(self) -> list[str]:
        try:
            return numbers_in(self.cleaned_data["cases"], self._writer)
        except ValueError as wrong:
            raise forms.ValidationError(f"“{wrong}” is no case that you may open.") from wrong

    @property
    def written(self) -> Written:
        """Of a valid form."""
        typed = self.cleaned_data
        return Written(typed["title"], typed["text"], typed["why"], [*typed["cases"], *self._others])


class TopicForm(forms.Form):
    """The topic in which a page stands: one of the list, or a new one."""

    use_required_attribute = False

    topic = OneOf(label="Topic", needed="Choose a topic.")
    new_topic = Words(label="Name of the new topic", required=False, max_length=80)

    def __init__(self, data: Mapping[str, Any] | None = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        topics = self.fields["topic"]
        assert isinstance(topics, forms.ChoiceField)  # noqa: S101  for the type checker: it is declared as one above
        topics.choices = [*((str(one.pk), one.title) for one in Topic.objects.all()), (_NEW_TOPIC, "A new one")]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("topic") == _NEW_TOPIC and not self.cleaned_data.get("new_topic", "").strip():
            self.add_error("new_topic", "Give the new topic a name.")
        return self.cleaned_data

    def chosen(self) -> Topic:
        """Of a valid form: the topic, made where it is a new one."""
        chosen = self.cleaned_data["topic"]
        if chosen == _NEW_TOPIC:
            return new_topic(self.cleaned_data["new_topic"].strip())
        return Topic.objects.get(pk=int(chosen))


class PlaceForm(TopicForm):
    """Where a page stands, and who reads it."""

    place = forms.IntegerField(
        label="Place within the topic", min_value=0, max_value=32_000, help_text="Small numbers come first."
    )
    audience = OneOf(dict(Audience.choices), label="Who reads each new version?", needed="Choose one.")
    is_shown = forms.BooleanField(
        label="Shown in the handbook", required=False, help_text="Without it nobody finds the page; nothing is lost."
    )

    def __init__(self, page: Page, data: Mapping[str, Any] | None = None) -> None:
        stands = {"topic": str(page.topic_id), "place": page.place}
        super().__init__(data, initial={**stands, "audience": page.audience, "is_shown": page.is_shown})
