"""Prepares a database for the benchmarks: `python -m bench.prepare 1000`, and sessions: `… sessions`."""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amends.settings")
django.setup()

from bench.summary import fill_figures  # noqa: E402
from bench.wall import fill_reviews  # noqa: E402
from bench.world import fill, make_group, visits  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.cached_db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402

from amends.practice.models import Person  # noqa: E402


def sessions() -> dict[str, str]:
    found = {}
    for person in Person.objects.all():
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        found[person.name] = str(session.session_key)
    return found


if __name__ == "__main__":
    if sys.argv[1] == "sessions":
        print(json.dumps(sessions()))
    elif sys.argv[1] == "figures":
        fill_figures(int(sys.argv[2]))
    elif sys.argv[1] == "reviews":
        fill_reviews(int(sys.argv[2]))
    else:
        call_command("migrate", verbosity=0)
        make_group()
        fill(int(sys.argv[1]))
        visits()
