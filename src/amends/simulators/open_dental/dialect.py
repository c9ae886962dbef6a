"""The plain MySQL of real offices, as SQLite understands it. What neither knows is an error of the query (400)."""

import re
import sqlite3
from datetime import datetime, timedelta

from amends.simulators.open_dental.text import TIME_FORMAT

_APART = re.compile(
    r"""--[^\n]*|\#[^\n]*|/\*.*?\*/|'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*\"""", re.DOTALL
)  # a comment or a literal, whichever begins first
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "%": "\\%", "_": "\\_"}
_INTERVAL = re.compile(r"\bINTERVAL\s+(\d+)\s+(SECOND|MINUTE|HOUR|DAY|WEEK)\b", re.IGNORECASE)
_MOVED = re.compile(r"(\b[\w.]+(?:\(\))?|\x00\d+\x00)\s*([+-])\s*(\x01[^\x01]*\x01)")
_SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86_400, "WEEK": 604_800}


class Command:
    """A query taken apart: what it says without its literals and comments, and how SQLite says it."""

    def __init__(self, text: str) -> None:
        self._literals: list[str] = []
        bare = _APART.sub(self._put_aside, text)
        self.statements = [part.strip() for part in bare.split(";") if part.strip()]

    def _put_aside(self, found: re.Match[str]) -> str:
        quote = found[0][0]
        if quote not in "'\"":
            return " "
        inside = found[0][1:-1].replace(quote * 2, quote)
        inside = _ESCAPE.sub(lambda each: _ESCAPED.get(each[1], each[1]), inside).replace("'", "''")
        self._literals.append(f"'{inside}'")
        return f"\0{len(self._literals) - 1}\0"

    def only_reads(self) -> bool:
        """Whether every statement is a SELECT and none speaks of a SCHEMA (3.14)."""
        first = [re.split(r"\W", statement, maxsplit=1)[0].upper() for statement in self.statements]
        return set(first) == {"SELECT"} and not any("SCHEMA" in each.upper() for each in self.statements)

    def words(self) -> set[str]:
        """Everything that may be the name of a table, in lower case."""
        return {word.lower() for statement in self.statements for word in re.findall(r"\w+", statement)}

    def for_sqlite(self) -> str:
        """The last statement, which is the one that answers."""
        text = _INTERVAL.sub(lambda found: f"\1{int(found[1]) * _SECONDS[found[2].upper()]}\1", self.statements[-1])
        text = _MOVED.sub(lambda found: f"MOVED({found[1]}, {found[2]}{found[3]})", text)
        text = re.sub(r"\b(LEFT|RIGHT)\s*\(", r"\1_OF(", text, flags=re.IGNORECASE)
        text = re.sub(r"\bCURRENT_TIMESTAMP\b(?:\s*\(\s*\))?", "NOW()", text, flags=re.IGNORECASE).replace("\1", "")
        return re.sub(r"\0(\d+)\0", lambda found: self._literals[int(found[1])], text)


def add_functions(connection: sqlite3.Connection, *, now: datetime, utc: datetime) -> None:
    """What MySQL has and SQLite lacks, at this moment of the office's clock."""
    add = connection.create_function
    add("NOW", 0, lambda: now.strftime(TIME_FORMAT))
    add("CURDATE", 0, lambda: now.date().isoformat())
    add("UTC_TIMESTAMP", 0, lambda: utc.strftime(TIME_FORMAT))
    add("MOVED", 2, _moved)
    add("DATE_ADD", 2, _moved)
    add("DATE_SUB", 2, lambda moment, seconds: _moved(moment, -seconds))
    add("CONCAT", -1, lambda *parts: None if None in parts else "".join(str(part) for part in parts))
    add("IF", 3, lambda test, yes, no: yes if test else no)
    add("CHAR_LENGTH", 1, lambda text: None if text is None else len(str(text)))
    add("LEFT_OF", 2, lambda text, count: None if text is None else str(text)[:count])
    add("RIGHT_OF", 2, lambda text, count: None if text is None else str(text)[-count:] if count else "")


def _moved(moment: str | None, seconds: int) -> str | None:
    """A moment or a day, so many seconds later."""
    if moment is None:
        return None
    return (datetime.fromisoformat(moment) + timedelta(seconds=seconds)).strftime(TIME_FORMAT)
