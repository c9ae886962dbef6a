"""One thing that speaks for or against a patient, as a weight that adds up.

Each weight is a natural logarithm of "so many times likelier if this patient wrote it than if a stranger did". The sum
starts at the prior (somebody of so many patients, or a stranger) and is compared with the other patients and with
"nobody of these" in `match`. The figures are judgement, checked against the labelled sets in tests/reviews/matching.
"""

from dataclasses import dataclass
from enum import StrEnum


class Topic(StrEnum):
    NAME = "name"
    SUFFIX = "suffix"
    RELATIVE = "relative"
    RECENCY = "recency"
    TREATMENT = "treatment"
    WAIT = "wait"
    PROVIDER = "provider"
    DAY = "day"
    HOUR = "hour"
    MISSED = "missed"
    CANCELLED = "cancelled"
    TREATED = "treated"
    MONEY = "money"
    AMOUNT = "amount"
    OPEN_CASE = "open case"
    CALLED_BY_NAME = "called by name"


# Topics that a stranger's text fits only by chance; two of them let an alias be shown.
TELLING = frozenset(
    {
        Topic.TREATMENT,
        Topic.WAIT,
        Topic.PROVIDER,
        Topic.DAY,
        Topic.HOUR,
        Topic.MISSED,
        Topic.CANCELLED,
        Topic.AMOUNT,
        Topic.CALLED_BY_NAME,
    }
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for (above 0) or against (below 0), and the words for its sentence."""

    topic: Topic
    weight: float
    words: tuple[str, ...] = ()
