"""The steps of the protocol as people see them: the same order and the same words on the rail and in the handbook."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from amends.protocol.words import GateName


class RailStep(StrEnum):
    """One step of the rail. Each but `MANAGER` is one gate of the protocol and has its name."""

    DOCUMENTED = GateName.DOCUMENTED.value
    MANAGER = "manager"
    SPOKEN = GateName.SPOKEN.value
    ADDRESSED = GateName.ADDRESSED.value
    LEADERS_TOLD = GateName.LEADERS_TOLD.value
    REVIEW_ANSWERED = GateName.REVIEW_ANSWERED.value
    LEARNED = GateName.LEARNED.value


STEPS: Mapping[str, str] = MappingProxyType(
    {
        RailStep.DOCUMENTED: "Write it down",
        RailStep.MANAGER: "Get the office manager",
        RailStep.SPOKEN: "Speak with the patient",
        RailStep.ADDRESSED: "Put it right",
        RailStep.LEADERS_TOLD: "Tell the leaders",
        RailStep.REVIEW_ANSWERED: "Answer the review",
        RailStep.LEARNED: "Learn from it",
    }
)
