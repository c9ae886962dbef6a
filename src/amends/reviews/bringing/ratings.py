"""What a reviewer gave, in whatever way a tool writes it (review-platforms.md 2, 5.1, 5.2, 5.4)."""

import re
from collections.abc import Mapping
from decimal import Decimal

from amends.reviews.bringing.names import NAMES, words
from amends.reviews.bringing.values import NotUsable, Rating, folded

FIVE, TEN = 5, 10
_WORDS: Mapping[str, int] = NAMES["ratings"]["numbers"]
_YES, _NO, _NOTHING = (frozenset(words(NAMES["ratings"][which])) for which in ("yes", "no", "nothing"))
_FULL, _EMPTY = "★⭐🌟", "☆"
_NUMBER = re.compile(
    r"([0-9]{1,2}(?:[.,][0-9]{1,4})?)\s*(?:(?:/|out of|of|de|sur|von)\s*([0-9]{1,2}(?:[.,]0+)?))?\s*-?\s*"
    rf"(?:{'|'.join(words(NAMES['ratings']['stars']))})?",
    re.IGNORECASE,
)


def rating_of(text: str, *, scale: int = FIVE, zero_is_nothing: bool = False) -> Rating:
    """The rating that stands there; an empty one gives neither stars nor a recommendation. Raises `NotUsable`.

    `scale` is the best grade, 5 or 10: only whoever made the file knows it. Half stars go down, so that nobody who is
    upset is passed over. `zero_is_nothing`: Birdeye writes 0 for feedback that was never rated.
    """
    written = " ".join(text.split())
    plain = folded(written)
    if _is_nothing(written):
        return Rating()
    if plain in _YES or plain in _NO:
        return Rating(recommended=plain in _YES)
    if drawn := _drawn(written):
        return Rating(stars=drawn)
    named = plain.removesuffix("s").removesuffix("star")
    if named in _WORDS:
        return Rating(stars=_WORDS[named])
    return _counted(written, scale, zero_is_nothing)


def recommended_of(text: str) -> bool | None:
    """Yes, no or nothing from a column that asks whether they recommend. Raises `NotUsable`."""
    plain = folded(text)
    if _is_nothing(text):
        return None
    if plain in _YES or plain == "1":
        return True
    if plain in _NO or plain == "0":
        return False
    raise NotUsable("Whether they recommend the office cannot be read.")


def rating_from(text: str, *, site: str, tool: str, scale: int = FIVE) -> Rating:
    """The rating on this site as this tool writes it: a recommendation on Facebook is a number to some of them.

    Birdeye writes it as 1 and 0 (5.1), Podium as 5 and 1 (5.2). Anywhere else Birdeye's 0 is no rating.
    """
    plain = text.strip()
    if site == "facebook" and tool == "birdeye" and plain in ("0", "1", "0.0", "1.0"):
        return Rating(recommended=plain[0] == "1")
    rating = rating_of(plain, scale=scale, zero_is_nothing="birdeye" in (site, tool))
    if site == "facebook" and tool == "podium" and rating.stars in (1, FIVE):
        return Rating(recommended=rating.stars == FIVE)
    return rating


def _is_nothing(text: str) -> bool:
    return not text.strip(" -–—") or folded(text) in _NOTHING


def _drawn(written: str) -> int | None:
    """Stars that are drawn: ★★★★☆."""
    only = [ch for ch in written if ch not in " \ufe0f"]
    full = sum(ch in _FULL for ch in only)
    if not only or any(ch not in _FULL + _EMPTY for ch in only):
        return None
    if not 1 <= full <= len(only) <= FIVE:
        raise NotUsable("Its rating is not between 1 and 5 stars.")
    return full


def _counted(written: str, scale: int, zero_is_nothing: bool) -> Rating:
    found = _NUMBER.fullmatch(written)
    if found is None:
        raise NotUsable("Its rating cannot be read.")
    given = Decimal(found[1].replace(",", "."))
    best = Decimal(found[2].replace(",", ".")) if found[2] else Decimal(scale)
    if best != scale:
        raise NotUsable(f"Its rating is not out of {scale}. Say in a map which scale it is: rating_scale = 10.")
    if given == 0 and zero_is_nothing:
        return Rating()
    if not 1 <= given <= scale:
        what = "0 is no rating" if given == 0 else "Its rating is too high"
        raise NotUsable(f"{what} on a scale from 1 to {scale}.")
    return Rating(stars=int(given) if scale == FIVE else int((given + 1) // 2))
