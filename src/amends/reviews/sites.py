"""What Amends can do by itself at a review's site: write a reply there, and read what became of it."""

from collections.abc import Callable

from amends.reviews.models import Review, Site

# Sites to which Amends can write itself, and the channel that does; elsewhere a person posts the ready text.
CHANNELS = {Site.GOOGLE.value: "google_business.reply"}
BY_HAND = "review.by_hand"

Reads = Callable[[Review], bool]
_readers: list[Reads] = []


def reads_by_itself(reads: Reads) -> None:
    """From now on a review for which `reads` is true is one whose site tells Amends itself what became of a reply."""
    _readers.append(reads)


def says_by_itself(review: Review) -> bool:
    """Whether the site tells Amends itself what became of a reply, so that nobody's word takes its place."""
    return any(reads(review) for reads in _readers)


def has_channel(review: Review) -> bool:
    """Whether Amends can write to the site; `channel_for` says by which way."""
    return review.site in CHANNELS and bool(review.location)


def channel_for(review: Review) -> str:
    """The channel of a reply to this review, or of its end."""
    return CHANNELS[review.site] if has_channel(review) else BY_HAND
