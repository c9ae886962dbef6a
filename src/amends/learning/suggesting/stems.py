"""A word without its ending, in English and Spanish alike: `charged`, `charges` and `charge` are one.

Light on purpose: two words that become one by mistake cost more than two forms that stay apart.
"""

from functools import lru_cache

# Ending, what stands in its place, and how many letters must be left before it.
_ENDINGS = (
    ("mente", "", 4),
    ("ciones", "cion", 2),
    ("iendo", "", 3),
    ("ieron", "", 3),
    ("ando", "", 3),
    ("aron", "", 3),
    ("aban", "", 3),
    ("ados", "", 3),
    ("adas", "", 3),
    ("edly", "", 3),
    ("ings", "", 3),
    ("ado", "", 3),
    ("ada", "", 3),
    ("aba", "", 3),
    ("ies", "y", 2),
    ("ied", "y", 2),
    ("ing", "", 3),
    ("est", "", 4),
    ("ed", "", 3),
    ("ly", "", 3),
)
_VOWELS = frozenset("aeiouy")


@lru_cache(maxsize=32_768)
def stem_of(word: str) -> str:
    """The stem of one folded word; a word of three letters or fewer is its own."""
    if len(word) <= 3 or word[0] == "<":
        return word
    for ending, instead, left in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= left:
            kept = word[: -len(ending)]
            # "string" and "shred" have no other vowel: that ending is no ending.
            if instead or not _VOWELS.isdisjoint(kept):
                return _trimmed(kept + instead)
    return _trimmed(_singular(word))


def _singular(word: str) -> str:
    if word.endswith(("sses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _trimmed(word: str) -> str:
    """Without a last vowel that comes and goes (`charge`, `cobro`) and without a doubled last letter (`cancell`)."""
    if len(word) > 3 and word[-1] in "aeo":
        word = word[:-1]
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in _VOWELS:
        word = word[:-1]
    return word
