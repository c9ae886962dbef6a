"""Why a patient is shown, in sentences for an office manager. What speaks against comes last."""

import re

from amends.reviews.matching.display_name import DisplayName
from amends.reviews.matching.evidence import Weighed
from amends.reviews.matching.facts import Evidence, Topic
from amends.reviews.matching.folding import name_words
from amends.reviews.matching.names import Fit
from amends.reviews.matching.parts import Part
from amends.reviews.matching.values import Patient, Visit

_CAPITAL = re.compile(
    r"\b(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar(?:ch)?\b|apr|may\b|june?\b|july?\b|aug|sep|oct|nov|dec)"
)
_LEAST = 0.25  # nats; what weighs less is not worth a line


def reasons(weighed: Weighed, name: DisplayName) -> tuple[str, ...]:
    """Plain sentences: the name, the last visit, what the text says, and last what speaks against it."""
    said = [_of_name(weighed, name), _of_recency(weighed)]
    for one in sorted(weighed.evidence, key=lambda one: -one.weight):
        if abs(one.weight) >= _LEAST:
            said.append(_sentence(one, weighed))
    return tuple(sentence for sentence in said if sentence)


def _of_name(weighed: Weighed, name: DisplayName) -> str:
    fit, patient = weighed.name, weighed.patient
    if weighed.as_relative:
        if fit.given is Part.OTHER:
            return f"Same last name, {patient.last}; the review speaks of a relative ({weighed.as_relative})."
        return f"The name fits {weighed.as_relative}, a relative of {_called(patient)}."
    if fit.one_half and name.plain:
        same = _of_given(fit, patient) if fit.last is Part.OTHER else _of_last(fit, patient)
        return f"{same} The rest of {name.shown} is another name."
    if fit.given is Part.OTHER or fit.last is Part.OTHER:
        return f"The name {name.shown} is another one." if name.plain else ""
    halves = [_of_given(fit, patient), _of_last(fit, patient)]
    return " ".join(half for half in halves if half)


def _of_given(fit: Fit, patient: Patient) -> str:
    shown, own = fit.given_shown.capitalize(), _chart_word(fit.given_word, patient)
    match fit.given:
        case Part.SAME if fit.last is Part.SAME:
            return "The first and last name are the same."
        case Part.SAME:
            return f"The first name is {own}."
        case Part.SHORT if len(fit.given_shown) <= len(fit.given_word):
            return f"{shown} is a short form of {own}."
        case Part.SHORT:
            return f"{own} is a short form of {shown}."
        case Part.SPELLING:
            return f"{shown} is another spelling of {own}."
        case Part.BEGINNING:
            return f"{shown} is the beginning of {own}."
        case Part.SLIP:
            return f"{shown} is one letter away from {own}."
        case Part.INITIAL if fit.given_shown[:1] != fit.given_word[:1]:
            return f"The initial {shown} fits a short form of {own}."
        case Part.INITIAL:
            return f"The initial {shown} fits {own}."
        case _:
            return ""


def _of_last(fit: Fit, patient: Patient) -> str:
    match fit.last:
        case Part.SAME if fit.given is Part.SAME:
            return ""
        case Part.SAME:
            return f"The last name is {patient.last}."
        case Part.SHORT:
            return f"The last name is short for {patient.last}."
        case Part.FAMILY:
            return f"The last name, {fit.last_word.capitalize()}, is a relative's."
        case Part.SLIP:
            return f"The last name is one letter away from {patient.last}."
        case Part.INITIAL:
            return f"The last initial fits {patient.last}."
        case _:
            return ""


def _chart_word(folded: str, patient: Patient) -> str:
    """The chart's own spelling of a folded first name."""
    for written in (*patient.preferred.split(), *patient.first.split(), patient.preferred, patient.first):
        if folded in name_words(written):
            return written.strip()
    return patient.first or folded.capitalize()


def _told(folded: str) -> str:
    """The review's words for a day, with the capitals that folding took."""
    return _CAPITAL.sub(lambda found: found.group().capitalize(), folded)


def _called(patient: Patient) -> str:
    return patient.preferred or patient.first or patient.last


def _of_recency(weighed: Weighed) -> str:
    visit, gap = weighed.visit, weighed.days_before
    if visit is None:
        return "No visit before the post."
    if gap is None:
        return f"{_what_visit(visit)} on {visit.date:%B} {visit.date.day}, {visit.date.year}."
    when = {0: "on the day of the post", 1: "the day before the post"}.get(gap)
    if when is None:
        when = f"{gap} days before the post" if gap < 120 else f"{round(gap / 30.4)} months before the post"
    return f"{_what_visit(visit)} {when}."


def _what_visit(visit: Visit) -> str:
    if visit.status == "broken":
        return "Missed or cancelled an appointment"
    if visit.status in ("complete", "asap") or visit.arrived is not None:
        return "Seen"
    return "Had an appointment"


def _sentence(one: Evidence, weighed: Weighed) -> str:
    words = one.words
    fits = one.weight > 0
    match one.topic:
        case Topic.SUFFIX if fits:
            return f"{words[0]} stands in the chart, too."
        case Topic.SUFFIX:
            return f"The review says {words[0]}; the chart says {words[1]}."
        case Topic.TREATMENT if fits and len(words) > 2:
            return f"The appointment was for {words[0]} ({words[1]}), which the review names."
        case Topic.TREATMENT if fits:
            return f"Had {words[0]} ({words[1]}) that the review names."
        case Topic.TREATMENT:
            return f"The review names {words[0]}; that visit had none."
        case Topic.WAIT if len(words) == 2:
            return f"Waited {words[0]} minutes; the review says {words[1]}."
        case Topic.PROVIDER if fits:
            return f"Was with {words[0]}, whom the review names."
        case Topic.PROVIDER:
            return f"Was with {words[0]}; the review names somebody else."
        case Topic.DAY if fits:
            return f"The day fits: the review says “{_told(words[0])}”."
        case Topic.DAY:
            return f"The day does not fit: the review says “{_told(words[0])}”."
        case Topic.HOUR:
            return f"The time of day {'fits' if fits else 'does not fit'}: the review says {words[0]}."
        case Topic.MISSED if fits:
            return "The review speaks of a missed appointment, and one was missed."
        case Topic.CANCELLED if fits:
            return "The review speaks of a changed appointment, and one was."
        case Topic.AMOUNT:
            return f"The balance changed by ${words[0]}, which the review names."
        case Topic.MONEY if fits:
            return "The balance changed, and the review speaks of money."
        case Topic.OPEN_CASE if fits:
            return "There is an open case already."
        case Topic.CALLED_BY_NAME if fits:
            return f"The review calls the {words[0]} {words[1]}."
        case _:
            return ""
