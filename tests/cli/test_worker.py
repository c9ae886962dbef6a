"""`amends worker` and the engine's setting: what cannot work is refused with its repair."""

import pytest
from tests.cli.conftest import Home


def test_without_the_scaled_engine_there_are_no_workers(home: Home) -> None:
    home.run("worker").sentence("`amends serve` delivers by itself", "AMENDS_ENGINE=procrastinate")


@pytest.mark.parametrize("database", ["", "sqlite:///there.sqlite3"])
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_the_scaled_engine_on_sqlite_is_refused_with_its_repair(home: Home, command: str, database: str) -> None:
    said = home.run(command, AMENDS_ENGINE="procrastinate", AMENDS_DATABASE=database)
    said.sentence("AMENDS_ENGINE=procrastinate needs PostgreSQL", "AMENDS_DATABASE")


def test_an_engine_that_does_not_exist_is_refused(home: Home) -> None:
    home.run("serve", AMENDS_ENGINE="celery").sentence("AMENDS_ENGINE", "'embedded' or 'procrastinate'")
