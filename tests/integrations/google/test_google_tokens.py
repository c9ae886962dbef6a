"""Tokens: what Google would never say is refused, one wrong thing at a time; the good one passes."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from hypothesis import given
from hypothesis import strategies as st

from amends.integrations.google_business.tokens import BadToken, Expected, UnknownKey, verify

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
WEAK = rsa.generate_private_key(public_exponent=65537, key_size=1024)
EXPECTED = Expected("https://amends.example/hooks/google", "https://accounts.google.com", "push@p.example")
HEADER = {"alg": "RS256", "kid": "k1", "typ": "JWT"}
CLAIMS = {
    "aud": EXPECTED.audience,
    "iss": EXPECTED.issuer,
    "email": EXPECTED.email,
    "email_verified": True,
    "iat": NOW.timestamp(),
    "exp": NOW.timestamp() + 3600,
}


def packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def jwk(key: rsa.RSAPrivateKey, **changes: object) -> dict[str, object]:
    numbers = key.public_key().public_numbers()
    n, e = (packed(value.to_bytes((value.bit_length() + 7) // 8)) for value in (numbers.n, numbers.e))
    return {"kid": "k1", "kty": "RSA", "n": n, "e": e, **changes}


def token(header: Any = HEADER, claims: Any = CLAIMS, *, key: rsa.RSAPrivateKey = KEY, digest: Any = SHA256) -> str:
    start = ".".join(packed(json.dumps(part).encode()) for part in (header, claims))
    return f"{start}.{packed(key.sign(start.encode(), PKCS1v15(), digest()))}"


def check(given: str, keys: Any = None) -> None:
    verify(given, {"keys": [jwk(KEY)]} if keys is None else keys, EXPECTED, NOW)


def test_the_good_one_passes() -> None:
    check(token())


@pytest.mark.parametrize(
    "changes",
    [
        *({"aud": value} for value in ("", None, "https://other.example", [EXPECTED.audience])),
        *({"iss": value} for value in ("accounts.google.com", None)),
        *({"email": value} for value in ("other@p.example", None)),
        *({"email_verified": value} for value in (False, "true", 1, None)),
        *({"exp": NOW.timestamp() - seconds} for seconds in (301, 3600)),
        *({"exp": value} for value in (None, "later", True, float("nan"))),
        *({"iat": value} for value in (NOW.timestamp() + 301, None, float("nan"))),
    ],
)
def test_each_claim_counts(changes: dict[str, object]) -> None:
    with pytest.raises(BadToken):
        check(token(claims={**CLAIMS, **changes}))


def test_clocks_may_differ_a_little() -> None:
    check(token(claims={**CLAIMS, "iat": NOW.timestamp() + 200, "exp": NOW.timestamp() - 200}))


@pytest.mark.parametrize(
    "header",
    [
        *({**HEADER, "alg": alg} for alg in ("none", "None", "HS256", "RS512", "ES256", "rs256", None, ["RS256"])),
        {**HEADER, "crit": ["exp"]},
        {"alg": "RS256"},
        {**HEADER, "kid": 1},
        ["RS256"],
    ],
)
def test_only_the_one_algorithm_and_a_named_key(header: object) -> None:
    with pytest.raises(BadToken):
        check(token(header))


def test_a_signature_of_another_key_or_kind_is_none() -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for wrong in (token(key=other), token(digest=SHA512), token()[:-4] + "AAAA", token().rpartition(".")[0] + "."):
        with pytest.raises(BadToken):
            check(wrong)


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"keys": "k1"},
        {"keys": [None, {"kid": "k2"}]},
        {"keys": [jwk(KEY, kid="k2")]},
        {"keys": [jwk(KEY, kty="oct")]},
        {"keys": [jwk(KEY, n="!")]},
        {"keys": [jwk(KEY, n="")]},
        {"keys": [jwk(WEAK)]},
    ],
)
def test_a_key_that_is_not_published_or_too_weak_is_not_known(keys: object) -> None:
    with pytest.raises(UnknownKey):
        check(token(key=WEAK if keys == {"keys": [jwk(WEAK)]} else KEY), keys)


def test_without_an_expected_email_nothing_passes() -> None:
    nobody = Expected(EXPECTED.audience, EXPECTED.issuer, "")
    said = token(claims={**CLAIMS, "email": ""})
    with pytest.raises(BadToken):
        verify(said, {"keys": [jwk(KEY)]}, nobody, NOW)


@given(st.one_of(st.text(), st.text(alphabet="aA0-_.="), st.just("." * 9000)))
def test_any_text_is_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(BadToken):
        check(text)


@given(st.integers(0, 2000), st.sampled_from("abcABC09-_."))
def test_no_letter_of_a_good_one_can_be_changed(at: int, letter: str) -> None:
    good = token()
    at %= len(good) - 2  # the last letters of base64 hold spare bits
    if good[at] != letter:
        with pytest.raises(BadToken):
            check(good[:at] + letter + good[at + 1 :])
