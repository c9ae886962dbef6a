"""The owner's reply and its moderation (review-platforms.md 1.4, 1.7)."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.simulators.google_business.driver import Google

from amends.simulators.google_business.cast import POLICY_VIOLATIONS
from amends.simulators.google_business.reviews import LONGEST_REPLY


def test_a_reply_is_pending_until_google_has_decided(google: Google) -> None:
    name = google.write()
    answer = google.reply(name, "Thank you.")
    pending = {"comment": "Thank you.", "updateTime": "2026-09-02T14:05:00Z", "reviewReplyState": "PENDING"}
    assert (answer.status, answer.json) == (200, pending)
    assert google.review(name)["reviewReply"] == pending
    google.control("moderate", review=name, state="APPROVED")
    assert google.review(name)["reviewReply"] == {**pending, "reviewReplyState": "APPROVED"}


def test_a_second_reply_replaces_the_first_and_waits_again(google: Google) -> None:
    name = google.write()
    google.reply(name, "one")
    google.control("moderate", review=name, state="REJECTED", policyViolation="PRIVACY")
    assert google.review(name)["reviewReply"]["policyViolation"] == "PRIVACY"
    google.move_clock(minutes=1)
    assert google.reply(name, "two").json["reviewReplyState"] == "PENDING"
    assert google.review(name)["reviewReply"] == {
        "comment": "two",
        "updateTime": "2026-09-02T14:06:00Z",
        "reviewReplyState": "PENDING",
    }


def test_only_the_comment_is_taken(google: Google) -> None:
    name = google.write()
    given = {
        "comment": "Thank you.",
        "updateTime": "2001-01-01T00:00:00Z",
        "reviewReplyState": "APPROVED",
        "policyViolation": "PRIVACY",
    }
    reply = google.call("PUT", f"/v4/{name}/reply", given).json
    assert (reply["reviewReplyState"], reply["updateTime"][:4]) == ("PENDING", "2026")
    assert "policyViolation" not in reply


def test_a_reply_does_not_touch_the_review(google: Google) -> None:
    name = google.write()
    before = google.review(name)
    google.move_clock(hours=1)
    google.reply(name)
    assert {**google.review(name), "reviewReply": None} == {**before, "reviewReply": None}


def test_a_deleted_reply_is_gone_and_answers_an_empty_object(google: Google) -> None:
    name = google.write()
    google.reply(name)
    for _ in range(2):
        answer = google.call("DELETE", f"/v4/{name}/reply")
        assert (answer.status, answer.json) == (200, {})
    assert "reviewReply" not in google.review(name)
    google.settings(missing_reply_is_404=True)
    assert google.call("DELETE", f"/v4/{name}/reply").refusal == (404, "NOT_FOUND")


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sign=st.sampled_from(["a", "é", "…", "😀"]), over=st.booleans())
def test_bytes_are_counted_and_not_signs(google: Google, sign: str, over: bool) -> None:
    width = len(sign.encode())
    comment = sign * (LONGEST_REPLY // width) + "a" * (LONGEST_REPLY % width) + ("a" if over else "")
    name = google.write()
    answer = google.reply(name, comment)
    assert answer.status == (400 if over else 200)
    assert ("reviewReply" in google.review(name)) is not over


def test_too_long_a_reply_is_told_in_v4s_own_words_and_leaves_the_old_one(google: Google) -> None:
    name = google.write()
    google.reply(name, "old")
    answer = google.reply(name, "é" * 2049)
    assert answer.refusal == (400, "INVALID_ARGUMENT")
    assert answer.detail["@type"] == "type.googleapis.com/google.mybusiness.v4.ValidationError"
    (told,) = answer.detail["errorDetails"]
    assert (told["code"], told["field"]) == (3, "review_reply.comment")
    assert "4098 bytes" in told["message"]
    google.settings(error_code_names=True)
    assert google.reply(name, "é" * 2049).detail["errorDetails"][0]["code"] == "INVALID_VALUE"
    assert google.review(name)["reviewReply"]["comment"] == "old"


@pytest.mark.parametrize(
    "body", ["", "{}", '{"comment": ""}', '{"comment": " \\n"}', '{"comment": null}', "{", "[1]", '{"comment": 4}']
)
def test_a_reply_without_a_comment_is_refused(google: Google, body: str) -> None:
    name = google.write()
    answer = google.http("PUT", f"/v4/{name}/reply", body, Authorization="Bearer demo-access-token")
    assert answer.refusal == (400, "INVALID_ARGUMENT")
    assert "reviewReply" not in google.review(name)


def test_half_a_sign_is_refused_and_breaks_nothing(google: Google) -> None:
    name = google.write()
    answer = google.http("PUT", f"/v4/{name}/reply", '{"comment": "\\ud83d"}', **google.bearer)
    assert answer.refusal == (400, "INVALID_ARGUMENT")
    assert google.http("POST", "/_control/reply", f'{{"review": "{name}", "comment": "\\ud83d"}}').status == 400
    assert google.review(name)["comment"] == "Waited."


@pytest.mark.parametrize("violation", [*POLICY_VIOLATIONS, "SOMETHING_ELSE"])
def test_every_violation_can_be_given_and_an_unknown_one_too(google: Google, violation: str) -> None:
    name = google.write()
    google.reply(name)
    google.control("moderate", review=name, state="REJECTED", policyViolation=violation)
    reply = google.review(name)["reviewReply"]
    assert (reply["reviewReplyState"], reply["policyViolation"]) == ("REJECTED", violation)


def test_a_violation_goes_only_with_a_rejection(google: Google) -> None:
    name = google.write()
    google.reply(name)
    google.control("moderate", review=name, state="REJECTED")
    assert google.review(name)["reviewReply"]["policyViolation"] == "POLICY_VIOLATION_UNSPECIFIED"
    google.control("moderate", review=name, state="APPROVED", policyViolation="PRIVACY")
    assert "policyViolation" not in google.review(name)["reviewReply"]


def test_an_unverified_place_is_refused_everywhere(google: Google) -> None:
    name = google.write()
    place = name.rpartition("/reviews/")[0]
    google.control("verify", location=place, verified=False)
    for verb, path in (
        ("GET", f"{place}/reviews"),
        ("GET", name),
        ("PUT", f"{name}/reply"),
        ("DELETE", f"{name}/reply"),
    ):
        assert google.call(verb, f"/v4/{path}", {"comment": "x"}).refusal == (403, "PERMISSION_DENIED")
    assert google.call("GET", f"/v4/{google.location('willow-bend')}/reviews").refusal == (403, "PERMISSION_DENIED")
    google.control("verify", location=place)
    assert google.reply(name).status == 200


def test_replies_of_a_suspended_or_unverified_profile_are_never_approved(google: Google) -> None:
    name = google.write()
    google.reply(name)
    google.control("suspend", location="lakeside")
    google.control("moderate", review=name, state="APPROVED")
    assert google.review(name)["reviewReply"]["policyViolation"] == "LOCATION_SUSPENDED"
    google.settings(suspended_refuses=True)
    assert google.call("GET", f"/v4/{name}").refusal == (403, "PERMISSION_DENIED")
    google.control("suspend", location="lakeside", suspended=False)
    google.reply(name, "again")
    google.control("verify", location="lakeside", verified=False)
    google.control("moderate", review=name, state="APPROVED")
    google.control("verify", location="lakeside")
    assert google.review(name)["reviewReply"]["policyViolation"] == "LOCATION_VERIFICATION_REQUIRED"


def test_replies_may_be_approved_by_themselves_after_a_while(google: Google) -> None:
    google.settings(approve_after_minutes=10)
    name = google.write()
    google.reply(name)
    google.move_clock(minutes=9, seconds=59)
    assert google.review(name)["reviewReply"]["reviewReplyState"] == "PENDING"
    google.move_clock(seconds=1)
    assert google.review(name)["reviewReply"]["reviewReplyState"] == "APPROVED"


def test_somebody_may_answer_by_hand_at_google(google: Google) -> None:
    name = google.write()
    google.control("reply", review=name, comment="By hand.")
    assert google.review(name)["reviewReply"]["comment"] == "By hand."
    google.control("reply", review=name, comment="")
    assert "reviewReply" not in google.review(name)


def test_calls_are_remembered_in_their_order(google: Google) -> None:
    name = google.write()
    google.reply(name)
    google.call("GET", f"/v4/{name}/nothing")
    calls = json.loads(google.http("GET", "/_control/calls").body)["calls"]
    assert [(one["method"], one["status"]) for one in calls] == [("reviews.updateReply", 200), ("", 404)]
