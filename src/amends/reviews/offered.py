"""The wordings that the editor offers for a review. It is given the review's public words, the pool, what was posted
lately, and what the practice publishes of itself: it cannot know a case or a patient.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from amends.reviews.checker.fold import fold_word
from amends.reviews.checker.lexicon import shipped
from amends.reviews.wordings import Pool, Wording, choose

_WORD = re.compile(r"[^\W\d_]+")
_USUAL = "en"
_AT_ONCE = 3
_IN_DOUBT = 2  # of each language
# Common words of reviews, beside the small ones that the checker knows; and the letters that English does without.
_WORDS = {
    "en": "again amazing awful bad best dentist doctor ever excellent friendly good great horrible hour hours kind"
    " money never office pain place price recommend rude service staff terrible time visit wait waited waiting worst",
    "es": "ahora amable amables atencion bien buen buena bueno caro cita cobraron dentista dientes dinero doctora dolor"
    " encanta espere esperar excelente feliz hora horas horrible lugar mala malo mejor minutos nunca pesima pesimo peor"
    " personal precio recomendable recomiendo senorita servicio siempre todavia trato",
}
_LETTERS = {"es": re.compile(r"[ñáéíóúü¿¡]", re.IGNORECASE)}
_REGRETS = re.compile(
    r"\b(?:sorry|regret|apolog|frustrat|hard to read|speaking up|sentimos leer|lament|disculp|frustraci|cuesta leer"
    r"|alzar la voz)",
    re.IGNORECASE,
)
_CONTENT = 4  # stars: who gives as many complains of nothing


@dataclass(frozen=True)
class Offered:
    """One wording, filled in. `number` is its place among all wordings of the pool."""

    language: str
    number: int
    text: str


def language_of(text: str, pool: Pool) -> str:
    """The language of the pool in which the text is most likely written; English where it does not tell."""
    return languages_of(text, pool)[0]


def languages_of(text: str, pool: Pool, *, translated: bool = False) -> list[str]:
    """The languages of the pool in which the text may be written, the likelier first, told by its words and letters.

    `translated`: the site says that it translated it, so that it is not English. More than one where there are words
    and they do not tell.
    """
    words = [word.casefold() for word in _WORD.findall(text)]
    told = {language: _words_of(language, words, pool) for language in pool}
    if translated and any(told.values()):
        told = {language: count * (language != _USUAL) for language, count in told.items()}
    first, *others = sorted(told, key=lambda language: (-told[language], language != _USUAL))
    if not words or not others:
        return [first]
    return [first, *(other for other in others if 2 * told[other] > told[first] or not told[first])]


def _words_of(language: str, words: Sequence[str], pool: Pool) -> int:
    """How many of the words are of this language and of no other of the pool."""
    known = _known(language).difference(*(_known(other) for other in pool if other != language))
    letters = _LETTERS.get(language)
    return sum(fold_word(word) in known or (letters is not None and letters.search(word) is not None) for word in words)


@lru_cache(maxsize=16)
def _known(language: str) -> frozenset[str]:
    return shipped().languages.get(language, frozenset()) | frozenset(_WORDS.get(language, "").split())


def offered(
    said: str,
    *,
    pool: Pool,
    recent: Sequence[str],
    turn: int,
    practice: str,
    phone: str,
    stars: int | None = None,
    translated: bool = False,
    most: int = _AT_ONCE,
) -> list[Offered]:
    """The wordings that are least like what was posted lately, in the language of `said`; none without a phone.

    `recent` is newest first; with `turn` the choice goes round. Where the language is in doubt there are some of each,
    and who gave four or five stars is not told that anybody is sorry.
    """
    languages = languages_of(said, pool, translated=translated)
    found: list[Offered] = []
    for language in languages if phone else ():
        before = sum(len(pool[other]) for other in list(pool)[: list(pool).index(language)])
        left = _fitting(pool[language], stars)
        for _ in range(min(len(left), most if len(languages) == 1 else _IN_DOUBT)):
            best = choose({language: tuple(left)}, language, recent, turn)
            left.remove(best)
            found.append(Offered(language, before + best.number, best.filled(practice=practice, phone=phone)))
    return found


def _fitting(wordings: Sequence[Wording], stars: int | None) -> list[Wording]:
    """All of them, or for a content review those that regret nothing, if there are any."""
    thankful = [one for one in wordings if not _REGRETS.search(one.text)]
    return thankful if thankful and stars is not None and stars >= _CONTENT else list(wordings)
