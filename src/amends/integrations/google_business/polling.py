"""Reading the reviews of one profile: what changed since the last time, and now and then all of them.

Reviews come by their time of change, newest first, so an edited old one is at the top (1.5). Nobody tells of a
deletion, and Google's filter takes reviews away and brings them back (1.8): both show only in a full listing.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from amends import clock
from amends.reviews.models import Review, Site
from amends.reviews.on_site import not_on_site

from .answers import NotFound
from .client import GoogleClient
from .models import GoogleLocation
from .shapes import ReviewPage
from .taking import take, take_page

OVERLAP = timedelta(hours=1)
LIST_EVERY = timedelta(days=1)
# Looking for each that is missing is one call: of more than so many the rest waits for the next listing.
_MOST_MISSING = 100


@dataclass
class _Found:
    """What one reading came by."""

    names: set[str] = field(default_factory=set)
    newest: datetime | None = None
    total: int = 0
    new: int = 0

    def add(self, page: ReviewPage, new: int) -> None:
        self.names.update(row.name for row in page.reviews)
        self.newest = max(filter(None, (self.newest, page.newest)), default=None)
        self.total = page.total or 0
        self.new += new


def read(location: GoogleLocation, client: GoogleClient) -> None:
    """Reads what changed, and everything where it is time for that or the count says so. Raises a `DeliveryError`;
    what was read until then is kept, and read once more the next time.
    """
    began = clock.now()
    if location.mark is None or location.listed_at is None or location.listed_at + LIST_EVERY <= began:
        _list_all(location, client, began)
        return
    found = _Found()
    for page in client.review_pages(location.name):
        found.add(page, take_page(location, page.reviews))
        if page.newest is None or page.newest < location.mark - OVERLAP:
            break
    if location.total is not None and found.total != location.total + found.new:
        # One was deleted, or came back from the filter, where its old time of change puts it far down.
        _list_all(location, client, began)
        return
    _keep(location, found, began, listed=False)


def _list_all(location: GoogleLocation, client: GoogleClient, began: datetime) -> None:
    found = _Found()
    for page in client.review_pages(location.name):
        found.add(page, take_page(location, page.reviews))
    all_looked_for = _look_for_missing(location, client, found.names, began)
    _keep(location, found, began, listed=all_looked_for)


def _look_for_missing(location: GoogleLocation, client: GoogleClient, names: set[str], began: datetime) -> bool:
    """Those that were not in the listing: pages shift while they are read, so each is asked for by its name before it
    counts as gone. Whether all of them were looked for.
    """
    known = Review.objects.filter(site=Site.GOOGLE, location=location.name, lost_since=None, first_seen_at__lt=began)
    missing = [one for one in known.only("pk", "site_id").order_by("pk") if one.site_id not in names]
    for review in missing[:_MOST_MISSING]:
        if not review.site_id.startswith("accounts/"):
            continue  # it came in a file, which has no name of Google's for it
        try:
            row = client.review(review.site_id)
        except NotFound:
            not_on_site(review.pk)
        else:
            take(location, row)
    return len(missing) <= _MOST_MISSING


def _keep(location: GoogleLocation, found: _Found, began: datetime, *, listed: bool) -> None:
    now = clock.now()
    location.mark = max(filter(None, (location.mark, found.newest)), default=began)
    location.total, location.read_at, location.trouble, location.trouble_since = found.total, now, "", None
    location.is_verified = True  # the reviews of others are not told
    fields = ["mark", "total", "read_at", "trouble", "trouble_since", "is_verified"]
    if listed:
        location.listed_at = began
        fields.append("listed_at")
    location.save(update_fields=fields)
