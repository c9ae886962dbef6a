"""The demo's history, told for what it holds of reviews."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

import time_machine
from django.db import transaction

from amends.audit.models import Incident
from amends.cases import actions
from amends.cases.models import CaseRow
from amends.demo.group import make_group
from amends.demo.history import make_history
from amends.demo.staff import GROUP
from amends.practice.directory import directory
from amends.protocol.case import Case
from amends.protocol.events import Event
from amends.protocol.fold import fold
from amends.reviews import editor, queues
from amends.reviews.checking import verdict_for
from amends.reviews.models import Reply, Review, ReviewVersion
from amends.reviews.wordings import shipped_pool
from amends.web.templatetags.amends import phone

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)  # a Tuesday, 10:30 in New York
POOL = [wording for wordings in shipped_pool().values() for wording in wordings]
_TOLD = ("account", "patient", "text", "note", "way", "kind", "amount", "why", "due", "review", "heart")


def digest(stories: list[list[Event]]) -> list:
    """What happened, without the numbers that the database gives."""
    return [
        [(x.at, x.by.name, x.by.role, type(x.fact), [getattr(x.fact, name, "") for name in _TOLD]) for x in events]
        for events in stories
    ]


@dataclass
class Told:
    """What the demo's database held, read back before it was rolled back."""

    reviews: list[Review] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    versions: Counter[int] = field(default_factory=Counter)
    stories: list[list[Event]] = field(default_factory=list)
    offers: dict[int, list[str]] = field(default_factory=dict)
    offers_without_case: dict[int, list[str]] = field(default_factory=dict)
    filled: dict[int, set[str]] = field(default_factory=dict)
    risks: dict[tuple[int, str], str] = field(default_factory=dict)
    wrong_queues: list[int] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)

    @property
    def cases(self) -> list[Case]:
        return [fold(events) for events in self.stories]


def tell() -> Told:
    told = Told()
    with time_machine.travel(NOW, tick=False), transaction.atomic():
        make_group(open_dental_url="http://127.0.0.1:8001/api/v1/", slack_url="http://127.0.0.1:8002/api/")
        make_history(seed=7, now=NOW)
        told.reviews = list(Review.objects.select_related("case", "reply").order_by("pk"))
        told.replies = list(Reply.objects.select_related("review").order_by("pk"))
        told.versions = Counter(ReviewVersion.objects.values_list("review_id", flat=True))
        told.incidents = list(Incident.objects.all())
        told.stories = [actions.events_of(row.pk) for row in CaseRow.system.order_by("pk")]
        told.wrong_queues = [one.pk for one in told.reviews if one.queue != queues.queue_of(queues.facts_of(one)).value]
        for review in told.reviews:
            office = directory().offices[str(review.office_id)]
            told.offers[review.pk] = [one.text for one in editor.offers_for(review)]
            told.filled[review.pk] = {one.filled(practice=GROUP, phone=phone(office.phone)) for one in POOL}
            if review.case_id:
                for text in told.filled[review.pk]:
                    told.risks[review.pk, text] = verdict_for(review, text, ()).level.value
        Review.objects.update(case=None)
        for review in told.reviews:
            told.offers_without_case[review.pk] = [
                one.text for one in editor.offers_for(Review.objects.get(pk=review.pk))
            ]
        transaction.set_rollback(True)
    return told
