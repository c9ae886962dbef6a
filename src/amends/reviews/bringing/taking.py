"""From what a file or a tool tells to the review that is kept: joined to Google's own row where that is certain."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

from amends.reviews.bringing.google_names import GoogleNames
from amends.reviews.bringing.values import ToldReview
from amends.reviews.intake import SeenReview, Taken, foresee, take_in
from amends.reviews.models import Review, Site
from amends.reviews.on_site import SiteReply, seen_on_site


def take(
    told: ToldReview, *, office: str, via: str, google: GoogleNames, at: datetime, alike: Counter[str] | None = None
) -> Taken:
    """Takes it in, with the reply that stands under it. May be called again as often as one likes.

    `alike` counts those of one file that nothing tells apart, so that each is one.
    """
    seen, known = _seen(told, office, google, alike)
    if _lags_behind(told, known):
        assert known is not None  # noqa: S101  for the type checker: only what is known can lag behind
        return Taken(known)
    taken = take_in(seen, via=via, at=at)
    # Where Amends reads the site itself, the site says what became of a reply: a tool shows it before it is public.
    if told.reply and not taken.review.location:
        seen_on_site(taken.review, SiteReply(text=told.reply.text, at=told.reply.at, state="approved"), at=at)
    return taken


def look_ahead(
    told: ToldReview, *, office: str, via: str, google: GoogleNames, at: datetime, alike: Counter[str]
) -> tuple[str, Taken]:
    """What `take` would do now, and the name by which the same review is known. Writes nothing."""
    seen, known = _seen(told, office, google, alike)
    if _lags_behind(told, known):
        assert known is not None  # noqa: S101  for the type checker
        return f"{seen.site} {seen.key}", Taken(known)
    return f"{seen.site} {seen.key}", foresee(seen, via=via, at=at)


def _seen(
    told: ToldReview, office: str, google: GoogleNames, alike: Counter[str] | None
) -> tuple[SeenReview, Review | None]:
    """The review as it is taken in; and Google's own row, where this is told of it by another way."""
    whole = google.known(office, told.google_id) if told.google_id else ""
    known = Review.objects.filter(site=Site.GOOGLE, site_id=whole).first() if whole else None
    seen = SeenReview(
        office=office,
        site=told.site,
        site_id=whole or told.site_id or told.google_id,
        stars=told.rating.stars,
        recommended=told.rating.recommended,
        reviewer=told.reviewer,
        text=told.text,
        text_translated=told.text_translated,
        url=told.url,
        reply_url=told.reply_url,
        posted_at=told.posted_at,
        # Without a stamp a tool adds to Google's row and takes nothing from it, neither place nor links.
        edited_at=None if known else told.edited_at,
    )
    if alike is None or not seen.says_little:
        return seen, known
    alike[seen.key] += 1
    return replace(seen, nth=alike[seen.key] - 1), known


def _lags_behind(told: ToldReview, known: Review | None) -> bool:
    """Whether Google itself said something later than what the tool tells."""
    stamp = told.edited_at or told.posted_at
    return known is not None and stamp < known.edited_at
