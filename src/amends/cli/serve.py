"""`amends serve`: the site and the embedded delivery engine in one process."""

import argparse
import sys

from amends.cli.started import database_is_ready, start_django


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amends serve", description=__doc__)
    parser.add_argument("--listen", help="address and port, for example 127.0.0.1:8000 (AMENDS_LISTEN)")
    options = parser.parse_args(argv)
    if not start_django() or not database_is_ready():
        return 1
    from django.conf import settings

    from amends.serving import CannotListenError, serve

    listen = options.listen or settings.CONFIGURATION.listen
    try:
        serve(listen=listen, ready=lambda: print(f"Amends answers at http://{listen}", flush=True))
    except CannotListenError as taken:
        print(f"amends: {taken}", file=sys.stderr)
        return 1
    return 0
