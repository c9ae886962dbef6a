"""The site over a real socket: what a web server in front may say of a visitor, and whether the site delivers."""

import errno
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path
from pytest_django import Settings

from amends import serving

SAID = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}


def told(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.is_secure()} {request.META['REMOTE_ADDR']}")


urlpatterns = [path("told", told)]
Ask = Callable[..., str]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """What the site makes of one request with these headers, served as `amends serve` serves it."""
    stops: list[Callable[[], None]] = []
    stop = threading.Event()

    def asked(headers: dict[str, str], **configured: object) -> str:
        behind_tls = bool(configured.get("behind_tls"))
        with override_settings(
            ROOT_URLCONF=__name__,
            MIDDLEWARE=["django.middleware.security.SecurityMiddleware"],
            CONFIGURATION=settings.CONFIGURATION.model_copy(update=configured),
            SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https") if behind_tls else None,
        ):
            monkeypatch.setattr(serving, "application", WSGIHandler())
            server = serving.site("127.0.0.1:0")
            thread = threading.Thread(target=serving.until_closed, args=(server, stop))
            thread.start()
            stops.extend([server.close, thread.join])
            connection = HTTPConnection("127.0.0.1", server.effective_port)
            connection.request("GET", "/told", headers={"Host": "127.0.0.1", **headers})
            answer = connection.getresponse().read().decode()
            connection.close()
            return answer

    yield asked
    stop.set()
    for step in stops:
        step()


def test_behind_tls_the_visitor_is_who_the_web_server_in_front_says(ask: Ask) -> None:
    assert ask(SAID, behind_tls=True) == "True 203.0.113.9"


def test_of_several_addresses_only_the_one_that_the_web_server_itself_saw_counts(ask: Ask) -> None:
    forged = SAID | {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
    assert ask(forged, behind_tls=True) == "True 203.0.113.9"


def test_behind_tls_a_stranger_who_comes_past_the_web_server_is_not_believed(ask: Ask) -> None:
    assert ask(SAID, behind_tls=True, trusted_proxy="192.0.2.1") == "False 127.0.0.1"


def test_with_nothing_in_front_nobody_is_believed(ask: Ask) -> None:
    assert ask(SAID, behind_tls=False) == "False 127.0.0.1"


def test_a_socket_that_goes_while_nobody_asked_to_stop_is_an_error_and_the_end_is_none() -> None:
    def taken_away() -> None:
        raise OSError(errno.EBADF, "Bad file descriptor")

    server = SimpleNamespace(run=taken_away)
    stop = threading.Event()
    with pytest.raises(OSError, match="Bad file descriptor"):
        serving.until_closed(server, stop)
    stop.set()
    serving.until_closed(server, stop)


@pytest.mark.parametrize(("engine", "delivers"), [("embedded", True), ("procrastinate", False)])
def test_the_site_delivers_by_itself_unless_workers_do(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch, engine: str, delivers: bool
) -> None:
    began: list[bool] = []

    @contextmanager
    def engine_running(*, people_wait: Callable[[], bool]) -> Iterator[None]:
        began.append(people_wait())
        yield

    stop = threading.Event()
    site = SimpleNamespace(run=stop.wait, close=lambda: None, task_dispatcher=SimpleNamespace(active_count=0))
    monkeypatch.setattr(serving, "site", lambda listen: site)
    monkeypatch.setattr(serving, "engine_running", engine_running)
    monkeypatch.setattr(serving, "asked_to_stop", lambda: stop)
    monkeypatch.setattr(serving, "sys", SimpleNamespace(setswitchinterval=lambda seconds: None))
    settings.ENGINE = engine
    serving.serve(listen="127.0.0.1:8000", ready=stop.set)
    assert began == ([False] if delivers else [])
