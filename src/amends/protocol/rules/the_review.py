"""The public review of a case, and the reply that it always gets."""

from collections.abc import Sequence

from amends.protocol import commands as c
from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.events import Fact
from amends.protocol.rules.asking import AMENDS_ITSELF, MANAGERS, Context, Refused, only, text
from amends.protocol.rules.ending import who_resumes
from amends.protocol.values import Review
from amends.protocol.words import ReplyException, Role, Stage

_ITSELF = "say so; Amends itself does"
_REPLIERS = MANAGERS | {Role.PRIVACY_OFFICER} | AMENDS_ITSELF


def reply_sent(case: Case, command: c.ReviewReplySent, context: Context) -> Sequence[Fact]:
    only(context, _REPLIERS, "say that the reply was sent")
    _review(case)
    if case.reply_live:
        raise Refused("The reply is live already.")
    return [e.ReplySent(by_hand=command.by_hand)]


def reply_refused(case: Case, command: c.ReviewReplyRefused, context: Context) -> Sequence[Fact]:
    only(context, AMENDS_ITSELF, _ITSELF)
    _review(case)
    return [e.ReplyRefused(problem=command.problem, reason=command.reason)]


def reply_gone(case: Case, command: c.ReviewReplyGone, context: Context) -> Sequence[Fact]:
    only(context, _REPLIERS, "say that the reply is off the site")
    _review(case)
    if not case.reply_live and not case.reply_sent_at:
        raise Refused("No reply stands on the site.")
    return [e.ReplyGone(why=text(command.why, context, "Write why the reply is off the site."))]


def reply_live(case: Case, command: c.ReviewReplyLive, context: Context) -> Sequence[Fact]:
    only(context, _REPLIERS, "say that the reply is live")
    _review(case)
    if case.reply_live:
        raise Refused("The reply is live already.")
    return [e.ReplyWentLive(link=command.link)]


def except_reply(case: Case, command: c.ExceptReply, context: Context) -> Sequence[Fact]:
    only(context, MANAGERS, "sign for a review without a reply")
    _review(case)
    note = text(command.note, context, "Write what stands in the way of a reply; it is signed with your name.")
    return [e.ReplyWasExcepted(reason=command.reason, note=note)]


def edited(case: Case, command: c.ReviewEdited, context: Context) -> Sequence[Fact]:
    """Fewer stars than before, after it was put right, open the case again: they are not content."""
    only(context, AMENDS_ITSELF, _ITSELF)
    was = _review(case).stars
    facts: list[Fact] = [e.ReviewRewritten(stars=command.stars, was=was, text=command.text)]
    fewer = command.stars is not None and was is not None and command.stars < was
    if fewer and case.stage in (Stage.ADDRESSED, Stage.CLOSED):
        owner, stage = who_resumes(case, context)
        facts.append(e.Reopened(why="The reviewer took stars away.", stage=stage, owner=owner))
    return facts


def vanished(case: Case, context: Context) -> Sequence[Fact]:
    only(context, AMENDS_ITSELF, _ITSELF)
    _review(case)
    if case.review_lost_since:
        raise Refused("That is known already.")
    return [e.ReviewLost()]


def returned(case: Case, context: Context) -> Sequence[Fact]:
    """Who signed for a review that was gone signed for no other: it is answered now."""
    only(context, AMENDS_ITSELF, _ITSELF)
    _review(case)
    if not case.review_lost_since:
        raise Refused("The review is not missing.")
    excepted = case.reply_excepted
    return [e.ReviewBack(wanted=excepted is not None and excepted.reason is ReplyException.REVIEW_GONE)]


def _review(case: Case) -> Review:
    if case.review is None:
        raise Refused("No review belongs to this case.")
    return case.review
