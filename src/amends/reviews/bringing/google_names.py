"""Google's own names of reviews, and the row that a tool means by the last part of one (review-platforms.md 5.2)."""

import re

from amends.reviews.models import Review, Site

_NAME = re.compile(r"accounts/[^/\s]+/locations/[^/\s]+/reviews/[^/\s]+", re.ASCII)


def is_google_name(text: str) -> bool:
    """Whether this is a review's whole name at Google (1.6)."""
    return _NAME.fullmatch(text) is not None


class GoogleNames:
    """Google's locations as far as reviews of them are here, each office's asked for once."""

    def __init__(self) -> None:
        self._locations: dict[str, list[str]] = {}

    def known(self, office: str, last_part: str) -> str:
        """The whole name of the review of this office that ends so; "" where there is none.

        Whether a tool's id has Google's form is unconfirmed: where it does not fit, the text decides, and a person.
        """
        if not last_part or "/" in last_part:
            return ""
        if office not in self._locations:
            found = Review.objects.filter(office_id=int(office), site=Site.GOOGLE).exclude(location="")
            self._locations[office] = list(found.order_by().values_list("location", flat=True).distinct())
        names = [f"{location}/reviews/{last_part}" for location in self._locations[office]]
        there = Review.objects.filter(site=Site.GOOGLE, site_id__in=names).values_list("site_id", flat=True)
        return next(iter(there), "") if names else ""
