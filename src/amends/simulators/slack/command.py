"""`amends simulate slack`: the flags."""

import argparse
import sys
from pathlib import Path

from amends.simulators.clock import Clock
from amends.simulators.serving import Server
from amends.simulators.slack import cast
from amends.simulators.slack.settings import Settings
from amends.simulators.slack.simulator import SlackSimulator

_WHILE_IT_RUNS = """while it runs (in JSON, and most of it on the pages):
  GET, PUT   /_control/settings            the app: secret, tokens, addresses, socket mode, events, commands, switches
  POST       /_control/command, press, submit, close, shortcut, open-home, suggest, event, trigger, say, react
  POST       /_control/archive, rename, remove-bot, invite-bot, scopes, revoke, deactivate, uninstall
  POST, PUT  /_control/manifest            check it; check it and set the app up by it
  POST       /_control/sockets             {"do": "lose" | "warning" | "refresh_requested" | "link_disabled"}
  POST       /_control/verify-url
  GET        /_control/calls, deliveries   what the app called, and what it was sent
  GET, PUT   /_control/clock, faults, state; POST /_control/reset
"then" of a rule: status:N  status:429:SECONDS  status_after:N  drop_before  drop_after  reset_before  reset_after
  late_commit:SECONDS[:N]  truncate  half_body  slow:SECONDS  error:CODE  error_after:CODE; of the methods COMMAND,
  ACTION, VIEW, SHORTCUT, OPTIONS and EVENT: lost  late_ack  duplicate  out_of_order  forged  unsigned
  stale:SECONDS  lose_socket
"""


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
    flags = argparse.ArgumentParser(
        prog="simulate slack",
        description="A Slack workspace on this machine.",
        epilog=_WHILE_IT_RUNS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
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
