"""What befell somebody else or some thing: `the lab took longer`, `it went to the agency`, `la pieza llegó tarde`.

Telling with the practice or the writer as its subject is found in `narration.py`. Here are the other subjects, by forms
that can only be past: a safe reply has no reason to tell what a tooth, a carrier or a colleague did.
"""

import re
from collections.abc import Iterator

from amends.reviews.checker.lexicon import Narration
from amends.reviews.checker.phrases import Kind
from amends.reviews.checker.reading import Found, Reading
from amends.reviews.checker.values import Level

_PAUSES = frozenset([",", ".", "and", "but", "because", "so", "although", "though", "y", "pero", "porque", "aunque"])
_REACH = 5  # words between a feeling and what it is about
_SHORTEST = 5  # letters: shorter words in “-ed” and “-ó” are something else
_SPANISH_PAST = ("aron", "ieron", "aste", "iste")
_TO_SOMEBODY = re.compile(r"([a-z]{2,}[aei]r)(?:le|lo|la|les|los|las|te)")


def find(reading: Reading) -> Iterator[Found]:
    """Block for each event that no other rule has found."""
    found = {
        number
        for one in reading.hits
        if one.phrase.kind in (Kind.ALWAYS, Kind.SHIELD)
        for number in range(one.first, one.after)
    }
    english, spanish = reading.lexicon.narration["en"], reading.lexicon.narration["es"]
    texts = reading.text.texts
    in_spanish = not (reading.lexicon.languages["es"] - reading.lexicon.languages["en"]).isdisjoint(texts)
    for number in range(len(texts)):
        if number in found or number + 1 in found:
            continue
        told = _happened(reading, number, english) or (
            in_spanish and (_paso(reading, number, spanish) or _felt_about(reading, number, spanish))
        )
        if told:
            first, after = reading.text.bounds(number)
            yield reading.found(
                reading.subject(number), Level.BLOCK, max(first, number - 1), min(after, number + 2), "befell"
            )


def _clause(texts: list[str], first: int, number: int) -> list[str]:
    """The words before this one in its clause."""
    place = number
    while place > first and texts[place - 1] not in _PAUSES:
        place -= 1
    return texts[place:number]


def _happened(reading: Reading, number: int, words: Narration) -> bool:
    """Whether this is a form that can only be past, of a subject that is no review and in no `if` or `what`."""
    texts = reading.text.texts
    word = texts[number]
    regular = len(word) >= _SHORTEST and word.endswith("ed") and word not in words.describing
    if not regular and word not in words.irregular:
        return False
    first, after = reading.text.bounds(number)
    clause = _clause(texts, first, number)
    while clause and clause[-1] in reading.lexicon.sets["between"] and clause[-1] not in ("have", "has", "had"):
        clause.pop()
    if not clause or not words.open.isdisjoint(clause) or clause[-1] in reading.lexicon.sets["practice_people"]:
        return False
    if clause[-1] == "you" or not words.about_review.isdisjoint(clause):
        return False
    if not words.about_review.isdisjoint(texts[number + 1 : after]) and clause[-1] in (*words.pronouns, "that"):
        return False
    if clause[-1] in words.pronouns and not words.was.isdisjoint(texts[number : number + 2]):
        return False
    if clause[-1] in words.pronouns:
        return word not in words.same_now
    if clause[-1] in reading.lexicon.sets["not_past"] or clause[-1] in words.no_subject:
        return False
    following = texts[number + 1] if number + 1 < after else "."
    return word in words.finite or (regular and following in words.objects)


def _paso(reading: Reading, number: int, words: Narration) -> bool:
    """The same in Spanish, where the ending tells more."""
    texts = reading.text.texts
    word = texts[number]
    if len(word) < 3 or not word.isalpha():
        return False
    past = (
        word in words.finite
        or (len(word) >= _SHORTEST and word.endswith(_SPANISH_PAST) and word not in words.describing)
        or reading.text.written(number).endswith(("ó", "Ó"))
    )
    allowed = word in words.you or word in words.we
    if not past or (allowed and (number == 0 or texts[number - 1] not in reading.lexicon.sets["spanish_objects"])):
        return False
    first, after = reading.text.bounds(number)
    clause = _clause(texts, first, number)
    if not words.open.isdisjoint(clause) or not words.about_review.isdisjoint(clause):
        return False
    small = reading.lexicon.languages["es"]
    return not small.isdisjoint(texts[number + 1 : after] + clause) and not words.about_review.intersection(
        texts[number + 1 : min(after, number + _REACH)]
    )


def _felt_about(reading: Reading, number: int, words: Narration) -> bool:
    """`Lamentamos perderla`, `fue un gusto recibirla`; not `será un gusto escucharle`."""
    match = _TO_SOMEBODY.fullmatch(reading.text.texts[number])
    if match is None or match[1] in words.your_ear:
        return False
    first, _ = reading.text.bounds(number)
    before = reading.text.texts[max(first, number - _REACH) : number]
    return not words.feelings.isdisjoint(before) and words.hopes.isdisjoint(before)
