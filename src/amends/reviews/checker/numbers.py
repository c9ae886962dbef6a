"""Numbers as people write them, in figures and in words, so that an amount is known in any spelling."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

_UNITS = dict(
    zip(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ],
        range(20),
        strict=True,
    )
) | dict(
    zip(
        [
            "cero",
            "uno",
            "dos",
            "tres",
            "cuatro",
            "cinco",
            "seis",
            "siete",
            "ocho",
            "nueve",
            "diez",
            "once",
            "doce",
            "trece",
            "catorce",
            "quince",
            "dieciseis",
            "diecisiete",
            "dieciocho",
            "diecinueve",
            "veinte",
            "veintiuno",
            "veintidos",
            "veintitres",
            "veinticuatro",
            "veinticinco",
            "veintiseis",
            "veintisiete",
            "veintiocho",
            "veintinueve",
        ],
        range(30),
        strict=True,
    )
)
_TENS = dict(
    zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True)
) | dict(
    zip(
        ["treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"],
        range(30, 100, 10),
        strict=True,
    )
)
_HUNDREDS = dict(
    zip(
        [
            "cien",
            "doscientos",
            "trescientos",
            "cuatrocientos",
            "quinientos",
            "seiscientos",
            "setecientos",
            "ochocientos",
            "novecientos",
        ],
        range(100, 1000, 100),
        strict=True,
    )
) | {"ciento": 100}
_LONGEST = 20  # characters: a longer row of digits is no amount
_PLAIN = _UNITS | _TENS | _HUNDREDS
_TIMES = {"hundred": 100, "thousand": 1000, "grand": 1000, "mil": 1000}
_BETWEEN = frozenset({"and", "y", "a"})

NUMBER_WORDS = frozenset(_PLAIN) | frozenset(_TIMES)
DIGIT_WORDS = frozenset(word for word, value in _UNITS.items() if value < 10) | {"oh"}


def figure(text: str) -> Decimal | None:
    """The value of figures such as `1,200.50`, `120.00` or `$120`; None where it is no number."""
    plain = text.strip("$€£# .,")
    if len(plain) > _LONGEST:
        return None
    if 0 <= plain.rfind(".") < plain.rfind(","):
        plain = plain.replace(".", "").replace(",", ".")  # 1.200,50
    if plain.count(",") and not plain.count(".") and len(plain.rpartition(",")[2]) == 2:
        plain = plain.replace(",", ".")
    try:
        value = Decimal(plain.replace(",", ""))
    except InvalidOperation:
        return None
    return value.normalize() if value.is_finite() else None


def numbers(words: Sequence[str]) -> list[tuple[Decimal, int, int]]:
    """Each number in these words with its first word and the one after its last."""
    found: list[tuple[Decimal, int, int]] = []
    free = 0
    for place in [place for place, word in enumerate(words) if word in NUMBER_WORDS or word[:1].isdigit()]:
        if place >= free:
            value, free = _read(words, place)
            if value is not None:
                found.append((value, place, free))
    return found


def _read(words: Sequence[str], first: int) -> tuple[Decimal | None, int]:
    if words[first][:1].isdigit():
        return figure(words[first]), first + 1
    if words[first] not in _PLAIN and not (words[first] in _TIMES and words[first] != "grand"):
        return None, first + 1
    total, part, place = 0, 0, first
    while place < len(words):
        word = words[place]
        if word in _PLAIN:
            part += _PLAIN[word]
        elif word == "hundred":
            part = max(part, 1) * 100
        elif word in _TIMES:
            total, part = total + max(part, 1) * 1000, 0
        elif not (word in _BETWEEN and place + 1 < len(words) and words[place + 1] in _PLAIN):
            break
        place += 1
    return Decimal(total + part).normalize(), place
