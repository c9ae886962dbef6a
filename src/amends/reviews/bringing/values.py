"""One review as a file or a tool tells it, before anybody knows of which office it is."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime


class NotUsable(ValueError):
    """This review cannot be taken in. The text is a sentence for a person, and holds nothing of a patient."""


@dataclass(frozen=True, kw_only=True)
class Rating:
    """What a reviewer gave: `stars` from 1 to 5, or yes or no, or nothing of both."""

    stars: int | None = None
    recommended: bool | None = None

    @property
    def is_given(self) -> bool:
        return self.stars is not None or self.recommended is not None


@dataclass(frozen=True, kw_only=True)
class ToldReply:
    """A reply that stands under a review already; `at` is None where nobody says when."""

    text: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ToldReview:
    """One review as it was told. Times are aware; `site_id` names it on its site, "" where nobody did.

    `google_id` is the last part of Google's own name for it, where a tool gives only that.
    """

    site: str
    site_id: str = ""
    google_id: str = ""
    rating: Rating
    reviewer: str = ""
    text: str = ""
    text_translated: str = ""
    url: str = ""
    reply_url: str = ""
    posted_at: datetime
    edited_at: datetime | None = None
    reply: ToldReply | None = None


def folded(text: str) -> str:
    """A name as people vary it: without case, accents, punctuation and spaces ("Review Date" is "reviewdate")."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(ch for ch in plain if ch.isalnum())


def tidy(text: str, longest: int = 200) -> str:
    """A name as one short line."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]+", " ", text).split())[:longest]


def kept_text(text: str) -> str:
    """A text as it is kept: its line breaks in one form, without the one character that no database keeps."""
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").strip()
