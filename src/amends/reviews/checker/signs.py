"""What the rules know of a text, as signs for `likeness.py`: what was found, and who is meant."""

from collections.abc import Iterable

from amends.reviews.checker.phrases import Hit, Kind
from amends.reviews.checker.reading import Found, Reading


def signs(reading: Reading, told: Iterable[Found]) -> list[tuple[int, str]]:
    """Each sign with the word at which it stands; `told` is what was found by forms, not by phrases."""
    found = [(hit.first, sign) for hit in reading.hits for sign in _of(reading, hit)]
    return [*found, *((reading.word_at(one.start), f"={one.reason}") for one in told)]


def _of(reading: Reading, hit: Hit) -> tuple[str, ...]:
    phrase = hit.phrase
    match phrase.kind:
        case Kind.CERTAIN:  # needs no likeness
            return ()
        case Kind.PART:
            return (f"={phrase.part}",)
        case Kind.ALWAYS:
            sign = "=shielded" if reading.is_shielded(hit) else f"={phrase.level}"
        case Kind.TERM | Kind.SOFT:
            mine = reading.about.one_person(hit) and not reading.is_shielded(hit)
            sign = "=theirs" if mine else "=offered"
        case _:
            return (f"={phrase.kind.name.lower()}", f"~{phrase.line}")
    return (sign, f"{sign} {phrase.category}", f"~{phrase.line}")
