"""The pieces that every form is made of."""

import re

from django import forms
from django.template.loader import render_to_string


class Story(forms.Form):
    account = forms.CharField(label="What happened", help_text="In their words.", widget=forms.Textarea)
    kinds = forms.MultipleChoiceField(
        label="Kind", choices=[("billing", "Billing"), ("wait", "Long wait")], widget=forms.CheckboxSelectMultiple
    )
    how = forms.ChoiceField(
        label="How", choices=[("a", "One"), ("b", "Two")], widget=forms.RadioSelect, help_text="Or not."
    )
    still_here = forms.BooleanField(label="Still here", required=False, help_text="Get a manager now.")
    note = forms.CharField(label="Note", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        raise forms.ValidationError("Nothing fits.")


def piece(name: str, form: forms.Form, field: str) -> str:
    return render_to_string(f"amends/pieces/{name}.html", {"field": form[field]})


def described(html: str) -> set[str]:
    return {each for found in re.findall(r'aria-describedby="([^"]+)"', html) for each in found.split()}


def test_a_field_names_its_control_and_points_to_hint_and_error():
    html = piece("field", Story({}), "account")
    assert '<label for="id_account">What happened' in html
    assert described(html) == {"id_account_helptext", "id_account_error"}
    assert described(html) <= set(re.findall(r' id="([^"]+)"', html))
    assert 'aria-invalid="true"' in html


def test_a_field_that_may_stay_empty_says_so():
    assert "(optional)" in piece("field", Story(), "note")
    assert "(optional)" not in piece("field", Story(), "account")


def test_a_hidden_field_is_only_itself():
    assert "<label" not in piece("field", Story(), "token")


def test_a_checkbox_lies_inside_its_label():
    html = piece("field", Story(), "still_here")
    assert html.index("<label") < html.index('type="checkbox"') < html.index("Still here")
    assert "Get a manager now." in html


def test_chips_are_one_group_with_a_name_and_keep_what_was_chosen():
    html = piece("chips", Story({"kinds": ["wait"]}), "kinds")
    assert "<legend>Kind" in html
    assert re.search(r'value="wait"[^>]*checked', html)
    assert html.count('class="chip"') == 2
    assert described(piece("chips", Story({}), "kinds")) == {"id_kinds_error"}


def test_choices_are_one_group_with_a_name():
    html = piece("choices", Story({}), "how")
    assert "<legend>How" in html
    assert described(html) == {"id_how_helptext", "id_how_error"}


def test_the_summary_leads_to_every_field_that_is_wrong():
    html = render_to_string("amends/pieces/error_summary.html", {"form": Story({}), "refused": "As leader you cannot."})
    for words in ('href="#id_account"', 'href="#id_kinds"', "Nothing fits.", "As leader you cannot.", 'role="alert"'):
        assert words in html


def test_without_errors_there_is_no_summary():
    assert render_to_string("amends/pieces/error_summary.html", {"form": Story()}).strip() == ""


def test_pages_of_a_list_lead_on_and_back():
    html = render_to_string("amends/pieces/pagination.html", {"older": "?before=9", "newest": "?"})
    assert 'href="?before=9"' in html
    assert 'href="?"' in html
    assert render_to_string("amends/pieces/pagination.html", {}).strip() == ""
