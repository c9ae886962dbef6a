"""Google's four APIs for a business profile: requests, pages and errors, and nothing about what they are for (1.1-1.5).

Names of places and reviews are always the long form, `accounts/1/locations/2/reviews/3`: the short one is 404 (1.3).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from pydantic import ValidationError

from amends.deliveries.channel import DeliveryError, OfficeOffline, RetryAfter
from amends.integrations import http
from amends.integrations.open_dental.pacing import Pacer

from .answers import NotFound, NotSignedIn, QuotaSpent, error_of, unclear
from .shapes import (
    Account,
    Accounts,
    NotificationSetting,
    Place,
    Places,
    ReviewPage,
    ReviewReply,
    ReviewRow,
    Row,
)

R = TypeVar("R", bound=Row)

NEWEST_FIRST = "updateTime desc"
_MASK = "name,title,storeCode,phoneNumbers,metadata"
_ACCOUNTS, _PLACES, _REVIEWS = 20, 100, 50  # the largest pages
_PAUSE = 30.0  # seconds, where Google did not say how long


@dataclass(frozen=True)
class Hosts:
    """Base addresses of the four APIs."""

    accounts: str
    places: str
    reviews: str
    notices: str


@dataclass(frozen=True, kw_only=True)
class GoogleClient:
    """One connection. Safe from any thread; nothing here is called inside a transaction.

    `token` gives the access token; asked with the one that Google has just refused, it gets a new one. `told` hears
    how each call ended. A call waits `patience` seconds for its turn at most.

    Every method raises `OfficeOffline`, `RetryAfter` (for now), `Configuration` or `Permanent`; a write that may have
    arrived raises `UnknownOutcome`, and after any other error certainly nothing was written.
    """

    hosts: Hosts
    token: Callable[[str], str]
    pacer: Pacer
    told: Callable[[DeliveryError | None], object] = lambda error: None
    read_seconds: float = 30.0
    patience: float = 20.0
    allow_private: bool = True

    def accounts(self) -> list[Account]:
        """All accounts of the person who connected; their own comes first."""
        found: list[Account] = []
        query: dict[str, str | int] = {"pageSize": _ACCOUNTS}
        while True:
            page = self._read(self.hosts.accounts, "v1/accounts", Accounts, query)
            found += page.accounts
            if not page.next_page_token:
                return found
            query["pageToken"] = page.next_page_token

    def places(self, account: str) -> list[Place]:
        """All places of an account; their names are in the short form."""
        found: list[Place] = []
        query: dict[str, str | int] = {"readMask": _MASK, "pageSize": _PLACES}
        while True:
            page = self._read(self.hosts.places, f"v1/{account}/locations", Places, query)
            found += page.locations
            if not page.next_page_token:
                return found
            query["pageToken"] = page.next_page_token

    def review_pages(self, location: str) -> Iterator[ReviewPage]:
        """The reviews of a place, the one that changed last first."""
        query: dict[str, str | int] = {"orderBy": NEWEST_FIRST, "pageSize": _REVIEWS}
        while True:
            page = self._read(self.hosts.reviews, f"v4/{location}/reviews", ReviewPage, query)
            yield page
            if not page.next_page_token:
                return
            query["pageToken"] = page.next_page_token

    def review(self, name: str) -> ReviewRow:
        """One review. Raises `NotFound` where it was deleted, or is filtered now."""
        return self._read(self.hosts.reviews, f"v4/{quote(name)}", ReviewRow, {})

    def put_reply(self, name: str, comment: str) -> ReviewReply:
        """Makes this the reply to the review, in place of the one that is there. Not shown before Google says so."""
        body = {"comment": comment}
        answer = self._send("PUT", self.hosts.reviews, f"v4/{quote(name)}/reply", body=body, writing=True)
        try:
            return _typed(ReviewReply, answer)
        except RetryAfter:
            return ReviewReply(comment=comment)  # it was taken; only what Google says of it cannot be read

    def delete_reply(self, name: str) -> None:
        """Takes the reply away; one that is not there is as good as taken away."""
        try:
            self._send("DELETE", self.hosts.reviews, f"v4/{quote(name)}/reply", writing=True)
        except NotFound:
            return

    def notification_setting(self, account: str) -> NotificationSetting:
        """Where Google publishes what happens in this account."""
        return self._read(self.hosts.notices, f"v1/{account}/notificationSetting", NotificationSetting, {})

    def set_notifications(self, account: str, topic: str, types: list[str]) -> NotificationSetting:
        """Replaces that, whoever set it before: read it first (1.9)."""
        path = f"v1/{account}/notificationSetting"
        query = {"updateMask": "pubsubTopic,notificationTypes"}
        body = {"name": f"{account}/notificationSetting", "pubsubTopic": topic, "notificationTypes": types}
        answer = self._send("PATCH", self.hosts.notices, path, query=query, body=body, writing=True)
        return _typed(NotificationSetting, answer)

    def _read(self, host: str, path: str, shape: type[R], query: Mapping[str, str | int]) -> R:
        return _typed(shape, self._send("GET", host, path, query=query, writing=False))

    def _send(
        self,
        method: str,
        host: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, object] | None = None,
        writing: bool,
    ) -> http.Answer:
        try:
            answer = self._once(method, host, path, query=query, body=body, writing=writing)
        except DeliveryError as error:
            self.told(error)
            raise
        self.told(None)
        return answer

    def _once(
        self,
        method: str,
        host: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None,
        body: Mapping[str, object] | None,
        writing: bool,
    ) -> http.Answer:
        token, refused = self.token(""), False
        while True:
            if not self.pacer.wait(self.patience):
                raise RetryAfter("Google asked for a pause, or is asked by many at this moment.", _PAUSE)
            try:
                answer = http.send(
                    method,
                    host,
                    path,
                    query=query,
                    json=body,
                    headers={"Authorization": f"Bearer {token}"},
                    read_seconds=self.read_seconds,
                    allow_private=self.allow_private,
                )
            except http.NeverLeft:
                raise OfficeOffline("Google cannot be reached.") from None
            except http.MayHaveArrived:
                raise unclear("Google did not answer.", writing=writing) from None
            error = error_of(answer, writing=writing)
            if error is None:
                return answer
            if not isinstance(error, NotSignedIn) or refused:
                if isinstance(error, QuotaSpent) and not writing:
                    self.pacer.pause(error.seconds or _PAUSE)  # a write may have met the limit of its profile only
                raise error
            token, refused = self.token(token), True  # 401 means that nothing was done, so it may be sent again


def _typed(shape: type[R], answer: http.Answer) -> R:
    try:
        return shape.model_validate_json(answer.text or "{}")
    except ValidationError:
        # Without its text: it would quote a review.
        raise RetryAfter("Google gave an answer that cannot be read.") from None
