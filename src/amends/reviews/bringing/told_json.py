"""A told review as JSON and back, for what waits."""

from typing import Any

from pydantic import TypeAdapter

from amends.reviews.bringing.values import ToldReview

_REVIEW = TypeAdapter(ToldReview)


def as_json(told: ToldReview) -> dict[str, Any]:
    """As it is kept, sealed."""
    kept: dict[str, Any] = _REVIEW.dump_python(told, mode="json")
    return kept


def from_json(kept: dict[str, Any]) -> ToldReview:
    """The review that `as_json` wrote."""
    return _REVIEW.validate_python(kept)
