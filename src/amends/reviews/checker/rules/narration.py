"""Telling what happened: the surest sign of a disclosure in words that no lexicon foresees.

A safe reply thanks, invites, and says what holds for everyone; its sentences stand in the present. So a past form that
says what the practice or the writer did, and a thing of the writer's other than the review, are taken for a disclosure.
"""

from collections.abc import Iterator

from amends.reviews.checker.lexicon import Narration
from amends.reviews.checker.phrases import Kind
from amends.reviews.checker.reading import Found, Reading
from amends.reviews.checker.values import Category, Level

_BE = frozenset({"was", "were", "had", "did"})
_OPEN = frozenset({"if", "whether", "wish", "as"})
_PAUSES = frozenset({",", "and", "but", "because", "so", "y", "pero", "porque"})
_HAVE = frozenset({"have", "has", "had", "having", "been", "was", "were", "being", "got", "did"})
_LINKS = frozenset(["and", "or", "very", "so", "most", "more", "truly", "really"])
_REACH = 4  # words between a subject and what it did, or between “your” and its thing


def find(reading: Reading) -> Iterator[Found]:
    """Block where something is told that nothing else found already, in English and in Spanish."""
    hit = {
        number
        for one in reading.hits
        if one.phrase.kind in (Kind.ALWAYS, Kind.SHIELD)
        for number in range(one.first, one.after)
    }
    english, spanish = reading.lexicon.narration["en"], reading.lexicon.narration["es"]
    for number, word in enumerate(reading.text.texts):
        if number in hit:
            continue
        if word in ("your", "yours"):
            told = not _may_be_theirs(reading, number, english)
        elif word in ("su", "sus", "tu", "tus"):
            told = not reading.about.everyone(number) and not _may_be_theirs(reading, number, spanish)
        elif word == "you":
            told = _tells_now(reading, number, english)
        else:
            told = (_is_past(word, english) and _tells(reading, number, english)) or _tells_in_spanish(
                reading, number, spanish
            )
        if told:
            first, after = _around(reading, number)
            yield reading.found(Category.RELATIONSHIP, Level.BLOCK, first, after, "told")


def _around(reading: Reading, number: int) -> tuple[int, int]:
    first, after = reading.text.bounds(number)
    return max(first, number - 1), min(after, number + 2)


def _is_past(word: str, words: Narration) -> bool:
    if word in words.irregular:
        return True
    return len(word) > 4 and word.endswith("ed") and word not in words.describing


def _tells(reading: Reading, number: int, words: Narration) -> bool:
    """Whether a past form has the practice or the writer as its subject, and is none of what may be told."""
    texts = reading.text.texts
    first, after = reading.text.bounds(number)
    word, following = texts[number], texts[number + 1 : min(after, number + 1 + _REACH)]
    if word in words.participles and _HAVE.isdisjoint(texts[max(first, number - _REACH) : number]):
        return False
    if word in _BE:
        return not _is_harmless_state(texts[first:number], following, words)
    place = number - 1
    while place >= first and texts[place] in reading.lexicon.sets["between"]:
        place -= 1
    before = texts[max(first, place - _REACH + 1) : place + 1]
    if not before or before[-1] in reading.lexicon.sets["not_past"]:
        return False
    if before[-1] == "you":
        return word not in words.you
    if following[:1] == ["you"]:
        return word not in words.you and word not in ("thanked", "led")
    if word in words.we or not reading.lexicon.sets["not_past"].isdisjoint(before[-3:]):
        return False
    if len(before) > 1 and before[-2] in reading.lexicon.sets["doctors"]:
        return True
    return before[-1] in reading.lexicon.sets["practice_people"] or (
        "our" in before and "," not in before and before[-1] not in ("our", "and", "with", "of")
    )


def _is_harmless_state(before: list[str], following: list[str], words: Narration) -> bool:
    """`This was written`, `we were sorry to read`, `if there was anything`: about the review, not about a visit."""
    if not _OPEN.isdisjoint(before) or not words.open.isdisjoint(_clause(before)):
        return True
    return any(word in words.was for word in following) and "you" not in before[-_REACH:]


def _clause(before: list[str]) -> list[str]:
    """The end of it, from the last pause on."""
    for place in range(len(before) - 1, -1, -1):
        if before[place] in _PAUSES:
            return before[place + 1 :]
    return before


def _tells_now(reading: Reading, number: int, words: Narration) -> bool:
    """`you are in good hands`, `you have two boys`; not `you are welcome`, `if you have a question`."""
    texts = reading.text.texts
    first, after = reading.text.bounds(number)
    before, following = texts[max(first, number - 3) : number], texts[number + 1 : min(after, number + 3)]
    if not reading.lexicon.sets["open_clauses"].isdisjoint(before):
        return False
    if following and following[0] in ("are", "know", "seem", "owe"):
        return following[0] != "are" or (len(following) > 1 and following[1] not in words.you_are)
    if following[:1] == ["have"]:
        return len(following) > 1 and following[1] not in words.you_have
    return False


def _may_be_theirs(reading: Reading, number: int, words: Narration) -> bool:
    """Whether what follows `your` is the review, or a feeling or need that everybody has."""
    texts = reading.text.texts
    if texts[number] == "yours":
        return bool({"truly", "sincerely", "respectfully"} & set(texts[max(0, number - 1) : number + 2])) or texts[
            max(0, number - 1)
        ] in ("like", "for", "of")
    _, after = reading.text.bounds(number)
    following = texts[number + 1 : min(after, number + 2 + _REACH)]
    return not following or any(word in words.your for word in following)


def _tells_in_spanish(reading: Reading, number: int, words: Narration) -> bool:
    """`le marcó`, `usted esperó`, `lo atendieron`: a pronoun and a past form."""
    texts = reading.text.texts
    if number == 0 or texts[number - 1] not in reading.lexicon.sets["spanish_objects"]:
        return False
    word, written = texts[number], reading.text.written(number).casefold()
    past = word in words.irregular or written.endswith(("ó", "aron", "ieron", "aste", "iste"))
    return past and word not in words.you and word not in words.we
