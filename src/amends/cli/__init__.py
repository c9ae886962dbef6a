"""The one command, `amends`. What needs no database (the filters, the simulators) starts without Django."""

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

# name → (module:function, one line of help); each function takes the remaining arguments and returns an exit status.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("amends.demo.run:main", "a fictional group, the simulators and the site; nothing leaves this machine"),
    "init": ("amends.cli.init:main", "make keys, database and a first administrator, for real use"),
    "group": ("amends.cli.group:main", "offices, people and connections from one file"),
    "serve": ("amends.cli.serve:main", "the site, with the embedded delivery engine"),
    "worker": ("amends.cli.worker:main", "a worker of the scaled engine, beside `serve`, on PostgreSQL"),
    "simulate": ("amends.simulators.__main__:main", "one simulator alone: open-dental or slack"),
    "slack-manifest": (
        "amends.cli.slack_manifest:main",
        "the manifest of the group's own Slack app (--socket)",
    ),
    "doctor": ("amends.cli.doctor:main", "is everything that Amends needs as it should be, and the repair (--json)"),
    "report": ("amends.cli.report:main", "one case for each line of JSON on standard input (--json)"),
    "import-reviews": ("amends.cli.import_reviews:main", "reviews from the CSV of any tool (--map, --dry-run, --json)"),
    "due": ("amends.cli.filters:due", "open-hours arithmetic as a filter of JSON lines (--json)"),
    "check-reply": (
        "amends.cli.filters:check_reply",
        "the privacy checker of public replies as a filter of JSON lines (--json)",
    ),
    "match-review": ("amends.cli.filters:match_review", "who might have written a review, as a filter (--json)"),
    "verify": ("amends.cli.verify:main", "prove that the record is whole"),
    "export": ("amends.cli.export:main", "one case's complete sealed record"),
    "backup": ("amends.cli.backup:backup", "the whole database into one file, safely while running"),
    "restore": ("amends.cli.backup:restore", "a backup back into an empty home"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    listing = "\n".join(f"  {name:<14} {text}" for name, (_, text) in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="amends",
        description="Service recovery for dental groups that run on Open Dental.",
        epilog=f"commands:\n{listing}\n\n`amends COMMAND --help` says more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments[:1])
    return _load(COMMANDS[chosen.command][0])(arguments[1:])


def _load(place: str) -> Callable[[list[str]], int]:
    module, _, function = place.partition(":")
    loaded: Callable[[list[str]], int] = getattr(import_module(module), function)
    return loaded
