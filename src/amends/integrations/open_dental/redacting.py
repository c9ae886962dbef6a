"""Open Dental's own sentences, as people and logs may see them: without anything that the request carried."""

import re
from collections.abc import Iterable

from .route import Request

_WORD = re.compile(r"\w+")
_GONE = "…"
# Words of Open Dental's sentences (2.8) that a note may hold as well.
_USUAL = frozenset(
    _WORD.findall(
        "a accepted access account active allowed already an and any api appointment archived are as assigned at "
        "authorization be been before but by bytes call can cannot category characters clinic closed column "
        "command commlog commlogs connection could customer database date definition definitions deleted denied "
        "dental developer disabled do does duplicate econnector empty enabled error exceeded exist exists expected "
        "expired failed field fields for format found from gateway has have hidden if in inbox internal invalid is "
        "it json key later limit list long longer lost many maximum method missing mode more must no not number "
        "object occurred of office offline old on one only open or parameter patient patients permission popup "
        "procedure procnotes program query read refused request requests required requires resource row running "
        "server service setup short status supported task tasklist tasks text than that the this time timed "
        "timeout to too type unable unavailable unexpected unknown update user valid value version wait was when "
        "while will with without working write wrong you your "
    )
)


# What these hold is a person's, even where it is a usual word: Will Long.
_PERSONAL = frozenset({"LName", "FName", "MiddleI", "Preferred", "Phone", "Birthdate", "Address", "City", "Email"})


def hide(text: str, request: Request, keys: Iterable[str]) -> str:
    """The text without the keys and without words of the request's values: names, notes and numbers of a patient."""
    for key in keys:
        if key:
            text = text.replace(key, _GONE)
    fields = {**(request.query or {}), **(request.body or {})}
    told = [request.path.partition("/")[2], *(str(value) for value in fields.values())]
    usual = _USUAL | {name.casefold() for name in fields}
    carried = {word for value in told for word in _telling(value)} - usual
    carried |= {word for name in _PERSONAL & fields.keys() for word in _telling(str(fields[name]))}
    hidden = _WORD.sub(lambda word: _GONE if word[0].casefold() in carried else word[0], text)
    return re.sub(rf"{_GONE}(?:[\s,.'-]*{_GONE})+", _GONE, hidden)


def _telling(value: str) -> list[str]:
    # Short numbers and single letters tell nothing, and versions are made of them.
    return [word for word in _WORD.findall(value.casefold()) if len(word) > (3 if word.isdecimal() else 1)]
