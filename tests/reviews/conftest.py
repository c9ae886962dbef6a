"""Reviews of Maple Street, and what a site shows of them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.conftest import Cast

from amends.reviews import intake
from amends.reviews.intake import SeenReview
from amends.reviews.models import Review

Brings = Callable[..., Review]


@pytest.fixture
def now() -> datetime:
    return timezone.now().astimezone(UTC).replace(microsecond=0)


@pytest.fixture
def seen(group: Cast, now: datetime) -> Callable[..., SeenReview]:
    """A one-star review on Google of an hour ago, with changes."""

    def make(**changes: Any) -> SeenReview:
        usual: dict[str, Any] = {
            "office": str(group.maple.pk),
            "site": "google",
            "site_id": "accounts/1/locations/2/reviews/r1",
            "location": "accounts/1/locations/2",
            "stars": 1,
            "reviewer": "Jen M",
            "text": "Waited an hour and nobody said a word.",
            "url": "https://reviews.example/r1",
            "posted_at": now - timedelta(hours=1),
        }
        return SeenReview(**{**usual, **changes})

    return make


@pytest.fixture
def brings(seen: Callable[..., SeenReview], now: datetime) -> Brings:
    """Takes such a review in, as the site itself brings it."""

    def bring(*, via: str = "google_business", at: datetime | None = None, **changes: Any) -> Review:
        return intake.take_in(seen(**changes), via=via, at=at or now).review

    return bring
