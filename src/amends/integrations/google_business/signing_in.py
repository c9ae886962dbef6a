"""OAuth with Google: the consent that a person gives, and the tokens that come of it (1.1).

Only `access_type=offline` with `prompt=consent` gives a refresh token; without one, reading would stop after an hour.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from pydantic import ValidationError

from amends.deliveries.channel import Configuration, OfficeOffline, RetryAfter
from amends.integrations import http

from .answers import NotSignedIn
from .models import GoogleConnection
from .shapes import Tokens

SCOPE = "https://www.googleapis.com/auth/business.manage"
_SECONDS = 15.0


@dataclass(frozen=True)
class Asking:
    """One question for consent: what must come back with the answer, and what proves that it was ours (PKCE)."""

    state: str
    verifier: str

    @classmethod
    def new(cls) -> "Asking":
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def consent_link(row: GoogleConnection, asking: Asking, back: str) -> str:
    """The address at Google where a person agrees; they come back to `back`."""
    query = {
        "client_id": row.client_id,
        "redirect_uri": back,
        "response_type": "code",
        "scope": SCOPE,
        "access_type": "offline",
        "prompt": "consent",
        "state": asking.state,
        "code_challenge": asking.challenge,
        "code_challenge_method": "S256",
    }
    return f"{row.consent_url.rstrip('/')}/o/oauth2/v2/auth?{urlencode(query)}"


def exchanged(row: GoogleConnection, code: str, asking: Asking, back: str) -> Tokens:
    """The tokens for the code that came back. Raises a `DeliveryError`."""
    return _ask(
        row,
        {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": asking.verifier},
    )


def refreshed(row: GoogleConnection) -> Tokens:
    """A new access token. Raises `NotSignedIn` where the person must connect again, or another `DeliveryError`."""
    if not row.refresh_token:
        raise NotSignedIn("Google is not connected.")
    return _ask(row, {"grant_type": "refresh_token", "refresh_token": row.refresh_token})


def take_back(row: GoogleConnection) -> bool:
    """Tells Google that the permission is not wanted any more; whether it heard."""
    try:
        answer = _post(row, "revoke", {"token": row.refresh_token})
    except (OfficeOffline, RetryAfter):
        return False
    return answer.status < 500


def _ask(row: GoogleConnection, form: dict[str, str]) -> Tokens:
    answer = _post(row, "token", {**form, "client_id": row.client_id, "client_secret": row.client_secret})
    if answer.status == 401 or "invalid_client" in answer.text:
        raise Configuration("Google does not know the client, or refuses its secret.")
    if answer.status == 400:
        raise NotSignedIn("The permission was taken back at Google, or is too old. Connect Google again.")
    if answer.status != 200:
        raise RetryAfter(f"Google's sign-in answered with status {answer.status}.", answer.retry_after)
    try:
        return Tokens.model_validate_json(answer.text)
    except ValidationError:
        raise RetryAfter("Google's sign-in gave an answer that cannot be read.") from None


def _post(row: GoogleConnection, path: str, form: dict[str, str]) -> http.Answer:
    try:
        return http.send(
            "POST",
            row.token_url,
            path,
            form=form,
            read_seconds=_SECONDS,
            allow_private=settings.ALLOW_PRIVATE_ADDRESSES,
        )
    except http.NeverLeft:
        raise OfficeOffline("Google's sign-in cannot be reached.") from None
    except http.MayHaveArrived:
        raise RetryAfter("Google's sign-in did not answer.") from None
