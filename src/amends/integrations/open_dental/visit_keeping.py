"""Completed visits as they were counted: written by whoever reads them, for all who reckon with them."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Sum

from amends.integrations.open_dental.models import VisitCount, VisitSum
from amends.practice.models import Office
from amends.practice.parts_of_weeks import end_of_part, parts_between


def keep_visits(counts: Mapping[tuple[int, date], int], *, offices: Iterable[int], first: date, last: date) -> None:
    """These are all visits of the offices on the days from first to last: counts by office and day, 0 for the rest.

    What was known of those days before is replaced. Days before an office joined are not kept: nobody there would have
    written down that a patient was upset.
    """
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    asked = list(offices)
    there = Office.objects.filter(pk__in=asked).values_list("pk", "joined_on")
    joined = {pk: day or date.min for pk, day in there}
    rows = [
        VisitCount(office_id=office, day=day, completed=counts.get((office, day), 0))
        for office in asked
        for day in days
        if day >= joined[office]
    ]
    with transaction.atomic():
        VisitCount.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["office", "day"],
            update_fields=["completed"],
            batch_size=2_000,
        )
        for begins in parts_between(first, last + timedelta(days=1)):
            _add_up(asked, begins)


def _add_up(offices: list[int], begins: date) -> None:
    known = VisitCount.objects.filter(office__in=offices, day__gte=begins, day__lt=end_of_part(begins))
    sums = known.values("office_id").annotate(completed=Sum("completed"), days=Count("day")).order_by()
    VisitSum.objects.bulk_create(
        [
            VisitSum(office_id=one["office_id"], begins=begins, completed=one["completed"], days=one["days"])
            for one in sums
        ],
        update_conflicts=True,
        unique_fields=["office", "begins"],
        update_fields=["completed", "days"],
    )
