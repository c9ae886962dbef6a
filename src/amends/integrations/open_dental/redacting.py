"""Open Dental's own sentences, as people and logs may see them: without anything that the request carried."""

import re
from collections.abc import Iterable, Iterator

from .route import Request

_WORD = re.compile(r"\w+")
_GONE = "…"
# Words of Open Dental's sentences (2.8) that a note may hold as well.
_USUAL = frozenset(
    _WORD.findall(
        "a an and are as at be been but by can cannot could do does for from has have if in is it must no not of on "
        "or the this that to too was when while will with without you your access account accepted active allowed "
        "already any api appointment archived assigned authorization before bytes call category characters clinic "
        "closed column command commlog connection customer database date definition deleted dental denied developer "
        "disabled duplicate econnector empty enabled error exceeded exist exists expected expired failed field fields "
        "format found gateway hidden internal invalid json key later limit list long longer lost many maximum method missing "
        "mode more number object occurred office offline old one only open parameter patient permission procedure "
        "program query read refused request requests required requires resource row running server service setup "
        "short status supported task text than time timed timeout type unable unavailable unexpected unknown update "
        "user valid value version wait working write wrong"
    )
)


def hide(text: str, request: Request, keys: Iterable[str]) -> str:
    """The text without the keys and without words of the request's values: names, notes and numbers of a patient."""
    for key in keys:
        if key:
            text = text.replace(key, _GONE)
    names = {name.casefold() for told in (request.query, request.body) if told for name in told}
    carried = {word for word in _carried(request) if word not in _USUAL and word not in names}
    hidden = _WORD.sub(lambda word: _GONE if word[0].casefold() in carried else word[0], text)
    return re.sub(rf"{_GONE}(?:[\s,.'-]*{_GONE})+", _GONE, hidden)


def _carried(request: Request) -> Iterator[str]:
    values = [value for told in (request.query, request.body) if told for value in told.values()]
    for text in (request.path.partition("/")[2], *map(str, values)):
        # Short numbers and single letters tell nothing, and versions are made of them.
        yield from (word for word in _WORD.findall(text.casefold()) if len(word) > (3 if word.isdecimal() else 1))
