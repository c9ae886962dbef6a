"""Names: the public display name, the chart's, the family's, the staff's, and any other that people bear."""

import re
from collections.abc import Iterator
from functools import lru_cache

from amends.reviews.checker.fold import fold, fold_word
from amends.reviews.checker.lookalikes import STAND_INS
from amends.reviews.checker.reading import Found, Reading
from amends.reviews.checker.values import Category, Level
from amends.reviews.checker.words import Text

_SHORTEST = 4  # letters: an unknown shorter word is rather an exclamation than a name
_NO_NAME = ("ly", "mente", "ers", "ents", "ics", "ts", "ds", "ful", "ous", "ing", "ant", "ent")
_SHORT_TITLES = frozenset(["dr", "dra"])  # nobody writes “our dr prefers”
_PLACED = frozenset(["from", "at", "in", "near", "en", "desde"])
_PARTS = re.compile(r"[^\W_]+")
_STARTS = frozenset([",", ".", "miss"])
_DRAWN_OUT = re.compile(r"(.)\1\1")
_APART = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .*_-][^\W\d_]){4,}(?![^\W_])")
_WIDE = frozenset({"ae", "oe", "ue", "aa", "ä", "ö", "ü", "ø", "å", "æ"})  # one letter or two
_WIDE_ENDING = "(?:e|a)?"


def called(reading: Reading, number: int) -> bool:
    """Whether this word, which is also an ordinary one, is somebody's name here."""
    word, lexicon = reading.text.texts[number], reading.lexicon
    linked = word in reading.linked
    if not linked and word not in lexicon.word_names and word not in lexicon.given_names:
        return False
    dated = reading.text.texts[number + 1 : number + 2] and reading.text.texts[number + 1][0].isdigit()  # “May 1”
    return _spoken_to(reading, number) or (
        linked and not dated and (_capital(reading, number) or _does_something(reading, number))
    )


def _spoken_to(reading: Reading, number: int) -> bool:
    """`Hi April,` `Bill, thank you` `Thank you, Grace.` `Mrs. Young`"""
    text, sets = reading.text, reading.lexicon.sets
    before = text.texts[number - 1] if number else "."
    after = text.texts[number + 1] if number + 1 < len(text.texts) else "."
    if before in sets["titles"] and before != "miss":
        return True
    ended = after in (",", ".") or _surname(reading, number + 1)
    greeted = before in sets["greetings"] or (before == "you" and number > 1 and text.texts[number - 2] == "thank")
    return ended and (greeted or _after_thanks(reading, number) or (before in _STARTS and _alone(text, number)))


def _after_thanks(reading: Reading, number: int) -> bool:
    """`Thank you, Lanre, for …`, `Gracias, Eulalia, por …`: between two commas, and written like a name."""
    texts = reading.text.texts
    greeting = texts[number - 2 : number - 1] if number > 1 and texts[number - 1] == "," else []
    greeted = greeting == ["you"] or (greeting and greeting[0] in reading.lexicon.sets["greetings"])
    return bool(greeted) and texts[number + 1 : number + 2] == [","] and reading.text.written(number)[:1].isupper()


def _alone(text: Text, number: int) -> bool:
    """A word between pauses is an address where a sentence begins or ends with it, not in a list of things."""
    return (
        number == 0
        or text.texts[number - 1] in (".", "miss")
        or number + 1 == len(text.texts)
        or text.texts[number + 1] == "."
    )


def _does_something(reading: Reading, number: int) -> bool:
    """`Faith is kind.` `June at the desk …` `Penny y yo …`: a capital at the beginning tells nothing by itself."""
    texts = reading.text.texts
    return (
        reading.text.written(number)[:1].isupper()
        and not reading.text.written(number)[1:2].isupper()
        and texts[number + 1 : number + 2] != []
        and texts[number + 1] in reading.lexicon.sets["after_somebody"]
    )


def _capital(reading: Reading, number: int) -> bool:
    """Written like a name within a sentence that is not all capitals."""
    text = reading.text
    written = text.written(number)
    before = text.texts[number - 1] if number else "."
    return (
        written[:1].isupper()
        and written[1:2].islower()
        and before != "."
        and before not in reading.lexicon.sets["before_months"]
    )


def find(reading: Reading) -> Iterator[Found]:
    """Each run of words that are a name, judged as a whole."""
    text = reading.text
    never, linked = reading.lexicon.no_names, reading.linked
    is_name = [
        (word not in never or word in linked) and _is_name(reading, number) for number, word in enumerate(text.texts)
    ]
    number = 0
    while number < len(is_name):
        if not is_name[number]:
            number += 1
            continue
        first = number
        while number < len(is_name) and (is_name[number] or _initial(text, number) or _surname(reading, number)):
            number += 1
        yield _judged(reading, first, number)
    hidden = list(_in_another_spelling(reading))
    yield from hidden
    yield from (one for one in _letter_by_letter(reading) if all(one.start != other.start for other in hidden))


def _initial(text: Text, number: int) -> bool:
    word = text.texts[number]
    return len(word) == 1 and word.isalpha() and word not in "aiyuoe" and text.written(number).isupper()


def _surname(reading: Reading, number: int) -> bool:
    """A word that nobody knows, written like a name right after one: `Tina Rasmussen`."""
    written, word = reading.text.written(number), reading.text.texts[number]
    return written[:1].isupper() and written[1:].islower() and not reading.lexicon.speller.knows(word)


def _is_name(reading: Reading, number: int) -> bool:
    text, lexicon, linked = reading.text, reading.lexicon, reading.linked
    word = text.texts[number]
    if not word[:1].isalpha():
        return word[:1].isdigit() and word in linked and not word.isdigit()
    before = text.texts[number - 1] if number else "."
    after = text.texts[number + 1] if number + 1 < len(text.texts) else "."
    if len(word) == 1:
        return word in linked and text.written(number).isupper() and _is_shown_initial(reading, number)
    ordinary = word in lexicon.common or word in lexicon.word_names or word in lexicon.book.words
    if ordinary:
        return called(reading, number) or (word in linked and _beside(text, number, linked))
    own = word in reading.people.practice
    if word in linked:
        return not (own and after in lexicon.sets["places"])
    if word in lexicon.sets["towns"]:
        return False
    if before in lexicon.sets["doctors"] or (before in lexicon.sets["titles"] and before not in ("miss", "don")):
        return before in _SHORT_TITLES or not text.written(number).islower() or text.original.islower()
    if _spoken_to(reading, number) and not lexicon.speller.knows(word) and not own:
        return not _exclaimed(reading, number)
    family = word in lexicon.family_names and (text.written(number)[:1].isupper() or text.original.islower())
    if word in lexicon.given_names or family or _has_surname(reading, number):
        return not own and after not in lexicon.sets["places"] and before not in lexicon.sets["before_places"]
    return False


def _has_surname(reading: Reading, number: int) -> bool:
    """`Regis Thibodeaux` within a sentence: two words that nobody knows, both written like names, and no place."""
    texts = reading.text.texts
    return (
        texts[number - 1] not in _PLACED
        and _capital(reading, number)
        and not reading.lexicon.speller.knows(texts[number])
        and number + 1 < len(texts)
        and _surname(reading, number + 1)
        and reading.people.practice.isdisjoint(texts[number : number + 2])
        and (number + 2 == len(texts) or texts[number + 2] not in reading.lexicon.sets["places"])
    )


def _exclaimed(reading: Reading, number: int) -> bool:
    """`Awww, …` `Aloha.` `Gratefully, …` `Masks, …` `Thanks, mate!`: an unknown word where a name could stand."""
    text, sets = reading.text, reading.lexicon.sets
    word, before = text.texts[number], text.texts[number - 1] if number else "."
    if _DRAWN_OUT.search(word):
        return True
    if before in sets["greetings"]:
        return False
    following = [word for word in text.texts[number + 1 : number + 3] if word != ","]
    alone = before == "." and (not following or following[0] not in sets["after_address"])
    small = text.written(number).islower() and not text.original.islower()
    return alone or small or len(word) < _SHORTEST or word.endswith(_NO_NAME)


def _is_shown_initial(reading: Reading, number: int) -> bool:
    """`J. M.` beside each other, or `Hi J.,`"""
    texts = reading.text.texts
    neighbors = {*texts[max(0, number - 1) : number], *texts[number + 1 : number + 2]}
    beside = any(len(word) == 1 and word in reading.people.display for word in neighbors)
    return beside or _spoken_to(reading, number)


def _beside(text: Text, number: int, linked: frozenset[str]) -> bool:
    """An ordinary word of a name, next to another word of that name: `Mark Young`."""
    neighbors = text.texts[max(0, number - 1) : number] + text.texts[number + 1 : number + 2]
    return text.written(number)[:1].isupper() and any(word in linked and len(word) > 1 for word in neighbors)


def _judged(reading: Reading, first: int, after: int) -> Found:
    texts, people, titles = reading.text.texts, reading.people, reading.lexicon.sets["titles"]
    words = frozenset(texts[first:after]) - titles
    doctor = first > 0 and texts[first - 1] in reading.lexicon.sets["doctors"]
    # “Mrs. M” says more than “J. M.”
    titled = not people.titled and not titles.isdisjoint(texts[max(0, first - 1) : after])
    if words <= people.display and not titled:
        return reading.found(Category.NAMES, Level.WARN, first, after, "repeats")
    if words <= people.staff & people.practice and not words & people.chart:
        return reading.found(Category.NAMES, Level.NOTE, first, after, "door")  # the practice is called so
    if words <= people.staff and (doctor or not words & people.chart):
        return reading.found(Category.NAMES, Level.WARN, first, after, "staff")
    if words & people.chart:
        return reading.found(Category.NAMES, Level.BLOCK, first, after, "chart")
    if doctor:
        return reading.found(Category.NAMES, Level.WARN, first, after, "staff")
    return reading.found(Category.NAMES, Level.BLOCK, first, after, "other")


def _in_another_spelling(reading: Reading) -> Iterator[Found]:
    """A name of the chart, hidden or spelled otherwise: `T r e v o r`, `Tr3vor`, `Soerensen` for `Sørensen`."""
    if not reading.people.chart:
        return
    folded = fold(reading.text.original)
    for name in reading.people.chart_as_written:
        for match in _spellings(name).finditer(folded.text):
            parts = _PARTS.findall(match[0])
            words = any(len(part) > 1 for part in parts) and all(map(reading.lexicon.speller.knows, parts))
            plain = words or parts == [fold_word(name)]
            if not plain and sum(map(str.isalpha, match[0])) * 2 >= len(name):
                start, end = folded.places[match.start()], folded.places[match.end() - 1] + 1
                if fold_word(name) in reading.people.display:
                    yield Found(Category.NAMES, Level.WARN, start, end, "repeats")
                else:
                    yield Found(Category.NAMES, Level.BLOCK, start, end, "chart")


def _letter_by_letter(reading: Reading) -> Iterator[Found]:
    """`X o c h i t l`: letters apart that spell no word that we know. Nobody writes so but to hide something."""
    for match in _APART.finditer(reading.text.original):
        first = reading.word_at(match.start())
        run = reading.text.texts[first : reading.word_at(match.end() - 1) + 1]
        if all(len(word) == 1 for word in run) and fold_word("".join(run)) not in reading.people.display:
            yield Found(Category.NAMES, Level.BLOCK, match.start(), match.end(), "other")


@lru_cache(maxsize=4096)
def _spellings(name: str) -> re.Pattern[str]:
    """The ways to spell a name, plainly folded: letters apart, doubled, behind signs; `ö` as `oe` and `oe` as `ö`."""
    letters = []
    for written in re.findall(r"[aou]e|aa|.", name.casefold()):
        plain, wide = fold_word(written), written in _WIDE
        for letter in plain[:1] if wide else plain:
            signs = "".join(sign for sign, meant in STAND_INS.items() if letter in meant)
            letters.append(f"[{re.escape(letter + signs)}]+" + (_WIDE_ENDING if wide else ""))
    return re.compile(r"(?<![^\W_])" + r"[\W_]{0,2}".join(letters) + r"(?![^\W_])")
