"""`amends worker`: delivers, keeps house and listens, beside any number of others and of `amends serve`."""

import argparse
import sys

from amends.cli.started import database_is_ready, start_django


def main(argv: list[str]) -> int:
    argparse.ArgumentParser(prog="amends worker", description=__doc__).parse_args(argv)
    if not start_django():
        return 1
    from django.conf import settings

    if settings.ENGINE == "embedded":
        print(
            "amends: with the embedded engine `amends serve` delivers by itself, and there are no workers. "
            "Set AMENDS_ENGINE=procrastinate (on PostgreSQL) for both.",
            file=sys.stderr,
        )
        return 1
    if not database_is_ready():
        return 1
    from amends.working import work

    work(ready=lambda: print("Amends works", flush=True))
    return 0
