"""Which stories the history tells, where, to whom and when. The same seed and the same now make the same plan."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import count
from random import Random
from typing import TypeVar

from amends.demo.happenings import EVERYDAY, GRAVE, ONLINE, Happening, care, grave, manners, money, waiting
from amends.demo.happenings import online as reviews
from amends.demo.place import Place
from amends.demo.scene import Scene, Story
from amends.demo.stories import at_the_office as office
from amends.demo.stories import handed_up as up
from amends.demo.stories import in_open_dental as chart
from amends.demo.stories import odd, online, today
from amends.demo.times import before_closing, open_after, open_ago, past_days
from amends.protocol.values import Patient
from amends.protocol.words import Moment, Severity

Telling = Callable[[Scene], Story]
Played = tuple[Scene, Story]
_T = TypeVar("_T")

_MAPLE, _HARBOR, _OLD_MILL, _CEDAR, _LAKESIDE, _STATION, _ORCHARD, _KINGFISHER = range(1, 9)
_BELLWETHER, _QUARRY, _JUNIPER, _FOXGLOVE = range(9, 13)
# The bigger offices come up more often, and one is so quiet that somebody should ask.
_TURNS = (*range(1, 12), _MAPLE, _MAPLE, _HARBOR, _LAKESIDE, _KINGFISHER, _BELLWETHER, *range(1, 13))
_PROMISES_UNTIL = 20  # days ago: at Maple Street no old promise comes between the ones of today


@dataclass(frozen=True)
class _Some:
    """So many cases of one story, from `oldest` to `newest` days ago; at one office or at all in turn."""

    telling: Telling
    how_many: int
    among: Sequence[Happening] = EVERYDAY
    oldest: int = 90
    newest: int = 12
    only_at: int | None = None


_PAST = (
    _Some(office.put_right, 30),
    _Some(office.in_the_moment, 9, [one for one in EVERYDAY if one.moment is not Moment.AFTER]),
    _Some(office.read_in_the_chart, 5, [one for one in EVERYDAY if one.moment in (Moment.AFTER, Moment.TREATMENT)]),
    _Some(office.reached_later, 8),
    _Some(office.never_reached, 5),
    _Some(office.wants_no_contact, 2),
    _Some(office.handed_to_the_cover, 2, only_at=_MAPLE),
    _Some(office.pasted_by_hand, 2),
    _Some(up.passed_to_the_region, 8),
    _Some(up.passed_to_the_leaders, 2),
    _Some(up.late_at_the_office, 3),
    _Some(up.leader_stepped_in, 2),
    _Some(up.grave, len(GRAVE), GRAVE),
    _Some(online.answered, 8, ONLINE),
    _Some(online.excepted, 2, ONLINE),
    _Some(online.by_a_stranger, 2, ONLINE),
    _Some(office.left_before_anybody_came, 2, [one for one in EVERYDAY if one.moment is Moment.CHECKOUT]),
    _Some(odd.told_twice, 3),
    _Some(odd.not_upset, 3),
    _Some(odd.by_mistake, 2),
    _Some(odd.nobody_knows_who, 2, [one for one in EVERYDAY if one.moment is Moment.BEFORE]),
    _Some(odd.known_later, 2),
    _Some(odd.no_patient_of_ours, 2, [one for one in EVERYDAY if "other" in one.kinds]),
    _Some(odd.came_back, 3),
    _Some(odd.happened_before, 3, [one for one in EVERYDAY if one.change], oldest=88, newest=55),
    _Some(odd.held, 2, [one for one in EVERYDAY if one.change], oldest=88, newest=70),
    _Some(odd.did_not_hold, 1, [one for one in EVERYDAY if one.change], oldest=88, newest=70),
    _Some(chart.all_of_it, 3, oldest=80, newest=30),
    _Some(chart.wrong_type, 1),
    _Some(chart.deleted, 1),
    _Some(odd.unlucky_twice, 1, [one for one in EVERYDAY if not one.change], oldest=88, newest=55),
)
_LATELY = _Some(office.put_right, 10, oldest=8, newest=1)


def plan(here: Mapping[int, Place], *, seed: int, now: datetime) -> list[Played]:
    """Every case of the history, each with its scene set; nothing is performed yet."""
    return [*_Past(here, seed, now).played(), *_waiting_today(here, seed, now)]


class _Past:
    def __init__(self, here: Mapping[int, Place], seed: int, now: datetime) -> None:
        self.here = here
        self.seed = seed
        self.now = now
        self.chance = Random(seed)
        self.turns = _shuffled(_TURNS, self.chance)
        self.adults = {clinic: _shuffled(place.adults, self.chance) for clinic, place in here.items()}
        self.children = {clinic: _shuffled(place.children, self.chance) for clinic, place in here.items()}
        self.decks: dict[tuple[str, ...], Iterator[Happening]] = {}
        self.numbers = count()

    def played(self) -> list[Played]:
        return [self._one(some) for some in (*_PAST, _LATELY) for _ in range(some.how_many)]

    def _one(self, some: _Some) -> Played:
        clinic = some.only_at or next(self.turns)
        happening = next(self._deck(some.among))
        age = self.chance.randint(some.newest, some.oldest)
        scene = Scene(
            place=self.here[clinic],
            happening=happening,
            patient=self._patient(clinic, happening),
            chance=Random(f"{self.seed}:{next(self.numbers)}"),
            start=self._start(clinic, happening, age, lately=some is _LATELY),
            now=self.now,
            may_promise=clinic != _MAPLE or age > _PROMISES_UNTIL,
        )
        return scene, some.telling(scene)

    def _deck(self, among: Sequence[Happening]) -> Iterator[Happening]:
        """Every happening comes up once before any comes up twice."""
        return self.decks.setdefault(tuple(one.told for one in among), _shuffled(among, self.chance))

    def _patient(self, clinic: int, happening: Happening) -> Patient:
        return next(self.children[clinic] if happening.is_about_a_child else self.adults[clinic])

    def _start(self, clinic: int, happening: Happening, age: int, *, lately: bool) -> datetime:
        """A time of that day at which such a thing is told; reviews are written in the evening."""
        calendar = self.here[clinic].office.calendar
        if lately:
            # Not in the newest two, where what waits is told by `_waiting_today`: together they would be no usual week.
            day = past_days(calendar, self.now)[age + 1]
        else:
            day = (self.now - timedelta(days=age)).astimezone(calendar.tz).date()
        midnight = datetime.combine(day, time(), tzinfo=calendar.tz).astimezone(UTC)
        if happening.is_online:
            return midnight + timedelta(hours=self.chance.randint(18, 22), minutes=self.chance.randrange(60))
        # Mostly in the morning; who comes late in the day may be called late.
        minutes = int(self.chance.triangular(3, 400, 60))
        return open_after(calendar, midnight, minutes)


def _waiting_today(here: Mapping[int, Place], seed: int, now: datetime) -> Iterator[Played]:
    """What waits for somebody now. Three are Omar's, three Rita's."""

    def scene(clinic: int, happening: Happening, pat_num: int, start: datetime, *, left: bool = False) -> Scene:
        place = here[clinic]
        patient = next(one for one in (*place.adults, *place.children) if one.pat_num == pat_num)
        chance = Random(f"{seed}:today:{clinic}:{pat_num}")
        return Scene(
            place=place,
            happening=happening,
            patient=patient,
            chance=chance,
            start=start,
            now=now,
            severity=Severity.UPSET,
            left=left,
        )

    def ago(clinic: int, minutes: int) -> datetime:
        return open_ago(here[clinic].office.calendar, now, minutes)

    def earlier(clinic: int, days: int, minutes: int) -> datetime:
        calendar = here[clinic].office.calendar
        return before_closing(calendar, past_days(calendar, now)[days], minutes)

    yield _told(today.nobody_has_it, scene(_FOXGLOVE, money.HAPPENINGS[0], 12002, ago(_FOXGLOVE, 100), left=True))
    yield _told(today.asked_for_a_day, scene(_MAPLE, waiting.HAPPENINGS[10], 1005, earlier(_MAPLE, 0, 150), left=True))
    yield _told(today.tried_once, scene(_MAPLE, manners.HAPPENINGS[4], 1012, earlier(_MAPLE, 0, 200)))
    yield _told(today.spoken_and_promised, scene(_MAPLE, waiting.HAPPENINGS[5], 1013, earlier(_MAPLE, 1, 300)))
    yield _told(today.late_at_the_office, scene(_OLD_MILL, money.HAPPENINGS[2], 3007, ago(_OLD_MILL, 180), left=True))
    yield _told(today.asks_the_region, scene(_HARBOR, money.HAPPENINGS[8], 2004, ago(_HARBOR, 160), left=True))
    yield _told(today.region_tries, scene(_CEDAR, manners.HAPPENINGS[8], 4003, earlier(_CEDAR, 0, 300)))
    yield _told(today.leader_has_it, scene(_LAKESIDE, grave.HAPPENINGS[5], 5004, ago(_LAKESIDE, 50), left=True))
    yield _told(today.still_here, scene(_JUNIPER, care.HAPPENINGS[0], 11001, ago(_JUNIPER, 1), left=True))
    yield _told(today.caller_without_a_name, scene(_OLD_MILL, waiting.HAPPENINGS[13], 3004, ago(_OLD_MILL, 40)))
    yield _told(today.privacy_concern, scene(_ORCHARD, grave.HAPPENINGS[7], 7005, ago(_ORCHARD, 80), left=True))
    yield _told(today.being_put_right, scene(_BELLWETHER, care.HAPPENINGS[8], 9002, ago(_BELLWETHER, 190), left=True))
    yield _told(today.cause_missing, scene(_QUARRY, money.HAPPENINGS[4], 10008, earlier(_QUARRY, 0, 280)))
    yield _told(today.note_by_hand, scene(_STATION, care.HAPPENINGS[5], 6007, earlier(_STATION, 1, 300)))
    yield _told(online.just_in, scene(_QUARRY, reviews.HAPPENINGS[6], 10004, ago(_QUARRY, 30)))
    yield _told(online.nobody_knows_who, scene(_HARBOR, reviews.HAPPENINGS[0], 2004, ago(_HARBOR, 90)))
    late_review = reviews.HAPPENINGS[1]
    yield _told(online.waiting_for_the_reply, scene(_KINGFISHER, late_review, 8011, earlier(_KINGFISHER, 1, 400)))


def _told(telling: Telling, scene: Scene) -> Played:
    return scene, telling(scene)


def _shuffled(among: Sequence[_T], chance: Random) -> Iterator[_T]:
    """These, in any order, over and over."""
    while True:
        yield from chance.sample(among, len(among))
