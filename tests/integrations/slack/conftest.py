"""A workspace that is connected, and a site that sees to things at once instead of in other threads."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import pytest
from tests.conftest import Cast
from tests.integrations.servers import StubServer
from tests.integrations.slack.slackbot import TEAM, Slackbot, connect

from amends.integrations.slack.inbound import afterwards
from amends.integrations.slack.models import SlackWorkspace


class Inline(Executor):
    """Does what it is given at once; what raises is kept, as in a thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@pytest.fixture
def own_threads(committed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is seen to afterwards is done when the test is: nothing of it meets the emptying of the tables."""
    pools = {"_executor": ThreadPoolExecutor(4), "_urgent": ThreadPoolExecutor(8)}
    for name, pool in pools.items():
        monkeypatch.setattr(afterwards, name, pool)
    yield
    for pool in pools.values():
        pool.shutdown()


@pytest.fixture
def server() -> Iterator[StubServer]:
    """What the site speaks to: Slack's methods, each with the answer of a good day."""
    with StubServer("/api") as stub:
        stub.on("POST", "auth.test", {"ok": True, "team_id": TEAM, "team": "Maple"})
        stub.on("POST", "views.open", {"ok": True, "view": {"id": "V0OPEN"}})
        stub.on("POST", "views.update", {"ok": True, "view": {"id": "V0OPEN"}})
        stub.on("POST", "views.publish", {"ok": True})
        stub.on("POST", "chat.postEphemeral", {"ok": True})
        stub.on("POST", "respond", {"ok": True})
        yield stub


@pytest.fixture
def workspace(server: StubServer, group: Cast) -> SlackWorkspace:
    return connect(f"{server.url}/", group)


@pytest.fixture
def slack(server: StubServer, workspace: SlackWorkspace, monkeypatch: pytest.MonkeyPatch) -> Slackbot:
    """People in Slack, before the site."""
    for pool in ("_executor", "_urgent", "_keeper"):
        monkeypatch.setattr(afterwards, pool, Inline())
    return Slackbot(server)
