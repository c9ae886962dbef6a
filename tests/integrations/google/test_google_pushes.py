"""Pushes: only what Google signed for us is heard, in whatever words it comes; it makes Amends look, and no more."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client
from tests.integrations.google.conftest import Story
from tests.simulators.google_business.driver import until

from amends.integrations.google_business.chores import forget_pushes
from amends.integrations.google_business.models import GoogleConnection, GoogleLocation, GooglePush
from amends.integrations.google_business.pushes import audience
from amends.reviews.models import Review
from amends.simulators.google_business.push import FORGED, MALFORMED
from amends.simulators.google_business.settings import STYLES

PATH = "/hooks/google"
Push = Callable[..., list[int]]


@pytest.fixture
def posted(story: Story) -> Iterator[list[tuple[dict[str, str], bytes]]]:
    """What the simulated Pub/Sub posts; the test hands it to the site, in its own transaction."""
    got: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((dict(self.headers.items()), body))
            self.send_response(204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    story.google.settings(push_endpoints=[f"http://127.0.0.1:{server.server_port}/"], push_audience=audience())
    yield got
    story.google.settings(push_endpoints=[])
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def review(story: Story) -> Review:
    return story.write(stars=1)


@pytest.fixture
def push(story: Story, review: Review, posted: list[tuple[dict[str, str], bytes]]) -> Push:
    """Lets Google push; gives the statuses of our answers."""

    def pushed(**how: Any) -> list[int]:
        times = how.get("times", 1)
        before = len(posted)
        story.google.control("notify", review=review.site_id, **how)
        until(lambda: len(posted) >= before + times, what="the push")
        return [post(headers, body) for headers, body in posted[before:]]

    return pushed


def post(headers: dict[str, str], body: bytes) -> int:
    given = {name: value for name, value in headers.items() if name == "Authorization"}
    answer = Client(enforce_csrf_checks=True).post(PATH, body, content_type="application/json", headers=given)
    return answer.status_code


def is_due(story: Story) -> bool:
    return GoogleLocation.objects.filter(pk=story.location.pk, due_at__lte=story.time.now).exists()


@pytest.mark.parametrize("style", STYLES)
def test_a_push_in_any_style_has_the_profile_read_at_once(story: Story, push: Push, style: str) -> None:
    assert not is_due(story)
    assert push(style=style) == [204]
    assert is_due(story)
    connection = GoogleConnection.objects.get()
    assert (connection.pushed_at, connection.push_refused) == (story.time.now, 0)


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_push_is_refused_and_moves_nothing(story: Story, push: Push, how: str) -> None:
    assert push(forged=how) == [401]
    assert not is_due(story)
    connection = GoogleConnection.objects.get()
    assert (connection.push_refused, connection.pushed_at) == (1, None)


def test_an_unsigned_push_is_refused(story: Story, push: Push) -> None:
    assert push(unsigned=True) == [401]
    assert not is_due(story)


@pytest.mark.parametrize("how", MALFORMED)
def test_what_google_signed_and_nobody_can_read_is_taken_and_forgotten(story: Story, push: Push, how: str) -> None:
    assert push(malformed=how) == [204]
    assert not is_due(story)


def test_the_same_push_twice_counts_once(story: Story, push: Push) -> None:
    assert push(times=2) == [204, 204]
    assert GooglePush.objects.count() == 1
    story.poll()
    assert not is_due(story)


def test_one_that_is_repeated_after_it_was_read_moves_nothing(story: Story, push: Push, posted: list[Any]) -> None:
    push()
    story.poll()
    assert post(*posted[-1]) == 204
    assert not is_due(story)


def test_new_keys_are_fetched_when_a_push_names_one(story: Story, push: Push) -> None:
    assert push() == [204]
    story.time.move(minutes=2)
    story.google.control("rotate-key")
    assert push() == [204]


def test_keys_are_asked_for_once_a_minute_however_many_name_unknown_ones(
    story: Story, push: Push, monkeypatch: pytest.MonkeyPatch
) -> None:
    from amends.integrations.google_business import published

    asked: list[object] = []
    fetch = published._published

    def noted(row: GoogleConnection) -> dict[str, object]:
        asked.append(row)
        return fetch(row)

    monkeypatch.setattr(published, "_published", noted)
    assert [push(forged="unknown_key") for _ in range(3)] == [[401]] * 3
    assert len(asked) == 1
    story.time.move(minutes=1)
    push(forged="unknown_key")
    assert len(asked) == 2


def test_keys_that_are_old_are_read_again_and_kept_where_google_is_away(story: Story, push: Push) -> None:
    push()
    story.time.move(hours=13)
    GoogleConnection.objects.update(keys_url="http://127.0.0.1:9")
    story.time.now -= timedelta(hours=13)  # tokens carry real times
    GoogleConnection.objects.update(keys_at=story.time.now - timedelta(hours=13))
    assert push() == [204]
    assert GoogleConnection.objects.get().keys["keys"]


def test_keys_that_are_no_keys_change_nothing(story: Story, push: Push) -> None:
    push()
    story.google.faults("truncate", path="/oauth2/v3/certs", times=1)
    GoogleConnection.objects.update(keys_at=story.time.now - timedelta(hours=13))
    assert push() == [204]


def test_without_a_push_service_of_ours_nothing_is_heard(story: Story, push: Push) -> None:
    GoogleConnection.objects.update(push_email="")
    assert push() == [401]
    GoogleConnection.objects.all().delete()
    assert Client().post(PATH).status_code == 401
    assert Client().get(PATH).status_code == 405


def test_a_review_of_a_stranger_is_taken_and_nobody_is_hurried(story: Story, push: Push) -> None:
    GoogleLocation.objects.update(name="accounts/1/locations/2")
    assert push() == [204]
    assert not is_due(story)


def test_nothing_that_a_push_says_is_believed(story: Story, push: Push) -> None:
    before = Review.objects.count()
    push(style="review_name")
    assert Review.objects.count() == before


def test_pushes_are_forgotten_once_they_cannot_come_again(story: Story, push: Push) -> None:
    push()
    assert not forget_pushes()
    story.time.move(days=9)
    assert forget_pushes()
    assert GooglePush.objects.count() == 0


def test_data_without_a_message_id_is_heard_each_time(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    from amends.integrations.google_business import pushes

    monkeypatch.setattr(pushes, "_is_googles", lambda *_: True)
    data = base64.b64encode(json.dumps([[{"a": f"{story.location.name}/reviews/x"}]]).encode()).decode()
    body = json.dumps({"message": {"data": data}}).encode()
    assert [post({}, body), is_due(story)] == [204, True]


def test_names_too_deep_to_be_meant_are_not_looked_for(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    from amends.integrations.google_business import pushes

    monkeypatch.setattr(pushes, "_is_googles", lambda *_: True)
    deep: object = f"{story.location.name}/reviews/x"
    for _ in range(40):
        deep = {"a": deep}
    data = base64.b64encode(json.dumps(deep).encode()).decode()
    assert post({}, json.dumps({"message": {"data": data, "messageId": "1"}}).encode()) == 204
    assert not is_due(story)
    assert post({}, b"[" * 100_000) == 204
