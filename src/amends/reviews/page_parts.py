"""What the templates of a review's page need."""

from collections.abc import Mapping
from typing import Any

from amends.cases.policies import current_policy
from amends.cases.rail import web_link
from amends.deliveries.models import Delivery, State
from amends.reviews import editor, queries, replying
from amends.reviews.decided import decided, how_often
from amends.reviews.intake import may_be_same_after_all
from amends.reviews.models import Queue, Reply, ReplyState, ReplyStep, ReviewVersion, Site
from amends.reviews.refusals import refusal
from amends.reviews.replies import is_untold
from amends.reviews.seeing import Before
from amends.reviews.sites import says_by_itself
from amends.reviews.who import unknown_writer

# What was done with a reply, as the page tells it.
STEPS = {
    "written": "wrote a text",
    "asked": "asked for a second look",
    "sent": "let it go out",
    "by_hand": "A person is to post it",
    "pending": "It is with the site",
    "live": "Everybody can read it",
    "untold": "The site shows the text to Amends and does not tell whether everybody can read it",
    "not_yet": "The site says that it does not show it yet",
    "refused": "The site refused it",
    "taken_down": "took it down",
    "off": "It is off the site",
    "review_gone": "The review is gone from the site, so nothing was sent",
    "gone": "It is not on the site any more; somebody deleted it there",
    "off_again": "It stood on the site again, and is taken off again",
    "replaced": "Another reply stands in its place",
    "found": "A reply was found that nobody wrote here",
    "kept": "said that it may stay",
}


def whole(at: Before, *, write: bool = False) -> dict[str, Any]:
    """Everything on the page. `write` opens the editor also while a reply stands."""
    review, standing = at.review, queries.standing_reply(at.review)
    draft = editor.draft_of(review)
    current = review.reply
    refused = current if current and current.state == ReplyState.REFUSED else None
    settled = review.maybe_same_id is None and review.same_as_id is None
    gone = current if current and current.state == ReplyState.GONE else None
    nothing_left = gone is not None and review.lost_since is not None
    writes = settled and (draft is not None or (standing is None and not nothing_left) or write)
    text = next((one.text for one in (draft, refused, gone) if one), "")
    return {
        "at": at,
        "review": review,
        "office": at.office,
        "zone": at.zone,
        "queue": Queue(review.queue).label,
        "link": web_link(review.url),
        "reply_link": web_link(review.reply_url or review.url),
        "versions": _versions(at),
        "owner": _owner(at),
        "standing": standing,
        "may_write": writes,
        "writes_anew": writes and standing is not None,
        "refused_reply": refused,
        "refusal": refusal(refused.problem) if refused else None,
        "is_stuck": standing is not None and is_stuck(standing, at),
        "by_hand": _by_hand(standing),
        "to_delete": _to_delete(at),
        "nothing_left": nothing_left,
        "says_itself": says_by_itself(review),
        "is_untold": standing is not None and is_untold(standing),
        "asks_who": unknown_writer(at) is not None,
        "decided": decided(at),
        "same_after_all": may_be_same_after_all(review),
        "steps": _steps(at),
        "moved": motion(at),
        "policy": current_policy(),
        "words": STEPS,
        **(editing(at, text, {}) if writes else {}),
    }


def editing(at: Before, text: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """What the editor needs for this text; `typed` keeps the reasons of a form that was refused."""
    draft = editor.draft_of(at.review)
    return {
        "text": text,
        "seen": draft_mark(draft),
        "draft": draft,
        "checked": editor.checked(at.review, text, at.actor),
        "offers": editor.offers_for(at.review),
        "counts_bytes": at.review.site == Site.GOOGLE,
        "reason": typed.get("reason", ""),
        "early": typed.get("early", ""),
    }


def draft_mark(draft: Reply | None) -> str:
    """Tells a draft's text from every earlier one of the review."""
    return f"{draft.pk}.{draft.steps.count()}" if draft else ""


def motion(at: Before) -> str:
    """What changes whenever anything on the page does."""
    step = replying.newest_step(at.review)
    case = f"{at.case.pk}{at.case.stage}" if at.case else ""
    return f"{at.review.queue}.{step.pk if step else 0}.{at.review.versions.count()}.{how_often(at)}.{case}"


def is_stuck(reply: Reply, at: Before) -> bool:
    """Whether the site has had it for longer than the group's limit."""
    limit = current_policy().limits.reply_stuck_calendar_days
    return bool(
        reply.state == ReplyState.PENDING and reply.pending_since and (at.now - reply.pending_since).days >= limit
    )


def _by_hand(standing: Reply | None) -> Delivery | None:
    """The delivery that a person is to post on the site; None where there is none."""
    row = standing.delivery if standing else None
    return row if row and row.state == State.BY_HAND else None


def _to_delete(at: Before) -> Delivery | None:
    """The deletion that a person is to make on the site; None where there is none."""
    rows = queries.still_public(at.review.replies.all(), by_hand=True)
    found = rows.select_related("delivery").order_by("-pk").first()
    return found.delivery if found else None


def _versions(at: Before) -> list[ReviewVersion]:
    """What the review said before, the newest first."""
    return list(at.review.versions.order_by("-pk"))[1:]


def _owner(at: Before) -> str:
    owner = at.known.people.get(str(at.case.owner_id)) if at.case else None
    return owner.name if owner else ""


def _steps(at: Before) -> list[ReplyStep]:
    """Everything that was done with its replies, the newest first."""
    steps = ReplyStep.objects.filter(reply__review=at.review)
    return list(steps.select_related("by", "reply").order_by("-pk")[:50])
