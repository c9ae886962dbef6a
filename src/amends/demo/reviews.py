"""The public reviews of the demo: those of its stories, and many more that stand in every queue of the wall.

They come in through the one door for reviews. Replies of the past are written down as they ended; drafts go through the
rules.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from amends.audit.models import close_incident, no_longer_public, open_incident
from amends.cases import actions
from amends.cases.models import CaseRow
from amends.demo.place import Place
from amends.demo.review_texts import AUTOMATIC, BLOCKED, HARMLESS, HEDGED, WRITTEN, Written
from amends.demo.scene import Scene
from amends.demo.staff import GROUP
from amends.practice.models import Person
from amends.protocol.case import Case
from amends.reviews import intake, replying
from amends.reviews.checking import verdict_for
from amends.reviews.intake import SeenReview
from amends.reviews.models import Reply, ReplyState, ReplyStep, Review, ReviewVersion, Via
from amends.reviews.offered import language_of
from amends.reviews.on_site import SiteReply, seen_on_site
from amends.reviews.wordings import shipped_pool
from amends.web.templatetags.amends import phone

_NEVER = "https://reviews.example/"
_A_DAY = timedelta(days=1)
_A_MINUTE = timedelta(minutes=1)
_AN_HOUR = timedelta(hours=1)


def make_reviews(scenes: Iterable[Scene], here: Mapping[int, Place], *, now: datetime) -> int:
    """Writes the reviews of these stories and all the others, and says how many there are."""
    made = _Made(here, now)
    for scene in scenes:
        if scene.case is not None and scene.happening.is_online:
            made.of_story(scene)
    for number, written in enumerate(WRITTEN, start=1):
        made.other(number, written)
    return Review.objects.count()


@dataclass
class _Made:
    """The reviews while they are written. `turn` takes the wordings one after the other."""

    here: Mapping[int, Place]
    now: datetime

    def __post_init__(self) -> None:
        self.turn = count()

    # ---- of the stories

    def of_story(self, scene: Scene) -> None:
        """The review from which a case began, with its reply where that is live."""
        row = CaseRow.system.get(pk=scene.case or 0)
        case = actions.state_of(row.pk)
        if case.review is None:
            return
        told = case.accounts[0]
        review = Review.objects.create(
            office_id=row.office_id,
            site=case.review.site,
            site_id=case.review.review_id,
            via=Via.GOOGLE_BUSINESS if case.review.site == "google" else Via.CSV,
            stars=case.review.stars,
            reviewer=_reviewer(scene),
            text=told.text.strip("“”"),
            url=f"{_NEVER}{case.review.review_id}",
            posted_at=case.happened_at,
            edited_at=case.happened_at,
            first_seen_at=case.opened_at,
            last_seen_at=self.now,
            case=row,
        )
        _keep_version(review)
        if case.reply_live:
            self._live_reply(review, scene.place, case)

    def _live_reply(self, review: Review, place: Place, case: Case) -> None:
        assert case.reply_live is not None  # noqa: S101  the caller has looked
        live = case.reply_live.at
        _written(review, self._wording(review, place), place, at=live - 3 * _AN_HOUR, state=ReplyState.LIVE, live=live)

    # ---- the others

    def other(self, number: int, written: Written) -> None:
        """One more review, and what became of it."""
        place = self.here[written.clinic]
        posted = self.now - written.days * _A_DAY - 3 * _AN_HOUR
        seen = SeenReview(
            office=place.office.id,
            site=written.site,
            site_id=f"demo-{number:03d}",
            stars=written.stars,
            recommended=written.recommended,
            reviewer=written.reviewer,
            text=written.text,
            text_translated=written.translated,
            url=f"{_NEVER}demo-{number:03d}",
            posted_at=posted,
            edited_at=posted,
        )
        # Those of long ago came in when the group began with Amends: too old to open a case.
        review = intake.take_in(seen, via=_via(written.site), at=self.now - _AN_HOUR).review
        _BECAME[written.became](self, review, place, seen)

    def unanswered(self, review: Review, place: Place, seen: SeenReview) -> None:
        """Nobody has done anything yet."""

    def draft(self, review: Review, place: Place, seen: SeenReview) -> None:
        replying.write(review.pk, self._wording(review, place), _person(place))

    def to_approve(self, review: Review, place: Place, seen: SeenReview) -> None:
        self._asked(review, place, HEDGED)

    def blocked(self, review: Review, place: Place, seen: SeenReview) -> None:
        self._asked(review, place, BLOCKED)

    def _asked(self, review: Review, place: Place, more: str) -> None:
        reply = replying.write(review.pk, self._wording(review, place) + more, _person(place))
        replying.ask_approval(reply.pk, _person(place))

    def edited(self, review: Review, place: Place, seen: SeenReview) -> None:
        changed = SeenReview(
            **{**vars(seen), "text": f"{seen.text} They even called to ask how it went.", "stars": 5}
            | {"edited_at": self.now - 2 * _AN_HOUR}
        )
        intake.take_in(changed, via=review.via, at=self.now)

    def twice(self, review: Review, place: Place, seen: SeenReview) -> None:
        again = SeenReview(**{**vars(seen), "site_id": "", "posted_at": seen.posted_at + 7 * _AN_HOUR})
        intake.take_in(again, via=Via.BY_HAND, at=self.now)

    def lost(self, review: Review, place: Place, seen: SeenReview) -> None:
        intake.not_found([review.pk], at=self.now - 5 * _AN_HOUR)

    def pending(self, review: Review, place: Place, seen: SeenReview) -> None:
        self._with_site(review, place, self.now - 12 * _A_MINUTE)

    def stuck(self, review: Review, place: Place, seen: SeenReview) -> None:
        self._with_site(review, place, self.now - 6 * _A_DAY)

    def _with_site(self, review: Review, place: Place, at: datetime) -> None:
        reply = _written(review, self._wording(review, place), place, at=at, state=ReplyState.PENDING)
        _step(reply, "pending", at)

    def by_hand(self, review: Review, place: Place, seen: SeenReview) -> None:
        reply = replying.write(review.pk, self._wording(review, place), _person(place))
        replying.send(reply.pk, _person(place), text=reply.text)

    def refused(self, review: Review, place: Place, seen: SeenReview) -> None:
        self._refused(review, place, "REPETITIVE")

    def refused_profile(self, review: Review, place: Place, seen: SeenReview) -> None:
        self._refused(review, place, "LOCATION_SUSPENDED")

    def _refused(self, review: Review, place: Place, problem: str) -> None:
        at = self.now - 20 * _AN_HOUR
        reply = _written(review, self._wording(review, place), place, at=at, state=ReplyState.REFUSED)
        reply.problem, reply.ended_at = problem, at + _AN_HOUR
        reply.save()
        _step(reply, "refused", at + _AN_HOUR, note=problem)

    def live(self, review: Review, place: Place, seen: SeenReview) -> None:
        at = min(seen.posted_at + 30 * _AN_HOUR, self.now - _AN_HOUR)
        text = self._wording(review, place)
        _written(review, text, place, at=at, state=ReplyState.LIVE, live=at + 9 * _A_MINUTE)

    def elsewhere(self, review: Review, place: Place, seen: SeenReview) -> None:
        self._found(review, HARMLESS, seen)

    def elsewhere_bad(self, review: Review, place: Place, seen: SeenReview) -> None:
        self._found(review, AUTOMATIC[0], seen)

    def elsewhere_kept(self, review: Review, place: Place, seen: SeenReview) -> None:
        self._found(review, HARMLESS, seen)
        reply = review.replies.get()
        replying.keep_foreign(reply.pk, _person(place))

    def _found(self, review: Review, text: str, seen: SeenReview) -> None:
        shown = SiteReply(text=text, at=seen.posted_at + 2 * _AN_HOUR, state="approved")
        seen_on_site(review, shown, at=self.now - _AN_HOUR)

    def incident(self, review: Review, place: Place, seen: SeenReview) -> None:
        self._taken_down(review, AUTOMATIC[1], place, self.now - 26 * _AN_HOUR)

    def incident_ended(self, review: Review, place: Place, seen: SeenReview) -> None:
        number = self._taken_down(review, AUTOMATIC[2], place, self.now - 30 * _A_DAY)
        decided = (
            "The risk was weighed: no diagnosis, but a relationship was confirmed. The person was told by letter, and "
            "the other tool does not answer reviews any more."
        )
        by = Person.objects.get(pk=int(place.privacy.id))
        close_incident(number, by=by, disposition=decided, at=self.now - 21 * _A_DAY)

    def _taken_down(self, review: Review, text: str, place: Place, at: datetime) -> int:
        since = at - 50 * _AN_HOUR
        reply = Reply(review=review, text=text, foreign=True, written_at=since, state=ReplyState.TAKEN_DOWN)
        reply.live_at, reply.ended_at = since, at
        _check(reply)
        reply.save()
        review.reply = reply
        review.save(update_fields=["reply"])
        _step(reply, "found", since, text=text)
        why = "Another tool answered by itself, and confirmed a visit."
        _step(reply, "taken_down", at, by=_person(place), note=why)
        incident = open_incident(
            by=_person(place),
            office=review.office_id,
            what=why,
            where=review.get_site_display(),
            shown=text,
            public_since=since,
            case="",
            about=f"reply {reply.pk}",
            at=at,
        )
        no_longer_public(incident.about, at=at + _A_MINUTE)
        return incident.pk

    def _wording(self, review: Review, place: Place) -> str:
        pool = shipped_pool()
        wordings = pool[language_of(review.text, pool)]
        wording = wordings[next(self.turn) % len(wordings)]
        return wording.filled(practice=GROUP, phone=phone(place.office.phone))


_BECAME: Mapping[str, Callable[[_Made, Review, Place, SeenReview], None]] = {
    "unanswered": _Made.unanswered,
    "needs_case": _Made.unanswered,
    "draft": _Made.draft,
    "to_approve": _Made.to_approve,
    "blocked": _Made.blocked,
    "edited": _Made.edited,
    "twice": _Made.twice,
    "lost": _Made.lost,
    "pending": _Made.pending,
    "stuck": _Made.stuck,
    "by_hand": _Made.by_hand,
    "refused": _Made.refused,
    "refused_profile": _Made.refused_profile,
    "live": _Made.live,
    "elsewhere": _Made.elsewhere,
    "elsewhere_bad": _Made.elsewhere_bad,
    "elsewhere_kept": _Made.elsewhere_kept,
    "incident": _Made.incident,
    "incident_ended": _Made.incident_ended,
}


def _via(site: str) -> Via:
    return Via.GOOGLE_BUSINESS if site == "google" else Via.CSV


def _reviewer(scene: Scene) -> str:
    """How the patient of the story signs in public; a stranger's story has a name that nobody knows."""
    if scene.patient is None:
        return "Somebody"
    first, _, last = scene.patient.name.partition(" ")
    return f"{first} {last[:1]}" if last else first


def _person(place: Place) -> Person:
    return Person.objects.get(pk=int(place.manager.id))


def _written(
    review: Review, text: str, place: Place, *, at: datetime, state: ReplyState, live: datetime | None = None
) -> Reply:
    """A reply of the past: its manager wrote it and let it out."""
    by = _person(place)
    reply = Reply(review=review, text=text, state=state, written_by=by, written_at=at, sent_by=by, sent_at=at)
    reply.pending_since, reply.live_at = at + _A_MINUTE, live
    _check(reply)
    reply.save()
    review.reply = reply
    review.save(update_fields=["reply"])
    _step(reply, "written", at, by=by, text=text)
    _step(reply, "sent", at, by=by, text=text)
    if live:
        _step(reply, "live", live)
    return reply


def _check(reply: Reply) -> None:
    verdict = verdict_for(reply.review, reply.text, ())
    reply.level, reply.findings = verdict.level.value, verdict.as_json()["findings"]


def _step(reply: Reply, what: str, at: datetime, *, by: Person | None = None, note: str = "", text: str = "") -> None:
    ReplyStep.objects.create(reply=reply, at=at, by=by, what=what, note=note, text=text, level=reply.level)


def _keep_version(review: Review) -> None:
    kept = ("edited_at", "stars", "recommended", "reviewer", "text", "text_translated")
    values = {name: getattr(review, name) for name in kept}
    ReviewVersion.objects.create(review=review, seen_at=review.first_seen_at, via=review.via, **values)
