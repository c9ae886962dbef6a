"""Offices with a review each, made from a seed by somebody who knows the format and nothing of the rules.

Names, nicknames and ways of writing are this file's own; nothing is taken from the product.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.reviews.matching.census import FIRST, LAST

Row = dict[str, Any]

NICKNAMES = {
    "Jennifer": ["Jen", "Jenny"], "Robert": ["Bob", "Rob", "Bobby"], "Elizabeth": ["Liz", "Beth", "Betsy",
    "Eliza"], "William": ["Bill", "Will"],
    "Richard": ["Rick", "Rich", "Dick"], "Michael": ["Mike", "Mikey"], "Katherine": ["Kate", "Kathy", "Katie"],
    "Catherine": ["Cathy", "Kate"],
    "Margaret": ["Peggy", "Maggie", "Meg"], "James": ["Jim", "Jimmy"], "Joseph": ["Joe"], "Thomas": ["Tom",
    "Tommy"], "Daniel": ["Dan", "Danny"],
    "Matthew": ["Matt"], "Anthony": ["Tony"], "Jose": ["Pepe"], "Francisco": ["Paco", "Pancho"], "Jesus": ["Chuy"],
    "Guadalupe": ["Lupe"],
    "Ignacio": ["Nacho"], "Enrique": ["Quique", "Kike"], "Eduardo": ["Lalo"], "Guillermo": ["Memo"],
    "Salvador": ["Chava"], "Alejandro": ["Alex"],
    "Dolores": ["Lola"], "Rosario": ["Chayo"], "Josefina": ["Pepa"], "Consuelo": ["Chelo"], "Isabel": ["Chabela"],
    "Mercedes": ["Meche"],
    "Christopher": ["Chris"], "Patricia": ["Pat", "Patty", "Trish"], "Susan": ["Sue", "Susie"], "Deborah": ["Deb",
    "Debbie"], "Rebecca": ["Becky"],
    "Samuel": ["Sam"], "Samantha": ["Sam"], "Stephanie": ["Steph"], "Steven": ["Steve"], "Timothy": ["Tim"],
    "Edward": ["Ed", "Ted"], "Andrew": ["Andy", "Drew"],
    "Benjamin": ["Ben"], "Jonathan": ["Jon"], "Nicholas": ["Nick"], "Gregory": ["Greg"], "Alexander": ["Alex"],
    "Barbara": ["Barb"], "Victoria": ["Vicky", "Tori"],
    "Jacqueline": ["Jackie"], "Kimberly": ["Kim"], "Lawrence": ["Larry"], "Charles": ["Chuck", "Charlie"],
    "Gabriel": ["Gabe"], "Manuel": ["Manny"],
    "Roberto": ["Beto"], "Antonio": ["Tono"], "Fernando": ["Nando"], "Kenneth": ["Ken"], "Theresa": ["Terry",
    "Tess"], "Pamela": ["Pam"], "Zachary": ["Zach"],
}  # fmt: skip
KINDS = {
    "crown": (["D2740", "D2750"], ["a crown", "my crown", "a new crown", "una corona"]),
    "root": (["D3310", "D3320", "D3330"], ["a root canal", "my root canal", "una endodoncia"]),
    "cleaning": (["D1110"], ["a cleaning", "my cleaning", "a simple cleaning", "una limpieza"]),
    "scaling": (["D4341"], ["a deep cleaning", "scaling", "una limpieza profunda"]),
    "filling": (["D2391", "D2392", "D2140", "D2330"], ["a filling", "two fillings", "a cavity", "un empaste"]),
    "extraction": (["D7140", "D7210"], ["an extraction", "a tooth pulled", "una extracción"]),
    "implant": (["D6010"], ["an implant", "my implant", "un implante"]),
    "denture": (["D5110", "D5120"], ["dentures", "my new denture", "una dentadura"]),
    "xray": (["D0210", "D0330", "D0274"], ["x-rays", "radiografías"]),
    "exam": (["D0120", "D0150"], ["an exam", "a checkup"]),
    "guard": (["D9944"], ["a night guard"]),
    "whitening": (["D9972"], ["whitening"]),
    "bridge": (["D6240", "D6750"], ["a bridge", "un puente"]),
}
OFTEN = (
    ["cleaning"] * 6 + ["exam"] * 5 + ["xray"] * 4 + ["filling"] * 4 + ["crown"] * 3 + ["extraction"] * 2 + list(KINDS)
)
PROVIDERS = ["Hale", "Whitmore", "Okonkwo", "Patel", "Lindgren"]
GENERIC = [
    "", "", "Never again.", "Terrible place.", "Worst dentist ever. Avoid.", "Rude staff and nobody cares.",
    "Would give zero stars if I could.",
    "They only care about money.", "Very unprofessional front desk.", "Muy mala atención.", "No lo recomiendo.",
    "I will not be coming back.",
]  # fmt: skip
ALIASES = [
    "A Google User", "Angry in Ohio", "Anonymous", "Former patient", "Unhappy customer", "🦷🦷", "SunnyGal22",
    "Truth Teller", "BlueTruck99", "Mom of 3",
    "Cliente anónimo", "Disappointed", "NotHappy", "Dayton Local Guide", "xX_gamer_Xx", "Кот", "Reviewer",
    "Concerned parent",
]  # fmt: skip
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


@dataclass(frozen=True)
class Example:
    line: Row
    right: int | None
    kind: str


def examples(seed: int, count: int, *, size: int = 60) -> Iterator[Example]:
    for number in range(count):
        yield example(random.Random(f"{seed}/{number}"), number, size=size)


def example(chance: random.Random, number: int, *, size: int = 60) -> Example:
    posted = datetime(
        2026, chance.randint(1, 12), chance.randint(1, 28), chance.randint(17, 23), chance.randint(0, 59), tzinfo=UTC
    )
    reach = chance.choice([30, 90, 365])  # some groups send the last month, some the last year
    people = [patient(chance, 100 + place, posted.date(), reach) for place in range(size)]
    maker = chance.choice(
        [_named, _named, _named, _initialled, _alias, _relative, _stranger, _stranger, _alias_stranger]
    )
    reviewer, text, right, kind = maker(chance, people, posted)
    chance.shuffle(people)
    review = {
        "reviewer": reviewer,
        "stars": chance.choice([1, 1, 2, 3]),
        "text": text,
        "posted_at": posted.replace(tzinfo=None).isoformat() + chance.choice(["-05:00", "-06:00", "-08:00"]),
    }
    return Example({"id": number, "review": review, "patients": people}, right, kind)


def _often(chance: random.Random, names: list[str]) -> str:
    return names[min(int(chance.expovariate(3.2 / len(names))), len(names) - 1)]


def patient(chance: random.Random, number: int, posted: date, reach: int) -> Row:
    first, last = _often(chance, FIRST), _often(chance, LAST)
    if chance.random() < 0.06:
        last += chance.choice(["-", " "]) + _often(chance, LAST)
    preferred = chance.choice(NICKNAMES.get(first, [""])) if chance.random() < 0.3 else chance.choice(["", None])
    family = [f"{_often(chance, FIRST)} {last}" for _ in range(chance.choice([0, 0, 0, 1, 2]))]
    visits = [
        _visit(chance, posted - timedelta(days=chance.randint(0, reach))) for _ in range(chance.choice([1, 1, 2, 3]))
    ]
    if chance.random() < 0.25:
        visits.append(_visit(chance, posted + timedelta(days=chance.randint(1, 60)), status="scheduled"))
    chance.shuffle(visits)
    money = chance.choice(["0.00", "0.00", "0.00", f"{chance.randint(20, 900)}.00", None])
    return {
        "PatNum": number,
        "first": first,
        "preferred": preferred,
        "last": last,
        "family": family,
        "visits": visits,
        "balance_change": money,
        "open_case": chance.random() < 0.03,
    }


def _visit(chance: random.Random, day: date, *, status: str | None = None) -> Row:
    status = status or chance.choice(["complete"] * 9 + ["broken"])
    row: Row = {"date": day.isoformat(), "status": status, "procedures": [], "provider": chance.choice(PROVIDERS)}
    kinds = chance.sample(OFTEN, chance.choice([1, 1, 2]))
    row["procedures"] = sorted({chance.choice(KINDS[kind][0]) for kind in kinds})
    if status == "complete":
        arrived = chance.randint(8 * 60, 16 * 60)
        seated = arrived + chance.choice([0, 2, 4, 5, 7, 9, 12, 15, 18, 22, 30, 45, 60])
        row |= {"arrived": _clock(arrived), "seated": _clock(seated)}
    return row


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _past(person: Row, posted: datetime) -> list[Row]:
    return sorted(
        (visit for visit in person["visits"] if visit["date"] <= posted.date().isoformat()),
        key=lambda visit: str(visit["date"]),
    )


def _somebody(chance: random.Random, people: list[Row], posted: datetime) -> tuple[Row, Row]:
    """A patient and a visit that the review is about: mostly the last days, sometimes weeks ago."""
    person = chance.choice(people)
    visit = _past(person, posted)[-1]
    gap = min(int(chance.expovariate(1 / 6)), 45)
    visit["date"] = (posted.date() - timedelta(days=gap)).isoformat()
    return person, visit


def _telling(chance: random.Random, visit: Row, posted: datetime, facts: int) -> str:
    parts = []
    gap = (posted.date() - date.fromisoformat(visit["date"])).days
    if visit["status"] == "broken":
        parts.append(
            chance.choice(
                ["They charged me for missing an appointment", "Got a no show fee", "Me cobraron por faltar a mi cita"]
            )
        )
    else:
        kind = next(kind for kind, (codes, _) in KINDS.items() if visit["procedures"][0] in codes)
        parts.append("Came in for " + chance.choice(KINDS[kind][1]))
        wait = (
            (int(visit["seated"][:2]) - int(visit["arrived"][:2])) * 60
            + int(visit["seated"][3:])
            - int(visit["arrived"][3:])
        )
        if wait >= 45:
            parts.append(
                chance.choice(
                    ["waited an hour", "sat in the lobby almost an hour", "esperé una hora", "waited forever"]
                )
            )
        elif wait >= 22:
            parts.append(chance.choice(["waited 30 minutes", "half an hour wait", "waited way too long"]))
    parts.append(chance.choice([f"Dr. {visit['provider']} was rude", f"saw Dr {visit['provider']}"]))
    day = DAYS[date.fromisoformat(visit["date"]).weekday()]
    when = {0: "today", 1: "yesterday"}.get(
        gap, f"last {day}" if gap < 7 else "a couple of weeks ago" if 8 < gap < 20 else "recently"
    )
    parts.append(when)
    chance.shuffle(parts)
    return ", ".join(parts[:facts]) + ". " + chance.choice(GENERIC)


def _named(chance: random.Random, people: list[Row], posted: datetime) -> tuple[str, str, int | None, str]:
    person, visit = _somebody(chance, people, posted)
    first, last = person["first"], person["last"]
    called = chance.choice([first, person["preferred"] or first, chance.choice(NICKNAMES.get(first, [first]))])
    tail = last.replace("-", " ").split()[0]
    kind, shown = chance.choice(
        [
            ("full", f"{called} {last}"), ("full", f"{called} {last}"), ("short", f"{called} {last[0]}"), ("short",
            f"{called} {last[0]}."),
            ("first initial", f"{first[0]}. {last}"), ("first initial", f"{first[0]} {last}"), ("turned",
            f"{last}, {called}"), ("loud", f"{called} {last}".upper()),
            ("quiet", f"{called} {last}".lower()), ("handle", f"{first[0]}{tail}{chance.randint(1, 99)}".lower()),
            ("handle", f"{tail}{called}"),
            ("handle", f"{called}.{tail}".lower()), ("middle", f"{called} {chance.choice(FIRST)[0]}. {last}"),
            ("slip", f"{_slip(chance, called)} {last}"),
            ("slip", f"{called} {_slip(chance, last)}"), ("emoji", f"{called} {last} 😀"), ("title",
            f"Mrs. {called} {last}"),
        ]
    )  # fmt: skip
    text = _telling(chance, visit, posted, chance.randint(1, 4)) if chance.random() < 0.6 else chance.choice(GENERIC)
    return shown, text, person["PatNum"], kind


def _slip(chance: random.Random, word: str) -> str:
    if len(word) < 5:
        return word
    place = chance.randint(1, len(word) - 2)
    return chance.choice(
        [
            word[:place] + word[place + 1 :],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            word[:place] + word[place] + word[place:],
        ]
    )


def _initialled(chance: random.Random, people: list[Row], posted: datetime) -> tuple[str, str, int | None, str]:
    person, visit = _somebody(chance, people, posted)
    first, last = person["first"], person["last"]
    shown = chance.choice([f"{first[0]}. {last[0]}.", f"{first[0]}{last[0]}", first])
    return shown, _telling(chance, visit, posted, chance.randint(2, 4)), person["PatNum"], "initials"


def _alias(chance: random.Random, people: list[Row], posted: datetime) -> tuple[str, str, int | None, str]:
    person, visit = _somebody(chance, people, posted)
    visit |= {
        "status": "complete",
        "arrived": "10:00",
        "seated": "10:55",
        "procedures": [chance.choice(["D2740", "D3330", "D7210", "D6010", "D5110"])],
    }
    return chance.choice(ALIASES), _telling(chance, visit, posted, 4), person["PatNum"], "alias"


def _relative(chance: random.Random, people: list[Row], posted: datetime) -> tuple[str, str, int | None, str]:
    person, visit = _somebody(chance, people, posted)
    kin = chance.choice(["my son", "my daughter", "my husband", "my wife", "my mother", "mi hija", "mi esposo"])
    text = f"{chance.choice(['Took', 'Brought'])} {kin} in. " + _telling(chance, visit, posted, chance.randint(2, 4))
    writer = chance.choice(FIRST)
    if chance.random() < 0.7:
        person["family"] = [f"{writer} {person['last']}"]
    last = chance.choice([person["last"], person["last"][0]]) if person["family"] else person["last"]
    return f"{writer} {last}", text, person["PatNum"], "relative"


def _stranger(chance: random.Random, people: list[Row], posted: datetime) -> tuple[str, str, int | None, str]:
    """A name that no patient and no relative on the line could go by."""
    forms = [("full", 0), ("short", 1), ("initials", 2), ("first", 3)]
    taken = {(person["first"][0], person["last"][0]) for person in people}
    for person in people:
        taken |= {
            (name[0], part[0])
            for name in (person["preferred"] or person["first"], *NICKNAMES.get(person["first"], []))
            for part in person["last"].replace("-", " ").split()
        }
        taken |= {(member.split()[0][0], member.split()[1][0]) for member in person["family"]}
    firsts = {
        name
        for person in people
        for name in (person["first"], person["preferred"], *NICKNAMES.get(person["first"], []))
    }
    while True:
        first, last = _often(chance, FIRST), _often(chance, LAST)
        if chance.random() < 0.3:
            first = chance.choice(NICKNAMES.get(first, [first]))
        kind, form = chance.choice(forms)
        if (first[0], last[0]) in taken and form != 3:
            continue
        if form == 3 and (
            first in firsts
            or any(first in NICKNAMES.get(name or "", []) or name in NICKNAMES.get(first, []) for name in firsts)
        ):
            continue
        shown = (f"{first} {last}", f"{first} {last[0]}", f"{first[0]}. {last[0]}.", first)[form]
        text = (
            chance.choice(GENERIC)
            if chance.random() < 0.5
            else _telling(
                chance,
                _visit(chance, posted.date() - timedelta(days=chance.randint(0, 20)), status="complete"),
                posted,
                chance.randint(1, 3),
            )
        )
        return shown, text, None, f"stranger {kind}"


def _alias_stranger(chance: random.Random, people: list[Row], posted: datetime) -> tuple[str, str, int | None, str]:
    text = chance.choice(GENERIC)
    if chance.random() < 0.4:
        text = (
            chance.choice(
                [
                    "I waited forever. ",
                    "Had a cleaning here. ",
                    "They overcharged me. ",
                    "They never answer the phone. ",
                    "The dentist was rude. ",
                ]
            )
            + text
        )
    return chance.choice(ALIASES), text, None, "alias stranger"


def written(found: Example) -> str:
    return json.dumps(found.line)


def without_the_right_one(seed: int, count: int) -> Iterator[Example]:
    """The same reviews where whoever wrote them is not on the list: names and texts fit others by chance only."""
    for found in examples(seed, count):
        if found.right is not None:
            others = [person for person in found.line["patients"] if person["PatNum"] != found.right]
            yield Example(found.line | {"patients": others}, None, found.kind)
