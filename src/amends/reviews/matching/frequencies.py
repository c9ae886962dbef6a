"""How common a name is, roughly: what a stranger would share with a patient by chance.

Three classes are enough: the score changes by less than the visits do. The shares are rounded from public census
tables of the United States and are for choosing weights, not for quoting.
"""

from math import log

from amends.reviews.matching.folding import words

_FIRST_VERY_COMMON = words(
    "james mary john jennifer robert michael linda david william elizabeth maria jose richard patricia joseph thomas "
    "christopher daniel jessica sarah mark matthew anthony karen nancy lisa susan luis juan carlos ashley jen mike "
    "chris dave bob rob bill joe dan tom tony matt liz kate"
)
_FIRST_COMMON = words(
    "ana anna andrew angela amy amanda barbara betty brian brandon carol charles christina "
    "christine cynthia debra deborah "
    "donald donna dorothy edward emily eric emma francisco frank gary george gregory guadalupe "
    "heather helen jacob jason "
    "jeffrey jesus jonathan jorge joshua julie justin kathleen kenneth kevin kelly kimberly larry "
    "laura lauren margaret "
    "martha melissa michelle miguel nicholas nicole olivia pamela paul pedro peter rachel raymond rebecca ronald rosa "
    "ryan samantha samuel sandra scott sharon stephanie stephen steven teresa timothy tyler victoria virginia sam pat "
    "alex steve jim jeff kim sue debbie nick ben andy kathy greg ron rick becky jose pepe paco lupe chuy"
)
_LAST_VERY_COMMON = words(
    "smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez "
    "gonzalez wilson anderson "
    "thomas taylor moore jackson martin"
)
_LAST_COMMON = words(
    "lee perez thompson white harris sanchez clark ramirez lewis robinson walker young allen king wright scott torres "
    "nguyen hill flores green adams nelson baker hall rivera campbell mitchell carter roberts gomez "
    "phillips evans turner "
    "diaz parker cruz edwards collins reyes stewart morris morales murphy cook rogers gutierrez ortiz morgan cooper "
    "peterson bailey reed kelly howard ramos kim cox ward richardson watson brooks chavez wood "
    "james bennett gray mendoza "
    "ruiz hughes price alvarez castillo sanders patel myers long ross foster jimenez"
)
_FIRST_LETTERS = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        (9, 4, 8, 6, 5, 2.5, 4, 2.5, 1.5, 14, 5, 6, 10, 3, 1, 4, 0.3, 7, 7, 5, 0.3, 2.5, 2, 0.3, 0.7, 0.6),
        strict=True,
    )
)
_LAST_LETTERS = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        (4, 9, 8, 5, 2, 4, 6, 8, 0.6, 3, 3.5, 5, 10, 2, 1.5, 5, 0.3, 6, 10, 4, 0.3, 2, 6.5, 0.1, 0.7, 0.6),
        strict=True,
    )
)


def first_weight(name: str) -> float:
    """What sharing this first name says, in nats: 4.6 for Jennifer, 6.2 for a rare one."""
    share = 0.01 if name in _FIRST_VERY_COMMON else 0.004 if name in _FIRST_COMMON else 0.002
    return -log(share)


def last_weight(name: str) -> float:
    """What sharing this last name says, in nats: 4.8 for Smith, 7.1 for a rare one."""
    share = 0.008 if name in _LAST_VERY_COMMON else 0.0025 if name in _LAST_COMMON else 0.0008
    return -log(share)


def is_common(first: str, last: str) -> bool:
    """Are both so common that a stranger may well have this whole name?"""
    firsts, lasts = _FIRST_VERY_COMMON | _FIRST_COMMON, _LAST_VERY_COMMON | _LAST_COMMON
    return first in firsts and last in lasts


def first_initial_weight(letter: str) -> float:
    """What sharing the first letter of the first name says, in nats, at most 4."""
    return -log(max(_FIRST_LETTERS.get(letter, 1.8), 1.8) / 100)


def last_initial_weight(letter: str) -> float:
    """What sharing the first letter of the last name says, in nats, at most 4."""
    return -log(max(_LAST_LETTERS.get(letter, 1.8), 1.8) / 100)
