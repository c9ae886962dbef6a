"""What a person says about a delivery that they were asked to make by hand."""

from django import forms


class PastedForm(forms.Form):
    """ "I pasted it", with the other system's number where they know it."""

    number = forms.CharField(
        label="Its number there",
        required=False,
        max_length=120,
        error_messages={"max_length": "That is too long for a number; 120 characters are the most."},
    )


class AgainForm(forms.Form):
    """ "Try again"; `not_there` is the person's word that they looked and it did not arrive."""

    not_there = forms.BooleanField(required=False)
