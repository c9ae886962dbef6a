"""`amends simulate slack`: the flags."""

import argparse
import sys
from pathlib import Path

from amends.simulators.clock import Clock
from amends.simulators.serving import Server
from amends.simulators.slack import cast
from amends.simulators.slack.simulator import SlackSimulator


def main(argv: list[str]) -> int:
    """Serve until SIGINT or SIGTERM. 2 for a port or a state file that cannot be used."""
    given = _flags().parse_args(argv)
    try:
        simulator = SlackSimulator(
            clock=Clock(),
            seed=given.seed,
            bot_token=given.bot_token,
            scopes=None if given.scopes is None else [scope for scope in given.scopes.split(",") if scope],
            rate_limit=given.rate_limit,
            state_file=given.state,
        )
        server = Server(simulator, port=given.port)
        server.run()
    except (OSError, OverflowError, ValueError) as refused:
        print(f"The Slack simulator cannot start: {refused}", file=sys.stderr)
        return 2
    return 0


def _flags() -> argparse.ArgumentParser:
    flags = argparse.ArgumentParser(prog="simulate slack", description="A Slack workspace on this machine.")
    flags.add_argument("--port", type=int, required=True, help="0 takes any free port and prints it")
    flags.add_argument("--seed", type=int, default=0, help="the same number makes the same ids")
    flags.add_argument("--state", type=Path, help="a file that keeps the workspace")
    flags.add_argument("--bot-token", default=cast.BOT_TOKEN, help=f"the app's token (default {cast.BOT_TOKEN})")
    flags.add_argument("--scopes", help=f"what the token may do (default {','.join(cast.SCOPES)})")
    flags.add_argument(
        "--rate-limit",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="one post per second and channel, a few at once let through",
    )
    return flags
