"""OAuth 2.0 as Google does it for web servers: consent, codes, refresh and access tokens, revocation (1.1)."""

import base64
import hashlib
import time
from collections.abc import Mapping
from urllib.parse import unquote, urlencode, urlsplit

from amends.simulators.google_business import cast, moments
from amends.simulators.google_business.keys import ISSUER, Keys
from amends.simulators.google_business.refusals import GoogleError, Json, reason
from amends.simulators.google_business.settings import Settings
from amends.simulators.google_business.world import Grant, World
from amends.simulators.serving import Request, Response, json_response

MANAGE = "https://www.googleapis.com/auth/business.manage"
OLD_MANAGE = "https://www.googleapis.com/auth/plus.business.manage"  # v4 takes it still
_CODE_LIVES = 10 * moments.MINUTE
_SIGN = 'Bearer realm="https://accounts.google.com/"'


class OAuthError(Exception):
    """A refusal of the token endpoint."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.description, self.status = error, description, status

    def response(self) -> Response:
        """`{"error", "error_description"}`."""
        return json_response({"error": self.error, "error_description": self.description}, status=self.status)


# ---- tokens of the APIs


def authenticate(world: World, request: Request, now: int, service: str) -> None:
    """Whether the bearer token is good for this API. Raises GoogleError."""
    scheme, _, given = request.header("authorization").partition(" ")
    token = given.strip() if scheme.lower() == "bearer" else ""
    token = token or request.parameter("access_token") or request.parameter("oauth_token")
    host = f"{service}.googleapis.com"
    if not token:
        told = "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie "
        told += "or other valid authentication credential."
        raise _unauthenticated("CREDENTIALS_MISSING", host, told, _SIGN)
    grant = world.access_tokens.get(token)
    if grant is None or (grant.expires and grant.expires <= now):
        raise _unauthenticated("ACCESS_TOKEN_EXPIRED", host, "", f'{_SIGN}, error="invalid_token"')
    allowed = {MANAGE, OLD_MANAGE} if service == "mybusiness" else {MANAGE}
    if not allowed & set(grant.scopes):
        told = "Request had insufficient authentication scopes."
        raise reason("PERMISSION_DENIED", told, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "googleapis.com", service=host)


def _unauthenticated(why: str, host: str, told: str, sign: str) -> GoogleError:
    refused = reason("UNAUTHENTICATED", told, why, "googleapis.com", service=host)
    refused.headers = (("WWW-Authenticate", sign),)
    return refused


# ---- consent


def consent_problem(settings: Settings, asked: Mapping[str, str]) -> str:
    """Why the consent page cannot be shown, in Google's words; empty when it can."""
    place = urlsplit(asked.get("redirect_uri", ""))
    if asked.get("client_id") != settings.client_id:
        return "Error 401: invalid_client"
    if place.scheme not in ("http", "https") or not place.netloc or place.fragment:
        return "Error 400: invalid_request – redirect_uri"
    if settings.redirect_uris and asked["redirect_uri"] not in settings.redirect_uris:
        return "Error 400: redirect_uri_mismatch"
    if asked.get("response_type") != "code":
        return "Error 400: invalid_request – response_type"
    if not asked.get("scope", "").split():
        return "Error 400: invalid_request – scope"
    if asked.get("code_challenge_method", "plain") not in ("plain", "S256"):
        return "Error 400: invalid_request – code_challenge_method"
    return ""


def agreed(world: World, asked: Mapping[str, str], now: int) -> str:
    """The address to go back to, with a code that is good once and for ten minutes."""
    code = f"4/0A{world.new_id('code')[:60]}"
    scopes = asked["scope"].split()
    world.codes[code] = Grant(
        scopes=scopes,
        expires=now + _CODE_LIVES,
        redirect_uri=asked["redirect_uri"],
        offline=asked.get("access_type") == "offline" and "consent" in asked.get("prompt", "").split(),
        challenge=asked.get("code_challenge", ""),
        challenge_method=asked.get("code_challenge_method", "plain"),
    )
    return _back(asked, code=code, scope=" ".join(scopes))


def declined(asked: Mapping[str, str], error: str = "access_denied") -> str:
    """The address to go back to after a no."""
    return _back(asked, error=error)


def _back(asked: Mapping[str, str], **told: str) -> str:
    place = asked["redirect_uri"]
    state = {"state": asked["state"]} if "state" in asked else {}
    return f"{place}{'&' if urlsplit(place).query else '?'}{urlencode({**state, **told})}"


# ---- the token endpoint


def token(world: World, settings: Settings, keys: Keys, request: Request, now: int) -> Json:
    """`POST /token`. Raises OAuthError."""
    form = request.form()
    client, secret = _client(request, form)
    if client != settings.client_id:
        raise OAuthError("invalid_client", "The OAuth client was not found.", 401)
    if secret != settings.client_secret:
        raise OAuthError("invalid_client", "Unauthorized", 401)
    match form.get("grant_type"):
        case "refresh_token":
            return _refreshed(world, settings, form, now)
        case "authorization_code":
            return _exchanged(world, settings, keys, form, now)
        case None | "":
            raise OAuthError("invalid_request", "Required parameter is missing: grant_type")
    raise OAuthError("unsupported_grant_type", f"Invalid grant_type: {form['grant_type']}")


def _client(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    scheme, _, given = request.header("authorization").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _, secret = base64.b64decode(given.strip()).decode().partition(":")
    except ValueError:
        return "", ""
    return unquote(name), unquote(secret)


def _refreshed(world: World, settings: Settings, form: Mapping[str, str], now: int) -> Json:
    given = form.get("refresh_token", "")
    if not given:
        raise OAuthError("invalid_request", "Missing required parameter: refresh_token")
    grant = world.refresh_tokens.get(given)
    if grant is None:
        raise OAuthError("invalid_grant", "Token has been expired or revoked.")
    wanted = form.get("scope", "").split() or grant.scopes
    if not set(wanted) <= set(grant.scopes):
        raise OAuthError("invalid_scope", "Some requested scopes were invalid.")
    return _access(world, settings, wanted, given, now)


def _exchanged(world: World, settings: Settings, keys: Keys, form: Mapping[str, str], now: int) -> Json:
    grant = world.codes.pop(form.get("code", ""), None)
    if grant is None or grant.expires <= now:
        raise OAuthError("invalid_grant", "Bad Request" if grant else "Malformed auth code.")
    if form.get("redirect_uri") != grant.redirect_uri:
        raise OAuthError("redirect_uri_mismatch", "Bad Request")
    if grant.challenge and _challenge(form.get("code_verifier", ""), grant.challenge_method) != grant.challenge:
        raise OAuthError("invalid_grant", "Invalid code verifier.")
    refresh = ""
    if grant.offline:
        refresh = f"1//0{world.new_id('refresh')}"
        world.refresh_tokens[refresh] = Grant(grant.scopes)
    answer = _access(world, settings, grant.scopes, refresh, now)
    if refresh:
        answer["refresh_token"] = refresh
    if "openid" in grant.scopes:
        answer["id_token"] = keys.signed(_identity(settings, "email" in grant.scopes))
    return answer


def _challenge(verifier: str, method: str) -> str:
    if method == "plain":
        return verifier
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _access(world: World, settings: Settings, scopes: list[str], refresh: str, now: int) -> Json:
    token = f"ya29.a0{world.new_id('access')}"
    lives = settings.access_token_seconds
    world.access_tokens = {
        known: grant for known, grant in world.access_tokens.items() if not 0 < grant.expires < now - moments.MINUTE
    }
    world.access_tokens[token] = Grant(list(scopes), expires=now + lives * moments.SECOND, refresh=refresh)
    return {"access_token": token, "expires_in": max(lives - 1, 0), "scope": " ".join(scopes), "token_type": "Bearer"}


def _identity(settings: Settings, with_email: bool) -> Json:
    """An id_token's claims, by real time: who reads it knows no other."""
    real = int(time.time())
    shared: Json = {"iss": ISSUER, "aud": settings.client_id, "azp": settings.client_id, "sub": cast.OWNER_SUBJECT}
    email: Json = {"email": cast.OWNER_EMAIL, "email_verified": True} if with_email else {}
    return {**shared, **email, "iat": real, "exp": real + 3600}


def revoke(world: World, token: str) -> bool:
    """Take back a refresh token with its access tokens, or an access token with its refresh token; whether it was one.

    Google's documentation says that revoking either ends both.
    """
    access = world.access_tokens.get(token)
    refresh = token if token in world.refresh_tokens else access.refresh if access else ""
    if access is None and token not in world.refresh_tokens:
        return False
    world.refresh_tokens.pop(refresh, None)
    world.access_tokens = {
        known: grant
        for known, grant in world.access_tokens.items()
        if known != token and not (refresh and grant.refresh == refresh)
    }
    return True
