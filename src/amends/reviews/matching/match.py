"""Who might have written this review: the one function that decides.

The patients compete with each other and with "nobody of these": two who fit equally well share the score. So a score
means the same on every line, near to "so many of a hundred such answers are right", and never more than 0.99.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import exp, log

from amends.reviews.matching.evidence import FACTS_AGAINST_A_NAME, FACTS_BESIDE_HALF_A_NAME, Weighed, weigh
from amends.reviews.matching.facts import Topic
from amends.reviews.matching.frequencies import is_common
from amends.reviews.matching.parts import Part
from amends.reviews.matching.reasons import reasons
from amends.reviews.matching.said import Said, read
from amends.reviews.matching.values import Candidate, Match, Patient, Review, Verdict
from amends.reviews.matching.visits import is_past, most_of_visits, provider_words

LIKELY = 0.85  # at least this, which leaves 0.15 for all others together
SHOWN = 0.1  # less is not worth a person's time
BY_TEXT_ALONE = 0.3  # an alias: chance makes a text fit somebody more often than one thinks
MOST = 0.99
FIVE = 5
_TEMPER = 0.4
_UNSURE = 0.6  # evidence of a weak kind: at most 0.8
_STRONG = 3.5  # nats of what the text tells, beside one half of a name
_OWN_WORDS = 2.5
_FEW = 25  # a short list was chosen by somebody; it is no reason to believe that the writer is on it
_NEAR = 60  # days
_HALF_YEAR = 180
_TWO_YEARS = 730
_LONG_AGO = 10_000
_MISSED_LATELY = 45


def who_might_it_be(review: Review, patients: Sequence[Patient]) -> Match:
    """At most five patients who may have written the review, or a relative of whom may have, best first.

    *likely* needs a strong score far ahead of all others and evidence of more than one kind; *nobody* has no
    candidates. The order of `patients` changes nothing but the order of exact ties, which go by number.
    """
    said = read(review)
    providers = frozenset(
        word
        for who in patients
        for visit in who.visits
        if is_past(visit, said)
        for word in provider_words(visit.provider)
    )
    most = most_of_visits(said)
    weighed = own_words([weigh(patient, said, providers, most) for patient in patients], said)
    prior = -log(max(len(patients), _FEW))
    odds = [exp(prior + one.weight) for one in weighed]
    total = 1 + sum(sorted(odds))
    worth = [(share / total, one) for share, one in zip(odds, weighed, strict=True) if share >= SHOWN * total]
    shown = [(_tempered(score, one, said), one) for score, one in worth if deserves_a_look(one, said, score)]
    shown = sorted(shown, key=lambda pair: (-pair[0], pair[1].patient.number))[:FIVE]
    return Match(
        _verdict([score for score, _ in shown]),
        tuple(Candidate(one.patient.number, score, reasons(one, said.name)) for score, one in shown),
    )


def own_words(weighed: list[Weighed], said: Said) -> list[Weighed]:
    """Who is a patient herself and was here lately writes of herself, unless the text speaks of a relative."""
    if said.relative or not any(
        one.name.full
        and not one.as_relative
        and not one.denied
        and one.days_before is not None
        and one.days_before <= _NEAR
        for one in weighed
    ):
        return weighed
    return [replace(one, weight=one.weight - _OWN_WORDS) if one.as_relative else one for one in weighed]


def _tempered(share: float, one: Weighed, said: Said) -> float:
    """The share as a score. Pieces of evidence are never quite independent, so what is above a half counts for less;
    what is not sure stays below `LIKELY` however much of it there is."""
    if share > 0.5:
        margin = log(share / max(1 - share, 1e-9))
        share = 1 / (1 + exp(-_TEMPER * margin))
        if not is_sure(one, said):
            share = 0.5 + (share - 0.5) * _UNSURE
    return round(min(share, MOST), 4)


def _verdict(scores: list[float]) -> Verdict:
    if not scores:
        return Verdict.NOBODY
    return Verdict.LIKELY if scores[0] >= LIKELY else Verdict.POSSIBLE


def deserves_a_look(one: Weighed, said: Said, score: float) -> bool:
    """Is there enough to ask a person? What a name leaves open, a recent visit or the text must make up for."""
    name, told = one.name, len(one.told)
    within = _days_since(one, said)
    if name.full:
        namesakes = is_common(name.given_word, name.last_word)
        if (name.nearly or namesakes) and one.denied > told and within > _HALF_YEAR:
            return False  # Brian Walsh had a crown today; Briana Walsh was here a year ago
        if namesakes and within > _TWO_YEARS and not told and not said.reaching:
            return False  # one more James Lee
        return not one.as_relative or bool(said.relative) or within <= _HALF_YEAR
    if said.stranger and not name.half:
        return False
    if one.denied > told + name.half:  # the text speaks against a name that says little
        return False
    if name.half:
        return within <= _HALF_YEAR or (one.visit is None and said.reaching)
    if one.denied and told <= one.denied:
        return False
    if name.some or one.as_relative:
        return _weak_name(one, told, within)
    if name.one_half and within <= _NEAR and told >= FACTS_BESIDE_HALF_A_NAME and not one.denied:
        return score >= BY_TEXT_ALONE and sum(evidence.weight for evidence in one.told) >= _STRONG
    exact = any(evidence.topic is Topic.AMOUNT for evidence in one.told)
    return (
        told + exact >= (FACTS_AGAINST_A_NAME if said.name.plain else 2) and not one.denied and score >= BY_TEXT_ALONE
    )


def _days_since(one: Weighed, said: Said) -> int:
    """Days since the visit; very many where there is none, or it was missed and the text does not speak of that."""
    if one.visit is None:
        return _LONG_AGO
    if one.days_before is None:
        return 0
    missed = one.visit.status == "broken" and not (said.missed or said.cancelled)
    return _LONG_AGO if missed and one.days_before > _MISSED_LATELY else one.days_before


def _weak_name(one: Weighed, told: int, within: int) -> bool:
    """Initials, one half of a name, or a relative's last name."""
    name = one.name
    if one.as_relative and name.given is Part.OTHER:
        return within <= _HALF_YEAR if name.last is not Part.INITIAL else told >= 2 and within <= _NEAR
    if name.given is name.last is Part.INITIAL and name.given_shown[:1] != name.given_word[:1]:
        return within <= _NEAR and told >= 1  # J. is Gerardo only by way of Jerry
    if Part.ABSENT in (name.given, name.last) and Part.INITIAL in (name.given, name.last):
        return within <= _NEAR and told >= 1
    return within <= _NEAR or (within <= _HALF_YEAR and told >= 1)


def is_sure(one: Weighed, said: Said) -> bool:
    """May this evidence be *likely* at all? A name by itself is not enough, nor is a text by itself."""
    name, told, near = one.name, len(one.told), one.days_before is not None and one.days_before <= _NEAR
    if one.denied and told <= one.denied:
        return False
    if one.as_relative:
        return name.full and bool(said.relative) and (told >= 1 or near)
    if said.relative:  # the text is about somebody else, and so may the name be
        return name.full and near and told >= 2
    if name.last is Part.FAMILY:
        return near and told >= 2
    if name.full:
        return near or (told >= 1 and one.visit is not None)
    if name.half:
        return near and told >= 1
    return name.some and near and told >= 3
