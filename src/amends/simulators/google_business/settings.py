"""How this Google is set, and what nobody could confirm about the real one: changed while it runs."""

import ipaddress
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

from amends.simulators.google_business import cast
from amends.simulators.google_business.refusals import Json
from amends.simulators.serving import BodyError

SERVICES = (  # host without `.googleapis.com`, as the APIs are enabled one by one
    "mybusinessaccountmanagement",
    "mybusinessbusinessinformation",
    "mybusinessnotifications",
    "mybusiness",
)
STYLES = ("review_name", "reviewName", "review", "reviewResourceName", "attributes", "nested", "text")
FIELDS = ("review_reply_state", "policy_violation", "review_media_items", "review_reply_url")


@dataclass(frozen=True)
class Settings:
    """One project's set-up. Minutes and seconds are those of the simulator's clock."""

    client_id: str = cast.CLIENT_ID
    client_secret: str = cast.CLIENT_SECRET
    redirect_uris: list[str] = field(default_factory=list)  # empty: any
    auto_consent: bool = False  # the consent page agrees by itself
    access_token_seconds: int = 3600
    # access (review-platforms.md 1.2, 1.10)
    approved: bool = True  # false: the project's quota is 0
    disabled_apis: list[str] = field(default_factory=list)
    rate_limit: bool = True
    queries_per_minute: int = 300  # of each API; also of the reviews API, for which no number is published
    edits_per_minute: int = 10  # of each profile
    # newer fields, each of its own month of 2026 (review-platforms.md 1.6)
    review_reply_state: bool = True
    policy_violation: bool = True
    review_media_items: bool = True
    review_reply_url: bool = True
    approve_after_minutes: float | None = None  # None: replies wait for a person's decision
    # Pub/Sub (review-platforms.md 1.9)
    push_endpoints: list[str] = field(default_factory=list)
    push_audience: str = ""  # empty: the endpoint's own address
    push_email: str = cast.PUSH_EMAIL
    push_style: str = "rotate"  # one of STYLES, or each in turn
    ack_seconds: float = 10.0  # real seconds that an endpoint has to answer
    topics_without_permission: list[str] = field(default_factory=list)
    topics_of_v4: list[str] = field(default_factory=list)
    # not known of the real Google
    permission_checked: bool = True  # false: a topic that may not be published to is taken, and nothing arrives
    replies_are_edits: bool = True  # whether replies count against edits_per_minute
    quota_tells_retry_after: bool = False
    large_page_refused: bool = False  # a pageSize above the maximum is 400, and not the maximum
    paging_by_offset: bool = False  # a review that comes or goes meanwhile shifts the next page
    error_code_names: bool = False  # codes in ValidationError as names
    batch_skips_refused: bool = False  # batchGetReviews leaves out what may not be read, and does not fail
    suspended_refuses: bool = False  # a suspended profile's reviews are 403; else its replies are rejected
    translation_by_language: bool = False  # comments are translated for the request's Accept-Language
    missing_reply_is_404: bool = False  # deleting a reply that is not there; else it is {} again
    fraction_digits: int | None = None  # digits of a second in times: as many as they have, or always 0, 3, 6, 9

    def changed(self, body: Mapping[str, object]) -> "Settings":
        """A copy with what the body says. Raises BodyError."""
        for name, value in body.items():
            if not _fits(name, getattr(self, name), value):  # control_body has refused other names
                raise BodyError(f'"{name}" is written like {NAMES[name]!r}.')
        values: dict[str, Any] = {**self.__dict__, **body}
        made = Settings(**values)
        for address in made.push_endpoints:
            refuse_elsewhere(address)
        if made.push_style not in ("rotate", *STYLES):
            raise BodyError(f'"push_style" is rotate, {", ".join(STYLES)}.')
        if unknown := sorted(set(made.disabled_apis) - set(SERVICES)):
            raise BodyError(f'"disabled_apis" are of {", ".join(SERVICES)}, and not {unknown[0]}.')
        return made

    def as_json(self) -> Json:
        """What `GET /_control/settings` answers."""
        return asdict(self)


NAMES: Json = asdict(Settings())


def _fits(name: str, known: object, value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if name == "approve_after_minutes":
        return value is None or (number and float(str(value)) >= 0)
    if name == "fraction_digits":
        return value is None or (number and value in (0, 3, 6, 9))
    if isinstance(known, bool) or isinstance(value, bool):
        return isinstance(known, bool) and isinstance(value, bool)
    if isinstance(known, int):
        return isinstance(value, int) and value >= 0
    if isinstance(known, float):
        return number and float(str(value)) > 0
    if isinstance(known, list):
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return isinstance(value, str)


def refuse_elsewhere(address: str) -> None:
    """Nothing is sent off this machine, and nothing but plain HTTP. Raises BodyError."""
    try:
        parts = urlsplit(address)
        here = parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        here = False  # a name, or no address at all
    if not here or parts.scheme != "http":
        raise BodyError("An endpoint is an http address of this machine: http://127.0.0.1:PORT/…")
