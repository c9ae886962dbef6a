"""Away and back, said in Slack: by the functions and rules of the page."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from amends.cases.policies import current_policy
from amends.integrations.slack.people import person_of
from amends.practice.away import said as words_of_absence
from amends.practice.away.coverage import gaps_made
from amends.practice.away.people import answers_for_something, possible_covers
from amends.practice.cover import back_at, midnight
from amends.practice.directory import directory, directory_now
from amends.practice.models import Absence, Person
from amends.protocol.decide import Refused

from .answer import Answer, actions, link
from .asking import Asking
from .words import AwaySaid, mentioned, whose_name

_A_DAY = timedelta(days=1)


def say_away(asking: Asking, wish: AwaySaid) -> Answer:
    """Raises `CannotBe` and `Refused` with their sentences."""
    person, known, now = asking.person, directory(), timezone.now()
    key = str(person.pk)
    zone = known.zone_of(key)
    cover = _cover(asking, wish.cover) if wish.cover else None
    today = now.astimezone(zone).date()
    if (wish.first, wish.last) == (today, today) and cover is None:
        absence = None
        if back_at(known.people[key].presence, now, zone) is None:  # said twice, it says nothing new
            absence = words_of_absence.say_sick(person, by=person, now=now)
    else:
        begins = now if wish.first == today else midnight(wish.first, zone)
        ends = midnight(wish.last + _A_DAY, zone)
        absence = words_of_absence.say_away(person, begins, ends, cover=cover, by=person, now=now)
    return Answer(
        " ".join(_noted(key, wish, today, cover, absence)),
        (actions(link("Look at it or change it", reverse("away"))),),
        refresh=True,
    )


def say_back(asking: Asking) -> Answer:
    ended = words_of_absence.say_back(asking.person, timezone.now())
    return Answer("Welcome back." if ended else "You were not away.", refresh=True)


def _cover(asking: Asking, typed: str) -> Person | None:
    """Whoever was named; None where nothing waits for this person that another could do. Never a guess."""
    known, key = directory(), str(asking.person.pk)
    if not answers_for_something(key, known):
        return None
    possible = possible_covers(key, known, current_policy().roles)
    user = mentioned(typed)
    if user:
        named = person_of(asking.said.team, user)
        keys = [str(named.pk)] if named else []
    else:
        keys = whose_name(typed, {key: known.people[key].name for key in (*possible, key)})
    match keys:
        case [one] if one in possible or one == key:
            return Person.objects.get(pk=int(one))
        case [_, _, *_]:
            names = ", ".join(sorted(possible.get(one, known.people[one].name) for one in keys)[:5])
            raise Refused(f"That may be more than one person: {names}. Type the whole name. Nothing was noted.")
        case _:
            raise Refused(
                "Nobody who can cover for you is called that. The Away page lists who can. Nothing was noted."
            )


def _noted(person: str, wish: AwaySaid, today: date, cover: Person | None, absence: Absence | None) -> list[str]:
    until = "today" if wish.last == today else f"through {_day(wish.last)}"
    since = "" if wish.first == today else f"from {_day(wish.first)} "
    said = (
        f"Noted: you are away {since}{until}." if wish.first != wish.last else f"Noted: away {_one_day(wish, today)}."
    )
    sentences = [said]
    if cover:
        sentences.append(f"{cover.name} covers for you.")
    elif wish.cover:
        sentences.append("Nothing waits for you that anybody must cover.")
    if absence:
        sentences += gaps_made(person, absence.begins, absence.ends, directory_now(), timezone.now())
    return sentences


def _one_day(wish: AwaySaid, today: date) -> str:
    return "today" if wish.first == today else f"on {_day(wish.first)}"


def _day(day: date) -> str:
    return f"{day:%A, %B} {day.day}"
