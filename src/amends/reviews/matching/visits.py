"""What one visit says to a review: how recent, and each thing that the text tells held against the record."""

from dataclasses import dataclass
from functools import lru_cache

from amends.reviews.matching.descriptions import treatments_in
from amends.reviews.matching.facts import Evidence, Topic
from amends.reviews.matching.folding import name_words
from amends.reviews.matching.procedures import Named, code_of
from amends.reviews.matching.said import Said
from amends.reviews.matching.values import Visit

_RECENCY_TOP = 1.9  # seen on the day of the post
_RECENCY_FLOOR = -1.6
_RECENCY_HALF_LIFE = 12.0  # days
_DAY_SAID = 0.5
_OLD = -2.6  # no visit for half a year
_NO_VISIT = -2.6
_HALF_YEAR = 180
_WAITED = -0.5  # "I waited" says little where the wait was short
_PERHAPS_ANOTHER = -0.5  # the text has the word of somebody else's name, not said to be a doctor's
_NOT_KEPT = 0.5  # a treatment that the text tells of, and an appointment for it that was missed
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Most:
    """The most that visits and account can say to one review: nats, and how many telling facts."""

    weight: float
    facts: int


def most_of_visits(said: Said) -> Most:
    """The bounds for what this review says; a patient whose name cannot make up for the rest is passed over."""
    telling = [named.treatment.weight for named in said.treatments]
    telling += [2.0] * bool(said.wait) + [1.7] * bool(said.days) + [1.5] * bool(said.hours)
    telling += [2.3 if said.missed else 1.2] * (said.missed or said.cancelled)
    telling += [1.6] * bool(said.doctors) + [2.5] * (2 * bool(said.amounts))
    telling += [5.2] * bool(said.relatives_name)
    rest = _RECENCY_TOP + 1.4 + 0.7 * (said.money or said.missed) + 1.0 * said.unhappy
    return Most(rest + sum(telling), len(telling))


def is_past(visit: Visit, said: Said) -> bool:
    """Did the visit take place, or should it have, before the post? Plans and notes in the schedule are no visits."""
    if visit.status in ("planned", "ptnote", "ptnotecompleted", "none"):
        return False
    if said.posted is None or visit.date < said.posted:
        return True
    if visit.date > said.posted:
        return False
    began = visit.arrived or visit.seated
    return began is None or began.hour * 60 + began.minute <= said.posted_minute


def of_visit(visit: Visit, said: Said, providers: frozenset[str]) -> list[Evidence]:
    kept = visit.status in ("complete", "asap") or (visit.status != "broken" and visit.arrived is not None)
    found = [Evidence(Topic.RECENCY, recency(visit, said, kept=kept))]
    for named in said.treatments:
        found.extend(_treatment(visit, named, kept=kept))
    if said.wait is not None:
        found.extend(_wait(visit, said, kept=kept))
    if said.days is not None:
        day = _day(visit, said)
        found.append(day)
        if day.weight > 0:  # the text says itself how long ago it was
            found[0] = Evidence(Topic.RECENCY, max(found[0].weight, _DAY_SAID))
    if said.hours is not None and visit.arrived is not None:
        minute = visit.arrived.hour * 60 + visit.arrived.minute
        fits = said.hours.first <= minute <= said.hours.last
        wide = said.hours.last - said.hours.first > 120
        found.append(
            Evidence(Topic.HOUR, (0.6 if wide else 1.5) if fits else (-1.0 if wide else -0.8), (said.hours.words,))
        )
    if visit.provider and (said.doctors or said.capitals):
        found.extend(_provider(visit, said, providers))
    missed_it = visit.status == "broken"
    if said.missed:
        found.append(Evidence(Topic.MISSED, 2.3 if missed_it else -1.2))
    elif said.cancelled:
        that_day = said.days is not None and said.days.first == said.days.last == visit.date
        found.append(Evidence(Topic.CANCELLED, 1.2 if not kept else -1.2 if that_day else -0.2))
    elif said.treated or said.treatments:
        found.append(Evidence(Topic.TREATED, 0.2 if kept else -1.2))
    return found


def of_no_visit(said: Said) -> float:
    """Without a visit one can complain of the phone, hardly of a filling."""
    if said.reaching:
        return _NO_VISIT / 2
    return _NO_VISIT * (2 if said.treated or said.wait or any(named.had for named in said.treatments) else 1)


def recency(visit: Visit, said: Said, *, kept: bool) -> float:
    """The nearer the visit before the post, the likelier; half of it is gone after twelve days."""
    if said.posted is None:
        return 0.0
    gap = (said.posted - visit.date).days
    if gap > _HALF_YEAR:
        return _OLD
    weight: float = _RECENCY_FLOOR + (_RECENCY_TOP - _RECENCY_FLOOR) * 0.5 ** (gap / _RECENCY_HALF_LIFE)
    return weight if kept or visit.status == "broken" else weight - 0.7


def _treatment(visit: Visit, named: Named, *, kept: bool) -> list[Evidence]:
    treatment = named.treatment
    is_known = False
    for written in visit.procedures:
        known = treatments_in(written)
        if treatment.name in known:
            words = (treatment.name, code_of(written) or written)
            if kept:
                return [Evidence(Topic.TREATMENT, treatment.weight if named.had else treatment.weight / 2, words)]
            weight = min(treatment.weight / 2, _NOT_KEPT) if named.had else treatment.weight / 2
            return [Evidence(Topic.TREATMENT, weight, (*words, "not kept"))]
        is_known = is_known or bool(known or code_of(written))
    if not is_known or not named.had:
        return []
    return [Evidence(Topic.TREATMENT, -1.3 if treatment.share < 0.3 else -0.7, (treatment.name,))]


def _wait(visit: Visit, said: Said, *, kept: bool) -> list[Evidence]:
    said_minutes, real = said.wait.minutes if said.wait else None, visit.wait
    if real is None:
        return [] if kept else [Evidence(Topic.WAIT, -1.0)]
    weight = wait_weight(said_minutes, real)
    if said.wait is not None and said.wait.bare:
        weight = max(weight, _WAITED)
    return [Evidence(Topic.WAIT, weight, (str(real), said.wait.words if said.wait else ""))]


def wait_weight(told: int | None, real: int) -> float:
    """Minutes as told (None: "forever", 0: none) against real ones; people round up, and by a lot."""
    if told is None:
        return 1.5 if real >= 35 else 1.1 if real >= 25 else 0.3 if real >= 15 else -1.3
    if told == 0:
        return 0.3 if real <= 10 else -1.5 if real >= 20 else -0.2
    ratio = (real + 4) / (told + 4)
    if 0.7 <= ratio <= 1.35:
        return 2.0 if real >= 20 else 1.0
    if 0.5 <= ratio <= 1.8:
        return 1.1 if real >= 15 else 0.2
    return -0.3 if 0.38 <= ratio <= 2.4 else -1.8


def _day(visit: Visit, said: Said) -> Evidence:
    days = said.days
    assert days is not None  # noqa: S101  the caller looked
    width = (days.last - days.first).days
    far = days.far(visit.date)
    words = (days.words, visit.date.isoformat())
    if far == 0:
        return Evidence(Topic.DAY, 1.7 if width <= 1 else 0.9 if width <= _WEEK else 0.6 if width <= 31 else 0.2, words)
    if days.a_week_before(visit.date):
        return Evidence(Topic.DAY, 0.7, words)
    if width <= 1:
        return Evidence(Topic.DAY, -0.5 if far == 1 else -1.6, words)
    return Evidence(Topic.DAY, -0.2 if far <= width // 2 + 1 else -1.0, words)


@lru_cache(maxsize=4096)
def provider_words(provider: str) -> frozenset[str]:
    """The folded words of a provider's name that a review could use."""
    return frozenset(word for word in name_words(provider) if len(word) > 2 and word not in ("doctor", "hygienist"))


def _provider(visit: Visit, said: Said, providers: frozenset[str]) -> list[Evidence]:
    own = provider_words(visit.provider)
    if own & said.doctors:
        return [Evidence(Topic.PROVIDER, 1.6, (visit.provider,))]
    if said.doctors & providers:
        return [Evidence(Topic.PROVIDER, -1.6, (visit.provider,))]
    if own & said.capitals:
        return [Evidence(Topic.PROVIDER, 1.2, (visit.provider,))]
    if said.capitals & providers:
        return [Evidence(Topic.PROVIDER, _PERHAPS_ANOTHER, (visit.provider,))]
    return []
