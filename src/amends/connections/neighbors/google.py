"""The group's profiles at Google: whether it answers and takes the access, and which profiles cannot be read."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial

from amends import clock
from amends.connections.checks import REACHED, Check, Neighbor, down, partly, works
from amends.deliveries.channel import Configuration, DeliveryError, OfficeOffline, RetryAfter
from amends.integrations.google_business.answers import QuotaSpent
from amends.integrations.google_business.connecting import NOT_APPROVED, client_for
from amends.integrations.google_business.models import GoogleConnection, GoogleLocation
from amends.practice.directory import directory
from amends.protocol.wording import in_hours
from amends.reviews.profile_troubles import refusing_profiles

PREFIX = "google_business."
_EVERY = timedelta(minutes=4)  # each look is one call of the quota
_FEW = 20
_NEWS = timedelta(days=8)
_QUIET = 3  # so many readings may be missed before it is said
_AGAIN = "Connect Google again under Connections, Google."


def key_of(row: GoogleConnection) -> str:
    """The neighbor's key."""
    return f"{PREFIX}{row.key}"


def neighbors() -> list[Neighbor]:
    """Every connection that was begun."""
    return [
        Neighbor(key_of(row), "Google reviews", partial(look, row, known=list(_known(row))), far=True, every=_EVERY)
        for row in GoogleConnection.objects.all()
    ]


def look(row: GoogleConnection, seconds: float, *, known: Sequence[Check] = ()) -> list[Check]:
    """Asks for the accounts; changes nothing. `known` is what was found while reviews were read."""
    if not row.refresh_token:
        says = "Google is not connected: reviews by hand and by file work meanwhile."
        return [partly("access", "Access", says, _AGAIN)]
    try:
        client_for(row, patience=seconds / 2).accounts()
    except DeliveryError as error:
        return [*_trouble(row, error), *known]
    return [works(REACHED, "Reached", "Google answers."), works("access", "Access", "Google takes it."), *known]


def _trouble(row: GoogleConnection, error: DeliveryError) -> Iterator[Check]:
    match error:
        case OfficeOffline():
            yield down(REACHED, "Reached", str(error), "Look at the network of this machine.")
        case RetryAfter() if _is_not_approved(row, error):
            yield works(REACHED, "Reached", "Google answers.")
            repair = "Wait for Google's answer to the access request; Amends notices by itself."
            yield partly("access", "Access", NOT_APPROVED, repair)
        case Configuration():
            yield works(REACHED, "Reached", "Google answers.")
            yield down("access", "Access", str(error), _AGAIN)
        case _:
            yield partly(REACHED, "Reached", str(error), "Nothing: Amends tries again by itself.")


def _is_not_approved(row: GoogleConnection, error: RetryAfter) -> bool:
    """Whether Google said so now, or said it last and all calls wait for their next try."""
    nothing = isinstance(error, QuotaSpent) and (error.nothing or row.answered_at is None)
    return nothing or row.trouble == NOT_APPROVED


def _known(row: GoogleConnection) -> Iterator[Check]:
    if not row.refresh_token:
        return
    locations = GoogleLocation.objects.filter(account__connection=row)
    yield from _profiles(row)
    for one in locations.filter(office__isnull=False).exclude(trouble="").order_by("trouble_since")[:_FEW]:
        repair = "Look at this profile in Google Business Profile; Amends reads it again by itself."
        yield partly(f"profile.{one.pk}", str(one), one.trouble, repair)
    yield from _refusing(row)
    yield from _pushes(row)


def _refusing(row: GoogleConnection) -> Iterator[Check]:
    """Profiles that are not in order in Google's eyes: it takes no reply there, though it can be read."""
    theirs = dict(GoogleLocation.objects.filter(account__connection=row).values_list("name", "pk"))
    for number, one in enumerate(refusing_profiles(directory())):
        if one.location in theirs:
            key = f"refusing.{theirs[one.location]}.{number}"
            yield partly(key, one.office.name, f"Replies are refused: {one.trouble.says}.", one.trouble.mend)


def _profiles(row: GoogleConnection) -> Iterator[Check]:
    locations = GoogleLocation.objects.filter(account__connection=row)
    read, unmapped = locations.filter(office__isnull=False), locations.filter(office=None).count()
    late = clock.now() - timedelta(seconds=_QUIET * max(row.poll_seconds, 300))
    quiet = read.filter(trouble="", due_at__lt=late).count()
    if not read.exists():
        says, repair = "No profile has an office yet, so nothing is read.", "Say which office each profile is."
        yield partly("profiles", "Profiles", says, repair)
    elif quiet:
        says = f"{quiet} of {read.count()} profiles have not been read for longer than they should."
        yield partly("profiles", "Profiles", says, "See that amends serve or a worker runs.")
    else:
        besides = f" {unmapped} without an office are not read." if unmapped else ""
        yield works("profiles", "Profiles", f"Reviews of {read.count()} are read.{besides}")


def _pushes(row: GoogleConnection) -> Iterator[Check]:
    now = clock.now()
    if row.push_email and row.pushed_at:
        minutes = int((now - row.pushed_at).total_seconds() // 3600) * 60
        ago = f"{in_hours(minutes)} ago" if minutes else "within the hour"
        yield works("pushes", "Pushes", f"Google tells of new reviews at once. Last heard {ago}.")
    elif row.push_email:
        yield works("pushes", "Pushes", f"None was heard yet; Amends looks every {row.poll_seconds // 60} min anyway.")
    if row.push_refused_at and now - row.push_refused_at < _NEWS:
        says = f"Refused because Google did not sign them for this site: {row.push_refused}."
        repair = "Where news are slow: compare the push subscription's audience and service account with the page."
        yield partly("signatures", "Signatures of pushes", says, repair)
