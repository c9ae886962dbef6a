"""Where review tools send: public, and nothing but a secret in the address opens it."""

import structlog
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from amends import clock
from amends.reviews.bringing import tools

log = structlog.get_logger(__name__)

LARGEST = 256 * 1024  # bytes of a body; a review has a few thousand


@csrf_exempt
@login_not_required
@require_POST
def hook(request: HttpRequest, tool: str, secret: str) -> HttpResponse:
    """404 for a wrong secret, 413 for too much, 401 for what must be signed and is not; else 200, understood or not:
    a tool that hears an error sends the same again, and stops sending at last."""
    now = clock.now()
    row = tools.tool_of(tool, secret, now)
    if row is None:
        log.warning("review_tool.refused", tool=tool)
        return HttpResponse(status=404)
    raw = request.read(LARGEST + 1)
    if len(raw) > LARGEST:
        return HttpResponse(status=413)
    headers = request.headers
    if not tools.is_signed(row, raw, headers.get("Podium-Signature", ""), headers.get("Podium-Timestamp", "")):
        log.warning("review_tool.not_signed", tool=tool)
        return HttpResponse(status=401)
    try:
        taken = tools.hear(row, raw, now)
    except DatabaseError:
        log.exception("review_tool.not_saved", tool=tool)
        return HttpResponse(status=503)  # it sends it again
    return JsonResponse({"taken": taken})
