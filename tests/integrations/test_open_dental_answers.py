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
from amends.integrations.open_dental.answers import (
    KeyRefused,
    NotFound,
    PermissionMissing,
    Retired,
    TooOld,
    error_of,
    is_silence,
    said,
)

WRITING, READING = True, False


def answer(status: int, text: object = "", **headers: str) -> Answer:
    return Answer(status, headers, json.dumps(text).encode())


# Every row of open-dental-api.md 2.7, 2.8 and 5.3, and what else a real office may well say.
@pytest.mark.parametrize(
    ("status", "text", "writing", "kind"),
    [
        (400, "The office's eConnector is not running", WRITING, OfficeOffline),
        (400, "THE OFFICE'S ECONNECTOR IS NOT RUNNING.", READING, OfficeOffline),
        (400, "Two eConnectors are running on this key.", READING, OfficeOffline),
        (400, "Office timeout", WRITING, UnknownOutcome),
        (400, "The request to the office timed out.", READING, OfficeOffline),
        (400, "Connection to the office was lost", WRITING, UnknownOutcome),
        (400, "'DateTStamp' is not a valid parameter.", READING, TooOld),
        (400, "This method requires version 24.2.29", WRITING, TooOld),
        (400, "procnotes GET  is not a valid method.", READING, TooOld),
        (400, "commlogs PUT is not a valid method", WRITING, TooOld),
        (400, "An unexpected error occurred.", READING, RetryAfter),
        (400, "An unexpected error occurred.", WRITING, UnknownOutcome),
        (400, "PatNum is required.", READING, Permanent),
        (400, "DateTStamp format must be yyyy-MM-dd HH:mm:ss", READING, Permanent),
        (400, "Mode_ is invalid", WRITING, Permanent),
        (400, "Patient has been deleted", WRITING, NotFound),
        (400, "Authorization header is missing", READING, KeyRefused),
        (400, "You do not have permission", WRITING, PermissionMissing),
        (400, "", WRITING, Permanent),
        (401, "Permission missing", WRITING, PermissionMissing),
        (401, "Key disabled", WRITING, KeyRefused),
        (401, "", WRITING, KeyRefused),
        (401, "Query is not read-only.", READING, Permanent),
        (403, "", READING, KeyRefused),
        (404, "Patient not found.", WRITING, NotFound),
        (404, "", READING, NotFound),
        (404, "commlog is not a valid resource.", READING, TooOld),
        (410, "Gone", WRITING, Retired),
        (413, "", WRITING, Permanent),
        (429, "Too many requests", WRITING, RetryAfter),
        (302, "", WRITING, Configuration),
        (408, "", WRITING, UnknownOutcome),
        (500, "", WRITING, UnknownOutcome),
        (502, "", WRITING, UnknownOutcome),
        (503, "", READING, RetryAfter),
        (504, "", WRITING, UnknownOutcome),
        (504, "", READING, RetryAfter),
    ],
)
def test_each_answer_has_its_meaning(status: int, text: str, writing: bool, kind: type[DeliveryError]) -> None:
    assert type(error_of(answer(status, text), writing=writing)) is kind


@pytest.mark.parametrize(
    ("status", "text", "silent"),
    [
        (504, "", True),
        (408, "", True),
        (400, "The office's eConnector is not running", True),
        (400, "Office timeout", True),
        (400, "PatNum is required.", False),
        (401, "connection", False),
        (429, "", False),
        (500, "", False),
        (200, "timeout", False),
    ],
)
def test_an_office_is_silent_where_somebody_else_answers_in_its_place(status: int, text: str, silent: bool) -> None:
    assert is_silence(answer(status, text)) is silent


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
