"""Who signed at the end of a text whose display name is nobody's: "~James Robinson", "Signed, Anand Banerjee"."""

import re

_NAME = r"[^\W\d_][\w'’.-]*"
_BY_A_WORD = re.compile(
    r"(?:^|[^\w\s]\s*|\n)(?i:signed|sincerely|regards|atentamente|firmado|firma)[,:]?\s+(?:by\s+|por\s+)?"
    rf"({_NAME}(?:\s+{_NAME}){{0,2}})\W*$"
)
_BY_A_DASH = re.compile(rf"(?:^|[\s.!?])(?:--?|[–—~])\s?({_NAME}(?:\s+{_NAME}){{1,2}})\W*$")


def signature(text: str) -> str:
    """The name that the text is signed with, or "". After a dash it needs two words or three, each with a
    capital unless the text has none."""
    by_a_word = _BY_A_WORD.search(text)
    if by_a_word is not None:
        return by_a_word[1]
    by_a_dash = _BY_A_DASH.search(text)
    if by_a_dash is None:
        return ""
    has_capitals = all(word[0].isupper() for word in by_a_dash[1].split())
    return by_a_dash[1] if has_capitals or text.islower() else ""
