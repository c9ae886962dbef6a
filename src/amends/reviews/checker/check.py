"""The way in: a reply and what it is judged against become a verdict."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from amends.reviews.checker.about import About
from amends.reviews.checker.lexicon import Lexicon, shipped
from amends.reviews.checker.people import people, without_practice
from amends.reviews.checker.reading import Found, Reading
from amends.reviews.checker.rules import (
    contact_details,
    days,
    echo,
    language,
    limits,
    names,
    parts,
    private_record,
    sentences,
)
from amends.reviews.checker.values import Category, Context, Finding, Level, Verdict

# Each rule reads one text and yields what it found.
_RULES = (sentences.find, names.find, contact_details.find, private_record.find, days.of_the_case)
_WHO = (names.find, contact_details.find, days.find)
_WHOLE = (echo.find, limits.find, language.find, parts.find)
_ORDER = {category: number for number, category in enumerate(Category)}


def check(reply: str, context: Context, lexicon: Lexicon | None = None) -> Verdict:
    """What a public reply would give away, and how bad it is. Pure, never raises, the same each time.

    `lexicon` is the shipped one unless a group brings its own. The platform's byte limit holds for Google alone; all
    else holds everywhere.
    """
    words = lexicon or shipped()
    found: list[Found] = []
    read = reply[: words.limits.read]
    once = [*_RULES, *_WHOLE]
    if len(read) < len(reply):
        found.append(Found(Category.PLATFORM_LIMITS, Level.BLOCK, len(read), len(reply), "unread"))
        once.remove(parts.find)  # a part may stand in the rest
    for number, reading in enumerate(readings(read, context, words)):
        for rule in _RULES if number else once:
            found.extend(rule(reading))
    findings = tuple(_finding(one, reply, words) for one in _merged(found))
    return Verdict(max((one.level for one in findings), key=lambda level: level.rank, default=Level.PASS), findings)


def too_long(reply: str, platform: str) -> str:
    """The sentence about a reply that has more bytes than the platform takes; "" where it fits. Only Google counts."""
    words = shipped()
    place = next(limits.too_long(reply, platform, words.limits.google_bytes), None)
    return _finding(place, reply, words).why if place else ""


def who_it_tells(text: str, context: Context, lexicon: Lexicon | None = None) -> tuple[Finding, ...]:
    """What in a text for colleagues would tell who somebody is: names, ways to reach them, days of a calendar.

    The rest of what a public reply must not say, such as treatment or money, may stand in it. Pure, never raises.
    """
    words = lexicon or shipped()
    found = [one for read in readings(text[: words.limits.read], context, words) for rule in _WHO for one in rule(read)]
    return tuple(_finding(one, text, words) for one in _merged(found))


def readings(reply: str, context: Context, lexicon: Lexicon) -> Iterator[Reading]:
    """The reply with the phrases found in it: as it stands and, where lines break within words, with those mended."""
    who = people(context, lexicon)
    for text in lexicon.texts(reply):
        plain = without_practice(text, context.practice.name, lexicon)
        hits = lexicon.book.find(plain.line, plain.starts, plain.texts)
        yield Reading(plain, hits, About(plain, hits), context, lexicon, who)


def _finding(found: Found, reply: str, lexicon: Lexicon) -> Finding:
    why = lexicon.whys.get(f"{found.category}.{found.reason}") or lexicon.whys.get(found.category, "")
    if "{bytes}" in why:
        why = why.replace("{bytes}", str(len(reply.encode("utf-8", "surrogatepass"))))
    return Finding(found.category, found.level, found.start, found.end, reply[found.start : found.end], why)


def _merged(found: Iterable[Found]) -> Iterator[Found]:
    """In the order of the text, and each place once for each category and reason."""
    kept: list[Found] = []
    last: dict[tuple[Category, str], int] = {}
    for one in sorted(found, key=lambda one: (one.start, -one.end, -one.level.rank)):
        key = (one.category, one.reason)
        before = kept[last[key]] if key in last else None
        if before is not None and before.end > one.start and one.end > one.start:
            level = max(before.level, one.level, key=lambda level: level.rank)
            kept[last[key]] = replace(before, end=max(before.end, one.end), level=level)
            continue
        if before == one:
            continue
        last[key] = len(kept)
        kept.append(one)
    yield from sorted(kept, key=lambda one: (one.start, one.end, _ORDER[one.category]))
