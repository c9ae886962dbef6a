"""JSON lines in, JSON lines out: what all filters have in common."""

import json
import os
from collections.abc import Callable, Mapping
from typing import IO

Line = Mapping[str, object]
Answer = Callable[[Line], Mapping[str, object]]


class BadLine(ValueError):
    """This line has no answer; the text is a sentence for a person."""


def answer_lines(stdin: IO[bytes], stdout: IO[bytes], answer: Answer) -> int:
    """Write one JSON object for each line of `stdin`, in the same order and with its `id`; the exit code comes back.

    A line for which `answer` raises `BadLine`, or that is no JSON object in UTF-8, gives `{"id": …, "error": "…"}`
    (`id` null where there is none to read), and the rest goes on. Blank lines are passed over. Each answer is written
    out before the next line is read, so that a program may ask and wait. A reader that goes away ends it quietly.
    The exit code is 2 when any line gave an error, else 0.
    """
    exit_code = 0
    try:
        for text in stdin:
            if not text.strip():
                continue
            reply, answered = _reply(text, answer)
            if not answered:
                exit_code = 2
            stdout.write(reply + b"\n")
            stdout.flush()
    except BrokenPipeError:
        _let_go(stdout)
    return exit_code


def _reply(text: bytes, answer: Answer) -> tuple[bytes, bool]:
    """The answer to one line, and whether it is one rather than an error."""
    name: object = None
    try:
        line = _read(text)
        name = line.get("id")
        return _written({"id": name, **answer(line)}), True
    except BadLine as error:
        return _written({"id": name, "error": str(error)}), False
    except RecursionError:
        return _written({"id": None, "error": "The line is nested too deeply."}), False


def _read(text: bytes) -> Line:
    try:
        line = json.loads(text.decode("utf-8-sig"), parse_constant=_refuse_number, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise BadLine("The line is not UTF-8.") from error
    except ValueError as error:
        raise BadLine("The line is not JSON.") from error
    if not isinstance(line, dict):
        raise BadLine("The line is not a JSON object.")
    return line


def _written(reply: Mapping[str, object]) -> bytes:
    return json.dumps(reply, allow_nan=False).encode("ascii")


def _refuse_number(name: str) -> float:
    raise ValueError(f"{name} is not JSON")  # Python reads NaN and Infinity; nobody else would read them back


def _finite(digits: str) -> float:
    number = float(digits)
    return number if abs(number) != float("inf") else _refuse_number(digits)


def _let_go(stdout: IO[bytes]) -> None:
    """Send what is still buffered nowhere, so that Python does not complain at its exit about the closed pipe."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stdout.fileno())
    os.close(nowhere)
