"""What people say about their messages in Slack."""

from typing import Any

from django import forms

from amends.cases.forms import OneOf
from amends.practice.directory import Directory

from .models import SlackTaste


class Time(forms.TimeField):
    def __init__(self, label: str, *, required: bool = False) -> None:
        super().__init__(
            label=label,
            required=required,
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            error_messages={"invalid": "Write the time as hours and minutes.", "required": "Choose a time."},
        )


class TasteForm(forms.Form):
    """How a leader wants to hear of cases."""

    use_required_attribute = False

    how = OneOf(dict(SlackTaste.How.choices), label="How do you want to hear of cases?", needed="Choose one.")
    daily_at = Time("Once a day at", required=True)
    quiet_from = Time("Quiet from")
    quiet_to = Time("Quiet until")

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        begin, end = typed.get("quiet_from"), typed.get("quiet_to")
        if not self.errors and ((begin is None) != (end is None) or (begin is not None and begin == end)):
            self.add_error("quiet_to", "Quiet hours need a beginning and another end; leave both empty for none.")
        return typed


class ChannelForm(forms.Form):
    """A region's or an office's own channel."""

    use_required_attribute = False

    whose = forms.ChoiceField(label="Whose", error_messages={"required": "Choose whose channel it is."})
    channel = forms.RegexField(
        r"^[CG][A-Z0-9]{2,29}\Z",
        label="The channel's id",
        strip=True,
        help_text="In Slack, open the channel's details: its id stands at the end (C0123ABC).",
        error_messages={
            "required": "Enter the channel's id (C0123ABC).",
            "invalid": "That is no id of a channel; it looks like C0123ABC. A name will not do: names change.",
        },
    )

    def __init__(self, known: Directory, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = {f"region:{office.region_id}": f"Region {office.region}" for office in known.offices.values()}
        offices = {f"office:{office.id}": office.name for office in known.offices.values() if office.is_active}
        field = self.fields["whose"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker: it is one
        field.choices = [*regions.items(), *offices.items()]
