"""What a text would be as a reply: what the checker finds in it, where, and what this person may do with it."""

from dataclasses import dataclass
from itertools import pairwise

from amends.practice.directory import directory
from amends.practice.models import Group
from amends.protocol.decide import LONGEST_TEXT, Refused
from amends.protocol.reply import WRITERS, ReadyReply, Risk, may_send, needs
from amends.protocol.values import Actor
from amends.protocol.words import BEFORE_ADDRESSED, Stage
from amends.reviews.checker.check import too_long
from amends.reviews.checker.values import Category, Finding, Level, Verdict
from amends.reviews.checking import verdict_for
from amends.reviews.intake import case_of
from amends.reviews.models import UNSENT, Reply, Review, Site
from amends.reviews.offered import Offered, offered
from amends.reviews.pool import current_pool
from amends.reviews.replies import recent_replies
from amends.reviews.replying import signs_as, writers_of
from amends.web.templatetags.amends import phone

LEVELS = {
    Risk.PASS: "Nothing was found in this text.",
    Risk.NOTE: "This may go out. What was noticed stands below.",
    Risk.WARN: "A second person must look at this before it goes out.",
    Risk.BLOCK: "This would give something away. Change it; only the privacy officer can let it pass.",
}


_LIMITS = Category.PLATFORM_LIMITS


@dataclass(frozen=True)
class Piece:
    """A stretch of the text. `is_found` where a finding lies over it; `ends` are the numbers (from 1) of those that end
    with it."""

    text: str
    is_found: bool = False
    ends: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Doing:
    """What a person may do with a text now. `ask` is whose look it needs, `why` what stands in the way of sending it.

    `early` and `reason`: it may be sent with a reason why it cannot wait, or why it may pass.
    """

    send: bool = False
    early: bool = False
    reason: bool = False
    ask: str = ""
    why: str = ""


@dataclass(frozen=True)
class Checked:
    """A text as the checker sees it, ready for the page. `bytes` is its length where the site counts it (Google);
    `too_long` what is said where that is more than it takes."""

    text: str
    risk: Risk
    findings: tuple[Finding, ...]
    pieces: tuple[Piece, ...]
    doing: Doing
    bytes: int | None = None
    too_long: str = ""

    @property
    def in_words(self) -> str:
        tells = any(one.level is Level.BLOCK and one.category is not _LIMITS for one in self.findings)
        return LEVELS[self.risk] if tells or not self.too_long else self.too_long


def as_kept(text: str) -> str:
    """The text as it would be kept and sent."""
    return text.replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST_TEXT]


def draft_of(review: Review) -> Reply | None:
    """The reply that is still being written."""
    return review.reply if review.reply and review.reply.state in UNSENT else None


def checked(review: Review, text: str, by: Actor) -> Checked | None:
    """The verdict on this text and what `by` may do with it; None for no text."""
    kept = as_kept(text)
    if not kept:
        return None
    verdict = verdict_for(review, kept, recent_replies(review))
    risk = Risk(verdict.level.value)
    size = len(kept.encode()) if review.site == Site.GOOGLE else None
    long = too_long(kept, review.site)
    may = Doing() if long else _may(review, kept, risk, by)
    return Checked(
        text=kept,
        risk=risk,
        findings=verdict.findings,
        pieces=tuple(pieces(kept, verdict)),
        doing=may,
        bytes=size,
        too_long=long,
    )


def pieces(text: str, verdict: Verdict) -> list[Piece]:
    """The text cut where a finding begins or ends; together they are the whole text."""
    places = [(number, one) for number, one in enumerate(verdict.findings, start=1) if one.end > one.start]
    cuts = sorted({0, len(text), *(place for _, one in places for place in (one.start, one.end))})
    return [
        Piece(
            text[start:end],
            is_found=any(one.start <= start and end <= one.end for _, one in places),
            ends=tuple(number for number, one in places if one.end == end),
        )
        for start, end in pairwise(cuts)
    ]


def doing(risk: Risk, writers: frozenset[str], addressed: bool, by: Actor) -> Doing:
    """Asks the rules of `protocol.reply` with and without reasons, so that no button promises what they refuse."""
    if by.role not in WRITERS:
        return Doing()
    why = ""
    for early in (False, True):
        for reason in (False, True):
            ready = ReadyReply(
                risk=risk,
                writers=writers,
                addressed=addressed,
                reason="?" if reason else "",
                early="?" if early else "",
            )
            try:
                may_send(ready, by)
            except Refused as refused:
                why = str(refused)
            else:
                return Doing(send=True, early=early, reason=reason, why="" if addressed else _NOT_YET)
    return Doing(ask=needs(risk), why=why)


_NOT_YET = "The case is not put right yet."


def _may(review: Review, text: str, risk: Risk, by: Actor) -> Doing:
    return doing(risk, _writers(review, text, by), _addressed(review), signs_as(by, review, risk))


def offers_for(review: Review) -> list[Offered]:
    """The wordings that the editor offers for this review."""
    group = Group.objects.first()
    return offered(
        review.text,
        pool=current_pool(),
        recent=recent_replies(review),
        turn=review.pk,
        practice=group.name if group else "",
        phone=phone(directory().offices[str(review.office_id)].phone),
        stars=review.stars,
        translated=bool(review.text_translated),
    )


def _writers(review: Review, text: str, by: Actor) -> frozenset[str]:
    """Whose words this text would be, once it is kept."""
    draft = draft_of(review)
    before = writers_of(draft) if draft else frozenset()
    return before if draft and draft.text == text else before | {by.id}


def _addressed(review: Review) -> bool:
    case = case_of(review)
    return case is None or Stage(case.stage) not in BEFORE_ADDRESSED
