"""Text as Open Dental keeps it unharmed (open-dental-api.md 5.5): plain ASCII, single line breaks, 4,000 characters."""

import re
import unicodedata

LONGEST = 4000
LONGEST_HEADLINE = 255
_CUT = "..."

# What Unicode's own compatibility forms do not fold, or would fold into something else.
_QUOTES = dict.fromkeys("‘’‚‛′´`ʼ", "'") | dict.fromkeys("“”„‟″«»", '"')
_DASHES = dict.fromkeys("‐‑‒–—―−", "-")
_LINE_ENDS = dict.fromkeys("\x85\u2028\u2029", "\n")
_SIGNS = {"…": "...", "•": "-", "·": "-", "→": "->", "←": "<-", "×": "x", "÷": "/", "⁄": "/", "©": "(c)", "®": "(R)"}
_UNITS = {"°": " deg", "€": "EUR ", "£": "GBP "}
_LETTERS = {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
_MORE_LETTERS = {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i"}
_TABLE = str.maketrans(_QUOTES | _DASHES | _LINE_ENDS | _SIGNS | _UNITS | _LETTERS | _MORE_LETTERS)
_PICTOGRAPHS = range(0x2600, 0x2800)


def chart_text(text: str) -> str:
    """The text for a CommLog, a note or a Task: ASCII, single line breaks, at most 4,000 characters.

    Where it is too long, the end of the body is cut: the last line, which holds the author, the time and the marker,
    stays whole.
    """
    lines = [re.sub(r"\s+", " ", line).strip() for line in _ascii(text).split("\n")]
    *body, last = [line for line in lines if line] or [""]
    whole = "\n".join([*body, last])
    if len(whole) <= LONGEST:
        return whole
    room = LONGEST - len(last) - len(_CUT) - 1
    if room <= 0:
        return last[-LONGEST:].lstrip()
    return "\n".join(body)[:room].rstrip() + _CUT + "\n" + last


def headline(text: str) -> str:
    """One line of at most 255 characters: the column of `DescriptOverride` (open-dental-api.md 5.5)."""
    line = " ".join(_ascii(text).split())
    return line if len(line) <= LONGEST_HEADLINE else line[: LONGEST_HEADLINE - len(_CUT)].rstrip() + _CUT


def _ascii(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(_TABLE)
    # Twice: a compatibility form may unfold into one of the signs above (½ is 1, fraction slash, 2).
    return "".join(_plain(char) for char in unicodedata.normalize("NFKD", lines).translate(_TABLE))


def _plain(char: str) -> str:
    if char in "\n\t" or " " <= char <= "~":
        return char
    if ord(char) in _PICTOGRAPHS:
        return ""
    kind = unicodedata.category(char)
    # Symbols and their modifiers (emoji), accents split off their letters, controls and invisible characters.
    if kind in ("So", "Sk", "Mn", "Me") or kind[0] == "C":
        return ""
    return " " if kind[0] == "Z" else "?"
