"""How well a display name fits a person's name in the chart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from amends.reviews.matching.display_name import DisplayName
from amends.reviews.matching.folding import name_words
from amends.reviews.matching.frequencies import (
    first_initial_weight,
    first_weight,
    last_initial_weight,
    last_weight,
)
from amends.reviews.matching.nicknames import is_first_name, other_forms
from amends.reviews.matching.parts import (
    CERTAIN,
    NEARLY,
    WORD_PARTS,
    Part,
    best_last,
    given_part,
    how_known,
    last_part,
    shortened,
)
from amends.reviews.matching.person import PersonName

# What a half that is not written letter by letter costs, in nats: how rarely people write their own name so.
_COST = {Part.SAME: 0.0, Part.SPELLING: 0.5, Part.SHORT: 0.3, Part.BEGINNING: 1.0, Part.SLIP: 1.5}
OTHER_LAST = -4.5  # people seldom sign with a last name that is not theirs
OTHER_FIRST = -5.5  # the same last name alone is a neighbour more often than a relative
OTHER_INITIAL = -5.0
NO_LIKENESS = -6.5
ALIAS_LIKENESS = -1.0  # a handle or alias that fits nobody says little
_A_FIRST_NAME = 3.0
_SHORT_INITIAL = 1.5  # B. for Robert
_MAIDEN = 2.0
_BOTH = 6  # letters of two names together; fewer stand in a handle by chance
_BETWEEN = ("", "the", "and", "n")
_TURNED = 0.5  # "Morales Jennifer" without a comma


@dataclass(frozen=True, slots=True)
class Fit:
    """The halves, their weight in nats (a stranger by chance is 0), and the words of the chart that fit."""

    given: Part
    last: Part
    weight: float
    given_shown: str = ""
    given_word: str = ""
    last_word: str = ""

    @property
    def full(self) -> bool:
        return self.given in WORD_PARTS and self.last in WORD_PARTS

    @property
    def nearly(self) -> bool:
        """Both halves fit, one of them by a letter more or less."""
        return self.full and not NEARLY.isdisjoint((self.given, self.last))

    @property
    def one_half(self) -> bool:
        """One half is the same name and the other is another one, as where somebody married."""
        return (self.given in CERTAIN and self.last is Part.OTHER) or (
            self.given is Part.OTHER and self.last is Part.SAME
        )

    @property
    def half(self) -> bool:
        """A word and an initial: "Jen M", "J Morales"."""
        return {self.given, self.last} & WORD_PARTS != set() and Part.INITIAL in (self.given, self.last)

    @property
    def some(self) -> bool:
        """Anything at all fits, and nothing speaks against it."""
        return Part.OTHER not in (self.given, self.last) and not (
            self.given is Part.ABSENT and self.last is Part.ABSENT
        )


NOTHING = Fit(Part.ABSENT, Part.ABSENT, 0.0)


def with_maiden_name(name: DisplayName, own: Fit, family: Sequence[PersonName]) -> Fit:
    """`own`, or a better fit where the last name that is not the patient's is a relative's: born or married so."""
    if own.given not in CERTAIN or own.last is not Part.OTHER:
        return own
    rest = tuple(word for word in name.words if word != own.given_shown)
    for member in family:
        how, surname = best_last(rest, member.surnames)
        if how is not None:
            weight = first_weight(own.given_word) - _COST[own.given] + last_weight(surname) - _COST[how] - _MAIDEN
            return replace(own, last=Part.FAMILY, weight=weight, last_word=surname)
    return own


def fit(name: DisplayName, who: PersonName) -> Fit:
    """The best reading of `name` as `who`'s. Nothing to read is `NOTHING`: it speaks neither for nor against."""
    best = _fit(name, who)
    for reading in name.readings:
        if not reading.words or any(word in who.given or word in who.surnames for word in reading.words):
            other = _fit(reading, who)
            if other.some and (not best.some or other.weight > best.weight):
                best = other
    return best


def _fit(name: DisplayName, who: PersonName) -> Fit:
    if name.says_nothing or not (who.given or who.surnames):
        return NOTHING
    if not name.words:
        return _only_initials(name, who)
    best: Fit | None = None
    for place, word in enumerate(name.words):
        found = _with_given(name, who, place, word)
        if found is not None and (best is None or found.weight > best.weight):
            best = found
    if best is None or best.last is Part.OTHER:
        without = _without_given(name, who)
        if without is not None and (best is None or without.weight > best.weight):
            best = without
    if (best is None or not best.full) and name.handle:
        run = [_handle(handle, who) for handle in (name.handle, *(word for word in name.words if len(word) > 4))]
        best = max((one for one in (best, *run) if one is not None), key=lambda one: one.weight, default=None)
    if best is None:
        return Fit(Part.OTHER, Part.OTHER, _no_likeness(name))
    return best


def _no_likeness(name: DisplayName) -> float:
    if not name.plain:
        return ALIAS_LIKENESS
    return NO_LIKENESS if any(is_first_name(word) for word in name.words) else NO_LIKENESS + 1


def _with_given(name: DisplayName, who: PersonName, place: int, word: str) -> Fit | None:
    how, form = given_part(word, who.given)
    if how is None:
        return None
    weight = max(first_weight(form), 0.0) - _COST[how]
    if how is Part.SHORT:
        weight = min(first_weight(form), first_weight(word)) - _COST[how]
    if form not in (who.given[0], *name_words(who.first)[:1]):
        weight -= 0.7  # a middle name
    rest = tuple(
        other
        for spot, other in enumerate(name.words)
        if spot != place and (other in who.surnames or other not in who.given)
    )
    last_how, surname = best_last(rest, who.surnames)
    if last_how is not None:
        turned = 0.0
        if place and not name.reversed and last_part(name.words[0], surname):
            if not {how, last_how}.isdisjoint(NEARLY):
                return None  # turned and misspelled: Terry Hall is not Halle Terry
            turned = _TURNED
        weight += last_weight(surname) - _COST[last_how] - turned
        return Fit(how, last_how, weight, word, form, surname)
    if rest:
        if not name.plain:
            return Fit(how, Part.ABSENT, weight - 1.0, word, form)
        return Fit(how, Part.OTHER, weight + OTHER_LAST - 2.0, word, form)
    return _with_initial(name, who, how, weight, word, form)


def _with_initial(name: DisplayName, who: PersonName, how: Part, weight: float, word: str, form: str) -> Fit:
    if not name.initials or not who.surnames:
        return Fit(how, Part.ABSENT, weight, word, form)
    for surname in who.surnames:
        if surname[0] in name.initials:
            cost = 0.0 if surname[0] == name.initials[-1] else 0.7
            return Fit(how, Part.INITIAL, weight + last_initial_weight(surname[0]) - cost, word, form, surname)
    return Fit(how, Part.OTHER, weight + OTHER_INITIAL - 2.0, word, form)


def _without_given(name: DisplayName, who: PersonName) -> Fit | None:
    how, surname = best_last(name.words, who.surnames)
    if how is None:
        return None
    weight = last_weight(surname) - _COST[how]
    rest = [word for word in name.words if not any(last_part(word, other) for other in who.surnames)]
    if not rest and not name.initials and is_first_name(name.words[0]):
        weight -= _A_FIRST_NAME  # "Henry" is Henry Somebody before it is Mr. Henry
    if rest:
        if not name.plain:
            return Fit(Part.ABSENT, how, weight - 1.0, last_word=surname)
        return Fit(Part.OTHER, how, weight + OTHER_FIRST - 2.0, last_word=surname)
    if not name.initials or not who.given:
        return Fit(Part.ABSENT, how, weight, last_word=surname)
    form, cost = _given_of_initial(name.initials, who)
    if form:
        return Fit(Part.INITIAL, how, weight + first_initial_weight(form[0]) - cost, name.initials[0], form, surname)
    return Fit(Part.OTHER, how, weight + OTHER_INITIAL - 2.0, last_word=surname)


def _only_initials(name: DisplayName, who: PersonName) -> Fit:
    first, *others = name.initials[::-1] if name.reversed else name.initials
    given, cost = _given_of_initial((first,), who)
    if len(name.initials) == 1:
        if given:
            return Fit(Part.INITIAL, Part.ABSENT, first_initial_weight(first) - cost, first, given)
        return Fit(Part.OTHER, Part.ABSENT, OTHER_INITIAL)
    surname = next((word for word in who.surnames if word[0] in others), "")
    if given and surname:
        weight = first_initial_weight(first) + last_initial_weight(surname[0]) - cost
        return Fit(Part.INITIAL, Part.INITIAL, weight, first, given, surname)
    return Fit(Part.OTHER, Part.OTHER, OTHER_INITIAL)


def _given_of_initial(initials: tuple[str, ...], who: PersonName) -> tuple[str, float]:
    """The given name that one of the initials stands for, and what it costs; ("", 0) where there is none."""
    for form in who.given:
        if form[0] in initials:
            return form, 0.0
    if who.given and not who.short_initials.isdisjoint(initials):
        return who.given[0], _SHORT_INITIAL
    return "", 0.0


def _handle(handle: str, who: PersonName) -> Fit | None:
    """ "jmorales", "moralesjen", "jenm": a last name at one end, or a first name before a letter; both names side by
    side with whatever is around them, "therealjennifermorales"."""
    both = _both_in(handle, who)
    if both is not None:
        return both
    for surname in who.surnames:
        if len(surname) < 3 or surname not in handle:
            continue
        rest = handle.removesuffix(surname) if handle.endswith(surname) else handle.removeprefix(surname)
        if rest == handle:
            continue
        how, form = given_part(rest, who.given)
        if how is not None:
            return Fit(how, Part.SAME, first_weight(form) - _COST[how] + last_weight(surname), rest, form, surname)
        form, cost = _given_of_initial((rest[0],), who) if 0 < len(rest) <= 2 else ("", 0.0)
        if form:
            weight = first_initial_weight(rest[0]) + last_weight(surname) - cost
            return Fit(Part.INITIAL, Part.SAME, weight, rest[0], form, surname)
    return _handle_of_first(handle, who)


def _both_in(handle: str, who: PersonName) -> Fit | None:
    for surname in who.surnames:
        for written in (surname, *shortened(surname)):
            if len(written) > 1 and written in handle:
                how, word, form = _given_beside(written, handle, who)
                if how is not None:
                    last = Part.SAME if written == surname else Part.SHORT
                    weight = first_weight(form) - _COST[how] + last_weight(surname) - _COST[last]
                    return Fit(how, last, weight, word, form, surname)
    return None


def _given_beside(surname: str, handle: str, who: PersonName) -> tuple[Part | None, str, str]:
    for form in who.given:
        for word in (form, *sorted(other_forms(form))):
            if len(word) > 2 and len(word) + len(surname) >= _BOTH and _side_by_side(handle, word, surname):
                return how_known(word, form), word, form
    return None, "", ""


def _side_by_side(handle: str, word: str, surname: str) -> bool:
    """The two names with no more than a "the" between them; a last name of two letters closes the handle."""
    if len(surname) < 3:
        return handle.endswith(word + surname) or handle == surname + word
    pairs = ((word, surname), (surname, word))
    return any(f"{one}{between}{other}" in handle for one, other in pairs for between in _BETWEEN)


def _handle_of_first(handle: str, who: PersonName) -> Fit | None:
    for surname in who.surnames:
        if handle[-1] != surname[0]:
            continue
        how, form = given_part(handle[:-1], who.given)
        if how in (Part.SAME, Part.SHORT, Part.SPELLING):
            weight = first_weight(form) - _COST[how] + last_initial_weight(surname[0]) - 0.5
            return Fit(how, Part.INITIAL, weight, handle[:-1], form, surname)
    return None
