"""What Open Dental says becomes the right one of a channel's errors."""

import json

import pytest

from amends.deliveries.channel import (
    Configuration,
    DeliveryError,
    OfficeOffline,
    Permanent,
    RetryAfter,
    UnknownOutcome,
)
from amends.integrations.http import Answer
from amends.integrations.open_dental.answers import KeyRefused, NotFound, PermissionMissing, TooOld, error_of, said

WRITING, READING = True, False


def answer(status: int, text: object = "", **headers: str) -> Answer:
    return Answer(status, headers, json.dumps(text).encode())


@pytest.mark.parametrize(
    ("status", "text", "writing", "kind"),
    [
        (400, "The office's eConnector is not running", WRITING, OfficeOffline),
        (400, "The office's eConnector is not running", READING, OfficeOffline),
        (400, "Office timeout", WRITING, UnknownOutcome),
        (400, "The request to the office timed out.", READING, OfficeOffline),
        (400, "Connection to the office was lost", WRITING, UnknownOutcome),
        (400, "This method requires version 24.2.29", WRITING, TooOld),
        (400, "procnotes GET  is not a valid method.", READING, TooOld),
        (400, "Mode_ is invalid", WRITING, Permanent),
        (401, "Permission missing", WRITING, PermissionMissing),
        (403, "", READING, KeyRefused),
        (404, "Patient not found.", WRITING, NotFound),
        (404, "commlog is not a valid resource.", READING, TooOld),
        (410, "Gone", WRITING, Permanent),
        (413, "", WRITING, Permanent),
        (429, "Too many requests", WRITING, RetryAfter),
        (302, "", WRITING, Configuration),
        (408, "", WRITING, UnknownOutcome),
        (500, "", WRITING, UnknownOutcome),
        (503, "", READING, RetryAfter),
        (504, "", WRITING, UnknownOutcome),
        (504, "", READING, RetryAfter),
    ],
)
def test_each_answer_has_its_meaning(status: int, text: str, writing: bool, kind: type[DeliveryError]) -> None:
    assert type(error_of(answer(status, text), writing=writing)) is kind


@pytest.mark.parametrize("status", [200, 201, 204])
def test_success_is_no_error(status: int) -> None:
    assert error_of(answer(status), writing=True) is None


def test_the_pause_asked_for_is_kept() -> None:
    error = error_of(Answer(429, {"retry-after": "12"}, b""), writing=True)
    assert isinstance(error, RetryAfter)
    assert error.seconds == 12


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'"Patient not found."', "Patient not found."),
        (b'{"message": "Patient not found."}', "Patient not found."),
        (b'{"other": 1}', '{"other": 1}'),
        (b"Patient\r\n not found.", "Patient not found."),
        (b"", ""),
        (b"\xff", "\ufffd"),
        (b"x" * 999, "x" * 200),
    ],
)
def test_the_sentence_is_read_from_every_known_shape(body: bytes, text: str) -> None:
    assert said(Answer(400, {}, body)) == text
