"""One word of a display name against one half of a person's name."""

from enum import StrEnum
from functools import lru_cache

from amends.reviews.matching.folding import one_slip, sound, undoubled, words
from amends.reviews.matching.nicknames import are_forms_of_one, is_first_name, is_spelling, other_forms


class Part(StrEnum):
    """How one half of a name fits."""

    SAME = "same"
    SPELLING = "spelling"
    SHORT = "short"
    BEGINNING = "beginning"
    SLIP = "slip"
    INITIAL = "initial"
    FAMILY = "family"  # the last name of a relative: a maiden name
    ABSENT = "absent"
    OTHER = "other"


CERTAIN = frozenset({Part.SAME, Part.SPELLING, Part.SHORT})
NEARLY = frozenset({Part.BEGINNING, Part.SLIP})
WORD_PARTS = NEARLY | CERTAIN

# As Spanish last names are shortened in writing.
_SHORT_LAST = {
    "hdz": "hernandez", "hdez": "hernandez", "mtz": "martinez", "mtnz": "martinez", "rdz": "rodriguez",
    "rdgz": "rodriguez", "rguez": "rodriguez", "gzz": "gonzalez", "glez": "gonzalez", "glz": "gonzalez",
    "gnz": "gonzalez", "fdz": "fernandez", "fdez": "fernandez", "lpz": "lopez", "rmz": "ramirez", "rmrz": "ramirez",
    "gtz": "gutierrez", "gtrz": "gutierrez", "dmz": "dominguez", "dgz": "dominguez", "jmz": "jimenez",
    "vzqz": "vazquez", "vqz": "vazquez", "slz": "salazar", "snchz": "sanchez", "scz": "sanchez", "glzz": "gonzalez",
    "alvz": "alvarez", "prz": "perez", "mdz": "mendez",
}  # fmt: skip
_ONE_SOUND = words("ck kc gj jg jy yj sz zs bv vb fp pf cs sc")  # first letters


def given_part(word: str, given: tuple[str, ...]) -> tuple[Part | None, str]:
    """How `word` is one of the given names, and which; (None, "") when it is none."""
    if word in given:
        return Part.SAME, word
    if len(word) < 2:
        return None, ""
    for form in given:
        if are_forms_of_one(word, form):
            return how_known(word, form), form
    known = is_first_name(word)
    for form in given:
        if _sounds_like(word, form):
            return Part.SLIP, form
        if not (known and is_first_name(form)):  # Brian is not the beginning of Brianna, nor Carl a slip of Carla
            how = _unlisted_part(word, form)
            if how is not None:
                return how, form
    return None, ""


def _unlisted_part(word: str, form: str) -> Part | None:
    """How `word` is `form` where no table says so."""
    if len(word) >= 3 and form.startswith(word) and len(form) > len(word) + 1:
        return Part.BEGINNING
    if (word[0] == form[0] or word[1:2] == form[:1]) and _nearly(word, form):
        return Part.SLIP
    for one, other in ((word, form), (form, word)):
        if not is_first_name(one) and undoubled(one) in _short_forms_undoubled(other):  # Jeny
            return Part.SLIP
    return None


def _nearly(word: str, form: str) -> bool:
    return one_slip(word, form) or undoubled(word) == undoubled(form)


def _sounds_like(word: str, other: str) -> bool:
    if word[0] != other[0] and word[0] + other[0] not in _ONE_SOUND:
        return False
    return min(len(word), len(other)) > 2 and max(len(word), len(other)) > 3 and sound(word) == sound(other)


@lru_cache(maxsize=16_384)
def _short_forms_undoubled(form: str) -> frozenset[str]:
    return frozenset(undoubled(other) for other in other_forms(form))


def last_part(word: str, surname: str) -> Part | None:
    """How `word` is this last name, if it is."""
    if word == surname:
        return Part.SAME
    if _SHORT_LAST.get(word) == surname:
        return Part.SHORT
    if _sounds_like(word, surname):
        return Part.SLIP
    if word[0] == surname[0] and len(word) > 2 and len(surname) > 2 and _nearly(word, surname):
        return Part.SLIP
    return None


def best_last(written: tuple[str, ...], surnames: tuple[str, ...]) -> tuple[Part | None, str]:
    """Which of the last names stands among the words, and how; a letter more or less only where none stands there."""
    slip = ""
    for word in reversed(written):
        for surname in surnames:
            how = last_part(word, surname)
            if how in (Part.SAME, Part.SHORT):
                return how, surname
            if how is Part.SLIP:
                slip = surname
    joined = "".join(written)
    if len(written) > 1 and joined in surnames:
        return Part.SAME, joined
    return (Part.SLIP, slip) if slip else (None, "")


def how_known(word: str, form: str) -> Part:
    """How a word that is one of the forms of a name is it."""
    return Part.SAME if word == form else Part.SPELLING if is_spelling(word, form) else Part.SHORT


@lru_cache(maxsize=4096)
def shortened(surname: str) -> tuple[str, ...]:
    """How a Spanish last name is shortened in writing."""
    return tuple(short for short, full in _SHORT_LAST.items() if full == surname)
