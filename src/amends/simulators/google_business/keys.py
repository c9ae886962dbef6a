"""The keys that Google signs its tokens with, and the tokens (review-platforms.md 1.9): RS256, published as JWKS."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from amends.simulators.google_business.refusals import Json

ISSUER = "https://accounts.google.com"
KEPT = 2  # the key before the last change is still published


@dataclass(frozen=True)
class Key:
    """One key with its name."""

    kid: str
    private: RSAPrivateKey

    def as_json(self) -> Json:
        """One entry of the JWKS."""
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "n": _text(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8)),
            "e": _text(numbers.e.to_bytes(3)),
        }


class Keys:
    """The keys of one run, made when they are first asked for."""

    def __init__(self) -> None:
        self._keys: list[Key] = []
        self._stranger: Key | None = None
        self._lock = threading.Lock()

    def rotate(self) -> str:
        """Sign with a new key from now on; gives its kid."""
        with self._lock:
            self._keys = [_new(), *self._keys][:KEPT]
            return self._keys[0].kid

    def as_json(self) -> Json:
        """The JWKS."""
        self._current()
        return {"keys": [key.as_json() for key in self._keys]}

    def signed(self, claims: Mapping[str, object]) -> str:
        """A JWT as Google makes it."""
        key = self._current()
        return _rs256(key, claims, key.kid)

    def forged(self, claims: Mapping[str, object], how: str) -> str:
        """A JWT that must be refused: `wrong_key` under the right kid, `unknown_key`, `alg_none`, or `hs256`, which
        takes the public key for a secret.
        """
        key, stranger = self._current(), self._other()
        if how == "alg_none":
            return _unsigned({"alg": "none", "typ": "JWT"}, claims) + "."
        if how == "hs256":
            start = _unsigned({"alg": "HS256", "kid": key.kid, "typ": "JWT"}, claims)
            public = key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            return f"{start}.{_text(hmac.digest(public, start.encode(), 'sha256'))}"
        return _rs256(stranger, claims, stranger.kid if how == "unknown_key" else key.kid)

    def _current(self) -> Key:
        with self._lock:
            if not self._keys:
                self._keys = [_new()]
            return self._keys[0]

    def _other(self) -> Key:
        with self._lock:
            self._stranger = self._stranger or _new()
            return self._stranger


def _new() -> Key:
    private = generate_private_key(public_exponent=65537, key_size=2048)
    return Key(hashlib.sha256(str(private.public_key().public_numbers().n).encode()).hexdigest()[:40], private)


def _rs256(key: Key, claims: Mapping[str, object], kid: str) -> str:
    start = _unsigned({"alg": "RS256", "kid": kid, "typ": "JWT"}, claims)
    return f"{start}.{_text(key.private.sign(start.encode(), PKCS1v15(), SHA256()))}"


def _unsigned(header: Mapping[str, object], claims: Mapping[str, object]) -> str:
    return ".".join(_text(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
