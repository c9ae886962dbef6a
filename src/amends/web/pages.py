"""The few pages that belong to no thing: the accent's stylesheet, the sign of life, the ping of a typing person, and
what is said when something broke."""

import sys

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_safe
from django.views.defaults import server_error

from amends.practice.directory import directory
from amends.web.theme import stylesheet


@login_not_required
@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """The group's accent. Its address holds the group's revision, so a browser may keep it for good."""
    known = directory()
    answer = HttpResponse(stylesheet(known.accent), content_type="text/css")
    fixed = request.GET.get("v") == known.revision
    answer["Cache-Control"] = "public, max-age=31536000, immutable" if fixed else "no-cache"
    return answer


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while this process serves and its database answers, else 503; for balancers and watchers outside."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return HttpResponse("the database does not answer\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
def here(request: HttpRequest) -> HttpResponse:
    """Somebody is typing: the request itself is the activity that keeps them signed in."""
    return HttpResponse(status=204)


def broken(request: HttpRequest) -> HttpResponse:
    """Answers what nobody caught (`handler500`): a database that refuses (503) is no mistake of ours (500)."""
    if isinstance(sys.exception(), DatabaseError | InterfaceError):
        return HttpResponse(render_to_string("503.html"), status=503)
    return server_error(request)
