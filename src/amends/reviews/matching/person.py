"""A person's names as the chart has them, as words to compare with."""

from dataclasses import dataclass
from functools import lru_cache

from amends.reviews.matching.folding import PARTICLES, name_words, suffix
from amends.reviews.matching.nicknames import other_forms


@dataclass(frozen=True, slots=True)
class PersonName:
    """One person's names as folded words, made once: of the chart's first, preferred and last, or of one full name."""

    first: str
    last: str
    given: tuple[str, ...]
    surnames: tuple[str, ...]
    short_initials: frozenset[str] = frozenset()  # of short forms: B for Robert, who is Bob
    suffix: str = ""  # "jr"


@lru_cache(maxsize=65_536)
def person(first: str, preferred: str, last: str) -> PersonName:
    """The chart's three fields as words. Particles count only where there is nothing else."""
    given = dict.fromkeys((*name_words(preferred), *name_words(first)))
    if len(name_words(first)) > 1:
        given.setdefault("".join(name_words(first)))  # Mary Ann, written Maryann
    surnames = name_words(last)
    kept = [word for word in surnames if word not in PARTICLES] or list(surnames)
    if len(surnames) > 1:
        kept += ["".join(surnames), "".join(reversed(surnames))]  # de la Cruz, written Delacruz; Rivas-Lozano turned
    kept.extend(word[4:] for word in surnames if word.startswith("dela") and len(word) > 7)
    initials = frozenset().union(*map(_initials_of_forms, given))
    names, called = tuple(given), first or preferred
    return PersonName(called, last, names, tuple(dict.fromkeys(kept)), initials, suffix(first) or suffix(last))


@lru_cache(maxsize=16_384)
def _initials_of_forms(given: str) -> frozenset[str]:
    return frozenset(form[0] for form in other_forms(given))


@lru_cache(maxsize=65_536)
def relative(full_name: str, patients_last: str) -> PersonName:
    """A family member's one string; without a last name it is the patient's."""
    turned, comma, rest = full_name.partition(",")
    words = full_name.split()
    if comma:
        return person(rest.strip(), "", turned.strip())
    if len(words) < 2:
        return person(full_name, "", patients_last)
    return person(words[0], "", " ".join(words[1:]))
