"""Actions towards the patient, and handing the case to somebody else."""

from django import forms

from amends.cases.forms import OneOf, SomeOf, Story, Words, labelled
from amends.cases.forms_act import Act, Day, colleagues
from amends.cases.forms_words import ANSWERS, HEARTS, NO_CONTACTS, REMEDIES
from amends.cases.steps import Desk
from amends.practice.cover import Answer
from amends.protocol import commands as c
from amends.protocol.words import (
    ATTEMPT_WAYS,
    CONVERSATION_WAYS,
    Fixed,
    Heart,
    NoContact,
    RemedyKind,
    Role,
    Way,
)


class Acknowledge(Act):
    key, title, button, said = "acknowledge", "Take it on", "I have it", "You have this case."

    def commands(self) -> list[c.Command]:
        return [c.Acknowledge()]


class StepIn(Act):
    key, title, button, said = "step_in", "Step in", "I take this case", "You have this case."

    def commands(self) -> list[c.Command]:
        return [c.StepIn()]


class Seen(Act):
    key, title, button, said = "seen", "Seen", "I have seen this", "The others see that you have seen it."

    def commands(self) -> list[c.Command]:
        return [c.MarkSeen()]


class OfferCall(Act):
    key, title, button, said = "offer_call", "I'll call them", "I will call the patient", "Everybody sees it."

    def commands(self) -> list[c.Command]:
        return [c.OfferCall()]


class AskForCall(Act):
    key, title, button, said = "ask_for_call", "Call me about this", "Ask for a call", "They are asked to call you."

    def commands(self) -> list[c.Command]:
        return [c.AskForCall()]


class Conversation(Act):
    key, title, button = "conversation", "I spoke with the patient", "I spoke with the patient"
    way = OneOf(label="How did you speak?", needed="Say how you spoke.")
    note = Story(label="What was said?", error_messages={"required": "Write in a sentence what was said."})
    heart = SomeOf({key.value: label for key, label in HEARTS.items()}, label="What you did")

    def prepare(self, desk: Desk) -> None:
        self.choose("way", labelled(CONVERSATION_WAYS, desk.policy.ways))

    def commands(self) -> list[c.Command]:
        typed = self.cleaned_data
        heart = frozenset(Heart(tick) for tick in typed["heart"])
        return [c.RecordConversation(way=Way(typed["way"]), note=typed["note"], heart=heart)]


class Attempt(Act):
    key, title, button = "attempt", "I tried and did not reach them", "Log the attempt"
    way = OneOf(label="How did you try?", needed="Say how you tried.")
    call_back_on = Day("Did they ask to be called on another day?", required=False)
    note = Story(label="Anything to add?", rows=2, required=False)

    def prepare(self, desk: Desk) -> None:
        self.choose("way", labelled(ATTEMPT_WAYS, desk.policy.ways))

    def commands(self) -> list[c.Command]:
        typed = self.cleaned_data
        return [c.LogAttempt(way=Way(typed["way"]), note=typed["note"], call_back_on=typed["call_back_on"])]


class SettleAttempts(Act):
    key, title, button = "settle", "They cannot be reached", "End the attempts"
    reason = OneOf(
        {key.value: label for key, label in NO_CONTACTS.items()}, label="Why is that?", needed="Say why it ends here."
    )
    note = Story(label="Anything to add?", rows=2, required=False)

    def commands(self) -> list[c.Command]:
        return [c.SettleAttempts(reason=NoContact(self.cleaned_data["reason"]), note=self.cleaned_data["note"])]


_YES_NO = {"yes": "Accepted", "no": "Declined"}


class Remedy(Act):
    key, title, button = "remedy", "Record what was offered", "Record the remedy"
    kind = OneOf(
        {key.value: label for key, label in REMEDIES.items()}, label="What was offered?", needed="Say what was offered."
    )
    amount = forms.DecimalField(
        label="Amount in dollars, for a credit or refund",
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": "Write the amount as a number, such as 120 or 120.50."},
    )
    accepted = OneOf({**_YES_NO, "": "Not said yet"}, label="What did the patient say?")
    note = Story(label="Anything to add?", rows=2, required=False)

    def commands(self) -> list[c.Command]:
        typed = self.cleaned_data
        accepted = {"yes": True, "no": False}.get(typed["accepted"])
        return [
            c.OfferRemedy(kind=RemedyKind(typed["kind"]), amount=typed["amount"], accepted=accepted, note=typed["note"])
        ]


class MakePromise(Act):
    key, title, button = "promise", "Record a promise", "Record the promise"
    text = Words(label="What was promised?", max_length=2_000, error_messages={"required": "Write what was promised."})
    owner = forms.ChoiceField(label="Who keeps it?")
    due = Day("By which day?")

    def prepare(self, desk: Desk) -> None:
        self.choose("owner", colleagues(desk))

    def commands(self) -> list[c.Command]:
        return [c.MakePromise(text=self.cleaned_data["text"], owner=self.person("owner"), due=self.end_of("due"))]


class SettlePromise(Act):
    key, title, button = "settle_promise", "Settle a promise", "Record it"
    no = OneOf(label="Which promise?", needed="Choose the promise.")
    kept = OneOf(
        {"yes": "It was kept", "no": "It was missed"}, label="What became of it?", needed="Say whether it was kept."
    )

    def prepare(self, desk: Desk) -> None:
        self.choose("no", {str(promise.no): promise.text for promise in desk.case.open_promises})

    def commands(self) -> list[c.Command]:
        return [c.SettlePromise(no=int(self.cleaned_data["no"]), kept=self.cleaned_data["kept"] == "yes")]


class MarkAddressed(Act):
    key, title, button = "addressed", "It is put right", "It is put right"
    resolution = OneOf(label="How was it put right?", needed="Say how it was put right.")
    note = Story(label="Anything to add?", rows=2, required=False)
    causes = SomeOf(label="What got in the way?")
    change = Words(label="What will you do differently?", max_length=2_000, required=False)

    def prepare(self, desk: Desk) -> None:
        self.choose("resolution", desk.policy.resolutions)
        if desk.case.causes:
            del self.fields["causes"]
        else:
            self.choose_causes()

    def commands(self) -> list[c.Command]:
        typed = self.cleaned_data
        causes: list[c.Command] = []
        if typed.get("causes"):
            causes = [c.RecordCauses(causes=tuple(typed["causes"]))]
        return [*causes, c.MarkAddressed(resolution=typed["resolution"], note=typed["note"], change=typed["change"])]


class Confirm(Act):
    key, title, button = "confirm", "Is it fixed?", "Record the answer"
    answer = OneOf(
        {key.value: label for key, label in ANSWERS.items()},
        label="What does the patient say: is it fixed?",
        needed="Say what the patient answered.",
    )
    note = Story(label="What did they say?", rows=2, required=False)

    def commands(self) -> list[c.Command]:
        return [c.RecordConfirmation(answer=Fixed(self.cleaned_data["answer"]), note=self.cleaned_data["note"])]


_LEVELS = (Role.OFFICE_MANAGER, Role.REGIONAL_MANAGER, Role.LEADER)


def _titled(desk: Desk, person: str, role: Role) -> str:
    return f"{desk.known.people[person].name}, {desk.policy.roles[role]}"


def _instead(desk: Desk, answer: Answer) -> str:
    return f", covering for {desk.known.people[answer.covers_for].name}" if answer.covers_for else ""


class HandOver(Act):
    key, title, button = "hand_over", "Hand it over", "Hand it over"
    to = forms.ChoiceField(label="To whom?", error_messages={"required": "Choose who takes it."})
    why = Story(
        label="Why, so that they can go on?", rows=2, error_messages={"required": "Write why, so that they can go on."}
    )

    def prepare(self, desk: Desk) -> None:
        people: dict[str, str] = {}
        for role in _LEVELS:
            for answer in desk.known.answers(role, desk.office.id, desk.now):
                people.setdefault(answer.person, f"{_titled(desk, answer.person, role)}{_instead(desk, answer)}")
        for role in _LEVELS:
            for person in desk.known.holders(role, desk.office):
                people.setdefault(person.id, f"{_titled(desk, person.id, role)} (away)")
        if desk.case.owner:
            people.pop(desk.case.owner.id, None)
        self.choose("to", people)

    def commands(self) -> list[c.Command]:
        return [c.HandOver(to=self.person("to"), why=self.cleaned_data["why"])]


class _Ask(Act):
    why = Story(
        label="What keeps you from putting it right?",
        error_messages={"required": "Write what keeps you from putting it right."},
    )
    tried = Story(label="What have you tried?", rows=2, required=False)


class AskRegion(_Ask):
    key, title, button = "ask_region", "Ask the regional manager", "Ask the regional manager"

    def commands(self) -> list[c.Command]:
        return [c.AskRegion(why=self.cleaned_data["why"], tried=self.cleaned_data["tried"])]


class AskLeaders(_Ask):
    key, title, button = "ask_leaders", "Ask the leaders", "Ask the leaders"

    def commands(self) -> list[c.Command]:
        return [c.AskLeaders(why=self.cleaned_data["why"], tried=self.cleaned_data["tried"])]
