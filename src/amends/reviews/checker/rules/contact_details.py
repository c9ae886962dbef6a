"""Telephone numbers and e-mail addresses: the practice's own are published, any other may be a person's."""

import re
from collections.abc import Iterator
from functools import lru_cache

from amends.reviews.checker.fold import fold_word
from amends.reviews.checker.lexicon import Lexicon
from amends.reviews.checker.numbers import DIGIT_WORDS
from amends.reviews.checker.reading import Found, Reading
from amends.reviews.checker.values import Case, Category, Level

_LEAST_DIGITS = 7
_AT, _DOT = frozenset({"at", "arroba"}), frozenset({"dot", "punto"})
_DOMAINS = frozenset({"com", "org", "net", "edu", "es", "mx", "us"})
_REACH = 6  # words between the two
_NEAR = 3  # words before, in which an invitation stands
_LEAST_NAME = 4  # letters: shorter names stand in too many addresses
_LETTERS = re.compile(r"[^\W\d_]+")
_CASE_NUMBER = re.compile(r"\bup[-\u2010-\u2015\u2212]\s?\d{4,}\b|\bup\d{4,}\b|(?-i:\bUP \d{4,}\b)", re.IGNORECASE)
_OWN, _NOT_KNOWN = (Level.NOTE, "own"), (Level.NOTE, "not_known")
_PRIVATE, _OTHER = (Level.BLOCK, "private"), (Level.BLOCK, "")


def find(reading: Reading) -> Iterator[Found]:
    """Block for a number or address that may be a person's, note for the practice's own."""
    for number, word in enumerate(reading.text.texts):
        if word in ("<phone>", "<email>"):
            level, reason = _phone(reading, number) if word == "<phone>" else _email(reading, number)
            yield reading.found(Category.CONTACT_DETAILS, level, number, number + 1, reason)
    yield from _case_numbers(reading)
    yield from _in_words(reading)
    yield from _address_in_words(reading)


def _phone(reading: Reading, number: int) -> tuple[Level, str]:
    """Where nobody told what the practice publishes, an invitation to call is taken for its own number."""
    own = _own_numbers(reading.context.practice.phones)
    digits = _digits(reading.text.written(number))
    if digits in own:
        return _OWN
    if _is_private_number(digits, reading):
        return _PRIVATE
    return _NOT_KNOWN if not own and _is_invitation(reading, number) else _OTHER


def _email(reading: Reading, number: int) -> tuple[Level, str]:
    """Where nobody told what the practice publishes, an invitation to write to what is named like an office may stay:
    never an address of a free host, nor one that is named like a person."""
    practice, lexicon = reading.context.practice, reading.lexicon
    written = fold_word(reading.text.written(number))
    if written in {fold_word(own.strip()) for own in practice.emails}:
        return _OWN
    local, _, host = written.partition("@")
    if _is_private_address(written, local, reading):
        return _PRIVATE
    if practice.emails or host in lexicon.sets["free_hosts"]:
        return _OTHER
    if _has_own_name(local, host, reading):
        return _NOT_KNOWN
    is_office = not lexicon.sets["office_addresses"].isdisjoint(_LETTERS.findall(local))
    return _NOT_KNOWN if is_office and _is_invitation(reading, number) else _OTHER


def _is_invitation(reading: Reading, number: int) -> bool:
    before = reading.text.texts[max(0, number - _NEAR) : number]
    return any(word in reading.lexicon.sets["invitations"] for word in before)


def _is_private_number(digits: str, reading: Reading) -> bool:
    """With or without the area code: `555-0142` is `(201) 555-0142`."""
    kept, _ = _private(reading.context.case, reading.lexicon)
    return any(one.endswith(digits) or digits.endswith(one) for one in kept)


def _is_private_address(written: str, local: str, reading: Reading) -> bool:
    """It stands in the case, or a name of the chart stands in it."""
    _, kept = _private(reading.context.case, reading.lexicon)
    names = reading.people.chart - reading.people.practice
    return written in kept or any(len(name) >= _LEAST_NAME and name in local for name in names)


def _has_own_name(local: str, host: str, reading: Reading) -> bool:
    """Whether a word of the practice's name that others do not bear stands in the address."""
    plain = "".join(_LETTERS.findall(local + host))
    names = reading.people.practice - reading.lexicon.sets["kinds_of_practice"] - reading.lexicon.sets["places"]
    return any(len(word) >= _LEAST_NAME and word in plain for word in names)


def _case_numbers(reading: Reading) -> Iterator[Found]:
    """`UP-1042`: a case of Amends, which says that there is one."""
    if not any(word.startswith("up") for word in reading.text.texts):
        return
    for found in _CASE_NUMBER.finditer(reading.text.original):
        yield Found(Category.CONTACT_DETAILS, Level.BLOCK, found.start(), found.end(), "case_number")


@lru_cache(maxsize=1024)
def _private(case: Case | None, lexicon: Lexicon) -> tuple[frozenset[str], frozenset[str]]:
    """The telephone numbers, as digits, and the addresses that stand in the private record."""
    numbers, addresses = set[str](), set[str]()
    for piece in (*case.contacts, case.notes, case.patient, *case.family) if case else ():
        text = lexicon.known_text(piece)
        for place, word in enumerate(text.texts):
            if word == "<phone>":
                numbers.add(_digits(text.written(place)))
            elif word == "<email>":
                addresses.add(fold_word(text.written(place)))
    return frozenset(numbers), frozenset(addresses)


@lru_cache(maxsize=1024)
def _own_numbers(phones: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_digits(phone) for phone in phones)


def _digits(text: str) -> str:
    digits = "".join(letter for letter in text if letter.isdecimal())
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


def _in_words(reading: Reading) -> Iterator[Found]:
    """`five five five, oh one…`: a number spelled out."""
    texts = reading.text.texts
    if sum(map(DIGIT_WORDS.__contains__, texts)) < _LEAST_DIGITS:
        return
    first = 0
    while first < len(texts):
        after, digits = first, 0
        while after < len(texts) and (texts[after] in DIGIT_WORDS or (digits and texts[after] == ",")):
            digits += texts[after] != ","
            after += 1
        if digits >= _LEAST_DIGITS:
            yield reading.found(Category.CONTACT_DETAILS, Level.BLOCK, first, after)
        first = max(after, first + 1)


def _address_in_words(reading: Reading) -> Iterator[Found]:
    """`ann (at) example (dot) org`: an address spelled out."""
    texts = reading.text.texts
    if _DOT.isdisjoint(texts):
        return
    for number, word in enumerate(texts[:-1]):
        first = max(0, number - _REACH)
        at = next((place for place in range(first, number) if texts[place] in _AT), None)
        if word in _DOT and at:
            after = next((place for place in range(number + 1, len(texts)) if texts[place] != ","), number) + 1
            if texts[after - 1] in _DOMAINS:
                name = at - 1 if texts[at - 1] != "," else at - 2
                yield reading.found(Category.CONTACT_DETAILS, Level.BLOCK, max(0, name), after)
