"""`amends check-reply`: the privacy checker of public replies as a filter."""

from typing import IO

from amends.filters.lines import BadLine, Line, answer_lines
from amends.reviews.checker import Case, Context, Practice, Review, check


def run(stdin: IO[bytes], stdout: IO[bytes]) -> int:
    """Answer each reply with `{"id", "level", "findings"}`; returns the exit code."""
    return answer_lines(stdin, stdout, _answer)


def _answer(line: Line) -> dict[str, object]:
    reply = line.get("reply")
    if not isinstance(reply, str):
        raise BadLine("The reply must be a text.")
    return check(reply, _context(line)).as_json()


def _context(line: Line) -> Context:
    """What the reply is judged against. Null or absent is empty; unknown fields are ignored."""
    review, practice, case = _object(line, "review"), _object(line, "practice"), _object(line, "case")
    return Context(
        platform=_text(line, "platform") or "google",
        review=Review(_text(review, "reviewer"), _stars(review), _text(review, "text")),
        practice=Practice(
            _text(practice, "name"), _texts(practice, "phones"), _texts(practice, "emails"), _texts(practice, "staff")
        ),
        case=None if line.get("case") is None else _case(case),
        recent_replies=_texts(line, "recent_replies"),
    )


def _case(case: Line) -> Case:
    return Case(
        patient=_text(case, "patient"),
        family=_texts(case, "family"),
        procedures=_texts(case, "procedures"),
        staff=_texts(case, "staff"),
        dates=_texts(case, "dates"),
        amounts=_texts(case, "amounts"),
        insurers=_texts(case, "insurers"),
        notes=_text(case, "notes"),
    )


def _object(line: Line, name: str) -> Line:
    given = line.get(name)
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise BadLine(f"The {name} must be an object.")
    return given


def _text(line: Line, name: str) -> str:
    given = line.get(name)
    if given is None:
        return ""
    if not isinstance(given, str):
        raise BadLine(f"The {name} must be a text.")
    return given


def _texts(line: Line, name: str) -> tuple[str, ...]:
    given = line.get(name)
    if given is None:
        return ()
    if not isinstance(given, list) or not all(one is None or isinstance(one, str) for one in given):
        raise BadLine(f"The {name} must be a list of texts.")
    return tuple(one for one in given if one)


def _stars(review: Line) -> int | None:
    """Sites count in whole and half stars, and some reviews have none; the checker only keeps the number."""
    given = review.get("stars")
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise BadLine("The stars must be a number.")
    return int(given)
