"""Sessions in the database, kept in this process too (`SESSION_ENGINE`)."""

from django.conf import settings
from django.contrib.sessions.backends import cached_db
from django.contrib.sessions.backends.base import UpdateError
from django.core.cache import caches
from django.db import InterfaceError, OperationalError


class SessionStore(cached_db.SessionStore):
    """When the disk is full, a page with what somebody typed must not fail because the session cannot note the minute.

    A session that exists is then remembered by this process alone; a new one, and signing off, need the database.
    """

    def save(self, must_create: bool = False) -> None:
        try:
            super().save(must_create)
        except UpdateError as failed:
            # Django says the same of a session that was deleted meanwhile; that one must stay away.
            if not isinstance(failed.__context__, OperationalError | InterfaceError):
                raise
            caches[settings.SESSION_CACHE_ALIAS].set(self.cache_key, dict(self.items()), self.get_expiry_age())
