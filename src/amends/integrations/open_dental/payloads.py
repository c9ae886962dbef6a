"""What the payload of a delivery to Open Dental holds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from amends.deliveries.channel import Permanent

P = TypeVar("P", bound="_Payload")


class _Payload(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ChartEntry(_Payload):
    """A CommLog or a clinical note: both take the same payload, so that one can take over from the other.

    `at` is when it happened (aware), `zone` the office's zone. `Mode_` and `SentOrReceived` are Open Dental's words.
    """

    PatNum: Annotated[int, Field(gt=0)]
    text: str
    at: AwareDatetime
    zone: str
    Mode_: Literal["None", "Email", "Mail", "Phone", "In Person", "Text"] = "None"
    SentOrReceived: Literal["Neither", "Sent", "Received"] = "Received"


class TaskEntry(_Payload):
    """A Task. `PatNum` 0: about no patient. `inbox` 0: the TaskListInBox of `to_user_num` is looked up."""

    PatNum: int = 0
    text: str
    headline: str = ""
    to_user_num: int
    inbox: int = 0


class TaskClosing(_Payload):
    """An earlier Task, which gets the text and is set to done."""

    TaskNum: Annotated[int, Field(gt=0)]
    text: str


class PopupEntry(_Payload):
    """A Popup of the patient that is shown until `ends` (aware); `zone` is the office's zone."""

    PatNum: Annotated[int, Field(gt=0)]
    text: str
    ends: AwareDatetime
    zone: str


def read(shape: type[P], payload: Mapping[str, Any], marker: str) -> P:
    """The payload as its type. Raises `Permanent`, without quoting what it holds."""
    try:
        return shape.model_validate(dict(payload))
    except ValidationError as wrong:
        fields = ", ".join(sorted({str(error["loc"][0]) for error in wrong.errors() if error["loc"]}))
        raise Permanent(f"{marker} cannot be sent: its {fields} is missing or wrong.") from None


def written(moment: datetime) -> str:
    """A naive time in the one form that Open Dental takes (open-dental-api.md 5.2)."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")
