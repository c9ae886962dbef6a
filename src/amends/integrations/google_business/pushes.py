"""`/hooks/google`: where Pub/Sub tells that a review is new or was changed (review-platforms.md 1.9).

Public, and heard only with a token that Google signed for this address. It is a hint and no more: nobody publishes what
is inside, so any name of a review in it makes Amends read that profile; nothing that it says is believed.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterator

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from amends import clock

from .chores import hurry
from .models import GoogleConnection, GooglePush
from .published import kept_keys, newer_keys
from .tokens import BadToken, Expected, UnknownKey, verify

log = structlog.get_logger(__name__)

_NAME = re.compile(r"(accounts/[\w-]{1,80}/locations/[\w-]{1,80})/reviews/[\w-]{1,250}")
_LONGEST = 256 * 1024
_DEEPEST = 20


def audience() -> str:
    """The address as it is entered at Pub/Sub; also the audience that its tokens are for."""
    return f"{settings.BASE_URL}{reverse('google_pushes')}"


@csrf_exempt
@login_not_required
@require_POST
def pushed(request: HttpRequest) -> HttpResponse:
    """401 for what Google did not sign, else 204 at once: also for what cannot be read, or it would come for a week."""
    row = GoogleConnection.objects.first()
    if row is None or not row.push_email or not _is_googles(request, row):
        if row is not None:
            refused = GoogleConnection.objects.filter(pk=row.pk)
            refused.update(push_refused=F("push_refused") + 1, push_refused_at=clock.now())
        return HttpResponse(status=401)
    envelope = _read(request.body[:_LONGEST])
    message = envelope.get("message") if isinstance(envelope, dict) else None
    if isinstance(message, dict):
        _hear(message)
    else:
        log.warning("google.push_not_understood")
    GoogleConnection.objects.filter(pk=row.pk).update(pushed_at=clock.now())
    return HttpResponse(status=204)


def _hear(message: dict[str, object]) -> None:
    number = str(message.get("messageId") or message.get("message_id") or "")
    names = {found for text in _texts(message) for found in _NAME.findall(text)}
    with transaction.atomic():
        if number and not _first_time(number):
            return
        if not hurry(names):
            log.info("google.push_for_nobody", names=len(names))


def _first_time(number: str) -> bool:
    digest = hashlib.sha256(number.encode("utf-8", "replace")).hexdigest()
    try:
        with transaction.atomic():
            GooglePush.objects.create(message=digest, at=clock.now())
    except IntegrityError:
        return False
    return True


def _texts(message: dict[str, object]) -> Iterator[str]:
    """Every text in the data, which is JSON or a bare name, and in the attributes."""
    yield from _within(message.get("attributes"), _DEEPEST)
    try:
        data = base64.b64decode(str(message.get("data") or ""), validate=True)
    except (ValueError, binascii.Error):
        return
    told = _read(data)
    yield from _within(data.decode("utf-8", "replace") if told is None else told, _DEEPEST)


def _within(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth and isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _within(one, depth - 1)


def _read(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _is_googles(request: HttpRequest, row: GoogleConnection) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expected = Expected(audience(), row.push_issuer, row.push_email)
    try:
        if scheme.casefold() != "bearer":
            raise BadToken("It has none.")
        try:
            verify(token.strip(), kept_keys(row), expected, clock.now())
        except UnknownKey:
            verify(token.strip(), newer_keys(row), expected, clock.now())
    except BadToken as why:
        log.warning("google.push_refused", why=str(why))
        return False
    return True
