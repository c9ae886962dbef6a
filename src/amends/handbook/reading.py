"""A handbook page as its readers find their way in it: the contents, and the passages that a search looks through."""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

_HEADINGS = frozenset({"h2", "h3"})
_PASSAGES = _HEADINGS | {"p", "li", "dt", "dd", "td", "th", "caption"}
_AROUND = 90


@dataclass(frozen=True)
class Heading:
    anchor: str
    level: int
    text: str


@dataclass(frozen=True)
class Passage:
    """A heading or a paragraph, and the heading that it stands under ("" before the first)."""

    anchor: str
    under: str
    text: str


@dataclass(frozen=True)
class Hit:
    """A passage that holds the words that were looked for, cut around the first of them."""

    anchor: str
    under: str
    before: str
    match: str
    after: str

    @property
    def is_heading(self) -> bool:
        """Whether the words were found in the heading itself, which is shown anyway."""
        return f"{self.before}{self.match}{self.after}" == self.under


class _Reader(HTMLParser):
    """Collects headings and the texts of paragraphs. A list item with paragraphs of its own reads as those."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[Heading] = []
        self.passages: list[Passage] = []
        self._words: list[str] = []
        self._heading: tuple[str, str] | None = None
        self._under = ("", "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _PASSAGES:
            self._finish()
        if tag in _HEADINGS:
            self._heading = (tag, dict(attrs).get("id") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _PASSAGES:
            self._finish()

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def _finish(self) -> None:
        text = " ".join("".join(self._words).split())
        self._words.clear()
        if self._heading and text:
            tag, anchor = self._heading
            self._under = (anchor, text)
            self.headings.append(Heading(anchor=anchor, level=int(tag[1]), text=text))
            self._heading = None
        if text:
            self.passages.append(Passage(anchor=self._under[0], under=self._under[1], text=text))


def contents(html: str) -> list[Heading]:
    """The second and third level headings of a page, in order."""
    return _read(html).headings


def search(html: str, words: str) -> Iterator[Hit]:
    """Each passage that holds `words`, whatever their case."""
    wanted = " ".join(words.split()).casefold()
    for passage in _read(html).passages if wanted else []:
        at = passage.text.casefold().find(wanted)
        if at >= 0:
            yield _hit(passage, at, at + len(wanted))


def _hit(passage: Passage, start: int, end: int) -> Hit:
    text = passage.text
    first = 0 if start <= _AROUND else text.find(" ", start - _AROUND, start) + 1 or start
    last = len(text) if end + _AROUND >= len(text) else max(text.rfind(" ", end, end + _AROUND), end)
    return Hit(
        anchor=passage.anchor,
        under=passage.under,
        before=("… " if first else "") + text[first:start],
        match=text[start:end],
        after=text[end:last] + (" …" if last < len(text) else ""),
    )


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader
