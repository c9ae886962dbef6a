"""A page's Markdown as safe HTML with a contents.

Raw HTML is off, images are off, links lead to the web, to a mailbox or within the site; and what comes out is cleaned
once more against a list of what is allowed, so that safety rests on two independent things.
"""

import re
import unicodedata
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from amends.handbook.live import Values, filled

_LOWEST, _DEEPEST = 2, 4  # the title of the page is its h1
_SPANISH = "(es) "
_TAGS = {"h2", "h3", "h4", "p", "ul", "ol", "li", "blockquote", "strong", "em", "code", "pre", "hr", "br", "a",
         "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "p": {"lang"}, "th": {"scope"}, **{f"h{n}": {"id"} for n in (2, 3, 4)}}
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ALLOWED_SCHEMES = ("http:", "https:", "mailto:")
# Ids that the page around the text has for itself.
_TAKEN = frozenset(
    {"main", "contents", "q", "asked", "asked-again", "said-aloud", "new-report", "read", "changed", "offered"}
)


def is_safe_link(address: str) -> bool:
    """Whether a link may lead there: http, https, mailto, or a place within the site."""
    plain = "".join(ch for ch in address if ch > " " and ch != "\x7f")
    if plain != address or plain.replace("\\", "/").startswith("//"):
        return False
    scheme = _SCHEME.match(plain)
    return scheme[0].lower() in _ALLOWED_SCHEMES if scheme else ":" not in plain.split("/", 1)[0].split("#", 1)[0]


@lru_cache(maxsize=512)
def render(text: str, known: Values) -> str:
    """The text as HTML. Headings begin at h2, never skip a level and have ids that are there once."""
    return cleaned(_markdown().render(text, {"known": dict(known)}))


def cleaned(html: str) -> str:
    """Only what is allowed of any HTML."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_allowed,
        url_schemes={scheme[:-1] for scheme in _ALLOWED_SCHEMES},
        link_rel="noopener noreferrer",
    )


def _allowed(tag: str, name: str, value: str) -> str | None:
    return None if name == "href" and not is_safe_link(value) else value


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802  the library's name
        return is_safe_link(url)


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    made = _Parser("commonmark", {"html": False}).enable("table").disable(["image", "html_block", "html_inline"])
    made.core.ruler.push("fences", _fences)
    made.core.ruler.push("headings", _headings)
    made.core.ruler.push("links", _links)
    made.core.ruler.push("languages", _languages)
    made.core.ruler.push("tables", _tables)
    made.core.ruler.push("values", _values)
    return made


def _fences(state: StateCore) -> None:
    """Nothing here colours code, and a language would only become a class that nobody allows."""
    for token in state.tokens:
        if token.type == "fence":
            token.info = ""


def _headings(state: StateCore) -> None:
    """Levels and ids. A heading without words is left out: it would be a silent stop for whoever listens."""
    kept: list[Token] = []
    level, ids, tokens = 1, set(_TAKEN), iter(state.tokens)
    for token in tokens:
        if token.type != "heading_open":
            kept.append(token)
            continue
        inline, close = next(tokens), next(tokens)
        words = _words(inline)
        if not words:
            continue
        level = min(max(int(token.tag[1]), _LOWEST), level + 1, _DEEPEST)
        token.tag = close.tag = f"h{level}"
        token.attrSet("id", _free(_slug(words), ids))
        kept += [token, inline, close]
    state.tokens = kept


def _words(inline: Token) -> str:
    return " ".join("".join(child.content for child in inline.children or []).split())


def _slug(words: str) -> str:
    folded = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:60] or "part"


def _free(wanted: str, ids: set[str]) -> str:
    found, again = wanted, 2
    while found in ids:
        found, again = f"{wanted}-{again}", again + 1
    ids.add(found)
    return found


def _links(state: StateCore) -> None:
    """A link without words shows its address."""
    for token in state.tokens:
        children = token.children or []
        for at in range(len(children) - 1, -1, -1):
            opened = children[at]
            if opened.type == "link_open" and not _named(children[at + 1 :]):
                children.insert(at + 1, Token("text", "", 0, content=str(opened.attrGet("href") or "#")))


def _named(rest: list[Token]) -> bool:
    for token in rest:
        if token.type == "link_close":
            return False
        if token.content.strip():
            return True
    return False  # pragma: no cover  the parser closes every link


def _languages(state: StateCore) -> None:
    """A paragraph that begins with "(es) " is Spanish, for whoever has the page read aloud."""
    for at, token in enumerate(state.tokens):
        if token.type != "inline" or not token.children or state.tokens[at - 1].type != "paragraph_open":
            continue
        first = token.children[0]
        if first.type == "text" and first.content.startswith(_SPANISH):
            first.content = first.content.removeprefix(_SPANISH)
            state.tokens[at - 1].attrSet("lang", "es")


def _tables(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")


def _values(state: StateCore) -> None:
    """The policy's values, put in last and as text: nothing in them is read as Markdown."""
    for token in state.tokens:
        for child in token.children or []:
            if child.type == "text":
                child.content = filled(child.content, state.env["known"])
