"""The deliveries that are not finished, asked for so that both databases use the index that holds only those."""

from django.db.models import BooleanField, F, Func, QuerySet

from amends.deliveries.models import Delivery


class _IsUnfinished(Func):
    """The condition of the index in its very words: SQLite does not see it in parameters, and would read the table."""

    template = "%(expressions)s IN ('waiting', 'sending', 'unknown', 'by_hand')"
    output_field = BooleanField()


def unfinished(offices: list[str]) -> QuerySet[Delivery]:
    """The unfinished deliveries of these offices, with their cases, the oldest first."""
    return (
        Delivery.objects.filter(_IsUnfinished(F("state")), office_id__in=[int(office) for office in offices])
        .select_related("case")
        .order_by("pk")
    )
