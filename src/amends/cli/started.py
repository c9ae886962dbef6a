"""Starting Django for a command, with a sentence instead of a traceback when it cannot."""

import os
import sys
from pathlib import Path


def start_django() -> bool:
    """Sets Django up; False (and a sentence on standard error) where the configuration does not allow it."""
    from amends.configuration import ConfigurationError

    try:
        prepare_django()
    except ConfigurationError as wrong:
        print(f"amends: {wrong}", file=sys.stderr)
        return False
    return True


def prepare_django() -> None:
    """Sets Django up. Raises `ConfigurationError`, which names the setting and its repair."""
    import django

    from amends.configuration import ConfigurationError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amends.settings")
    from django.conf import settings

    configuration = settings.CONFIGURATION
    missing = [name for name in ("secret_key", "sealing_keys") if not getattr(configuration, name)]
    if missing:
        raise ConfigurationError(
            f"AMENDS_{missing[0].upper()} is not set. Run `amends init` once, or name its folder in AMENDS_HOME."
        )
    from amends.logs import configure_logs

    configure_logs(configuration.log_level)
    django.setup()
    _read_protocol_file()
    _read_wordings_file(configuration.wordings_file)


def _read_protocol_file() -> None:
    from amends.cases.policies import current_policy
    from amends.configuration import ConfigurationError
    from amends.protocol.policy import PolicyError

    try:
        current_policy()
    except (OSError, UnicodeDecodeError, PolicyError) as wrong:
        raise ConfigurationError(f"AMENDS_PROTOCOL_FILE: {wrong}") from wrong


def _read_wordings_file(path: Path | None) -> None:
    if path is None:  # the checker, which reads the group's own, takes a second to load
        return
    from amends.configuration import ConfigurationError
    from amends.reviews.pool import current_pool
    from amends.reviews.wordings import WordingsError

    try:
        current_pool()
    except (OSError, UnicodeDecodeError, WordingsError) as wrong:
        raise ConfigurationError(f"AMENDS_WORDINGS_FILE: {wrong}") from wrong


def database_is_ready() -> bool:
    """Whether every migration is applied; a sentence on standard error otherwise."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as wrong:
        print(
            f"amends: the database does not answer ({type(wrong).__name__}). Look at AMENDS_DATABASE.", file=sys.stderr
        )
        return False
    if waiting:
        print("amends: the database is older than this version. Run `amends init --upgrade`.", file=sys.stderr)
    return not waiting
