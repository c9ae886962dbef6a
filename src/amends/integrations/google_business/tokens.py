"""The token of a push: RS256 by Google's published keys, for us, from the push service, and of this hour (1.9).

Small on purpose: one algorithm, by name; whatever else a header says about how it wants to be verified is not read.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

_SKEW = timedelta(minutes=5)
_LONGEST = 8192
_SMALLEST_KEY = 2048  # bits


class BadToken(Exception):
    """It proves nothing; the text says why, for the log, and quotes none of it."""


class UnknownKey(BadToken):
    """It names a key that is not among those known."""


@dataclass(frozen=True)
class Expected:
    """What a good token says."""

    audience: str
    issuer: str
    email: str


def verify(token: str, keys: Mapping[str, object], expected: Expected, now: datetime) -> None:
    """Raises `BadToken`, or `UnknownKey` where other keys may help. `keys` is a JWKS."""
    header, claims, signed, signature = _parts(token)
    key = _key(keys, str(header["kid"]))
    try:
        key.verify(signature, signed, PKCS1v15(), SHA256())
    except InvalidSignature:
        raise BadToken("The signature is not Google's.") from None
    _check(claims, expected, now)


def _check(claims: Mapping[str, object], expected: Expected, now: datetime) -> None:
    # An audience of several is one that others were meant to read, too; Pub/Sub sends one.
    for name, value in (("aud", expected.audience), ("iss", expected.issuer), ("email", expected.email)):
        if not value or claims.get(name) != value:
            raise BadToken(f"Its {name} is another one.")
    if claims.get("email_verified") is not True:
        raise BadToken("Its email is not verified.")
    stamps = claims.get("exp"), claims.get("iat")
    if any(isinstance(stamp, bool) or not isinstance(stamp, int | float) for stamp in stamps):
        raise BadToken("It has no times.")
    expires, issued = (float(str(stamp)) for stamp in stamps)
    if not (now.timestamp() - _SKEW.total_seconds() < expires and issued < now.timestamp() + _SKEW.total_seconds()):
        raise BadToken("It is expired, or of the future.")


def _parts(token: str) -> tuple[Mapping[str, object], Mapping[str, object], bytes, bytes]:
    pieces = token.split(".")
    if len(token) > _LONGEST or len(pieces) != 3 or not token.isascii():
        raise BadToken("That is no token.")
    try:
        header, claims = (json.loads(_raw(piece)) for piece in pieces[:2])
        signature = _raw(pieces[2])
    except (ValueError, RecursionError):
        raise BadToken("That is no token.") from None
    if not isinstance(header, dict) or not isinstance(claims, dict) or not isinstance(header.get("kid"), str):
        raise BadToken("That is no token.")
    if header.get("alg") != "RS256" or "crit" in header:
        raise BadToken("It is not signed as Google signs.")
    return header, claims, f"{pieces[0]}.{pieces[1]}".encode(), signature


def _key(keys: Mapping[str, object], kid: str) -> RSAPublicKey:
    listed = keys.get("keys")
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and one.get("kid") == kid and one.get("kty") == "RSA":
            try:
                numbers = RSAPublicNumbers(_number(one.get("e")), _number(one.get("n")))
                key = numbers.public_key()
            except ValueError:
                break
            if key.key_size >= _SMALLEST_KEY:
                return key
    raise UnknownKey("It names a key that Google does not publish.")


def _number(text: object) -> int:
    return int.from_bytes(_raw(str(text)))


def _raw(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
