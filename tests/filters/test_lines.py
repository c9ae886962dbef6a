"""What all filters promise about their lines."""

import io
import json
import os
import threading
from typing import Any

import pytest

from amends.filters.lines import BadLine, Line, answer_lines


def double(line: Line) -> dict[str, object]:
    number = line.get("number")
    if not isinstance(number, int):
        raise BadLine("The number must be whole.")
    return {"double": 2 * number}


def answers(given: bytes) -> tuple[list[Any], int]:
    stdout = io.BytesIO()
    exit_code = answer_lines(io.BytesIO(given), stdout, double)
    assert stdout.getvalue().endswith(b"\n") or not stdout.getvalue()
    return [json.loads(line) for line in stdout.getvalue().splitlines()], exit_code


def test_each_line_is_answered_in_order_with_its_id() -> None:
    given = b'{"id": 2, "number": 1}\n{"id": "b", "number": 2}\n{"id": null, "number": 3}\n{"number": 4}\n'
    assert answers(given) == (
        [{"id": 2, "double": 2}, {"id": "b", "double": 4}, {"id": None, "double": 6}, {"id": None, "double": 8}],
        0,
    )


def test_a_bad_line_is_answered_with_its_error_and_the_rest_goes_on() -> None:
    given = b'{"id": 1, "number": 1}\n{"id": 2, "number": "two"}\n{"id": 3, "number": 3}\n'
    assert answers(given) == (
        [{"id": 1, "double": 2}, {"id": 2, "error": "The number must be whole."}, {"id": 3, "double": 6}],
        2,
    )


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"nonsense", "The line is not JSON."),
        (b'{"id": 1, "number": 1} {"id": 2}', "The line is not JSON."),
        (b'{"id": 1, "number": NaN}', "The line is not JSON."),
        (b'{"id": 1e999, "number": 1}', "The line is not JSON."),
        (b'{"id": ' + b"9" * 5000 + b"}", "The line is not JSON."),
        (b"[1, 2]", "The line is not a JSON object."),
        (b'"id"', "The line is not a JSON object."),
        (b"null", "The line is not a JSON object."),
        (b'{"id": "\xff", "number": 1}', "The line is not UTF-8."),
        ('{"id": 1, "number": 1}'.encode("utf-16"), "The line is not UTF-8."),
        (b"[" * 100_000, "The line is nested too deeply."),
        (b'{"id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "The line is nested too deeply."),
    ],
)
def test_a_line_without_a_readable_id_gives_null(line: bytes, error: str) -> None:
    assert answers(line + b'\n{"id": 2, "number": 1}\n') == ([{"id": None, "error": error}, {"id": 2, "double": 2}], 2)


def test_blank_lines_are_passed_over_and_the_last_line_may_lack_its_end() -> None:
    assert answers(b'\n  \r\n{"id": 1, "number": 1}\r\n\t\n{"id": 2, "number": 2}') == (
        [{"id": 1, "double": 2}, {"id": 2, "double": 4}],
        0,
    )
    assert answers(b"") == ([], 0)


@pytest.mark.parametrize(
    "name", ["Zoë", "日本", "😀", "\u2028", "\x85", "\ud800", {"a": [1.5, True]}, 10**30, 0, False]
)
def test_any_id_comes_back_as_it_was(name: object) -> None:
    given = json.dumps({"id": name, "number": 1}).encode() + b"\n"
    assert answers(given) == ([{"id": name, "double": 2}], 0)


def test_text_may_be_written_out_and_begin_with_a_byte_order_mark() -> None:
    given = "\ufeff" + json.dumps({"id": "Zoë\u2028😀", "number": 1}, ensure_ascii=False) + "\n"
    assert answers(given.encode()) == ([{"id": "Zoë\u2028😀", "double": 2}], 0)


def test_each_answer_comes_before_the_next_line_is_asked() -> None:
    question_out, question_in = os.pipe()
    answer_out, answer_in = os.pipe()
    with (
        os.fdopen(question_out, "rb") as stdin,
        os.fdopen(answer_in, "wb") as stdout,
        os.fdopen(question_in, "wb", buffering=0) as ask,
        os.fdopen(answer_out, "rb") as heard,
    ):
        worker = threading.Thread(target=answer_lines, args=(stdin, stdout, double))
        worker.start()
        for number in range(3):
            ask.write(b'{"id": 1, "number": %d}\n' % number)
            assert json.loads(heard.readline()) == {"id": 1, "double": 2 * number}
        ask.close()
        worker.join()


def test_a_reader_that_goes_away_ends_it_quietly() -> None:
    answer_out, answer_in = os.pipe()
    os.close(answer_out)
    given = b'{"id": 1}\n' * 10
    with os.fdopen(answer_in, "wb") as stdout:  # leaving the block flushes once more, as the end of the program does
        assert answer_lines(io.BytesIO(given), stdout, double) == 2


def test_an_error_of_the_program_itself_is_not_hidden_as_a_bad_line() -> None:
    def broken(line: Line) -> dict[str, object]:
        raise KeyError("number")

    with pytest.raises(KeyError):
        answer_lines(io.BytesIO(b"{}\n"), io.BytesIO(), broken)
