"""A day of the calendar, which with a place tells who was there, or when somebody was born."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import permutations, product

from amends.reviews.checker.fold import fold_word
from amends.reviews.checker.reading import Found, Reading
from amends.reviews.checker.values import Category, Level

_BETWEEN = frozenset(["of", "de", "the", ","])
_ENDINGS = ("st", "nd", "rd", "th")
_YEARS = range(1900, 2100)
_DAYS = range(1, 32)
_ISO = re.compile(r"\d{4}-(\d\d)-(\d\d)")
_MONTHS = {
    name: number
    for names in ("jan feb mar apr may jun jul aug sep oct nov dec", "ene feb mar abr may jun jul ago sep oct nov dic")
    for number, name in enumerate(names.split(), start=1)
} | {"set": 9}  # setiembre


def find(reading: Reading) -> Iterator[Found]:
    """Block for each day in numbers, and for each month with a day or a year beside it."""
    for first, after in _days(reading):
        yield reading.found(Category.DATES, Level.BLOCK, first, after)


def of_the_case(reading: Reading) -> Iterator[Found]:
    """Block for each day of the linked case, as `March 2nd`, `3/2` or `2 de marzo`: nobody else knows it."""
    case = reading.context.case
    known = _months_and_days(case.dates) if case else frozenset()
    for first, after in _days(reading) if known else ():
        if not known.isdisjoint(_read(reading, first, after)):
            yield reading.found(Category.DATES, Level.BLOCK, first, after)


def _days(reading: Reading) -> Iterator[tuple[int, int]]:
    """The first word of each day and the one after its last."""
    texts, months = reading.text.texts, reading.lexicon.sets["months"]
    for number, word in enumerate(texts):
        if word == "<date>":
            yield number, number + 1
        elif word in months and (word != "may" or reading.text.written(number)[:1].isupper()):
            first, last = _beside(texts, number, -1), _beside(texts, number, 1)
            if first < number or last > number:
                yield first, last + 1


@lru_cache(maxsize=256)
def _months_and_days(dates: tuple[str, ...]) -> frozenset[tuple[int, int]]:
    return frozenset((int(found[1]), int(found[2])) for date in dates if (found := _ISO.match(date)))


def _read(reading: Reading, first: int, after: int) -> Iterator[tuple[int, int]]:
    """The month and day that these words may mean; either order where there are but figures."""
    texts = reading.text.texts[first:after]
    if texts == ["<date>"]:
        figures = [int(figure) for figure in re.findall(r"\d+", fold_word(reading.text.written(first)))]
        yield from permutations(figures[1:3] if figures[:1] > [max(_DAYS)] else figures[:2], 2)
        return
    months = {_MONTHS.get(word[:3], 0) for word in texts if word in reading.lexicon.sets["months"]}
    days = [int(found[0]) for word in texts if (found := re.match(r"\d{1,2}(?!\d)", word))]
    yield from product(months, days)


def _beside(texts: list[str], month: int, way: int) -> int:
    """The place of the day or year on this side of the month, over `of` and commas; the month's own without one."""
    place = month + way
    while 0 <= place < len(texts) and texts[place] in _BETWEEN:
        place += way
    return place if 0 <= place < len(texts) and _is_day_or_year(texts[place]) else month


def _is_day_or_year(word: str) -> bool:
    digits = word[:-2] if word.endswith(_ENDINGS) else word
    return digits.isascii() and digits.isdigit() and len(digits) <= 4 and int(digits) in (*_DAYS, *_YEARS)
