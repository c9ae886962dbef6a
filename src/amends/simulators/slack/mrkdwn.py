"""Slack's text as HTML. Everything is escaped; links lead to http and https only."""

import html
import re
from collections.abc import Callable, Mapping

_SPECIAL = re.compile(r"<([^<>\n]+)>")
_STYLES = (
    (re.compile(r"```(.+?)```", re.DOTALL), r"<code>\1</code>"),
    (re.compile(r"`([^`\n]+)`"), r"<code>\1</code>"),
    (re.compile(r"(?<!\w)\*([^*\n]+)\*(?!\w)"), r"<strong>\1</strong>"),
    (re.compile(r"(?<!\w)_([^_\n]+)_(?!\w)"), r"<em>\1</em>"),
    (re.compile(r"(?<!\w)~([^~\n]+)~(?!\w)"), r"<s>\1</s>"),
)


def plain(text: str) -> str:
    """Plain text as HTML."""
    return html.escape(html.unescape(text)).replace("\n", "<br>")


def rendered(text: str, names: Mapping[str, str]) -> str:
    """`mrkdwn` as HTML; `names` tells people and channels by id."""
    parts = []
    at = 0
    for found in _SPECIAL.finditer(text):
        parts.append(_styled(text[at : found.start()]))
        parts.append(_special(found[1], names))
        at = found.end()
    parts.append(_styled(text[at:]))
    return "".join(parts).replace("\n", "<br>")


def link(url: str, label: str) -> str:
    """A link, or the label alone where the address is not for a browser. The label is text, not HTML."""
    shown = html.escape(html.unescape(label))
    if not re.match(r"https?://", url, re.IGNORECASE):
        return shown
    return f'<a href="{html.escape(html.unescape(url))}" rel="noreferrer">{shown}</a>'


def _styled(text: str) -> str:
    escaped = html.escape(html.unescape(text))
    for pattern, into in _STYLES:
        escaped = pattern.sub(into, escaped)
    return escaped


def _special(inside: str, names: Mapping[str, str]) -> str:
    target, _, label = inside.partition("|")
    signs: dict[str, Callable[[], str]] = {
        "@": lambda: _mention("@" + (label or names.get(target[1:], target[1:]))),
        "#": lambda: _mention("#" + (label or names.get(target[1:], target[1:]))),
        "!": lambda: _mention(label or "@" + target[1:]),
    }
    return signs.get(target[:1], lambda: link(target, label or target))()


def _mention(text: str) -> str:
    return f'<span class="mention">{html.escape(html.unescape(text))}</span>'
