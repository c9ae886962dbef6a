"""Everything that speaks for and against one patient: the name, the best of the visits, and the account."""

from dataclasses import dataclass, replace
from datetime import date

from amends.reviews.matching.facts import TELLING, Evidence, Topic
from amends.reviews.matching.folding import SUFFIXES
from amends.reviews.matching.frequencies import first_weight, last_initial_weight, last_weight
from amends.reviews.matching.names import NOTHING, Fit, fit, with_maiden_name
from amends.reviews.matching.parts import Part, given_part
from amends.reviews.matching.person import person, relative
from amends.reviews.matching.said import Said
from amends.reviews.matching.values import Patient, Visit
from amends.reviews.matching.visits import Most, is_past, of_no_visit, of_visit

FACTS_AGAINST_A_NAME = 3  # so many telling facts outweigh a name that is another one
FACTS_BESIDE_HALF_A_NAME = 2  # so many do where one half is the patient's: Nicole married, or her sister writes
_SAME_SUFFIX = 1.5
_OTHER_SUFFIX = -2.5
_HOPELESS = -4.0  # below this, even sixty such patients together change no score that is shown


@dataclass(frozen=True, slots=True)
class Weighed:
    """One patient against one review."""

    patient: Patient
    name: Fit
    as_relative: str  # the family member who may have written it
    visit: Visit | None
    days_before: int | None
    weight: float
    evidence: tuple[Evidence, ...]

    @property
    def told(self) -> tuple[Evidence, ...]:
        """What the text tells that only this patient's own record could confirm."""
        return tuple(one for one in self.evidence if one.topic in TELLING and one.weight >= 0.6)

    @property
    def denied(self) -> int:
        return sum(one.topic in TELLING and one.weight <= -0.6 for one in self.evidence)


def weigh(patient: Patient, said: Said, providers: frozenset[str], most: Most) -> Weighed:
    """Everything that speaks for or against `patient`. `providers` are the folded names of all providers on the line.

    Where the name is so far off that the `most` that visits can say cannot bring it back, they are not looked at.
    """
    name, kin, others = _who(patient, said)
    weight = sum([one.weight for one in others])
    needed = FACTS_BESIDE_HALF_A_NAME if name.one_half else FACTS_AGAINST_A_NAME
    far_off = not name.some and not kin and said.name.plain and most.facts < needed
    if far_off or weight + most.weight <= _HOPELESS:
        return Weighed(patient, name, kin, None, None, _HOPELESS, ())
    best: list[Evidence] = []
    top = float("-inf")
    chosen: Visit | None = None
    for visit in patient.visits:
        if is_past(visit, said):
            found = of_visit(visit, said, providers)
            weight = 0.0
            for one in found:
                weight += one.weight
            if weight > top or (weight == top and chosen is not None and _order(visit) > _order(chosen)):
                best, top, chosen = found, weight, visit
    if chosen is None:
        best = [Evidence(Topic.RECENCY, of_no_visit(said))]
    gap = (said.posted - chosen.date).days if chosen is not None and said.posted is not None else None
    evidence = (*others, *best, *_of_account(patient, said))
    return Weighed(patient, name, kin, chosen, gap, sum([one.weight for one in evidence]), evidence)


def _order(visit: Visit) -> tuple[date, str, str]:
    return visit.date, visit.status, repr(visit.procedures)


def _who(patient: Patient, said: Said) -> tuple[Fit, str, list[Evidence]]:
    """The name as the patient's own or as a relative's, whichever says more."""
    own = fit(said.name, person(patient.first, patient.preferred, patient.last))
    if own.last is Part.OTHER and own.given is not Part.OTHER and patient.family:
        own = with_maiden_name(said.name, own, [relative(member, patient.last) for member in patient.family])
    own_weight = own.weight - (2.0 if said.relative and own.some and own is not NOTHING and said.name.plain else 0.0)
    best, kin = own, ""
    weight = own_weight
    for member in patient.family:
        theirs = fit(said.name, relative(member, patient.last))
        if not theirs.some or theirs.given is Part.ABSENT or not (said.relative or theirs.full or theirs.half):
            continue  # a first name or initials in a family say nothing until the text speaks of a relative
        theirs_weight = theirs.weight - (0.7 if said.relative else 2.2)
        if theirs_weight > weight:
            best, kin, weight = theirs, member, theirs_weight
    evidence = [Evidence(Topic.RELATIVE if kin else Topic.NAME, weight)]
    if not kin and said.relative and own.given is Part.OTHER:
        shared = _shared_last(patient, said, own)
        if shared.weight > weight:
            best, kin = shared, said.relative
            evidence = [Evidence(Topic.RELATIVE, shared.weight)]
    if said.suffix and not kin:
        evidence += _suffix(patient, said)
    if said.relatives_name:
        how, _ = given_part(said.relatives_name, person(patient.first, patient.preferred, "").given)
        weight = first_weight(said.relatives_name) - 1.0 if how else -1.5
        evidence.append(Evidence(Topic.CALLED_BY_NAME, weight, (said.relative, patient.preferred or patient.first)))
    return best, kin, evidence


def _suffix(patient: Patient, said: Said) -> list[Evidence]:
    """Father or son, where the chart says it; one that says nothing may be either."""
    known = person(patient.first, patient.preferred, patient.last).suffix
    if not known:
        return []
    words = (SUFFIXES[said.suffix], SUFFIXES[known])
    return [Evidence(Topic.SUFFIX, _SAME_SUFFIX if known == said.suffix else _OTHER_SUFFIX, words)]


def _shared_last(patient: Patient, said: Said, own: Fit) -> Fit:
    """Another first name and the same last one, or its initial, where the text speaks of a relative."""
    if own.last in (Part.SAME, Part.SLIP):
        return replace(own, weight=last_weight(own.last_word) - 1.5)
    initials = said.name.initials if len(said.name.words) < 2 else ()
    for surname in person(patient.first, patient.preferred, patient.last).surnames:
        if initials and surname[0] == initials[-1]:
            return Fit(Part.OTHER, Part.INITIAL, last_initial_weight(surname[0]) - 1.5, last_word=surname)
    return own


def _of_account(patient: Patient, said: Said) -> list[Evidence]:
    found = []
    if patient.balance_change is not None and (said.money or said.missed):
        change = abs(patient.balance_change)
        if change and any(abs(change - amount) < 1 for amount in said.amounts):
            found.append(Evidence(Topic.AMOUNT, 2.5, (f"{change:.2f}",)))
        else:
            found.append(Evidence(Topic.MONEY, 0.7 if change else -0.3))
    if patient.open_case is not None and said.unhappy:
        found.append(Evidence(Topic.OPEN_CASE, 1.0 if patient.open_case else -0.1))
    return found
