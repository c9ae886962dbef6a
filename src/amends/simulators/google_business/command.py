"""`amends simulate google-business`: the flags."""

import argparse
import sys
from pathlib import Path

from amends.simulators.clock import Clock
from amends.simulators.google_business import cast
from amends.simulators.google_business.settings import FIELDS, Settings
from amends.simulators.google_business.simulator import GoogleBusinessSimulator
from amends.simulators.serving import Server

_WHILE_IT_RUNS = """while it runs (in JSON, and most of it on the pages):
  POST       /_control/reviews, edit, delete         as the public; {"location", "stars", "text", "reviewer", …}
  POST       /_control/moderate, hide, show, verify, suspend      as Google
  POST       /_control/reply, role, locations        as the owner
  POST       /_control/expire, revoke, grant         tokens
  POST       /_control/notify, rotate-key            a push on command, also a forged or malformed one; a new key
  GET, PUT   /_control/settings                      the project, its quotas, newer fields, pushes, what is unconfirmed
  GET        /_control/calls, deliveries             what was called, and what was pushed
  GET, PUT   /_control/clock, faults, state; POST /_control/reset
"then" of a rule: status:N  status:429:SECONDS  status_after:N  drop_before  drop_after  reset_before  reset_after
  late_commit:SECONDS[:N]  truncate  half_body  slow:SECONDS; with the method PUSH and the path /NEW_REVIEW or
  /UPDATED_REVIEW: lost  duplicate  out_of_order  unsigned  forged:HOW  malformed:HOW
"""


def main(argv: list[str]) -> int:
    """Serve until SIGINT or SIGTERM. 2 for a port, a file or a flag that cannot be used."""
    given = _flags().parse_args(argv)
    changes: dict[str, object] = {
        "client_id": given.client_id,
        "client_secret": given.client_secret,
        "push_endpoints": given.push_endpoint,
        "push_audience": given.push_audience,
        "approved": given.approved,
        "rate_limit": given.rate_limit,
        "auto_consent": given.auto_consent,
        "approve_after_minutes": given.approve_after,
    }
    if given.older_api:
        changes |= dict.fromkeys(FIELDS, False)
    try:
        simulator = GoogleBusinessSimulator(
            clock=Clock(),
            seed=given.seed,
            settings=Settings().changed(changes),
            world_file=given.world,
            state_file=given.state,
        )
        Server(simulator, port=given.port).run()
    except (OSError, OverflowError, ValueError) as refused:
        print(f"The Google Business simulator cannot start: {refused}", file=sys.stderr)
        return 2
    return 0


def _flags() -> argparse.ArgumentParser:
    flags = argparse.ArgumentParser(
        prog="simulate google-business",
        description="A Google Business Profile on this machine: accounts, locations, reviews, OAuth, Pub/Sub push.",
        epilog=_WHILE_IT_RUNS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add, switch = flags.add_argument, argparse.BooleanOptionalAction
    add("--port", type=int, required=True, help="0 takes any free port and prints it")
    add("--seed", type=int, default=0, help="the same number makes the same world")
    add("--state", type=Path, help="a file that keeps the world")
    add("--world", type=Path, metavar="FILE", help='locations and reviews of your own: {"group", "locations": […]}')
    add("--client-id", default=cast.CLIENT_ID, help=f"default {cast.CLIENT_ID}")
    add("--client-secret", default=cast.CLIENT_SECRET, help=f"default {cast.CLIENT_SECRET}")
    add("--push-endpoint", action="append", default=[], metavar="URL", help="where Pub/Sub pushes to; may be repeated")
    add("--push-audience", default="", help="the audience of its tokens (default: the endpoint's address)")
    add("--approve-after", type=float, metavar="MINUTES", help="approve replies by themselves after so long")
    add("--older-api", action="store_true", help="without the fields that are new in 2026")
    add("--approved", action=switch, default=True, help="--no-approved: the project's quota is 0")
    add("--rate-limit", action=switch, default=True, help="300 calls a minute of each API, 10 edits of each profile")
    add("--auto-consent", action=switch, default=False, help="the consent page agrees by itself")
    return flags
