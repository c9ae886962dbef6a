"""Full-text search of cases: one function to write, one to ask, the same answers on both databases.

The words are made here and not by the database, so that SQLite and PostgreSQL agree. The words of a patient's name and
phone are stored as keyed digests (and digests of their beginnings), since identity is sealed at rest: "mor" finds
Morales, and the index says nothing without the key. Scope is part of the question: each row also holds its office.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import islice

from django.db import connection

from amends.cases.models import number_of
from amends.protocol.case import Case
from amends.protocol.values import Patient
from amends.sealing import blind

_WORD = re.compile(r"[^\W_]+")
_SHORTEST_BEGINNING = 3
_LONGEST_WORD = 64
_MOST_WORDS_ASKED = 12
_MOST_WORDS_KEPT = 8000  # of one case; PostgreSQL takes no more than a megabyte


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: without case, accents and a plural s; long ones by their beginning."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(ch for ch in folded if not unicodedata.combining(ch))
    return [_singular(word[:_LONGEST_WORD]) for word in _WORD.findall(plain)]


def _singular(word: str) -> str:
    if word.endswith(("sses", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


# What is stored are small ASCII letters and digits only, so that no tokenizer cuts or folds it in its own way. The
# first letter says of what kind it is, so that no word of an account can pass for an office or a name.


def _written(word: str) -> str:
    if word.isascii():
        return f"w{word}"
    return f"u{hashlib.blake2b(word.encode(), digest_size=10).hexdigest()}"


def _hidden(word: str) -> str:
    return "n" + blind(word).replace("-", "x").replace("_", "y").lower()[:14]


def _office(office: str) -> str:
    return f"o{office}"


def _identity(patient: Patient) -> Iterable[str]:
    """Every beginning of the words of the name and the phone, and of the phone without its spaces and dashes."""
    digits = re.sub(r"\D", "", patient.phone)
    national = digits[1:] if len(digits) == 11 and digits.startswith("1") else ""
    for word in words_of(f"{patient.name} {patient.phone} {digits} {national}"):
        yield from (word[:length] for length in range(min(_SHORTEST_BEGINNING, len(word)), len(word) + 1))


def words_for(case_id: int, case: Case) -> list[str]:
    """Every word under which this case is found, as it is stored, each once."""
    texts = [number_of(case_id), *(a.text for a in case.accounts), *(a.note for a in case.attempts)]
    texts += [c.note for c in case.conversations]
    texts += [case.addressing.note, case.addressing.change] if case.addressing else []
    words = dict.fromkeys(_hidden(beginning) for beginning in _identity(case.patient)) if case.patient else {}
    words[_office(case.office)] = None
    written = dict.fromkeys(_written(word) for text in texts for word in words_of(text))
    words.update(dict.fromkeys(islice(written, _MOST_WORDS_KEPT)))
    return list(words)


def index(case_id: int, case: Case) -> None:
    """Writes the search row of a case, inside the caller's transaction."""
    words = words_for(case_id, case)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "INSERT INTO cases_search (case_id, words) VALUES (%s, array_to_tsvector(%s)) "
                "ON CONFLICT (case_id) DO UPDATE SET words = EXCLUDED.words",
                [case_id, words],
            )
        else:
            cursor.execute("DELETE FROM cases_search WHERE rowid = %s", [case_id])
            cursor.execute("INSERT INTO cases_search (rowid, words) VALUES (%s, %s)", [case_id, " ".join(words)])


def find(text: str, *, offices: Sequence[str] | None, before: int | None = None, limit: int = 51) -> list[int]:
    """Ids of the newest cases that hold every word of `text`, newest first; `offices` None means the whole group.

    `before` continues a list below that id. No words, or no offices, find nothing.
    """
    words = list(dict.fromkeys(words_of(text)))[:_MOST_WORDS_ASKED]
    if not words or (offices is not None and not offices):
        return []
    groups = [[_written(word), _hidden(word)] for word in words]
    if offices is not None:
        groups.append([_office(office) for office in offices])
    if connection.vendor == "postgresql":
        question = " & ".join("(" + " | ".join(f"'{word}'" for word in group) + ")" for group in groups)
        sql = "SELECT case_id FROM cases_search WHERE words @@ %s::tsquery {} ORDER BY case_id DESC LIMIT %s"
        below = "AND case_id < %s"
    else:
        question = " AND ".join("(" + " OR ".join(f'"{word}"' for word in group) + ")" for group in groups)
        sql = "SELECT rowid FROM cases_search WHERE cases_search MATCH %s {} ORDER BY rowid DESC LIMIT %s"
        below = "AND rowid < %s"
    arguments: list[str | int] = [question, *([before] if before is not None else []), limit]
    with connection.cursor() as cursor:
        cursor.execute(sql.format(below if before is not None else ""), arguments)
        return [row[0] for row in cursor.fetchall()]
