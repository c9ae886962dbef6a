"""The client: every API by its own address, tokens renewed once, and each answer of Google's in the right family."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.conftest import Cast
from tests.integrations.clocks import Time
from tests.integrations.google.conftest import Moments
from tests.integrations.servers import Says, StubServer
from tests.simulators.google_business.driver import Google

from amends.deliveries.channel import (
    Configuration,
    DeliveryError,
    OfficeOffline,
    Permanent,
    RetryAfter,
    UnknownOutcome,
)
from amends.integrations.google_business.answers import NoPermission, NotFound, QuotaSpent, error_of
from amends.integrations.google_business.client import GoogleClient, Hosts
from amends.integrations.google_business.comments import Comment, split
from amends.integrations.google_business.connecting import client_for
from amends.integrations.google_business.models import (
    GoogleAccount,
    GoogleConnection,
    GoogleLocation,
    GooglePush,
    GoogleReread,
    GoogleRow,
)
from amends.integrations.google_business.shapes import ReviewRow
from amends.integrations.google_business.signing_in import refreshed
from amends.integrations.http import Answer
from amends.integrations.open_dental.pacing import Pacer
from amends.protocol.words import ReplyProblem
from amends.reviews.refusals import problem_of, profile_trouble, refusal
from amends.simulators.google_business.cast import POLICY_VIOLATIONS

REVIEW = "accounts/1/locations/2/reviews/r"


@pytest.fixture
def stub() -> Iterator[StubServer]:
    with StubServer() as server:
        yield server


@pytest.fixture
def bare(stub: StubServer) -> GoogleClient:
    """A client of a stub, whose tokens are good and whose turns come at once."""
    ticks = Time()
    pacer = Pacer(0.2, clock=ticks, sleep=ticks.sleep)
    return GoogleClient(hosts=Hosts(*[stub.url] * 4), token=lambda refused: f"t{refused}", pacer=pacer, read_seconds=30)


def test_the_four_apis_are_read_over_all_their_pages(client: GoogleClient, google: Google) -> None:
    assert [one.name for one in client.accounts()] == google.accounts
    places = client.places(google.accounts[1])
    assert len(places) == 13
    assert places[0].phone_numbers.primary_phone
    location = google.location("maple-street")
    pages = list(client.review_pages(location))
    assert len(pages) > 1
    assert [row.name for page in pages for row in page.reviews] == [one["name"] for one in google.reviews(location)]
    assert pages[0].total == len(google.reviews(location))
    assert client.notification_setting(google.accounts[1]).pubsub_topic == ""


def test_accounts_and_places_have_pages(bare: GoogleClient, stub: StubServer) -> None:
    def paged(field: str) -> Callable[[Any], dict[str, object]]:
        def answer(asked: Any) -> dict[str, object]:
            second = asked.query.get("pageToken") == "2"
            return {field: [{"name": f"{field}/{2 if second else 1}"}], **({} if second else {"nextPageToken": "2"})}

        return answer

    stub.on("GET", "v1/accounts", paged("accounts"))
    stub.on("GET", "v1/accounts/1/locations", paged("locations"))
    assert [one.name for one in bare.accounts()] == ["accounts/1", "accounts/2"]
    assert [one.name for one in bare.places("accounts/1")] == ["locations/1", "locations/2"]


def test_what_nobody_knows_is_left_and_what_is_missing_is_empty() -> None:
    times = {"createTime": "2026-03-02T15:00:00Z", "updateTime": "2026-03-02T15:00:00.123456789Z"}
    row = ReviewRow.model_validate({"name": REVIEW, "starRating": "SIX", "colour": 1, "comment": None, **times})
    assert (row.star_rating, row.comment, row.review_reply, row.reviewer.display_name) == (None, "", None, "")


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        (Says(400, {"error": {"message": "Bad."}}), Permanent),
        (Says(403, {"error": {}}), NoPermission),
        (Says(404), NotFound),
        (Says(409), RetryAfter),
        (Says(418, b"<p>no"), Permanent),
        (Says(302), Configuration),
        (Says(429), QuotaSpent),
        (Says(503, headers={"Retry-After": "7"}), RetryAfter),
        (Says(500), RetryAfter),
        (Says(drop=True), RetryAfter),
        (Says(cut=True, body={"name": "x" * 50}), RetryAfter),
        (Says(200, [1]), RetryAfter),
    ],
)
def test_each_answer_to_a_reading_has_its_family(
    bare: GoogleClient, stub: StubServer, says: Says, kind: type[DeliveryError]
) -> None:
    stub.on("GET", f"v4/{REVIEW}", says)
    told: list[object] = []
    client = GoogleClient(**{**vars(bare), "told": told.append})
    with pytest.raises(kind):
        client.review(REVIEW)
    assert len(stub.asked) == 1, "nothing is repeated"


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        (Says(500), UnknownOutcome),
        (Says(503), UnknownOutcome),
        (Says(503, headers={"Retry-After": "7"}), RetryAfter),
        (Says(drop=True), UnknownOutcome),
        (Says(429), QuotaSpent),
        (Says(400), Permanent),
    ],
)
def test_a_write_that_may_have_arrived_is_not_known(
    bare: GoogleClient, stub: StubServer, says: Says, kind: type[DeliveryError]
) -> None:
    stub.on("PUT", f"v4/{REVIEW}/reply", says)
    with pytest.raises(kind):
        bare.put_reply(REVIEW, "Thank you.")


def test_a_write_whose_answer_cannot_be_read_was_written(bare: GoogleClient, stub: StubServer) -> None:
    stub.on("PUT", f"v4/{REVIEW}/reply", Says(200, b"<p>"))
    assert bare.put_reply(REVIEW, "Thank you.").comment == "Thank you."


def test_a_reply_that_is_gone_is_deleted(client: GoogleClient, google: Google) -> None:
    google.settings(missing_reply_is_404=True)
    client.delete_reply(google.write())


def test_a_pause_is_for_everybody_and_an_edit_too_many_for_nobody_else(bare: GoogleClient, stub: StubServer) -> None:
    stub.on("PUT", f"v4/{REVIEW}/reply", Says(429))
    with pytest.raises(QuotaSpent):
        bare.put_reply(REVIEW, "Thank you.")
    stub.on("GET", f"v4/{REVIEW}", Says(429, headers={"Retry-After": "90"}))
    for kind in (QuotaSpent, RetryAfter):
        with pytest.raises(kind):
            bare.review(REVIEW)
    assert len(stub.asked) == 2, "the third call waits for its turn in vain"


def test_google_that_cannot_be_reached_is_away(bare: GoogleClient) -> None:
    away = GoogleClient(**{**vars(bare), "hosts": Hosts(*["http://127.0.0.1:9"] * 4)})
    with pytest.raises(OfficeOffline):
        away.review(REVIEW)


def test_a_token_is_renewed_once_and_then_it_is_a_matter_for_a_person(bare: GoogleClient, stub: StubServer) -> None:
    stub.on("GET", "v1/accounts", Says(401))
    with pytest.raises(Configuration, match="Connect Google again"):
        bare.accounts()
    assert [one.headers["Authorization"] for one in stub.asked] == ["Bearer t", "Bearer tt"]


def test_a_token_lasts_its_time_and_is_kept_sealed(
    client: GoogleClient, connection: GoogleConnection, time: Moments, google: Google
) -> None:
    client.accounts()
    first = GoogleConnection.objects.get().access_token
    client.accounts()
    assert GoogleConnection.objects.get().access_token == first
    time.move(hours=1)
    client.accounts()
    assert GoogleConnection.objects.get().access_token != first


@pytest.mark.parametrize(
    ("says", "kind", "words"),
    [
        (Says(400, {"error": "invalid_grant"}), Configuration, "Connect Google again"),
        (Says(401, {"error": "invalid_client"}), Configuration, "refuses its secret"),
        (Says(500), RetryAfter, "status 500"),
        (Says(200, []), RetryAfter, "cannot be read"),
        (Says(drop=True), RetryAfter, "did not answer"),
    ],
)
def test_what_the_token_endpoint_says(
    group: Cast, stub: StubServer, says: Says, kind: type[DeliveryError], words: str
) -> None:
    stub.on("POST", "token", says)
    row = GoogleConnection(token_url=stub.url, refresh_token="r", client_id="c", client_secret="s")
    with pytest.raises(kind, match=words):
        refreshed(row)


def test_a_sign_in_that_cannot_be_reached_is_away_and_none_is_not_connected(group: Cast) -> None:
    with pytest.raises(OfficeOffline):
        refreshed(GoogleConnection(token_url="http://127.0.0.1:9", refresh_token="r"))
    with pytest.raises(Configuration, match="not connected"):
        refreshed(GoogleConnection())


def test_access_that_is_not_approved_is_told_apart_from_calls_too_many(
    connection: GoogleConnection, google: Google
) -> None:
    google.settings(approved=False)
    client = client_for(connection)
    with pytest.raises(QuotaSpent) as refused:
        client.accounts()
    assert refused.value.nothing
    assert "by hand and by file work meanwhile" in GoogleConnection.objects.get().trouble
    google.settings(approved=True)
    client_for(connection).accounts()
    assert GoogleConnection.objects.get().trouble == ""
    google.settings(rate_limit=True, queries_per_minute=1)
    again = client_for(connection)
    again.accounts()
    with pytest.raises(QuotaSpent):
        again.accounts()
    assert GoogleConnection.objects.get().trouble == ""


def envelope(status: int, **error: object) -> Answer:
    return Answer(status, {}, json.dumps({"error": error}).encode())


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ({"details": [{"reason": "SERVICE_DISABLED"}]}, "not enabled"),
        ({"details": [{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}, "does not cover reviews"),
        ({"message": "The location must be verified to use its reviews."}, "not verified"),
        ({"message": "The location is suspended."}, "suspended"),
        ({"message": "The caller does not have permission", "details": "x"}, "no role"),
    ],
)
def test_a_403_says_what_to_do(error: dict[str, object], words: str) -> None:
    assert words in str(error_of(envelope(403, **error), writing=True))


def test_a_400_quotes_the_field_that_is_wrong() -> None:
    detail = {"errorDetails": [{"message": "The comment has 5000 bytes."}]}
    assert "5000 bytes" in str(error_of(envelope(400, message="No.", details=[{}, detail]), writing=True))
    assert "“No.”" in str(error_of(envelope(400, message="No.", details=[{"errorDetails": []}]), writing=True))
    assert str(error_of(Answer(400, {}, b"[" * 99_999), writing=True)) == "Google refuses it."
    assert str(error_of(Answer(400, {}, b"[]"), writing=True)) == "Google refuses it."


def test_a_quota_of_nothing_among_other_details() -> None:
    details = [{"metadata": "x"}, {"metadata": {"a": 1}}, {"metadata": {"quota_limit_value": "0"}}]
    found = error_of(envelope(429, details=details), writing=False)
    assert isinstance(found, QuotaSpent)
    assert (found.nothing, found.seconds) == (True, 60.0)


@pytest.mark.parametrize(
    ("comment", "parts"),
    [
        ("(Translated by Google) One.\n\n(Original)\nUno.", Comment("Uno.", "One.")),
        ("(Original)\nUno.\n\n(Translated by Google)\nOne.", Comment("Uno.", "One.")),
        ("(Translated by Google) One.\r\n\r\n(Original)\r\nUno.", Comment("Uno.", "One.")),
        ("(Original)\nUno.", Comment("(Original)\nUno.")),
        ("(Translated by Google) One.", Comment("(Translated by Google) One.")),
        ("", Comment("")),
    ],
)
def test_two_languages_are_told_apart_by_both_markers(comment: str, parts: Comment) -> None:
    assert split(comment) == parts


@pytest.mark.parametrize(
    "comment",
    ["They wrote (Original) and (Translated by Google).", "I said:\n(Original)\na\n(Translated by Google)\nb"],
)
def test_what_a_reviewer_quotes_is_no_marker(comment: str) -> None:
    assert split(comment) == Comment(comment)


def test_every_violation_that_google_names_is_somebodys() -> None:
    found = {name: problem_of(name) for name in POLICY_VIOLATIONS}
    assert {name for name, problem in found.items() if problem is ReplyProblem.OTHER} <= {
        "MODERATION_ERROR",
        "POLICY_VIOLATION_UNSPECIFIED",
    }
    assert found["PRIVACY"] is found["REPETITIVE"] is ReplyProblem.TEXT
    assert found["OWNERSHIP_REVOKED"] is ReplyProblem.PROFILE
    assert {name for name in found if refusal(name).mend == refusal("NEW").mend} == {"POLICY_VIOLATION_UNSPECIFIED"}
    profile = {name for name, problem in found.items() if problem is ReplyProblem.PROFILE}
    assert {refusal(name).mend for name in profile} == {refusal("PO_BOX").mend}
    assert all("another wording" not in f"{profile_trouble(name)}" for name in profile)
    assert refusal("").reason == "no reason given"
    assert problem_of("NEW") is problem_of("") is ReplyProblem.OTHER


def test_rows_show_nothing_of_what_they_hold() -> None:
    rows = (
        GoogleConnection(key="main", client_secret="s3cret"),
        GoogleAccount(name="accounts/1"),
        GoogleLocation(name="accounts/1/locations/2"),
        GoogleRow(review_id=1),
        GoogleReread(reply_id=2),
        GooglePush(message="digest"),
    )
    assert [str(row) for row in rows] == ["main", "accounts/1", "accounts/1/locations/2", "1", "2", "digest"]
