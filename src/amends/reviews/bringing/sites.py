"""The names that tools give to the sites on which a review stands."""

from amends.reviews.bringing.names import NAMES, words
from amends.reviews.bringing.values import folded

_SITES = {name: site for site, names in NAMES["sites"].items() for name in words(names)}
OTHER = "other"


def site_of(name: str) -> str:
    """The site of that name; "other" for one that Amends has no name for; "" for none."""
    plain = folded(name).removeprefix("www")
    if not plain:
        return ""
    return _SITES.get(plain) or _SITES.get(plain.removesuffix("com").removesuffix("reviews")) or OTHER
