"""What Pub/Sub posts: the envelope, what is in it in each known style, and its token (review-platforms.md 1.9)."""

import base64
import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from amends.simulators.google_business.keys import ISSUER, Keys
from amends.simulators.google_business.refusals import Json
from amends.simulators.google_business.settings import Settings

FORGED = (
    *("wrong_key", "unknown_key", "alg_none", "hs256", "wrong_aud", "wrong_iss", "wrong_email"),
    *("email_not_verified", "expired", "garbage"),
)
MALFORMED = ("not_json", "no_message", "bad_base64", "no_review", "empty", "a_list")
_AGE = 3600  # seconds that a token is good


@dataclass(frozen=True)
class Notice:
    """A new or an edited review, and how it is told. `number` is the messageId."""

    kind: str
    review: str
    location: str
    topic: str
    number: str
    published: str
    style: str

    def envelope(self, malformed: str = "") -> bytes:
        """The body of the push; `malformed` one of MALFORMED."""
        data, attributes = _told(self)
        message: Json = {
            "attributes": attributes,
            "data": base64.b64encode(data.encode()).decode(),
            "messageId": self.number,
            "message_id": self.number,
            "publishTime": self.published,
            "publish_time": self.published,
        }
        project = self.topic.split("/")[1] if self.topic.startswith("projects/") else "demo"
        whole: Json = {"message": message, "subscription": f"projects/{project}/subscriptions/reviews-push"}
        match malformed:
            case "empty":
                return b""
            case "not_json":
                return b'{"message": {"data": '
            case "a_list":
                return b"[1, 2]"
            case "no_message":
                del whole["message"]
            case "bad_base64":
                message["data"] = "%%% no base64 %%%"
                message["attributes"] = {}
            case "no_review":
                message["data"] = base64.b64encode(b'{"hello": "world"}').decode()
                message["attributes"] = {}
        return json.dumps(whole).encode()


def _told(notice: Notice) -> tuple[str, dict[str, str]]:
    names = {"review_name": notice.review, "location_name": notice.location}
    match notice.style:
        case "review_name":
            told: Json = {"notification_type": notice.kind, **names}
        case "reviewName":
            told = {"notificationType": notice.kind, "reviewName": notice.review, "locationName": notice.location}
        case "review":
            told = {"type": notice.kind, "review": notice.review, "location": notice.location}
        case "reviewResourceName":
            told = {"notificationType": notice.kind, "reviewResourceName": notice.review}
        case "nested":
            told = {"notification": {"type": notice.kind, "resource": {"name": notice.review}}}
        case "text":
            return notice.review, {}
        case _:
            return "{}", {"notificationType": notice.kind, **names}
    return json.dumps(told), {}


def bearer(keys: Keys, settings: Settings, address: str, forged: str = "") -> str:
    """The token of one push to this address. Its times are the real ones: the receiver knows no other."""
    now = int(time.time())
    claims: Json = {
        "aud": settings.push_audience or address,
        "azp": "113774264463038321964",
        "email": settings.push_email,
        "email_verified": True,
        "exp": now + _AGE,
        "iat": now,
        "iss": ISSUER,
        "sub": "113774264463038321964",
    }
    match forged:
        case "":
            return keys.signed(claims)
        case "garbage":
            return "not.a.token"
        case "wrong_aud":
            return keys.signed({**claims, "aud": "https://somebody-else.example/push"})
        case "wrong_iss":
            return keys.signed({**claims, "iss": "https://accounts.example"})
        case "wrong_email":
            return keys.signed({**claims, "email": "stranger@other-project.iam.gserviceaccount.example"})
        case "email_not_verified":
            return keys.signed({**claims, "email_verified": False})
        case "expired":
            return keys.signed({**claims, "iat": now - 2 * _AGE, "exp": now - _AGE})
    return keys.forged(claims, forged)


@dataclass(frozen=True)
class Attempt:
    """One attempt; `status` None when nothing was answered."""

    address: str
    status: int | None
    error: str = ""
    fault: str = ""

    @property
    def acked(self) -> bool:
        """Whether Pub/Sub takes it for delivered."""
        return self.status is not None and 200 <= self.status < 300

    def as_json(self) -> Json:
        """For the log."""
        return {"endpoint": self.address, "status": self.status, "error": self.error, "fault": self.fault}


def post(address: str, body: bytes, token: str | None, seconds: float, fault: str = "") -> Attempt:
    """Post once; redirects are not followed."""
    parts = urlsplit(address)
    headers: Mapping[str, str] = {
        "Content-Type": "application/json",
        "User-Agent": "APIs-Google; (simulated)",
        "Connection": "close",
        **({"Authorization": f"Bearer {token}"} if token is not None else {}),
    }
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)
    try:
        connection.request(
            "POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, dict(headers)
        )
        return Attempt(address, connection.getresponse().status, fault=fault)
    except TimeoutError:
        return Attempt(address, None, "timeout", fault)
    except (OSError, http.client.HTTPException):
        return Attempt(address, None, "connection_failed", fault)
    finally:
        connection.close()
