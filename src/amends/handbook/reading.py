"""A handbook page as its readers find their way in it: the contents, and the passages that a search looks through."""

import re
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser

_LEVELS = {"h2": 2, "h3": 3, "h4": 4}
_PASSAGES = {*_LEVELS, "p", "li", "dt", "dd", "td", "th", "caption", "pre"}
_HEADING_TAG = re.compile(r"<(/?)h([2-5])\b")
_ID = re.compile(r'(<h[2-6] id="|<a href="#)')


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

    @property
    def is_heading(self) -> bool:
        return self.text == self.under


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
        if tag in _LEVELS:
            self._heading = (tag, dict(attrs).get("id") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _PASSAGES:
            self._finish()
            self._heading = None

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def close(self) -> None:
        super().close()
        self._finish()

    def _finish(self) -> None:
        text = " ".join("".join(self._words).split())
        self._words.clear()
        if self._heading and text:
            tag, anchor = self._heading
            self._under = (anchor, text)
            self.headings.append(Heading(anchor=anchor, level=_LEVELS[tag], text=text))
        if text:
            self.passages.append(Passage(anchor=self._under[0], under=self._under[1], text=text))


@dataclass(frozen=True)
class Line:
    """One line of a page's contents, with the lines under it."""

    heading: Heading
    under: tuple[Heading, ...]


def contents(html: str) -> list[Heading]:
    """The headings of a page, in order."""
    return list(_read(html)[0])


def nested(headings: list[Heading]) -> list[Line]:
    """The second level headings, each with the third level ones under it; deeper ones are not in a contents."""
    lines: list[tuple[Heading, list[Heading]]] = []
    for heading in headings:
        if heading.level == 2 or not lines:
            lines.append((heading, []))
        elif heading.level == 3:
            lines[-1][1].append(heading)
    return [Line(heading, tuple(under)) for heading, under in lines]


def passages(html: str) -> tuple[Passage, ...]:
    """Every heading and paragraph of a page, in order."""
    return _read(html)[1]


def lowered(html: str, prefix: str) -> str:
    """The page's HTML as a part of a longer one: headings one level deeper, ids and the ways to them with a prefix.

    Only for HTML of ours, or cleaned by `rendering.render`: no attribute of it holds "<".
    """
    deeper = _HEADING_TAG.sub(lambda found: f"<{found[1]}h{int(found[2]) + 1}", html)
    return _ID.sub(lambda found: f"{found[1]}{prefix}-", deeper)


@lru_cache(maxsize=512)
def _read(html: str) -> tuple[tuple[Heading, ...], tuple[Passage, ...]]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tuple(reader.headings), tuple(reader.passages)
