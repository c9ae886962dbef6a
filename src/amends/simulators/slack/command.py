"""`amends simulate slack`: the flags."""

import argparse
import sys
from pathlib import Path

from amends.simulators.clock import Clock
from amends.simulators.serving import Server
from amends.simulators.slack import cast
from amends.simulators.slack.settings import Settings
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
            settings=Settings().changed(
                {
                    "signing_secret": given.signing_secret,
                    "app_token": given.app_token,
                    "request_url": given.request_url,
                    "commands": [name for name in given.commands.split(",") if name],
                }
            ),
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
    flags.add_argument(
        "--app-token", default=cast.APP_TOKEN, help=f"the one for Socket Mode (default {cast.APP_TOKEN})"
    )
    flags.add_argument(
        "--signing-secret",
        default=cast.SIGNING_SECRET,
        help=f"what requests to the app are signed with (default {cast.SIGNING_SECRET})",
    )
    flags.add_argument(
        "--request-url",
        default="",
        help="where commands, buttons and events are sent while no socket is open: http://127.0.0.1:PORT/…",
    )
    flags.add_argument("--commands", default="", help="the app's slash commands, /a,/b (default: any)")
    flags.add_argument("--scopes", help=f"what the token may do (default {','.join(cast.SCOPES)})")
    flags.add_argument(
        "--rate-limit",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="one post per second and channel, and so many calls of each method a minute",
    )
    return flags
