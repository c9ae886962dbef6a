"""The deliveries that are not finished, asked for so that both databases use the index that holds only those."""

from django.db.models import QuerySet

from amends.deliveries.models import UNFINISHED, Delivery, in_states


def unfinished(offices: list[str]) -> QuerySet[Delivery]:
    """The unfinished deliveries of these offices, with their cases, the oldest first."""
    return (
        Delivery.objects.filter(in_states(*UNFINISHED), office_id__in=[int(office) for office in offices])
        .select_related("case")
        .order_by("pk")
    )
