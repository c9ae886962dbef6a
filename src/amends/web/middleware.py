"""Every page needs somebody who is signed in and was active lately, unless its view says `login_not_required`."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from amends.practice.directory import held

ACTIVE_AT = "active_at"
_REWRITE_SECONDS = 60


_FOR_WATCHERS = ("/healthz", "/metrics")


class WatchersMiddleware:
    """Answers balancers and collectors before anything else is asked.

    They come by the machine's own address and without TLS, so neither the name of the host nor a redirect is their
    business; and they need no session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in _FOR_WATCHERS:
            answer: HttpResponse = resolve(request.path_info).func(request)
            answer["Cache-Control"] = "no-store"
            return answer
        return self.get_response(request)


class SignedInMiddleware:
    """Signs idle people off, sends the unknown to the sign-in page and back, keeps pages out of caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with held():
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and _is_idle(request):
            logout(request)
            return _to_sign_in(request, idle=True)
        response = self.get_response(request)
        if "Cache-Control" not in response:
            # A page about patients stays in no cache: "back" after signing off shows nothing.
            response["Cache-Control"] = "no-store"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """Lets signed-in people and open pages through. (Django's backends already treat the inactive as unknown.)"""
        if request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        return _to_sign_in(request, idle=False)


def _is_idle(request: HttpRequest) -> bool:
    """Whether the last activity is too long ago; if not, notes this one, with at most one write a minute."""
    now = timezone.now().timestamp()
    last = request.session.get(ACTIVE_AT)
    if last is not None and now - last > settings.IDLE_SECONDS:
        return True
    refresh = request.headers.get("X-Amends-Refresh") == "1"
    if last is None or (now - last >= _REWRITE_SECONDS and not refresh):
        request.session[ACTIVE_AT] = int(now)
    return False


def _to_sign_in(request: HttpRequest, *, idle: bool) -> HttpResponse:
    query = {"next": _where_they_were(request)} | ({"idle": "1"} if idle else {})
    url = f"{reverse('account_login')}?{urlencode(query)}"
    # A part of a page must not become the sign-in page: the whole page goes there.
    return HttpResponseClientRedirect(url) if request.headers.get("HX-Request") == "true" else redirect(url)


def _where_they_were(request: HttpRequest) -> str:
    """The page to come back to: this one, or the one that a form or a part of a page belongs to."""
    if request.method == "GET" and request.headers.get("HX-Request") != "true":
        return request.get_full_path()
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(page, {request.get_host()}):
        parts = urlsplit(page)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return "/"
