"""A file of rows, read piece by piece: its encoding, its delimiter and its header are found by looking."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from amends.reviews.bringing.columns import Columns, columns_of

Opens = Callable[[], IO[bytes]]
_PIECE = 1 << 16
_LONGEST_LINE = 1 << 20
_DELIMITERS = (",", ";", "\t")
_LINES_BEFORE = 20  # some tools write a title and dates above the header
_PICTURES = {
    b"PK\x03\x04": "This is a spreadsheet (xlsx). Open it, and save it as CSV.",
    b"\xd0\xcf\x11\xe0": "This is a spreadsheet (xls). Open it, and save it as CSV.",
    b"%PDF": "This is a PDF. Ask the tool for a CSV file.",
    b"\x1f\x8b": "This is a packed file. Unpack it first.",
}


class NotReadable(ValueError):
    """The file as a whole cannot be read; the text says why."""


@dataclass(frozen=True)
class Row:
    """One row and the line on which it begins, from 1. `wrong` says why it is none, "" for nothing."""

    line: int
    cells: Sequence[str] = field(default=(), repr=False)
    wrong: str = ""


@dataclass(frozen=True)
class Table:
    """A file whose header was found. `rows` may be asked for again and reads the file anew."""

    opens: Opens
    encoding: str
    delimiter: str
    header_line: int
    columns: Columns

    def rows(self) -> Iterator[Row]:
        """Every row behind the header, but for empty ones."""
        with _reading(self.opens, self.encoding) as text:
            for row in _rows(text, self.delimiter):
                if row.line > self.header_line and (row.wrong or any(cell.strip() for cell in row.cells)):
                    yield row


def open_table(opens: Opens, mapped: Mapping[str, str] | None = None) -> Table:
    """Finds out how the file is to be read. Raises `NotReadable`, and `OSError` where it cannot be opened."""
    encoding = _encoding(opens)
    with _reading(opens, encoding) as text:
        begin = "".join(line for line, _ in zip(_lines(text), range(_LINES_BEFORE * 3), strict=False))
    if not begin.strip():
        raise NotReadable("The file is empty.")
    found = [table for mark in _DELIMITERS if (table := _with_header(opens, encoding, mark, begin, mapped))]
    if not found:
        raise NotReadable(
            "No header was found. One row must name a column for the date, and one for the stars, the recommendation "
            "or the text. Where the names are others, give a map."
        )
    best = max(found, key=lambda table: (len(table.columns.at), table.columns.width))
    missing = [name for field, name in (mapped or {}).items() if field not in best.columns.mapped]
    if missing:
        raise NotReadable(f"The map names a column that the file does not have: {', '.join(missing)}.")
    return best


def _with_header(
    opens: Opens, encoding: str, delimiter: str, begin: str, mapped: Mapping[str, str] | None
) -> Table | None:
    for row, _ in zip(_rows(io.StringIO(begin, newline=""), delimiter), range(_LINES_BEFORE), strict=False):
        columns = columns_of(row.cells, mapped)
        if columns.is_enough:
            return Table(opens, encoding, delimiter, row.line, columns)
    return None


def _rows(text: IO[str], delimiter: str) -> Iterator[Row]:
    reader = csv.reader(_lines(text), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(line, wrong="It holds a cell that never ends: a quotation mark is missing.")
            continue
        yield Row(line, cells)


def _lines(text: IO[str]) -> Iterator[str]:
    """Lines of a limited length: a file without line breaks is not read whole."""
    while line := text.readline(_LONGEST_LINE):
        yield line


def _encoding(opens: Opens) -> str:
    """By its first bytes; else UTF-8 where the whole file is, else what Windows writes."""
    with opens() as file:
        begin = file.read(4096)
        for mark, says in _PICTURES.items():
            if begin.startswith(mark):
                raise NotReadable(says)
        if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if begin.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        half = len(begin) // 2
        if half and begin[1::2].count(0) > half * 0.7:
            return "utf-16-le"
        if half and begin[0::2].count(0) > half * 0.7:
            return "utf-16-be"
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while begin:
                decoder.decode(begin)
                begin = file.read(_PIECE)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


@contextmanager
def _reading(opens: Opens, encoding: str) -> Iterator[IO[str]]:
    with opens() as file, io.TextIOWrapper(file, encoding, errors="replace", newline="") as text:
        yield text
