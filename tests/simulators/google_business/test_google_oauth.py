"""OAuth as a web application meets it (review-platforms.md 1.1)."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from tests.simulators.google_business.driver import Answer, Google
from tests.simulators.google_business.receiver import Got

from amends.simulators.google_business.cast import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from amends.simulators.google_business.oauth import MANAGE

BACK = "http://127.0.0.1:8000/connections/google/back?x=1"
CLIENT = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
ASKED = {
    "client_id": CLIENT_ID,
    "redirect_uri": BACK,
    "response_type": "code",
    "scope": MANAGE,
    "state": "s&1",
    "access_type": "offline",
    "prompt": "consent",
}


def ask(google: Google, **changes: str) -> Answer:
    asked = {name: value for name, value in {**ASKED, **changes}.items() if value}
    return google.http("GET", f"/o/oauth2/v2/auth?{urlencode(asked)}")


def decide(google: Google, decision: str = "allow", **changes: str) -> dict[str, str]:
    """What comes back to the application after the page's form was sent as it stands there."""
    page = ask(google, **changes)
    assert page.status == 200
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    fields = {name: value.replace("&amp;", "&") for name, value in fields.items()}
    answer = google.form("/o/oauth2/v2/auth", **fields, decision=decision)
    assert answer.status == 302
    place = urlsplit(answer.headers["location"])
    assert answer.headers["location"].startswith("http://127.0.0.1:8000/connections/google/back?x=1&")
    return {name: values[0] for name, values in parse_qs(place.query).items()}


def exchange(google: Google, code: str, **changes: str) -> Answer:
    fields = {**CLIENT, "grant_type": "authorization_code", "code": code, "redirect_uri": BACK, **changes}
    return google.form("/token", **fields)


def refresh(google: Google, token: str = REFRESH_TOKEN, **changes: str) -> Answer:
    return google.form("/token", **{**CLIENT, "grant_type": "refresh_token", "refresh_token": token, **changes})


def refused(answer: Answer) -> tuple[int, str]:
    assert answer.json["error_description"]
    return answer.status, answer.json["error"]


def test_consent_comes_back_with_a_code_and_the_state(google: Google) -> None:
    back = decide(google)
    assert (back["state"], back["scope"]) == ("s&1", MANAGE)
    tokens = exchange(google, back["code"]).json
    assert (tokens["token_type"], tokens["scope"]) == ("Bearer", MANAGE)
    assert 0 < tokens["expires_in"] <= 3600
    assert google.call("GET", "/v1/accounts", token=tokens["access_token"]).status == 200
    again = refresh(google, tokens["refresh_token"]).json
    assert "refresh_token" not in again
    assert google.call("GET", "/v1/accounts", token=again["access_token"]).status == 200


@pytest.mark.parametrize("changes", [{"access_type": ""}, {"access_type": "online"}, {"prompt": ""}])
def test_without_offline_and_consent_there_is_no_refresh_token(google: Google, changes: dict[str, str]) -> None:
    assert "refresh_token" not in exchange(google, decide(google, **changes)["code"]).json


def test_a_no_comes_back_as_access_denied(google: Google) -> None:
    assert decide(google, "deny") == {"x": "1", "state": "s&1", "error": "access_denied"}


def test_the_page_may_agree_by_itself(google: Google) -> None:
    google.settings(auto_consent=True)
    answer = ask(google, prompt="none")
    assert answer.status == 302
    assert "code=" in answer.headers["location"]
    google.settings(auto_consent=False)
    assert "error=interaction_required" in ask(google, prompt="none").headers["location"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"client_id": "other"}, 401),
        ({"redirect_uri": "javascript:alert(1)"}, 400),
        ({"redirect_uri": ""}, 400),
        ({"response_type": "token"}, 400),
        ({"scope": ""}, 400),
        ({"code_challenge": "x", "code_challenge_method": "MD5"}, 400),
    ],
)
def test_what_cannot_be_asked_is_told_on_the_page_and_goes_nowhere(
    google: Google, changes: dict[str, str], status: int
) -> None:
    answer = ask(google, **changes)
    assert answer.status == status
    assert "Access blocked" in answer.text
    assert "location" not in answer.headers


def test_only_registered_addresses_are_gone_back_to_where_there_are_any(google: Google) -> None:
    google.settings(redirect_uris=[BACK])
    assert ask(google).status == 200
    assert "redirect_uri_mismatch" in ask(google, redirect_uri="http://127.0.0.1:8000/other").text


def test_the_form_of_another_page_agrees_to_nothing(google: Google) -> None:
    body = urlencode({**ASKED, "decision": "allow"})
    assert google.http("POST", "/o/oauth2/v2/auth", body, Origin="http://evil.example").status == 403
    assert google.http("POST", "/o/oauth2/v2/auth", b"\xff").status == 400
    assert google.state["codes"] == {}


def test_a_code_is_good_once_for_ten_minutes_and_for_its_address(google: Google) -> None:
    code = decide(google)["code"]
    assert refused(exchange(google, code, redirect_uri="http://127.0.0.1/")) == (400, "redirect_uri_mismatch")
    code = decide(google)["code"]
    assert exchange(google, code).status == 200
    assert refused(exchange(google, code)) == (400, "invalid_grant")
    late = decide(google)["code"]
    google.move_clock(minutes=10)
    assert refused(exchange(google, late)) == (400, "invalid_grant")


def test_a_code_may_need_its_verifier(google: Google) -> None:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"verify-me").digest()).decode().rstrip("=")
    hashed = {"code_challenge": challenge, "code_challenge_method": "S256"}
    assert exchange(google, decide(google, **hashed)["code"], code_verifier="verify-me").status == 200
    assert refused(exchange(google, decide(google, **hashed)["code"], code_verifier="x")) == (400, "invalid_grant")
    plain = decide(google, code_challenge="verify-me", code_challenge_method="plain")
    assert exchange(google, plain["code"], code_verifier="verify-me").status == 200


def test_who_agreed_is_told_in_an_id_token(google: Google) -> None:
    tokens = exchange(google, decide(google, scope=f"openid email {MANAGE}")["code"]).json
    told = Got({"authorization": f"Bearer {tokens['id_token']}"}, b"")
    assert told.signed(google)
    assert (told.claims["aud"], told.claims["email"]) == (CLIENT_ID, "profiles@bluebellfinch.example")
    without = exchange(google, decide(google, scope=f"openid {MANAGE}")["code"]).json
    assert "email" not in Got({"authorization": f"Bearer {without['id_token']}"}, b"").claims


def test_an_access_token_expires_by_the_simulated_clock(google: Google) -> None:
    token = refresh(google).json["access_token"]
    google.move_clock(minutes=59, seconds=59)
    assert google.call("GET", "/v1/accounts", token=token).status == 200
    google.move_clock(seconds=1)
    assert google.call("GET", "/v1/accounts", token=token).refusal == (401, "UNAUTHENTICATED")
    assert google.call("GET", "/v1/accounts", token=refresh(google).json["access_token"]).status == 200
    google.move_clock(hours=1, minutes=5)
    refresh(google)
    assert token not in google.state["access_tokens"]


def test_tokens_may_be_expired_on_command(google: Google) -> None:
    assert google.control("expire", token="demo-access-token") == {"expired": 1}
    assert google.call("GET", "/v1/accounts").refusal == (401, "UNAUTHENTICATED")
    assert google.call("GET", "/v1/accounts", token=refresh(google).json["access_token"]).status == 200
    assert google.control("expire") == {"expired": 2}
    assert google.control("expire", token="none") == {"expired": 0}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "other"}, (401, "invalid_client")),
        ({"client_secret": "other"}, (401, "invalid_client")),
        ({"grant_type": ""}, (400, "invalid_request")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"refresh_token": ""}, (400, "invalid_request")),
        ({"refresh_token": "other"}, (400, "invalid_grant")),
        ({"scope": "openid"}, (400, "invalid_scope")),
    ],
)
def test_what_the_token_endpoint_refuses(google: Google, changes: dict[str, str], error: tuple[int, str]) -> None:
    assert refused(refresh(google, **{"token": REFRESH_TOKEN, **changes})) == error


def test_a_client_may_name_itself_in_the_header(google: Google) -> None:
    body = urlencode({"grant_type": "refresh_token", "refresh_token": REFRESH_TOKEN})
    good = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    assert google.http("POST", "/token", body, Authorization=f"Basic {good}").status == 200
    for bad in ("A", "/w==", good[:-8]):
        assert google.http("POST", "/token", body, Authorization=f"Basic {bad}").status == 401
    assert refused(google.http("POST", "/token", b"\xff\xfe")) == (400, "invalid_request")


def test_a_revoked_token_ends_its_family(google: Google) -> None:
    first = refresh(google).json["access_token"]
    assert google.form("/revoke", token=REFRESH_TOKEN).status == 200
    assert google.call("GET", "/v1/accounts", token=first).status == 401
    assert google.call("GET", "/v1/accounts").status == 401
    assert refused(refresh(google)) == (400, "invalid_grant")
    assert refused(google.form("/revoke", token=REFRESH_TOKEN)) == (400, "invalid_token")
    other = google.control("grant")
    assert google.http("POST", f"/revoke?token={other['access_token']}").status == 200
    assert refused(refresh(google, other["refresh_token"])) == (400, "invalid_grant")


def test_the_owner_may_take_access_back(google: Google) -> None:
    google.control("grant")
    assert google.control("revoke") == {"revoked": 2}
    assert google.call("GET", "/v1/accounts").status == 401
    online = exchange(google, decide(google, prompt="")["code"]).json["access_token"]
    assert google.control("revoke", token=online) == {"revoked": 1}
    assert google.call("GET", "/v1/accounts", token=online).status == 401


def test_the_published_addresses_lead_here(google: Google) -> None:
    told = google.http("GET", "/.well-known/openid-configuration").json
    assert told["jwks_uri"] == f"{google.server.url}/oauth2/v3/certs"
    keys = json.loads(google.http("GET", "/oauth2/v3/certs").body)["keys"]
    assert [(one["alg"], one["kty"], one["use"], one["e"]) for one in keys] == [("RS256", "RSA", "sig", "AQAB")]
    assert google.http("GET", "/oauth2/v9/certs").refusal == (404, "NOT_FOUND")


def test_tokens_outlive_a_restart(start: Callable[..., Google], tmp_path: Path) -> None:
    kept = tmp_path / "state.json"
    first = start(state_file=kept)
    token = first.control("grant")["access_token"]
    first.simulator.close()
    assert start(state_file=kept).call("GET", "/v1/accounts", token=token).status == 200
