"""Actions on the case as a record: the review, learning, adding, correcting, opening again, setting aside."""

from typing import Any

from django import forms
from django.http import Http404

from amends.access import Right, case_for
from amends.cases import actions
from amends.cases.forms import OneOf, PatientField, SomeOf, Story, Words, labelled, moments_with_place
from amends.cases.forms_act import Act, Day, colleagues
from amends.cases.forms_words import ASIDES, EXCEPTIONS
from amends.cases.models import number_of, pk_of
from amends.cases.rail import web_link
from amends.cases.steps import Desk
from amends.protocol import commands as c
from amends.protocol.rules.asking import MANAGERS
from amends.protocol.values import WatchRule
from amends.protocol.words import (
    SEVERE_TRIGGERS,
    AsideReason,
    CorrectableField,
    ReplyException,
    Role,
    Severity,
    Teller,
    Trigger,
)
from amends.web.templatetags.amends import spoken

WATCHED = {"office": "This office", "region": "This region", "group": "The whole group"}


class RecordCauses(Act):
    key, title, button = "causes", "What got in the way?", "Record the cause"
    causes = SomeOf(label="Causes", required=True, error_messages={"required": "Choose at least one cause."})
    note = Story(label="Anything to add?", rows=2, required=False)

    def prepare(self, desk: Desk) -> None:
        self.choose_causes()

    def commands(self) -> list[c.Command]:
        return [c.RecordCauses(causes=tuple(self.cleaned_data["causes"]), note=self.cleaned_data["note"])]


class TakeBackCauses(Act):
    key, title, button, said = "causes_back", "A cause was not right", "Take it back", "Taken back."
    causes = SomeOf(label="Recorded", required=True, error_messages={"required": "Choose what is taken back."})
    why = Story(
        label="Why?",
        help_text="If a change was said not to have held because of this case, that stays: please look at it as well.",
        rows=2,
        error_messages={"required": "Write why it is taken back."},
    )

    def prepare(self, desk: Desk) -> None:
        said = {one.key: f"{one.name} ({one.by}, {spoken(one.at, desk.zone)})" for one in desk.causes}
        self.choose("causes", said)

    def commands(self) -> list[c.Command]:
        return [c.TakeBackCauses(causes=tuple(self.cleaned_data["causes"]), why=self.cleaned_data["why"])]


class NameInvolved(Act):
    key, title, button, said = "involved", "Who was involved?", "Note who was involved", "Noted."
    people = SomeOf(
        label="Who was there, or did the work that this is about?",
        help_text=(
            "Never whose fault it was. Only managers see these names; the region and the leaders see a pattern only "
            "where there is enough for one, and each look at a person is written down."
        ),
    )

    def prepare(self, desk: Desk) -> None:
        if desk.actor.role not in MANAGERS:
            raise Http404  # the form itself says who was named
        named = {person.id: person.name for person in desk.case.involved}  # also who has left the office since
        self.choose("people", {**named, **desk.known.staff([desk.office.id])})
        self.initial["people"] = list(named)

    def commands(self) -> list[c.Command]:
        return [c.NameInvolved(people=tuple(self.desk.known.people[key].value for key in self.cleaned_data["people"]))]


class PlanAction(Act):
    key, title, button = "plan", "Plan what will be changed", "Plan the change"
    from_link = ("what",)
    what = Words(
        label="What will be changed?", max_length=2_000, error_messages={"required": "Write what will be changed."}
    )
    owner = forms.ChoiceField(label="Who sees to it?")
    due = Day("By which day?")
    causes = SomeOf(label="It did not hold when this happens again")
    where = OneOf(WATCHED, label="Where is it watched?")
    days = forms.IntegerField(label="For how many days after that day?", min_value=1, max_value=730, required=False)

    def prepare(self, desk: Desk) -> None:
        self.choose("owner", colleagues(desk, Right.ACT_ON_CASE))
        # Those of the case first, which are chosen; without any, whatever causes the case gets count.
        own = {key: desk.policy.causes.get(key, key) for key in desk.case.causes}
        self.choose("causes", {**own, **desk.policy.causes})
        days = desk.policy.limits.watch_days
        self.initial.update(causes=desk.case.causes, where="office", days=days)

    def commands(self) -> list[c.Command]:
        typed, office = self.cleaned_data, self.desk.office
        region = tuple(one.id for one in self.desk.known.offices.values() if one.region_id == office.region_id)
        offices = {"office": (office.id,), "region": region, "group": ()}[typed["where"] or "office"]
        # Those of its case follow the case: a cause that is recorded later is watched too.
        causes = () if set(typed["causes"]) == set(self.desk.case.causes) else tuple(typed["causes"])
        watch = WatchRule(causes, offices, typed["days"] or self.desk.policy.limits.watch_days)
        return [c.PlanAction(what=typed["what"], owner=self.person("owner"), due=self.end_of("due"), watch=watch)]


class FinishAction(Act):
    key, title, button, said = "finish", "Say that a change is done", "It is done", "Noted: it is done."
    no = forms.ChoiceField(label="Which change?")
    note = Story(label="Anything to add?", rows=2, required=False)

    def prepare(self, desk: Desk) -> None:
        self.choose("no", {str(one.no): one.what for one in desk.case.actions if one.done_at is None})

    def commands(self) -> list[c.Command]:
        return [c.FinishAction(no=int(self.cleaned_data["no"]), note=self.cleaned_data["note"])]


class DeclineAction(Act):
    key, title, button = "decline", "Nothing will be changed", "Change nothing"
    reason = Story(label="Why?", rows=2, error_messages={"required": "Write why nothing is changed."})

    def commands(self) -> list[c.Command]:
        return [c.DeclineAction(reason=self.cleaned_data["reason"])]


class NoteRepeat(Act):
    key, title, button = "repeat", "It happened before", "Note the repeat"
    of = Words(
        label="Number of the earlier case", max_length=20, error_messages={"required": "Write the number of that case."}
    )

    def clean_of(self) -> str:
        return other_case(self.desk, self.cleaned_data["of"])

    def commands(self) -> list[c.Command]:
        return [c.NoteRepeat(of=(self.cleaned_data["of"],))]


class ReplyLive(Act):
    key, title, button = "reply_live", "The public reply is live", "The reply is live"
    link = Words(label="Address of the reply", required=False, max_length=1_000)

    def clean_link(self) -> str:
        link: str = self.cleaned_data["link"]
        if link and not web_link(link):
            raise forms.ValidationError("An address begins with https://.")
        return link

    def commands(self) -> list[c.Command]:
        return [c.ReviewReplyLive(link=self.cleaned_data["link"])]


class ExceptReply(Act):
    key, title, button = "except_reply", "There will be no reply", "Sign for no reply"
    reason = OneOf(
        {key.value: label for key, label in EXCEPTIONS.items()},
        label="What stands in the way?",
        needed="Choose the reason.",
    )
    note = Story(
        label="In a sentence; it is signed with your name",
        rows=2,
        error_messages={"required": "Write what stands in the way of a reply; it is signed with your name."},
    )

    def commands(self) -> list[c.Command]:
        return [c.ExceptReply(reason=ReplyException(self.cleaned_data["reason"]), note=self.cleaned_data["note"])]


class AddAccount(Act):
    key, title, button = "account", "Add to the story", "Add it"
    text = Story(label="What was said?", error_messages={"required": "Write what was said."})
    whose = OneOf(
        {Teller.PATIENT.value: "The patient's; it goes into the chart", Teller.TEAM.value: "Ours; it stays inside"},
        label="Whose words are these?",
        needed="Say whose words these are.",
    )

    def commands(self) -> list[c.Command]:
        return [c.AddAccount(text=self.cleaned_data["text"], whose=Teller(self.cleaned_data["whose"]))]


class Correct(Act):
    """Several things of a case in one form; only what was changed is corrected."""

    key, title, button, said = "correct", "Correct the case", "Correct it", "Corrected."
    kinds = SomeOf(label="What it is about")
    severity = OneOf(label="How upset they are", needed="Say how upset they are.")
    moment = OneOf(label="When it happened", needed="Say when it happened.")
    triggers = SomeOf(label="Serious facts")
    why = Story(label="Why is it corrected?", rows=2, error_messages={"required": "Write why it is corrected."})

    def prepare(self, desk: Desk) -> None:
        case, policy = desk.case, desk.policy
        self.choose("kinds", {**{kind: kind for kind in case.kinds}, **policy.kinds})
        self.choose("severity", labelled(Severity, policy.severities))
        self.choose("moment", moments_with_place(policy))
        self.choose("triggers", labelled(Trigger, policy.triggers))
        self.initial.update(kinds=case.kinds, severity=case.severity, moment=case.moment, triggers=case.triggers)

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self._changed():
            raise forms.ValidationError("Nothing is changed yet.")
        return self.cleaned_data

    def _changed(self) -> list[tuple[CorrectableField, tuple[str, ...]]]:
        case, typed = self.desk.case, self.cleaned_data
        # Triggers first: a severe one makes the case severe by itself.
        wanted: list[tuple[CorrectableField, tuple[str, ...], tuple[str, ...]]] = [
            (CorrectableField.TRIGGERS, tuple(sorted(typed["triggers"])), tuple(sorted(case.triggers))),
            (CorrectableField.SEVERITY, (typed["severity"],), (case.severity.value,)),
            (CorrectableField.KINDS, tuple(typed["kinds"]), case.kinds),
            (CorrectableField.MOMENT, (typed["moment"],), (case.moment.value,)),
        ]
        changed = [(name, value) for name, value, was in wanted if value != was]
        if set(typed["triggers"]) & SEVERE_TRIGGERS:
            return [(name, value) for name, value in changed if name is not CorrectableField.SEVERITY]
        return changed

    def commands(self) -> list[c.Command]:
        why = self.cleaned_data["why"]
        return [c.CorrectField(field=name, value=value, why=why) for name, value in self._changed()]


class IdentifyPatient(PatientField, Act):
    key, title, button = "patient", "Say who the patient is", "This is the patient"
    why = Story(label="How is that known?", rows=2, required=False)

    def prepare(self, desk: Desk) -> None:
        self.database = desk.office.open_dental
        del self.fields["patient_name"]

    def commands(self) -> list[c.Command]:
        why = self.cleaned_data["why"]
        return [c.IdentifyPatient(patient_status=self.patient_status, patient=self.chosen, why=why)]


class Reopen(Act):
    key, title, button = "reopen", "Open it again", "Open it again"
    why = Story(label="Why?", rows=2, error_messages={"required": "Write why it is opened again."})

    def commands(self) -> list[c.Command]:
        return [c.Reopen(why=self.cleaned_data["why"])]


class SetAside(Act):
    key, title, button = "set_aside", "Set it aside", "Set it aside"
    reason = OneOf({key.value: label for key, label in ASIDES.items()}, label="Why?", needed="Choose the reason.")
    duplicate_of = Words(label="Number of the other case, if it is the same story", required=False, max_length=20)
    note = Story(label="For those who look later", rows=2, required=False)

    def prepare(self, desk: Desk) -> None:
        if desk.actor.role is Role.TEAM:
            self.choose("reason", {AsideReason.BY_MISTAKE.value: ASIDES[AsideReason.BY_MISTAKE]})
            del self.fields["duplicate_of"]

    def clean_duplicate_of(self) -> str:
        typed = self.cleaned_data["duplicate_of"]
        return other_case(self.desk, typed) if typed else ""

    def perform(self) -> actions.Done:
        other = pk_of(self.cleaned_data.get("duplicate_of", ""))
        if self.cleaned_data["reason"] != AsideReason.DUPLICATE or other is None:
            return super().perform()
        desk, typed = self.desk, self.cleaned_data
        return actions.merge(duplicate=desk.row.pk, into=other, by=desk.actor, note=typed["note"], seen=typed["seen"])

    def commands(self) -> list[c.Command]:
        typed = self.cleaned_data
        other = typed.get("duplicate_of") or None
        return [c.PutAside(reason=AsideReason(typed["reason"]), note=typed["note"], duplicate_of=other)]


def other_case(desk: Desk, typed: str) -> str:
    """The number of another case that this person may act on. Raises `forms.ValidationError`."""
    try:
        row = case_for(desk.person, typed, Right.ACT_ON_CASE)
    except Http404:
        raise forms.ValidationError("There is no such case, or it is not one of yours.") from None
    if row.pk == desk.row.pk:
        raise forms.ValidationError("That is this case.")
    return number_of(row.pk)
