"""The command line of the Open Dental simulator."""

import argparse
import sys
from datetime import timedelta
from pathlib import Path

from amends.simulators.clock import read_offset
from amends.simulators.open_dental import permissions
from amends.simulators.open_dental.office import OpenDental
from amends.simulators.open_dental.settings import Mode, Settings
from amends.simulators.open_dental.text import TextRules
from amends.simulators.open_dental.versions import PROFILES
from amends.simulators.serving import Server

_USUAL = Settings()


def main(argv: list[str]) -> int:
    """Serve until SIGINT or SIGTERM. 2 for flags that make no sense, 1 when the port or the state file is refused."""
    try:
        flags = _parser().parse_args(_joined(argv))
    except SystemExit as told:  # argparse has said why
        return int(told.code or 0)
    try:
        Server(OpenDental(read_settings(flags)), port=flags.port).run()
    except (OSError, OverflowError, ValueError) as wrong:
        print(f"open-dental cannot start: {wrong}", file=sys.stderr)
        return 1
    return 0


def _joined(argv: list[str]) -> list[str]:
    """`--utc-offset -05:00` as one word, since a value with a minus would be taken for a flag."""
    if "--utc-offset" not in argv:
        return argv
    place = argv.index("--utc-offset")
    return [*argv[:place], "=".join(argv[place : place + 2]), *argv[place + 2 :]]


def read_settings(flags: argparse.Namespace) -> Settings:
    """The settings that the flags give."""
    return Settings(
        mode=flags.mode,
        version=flags.od_version,
        permissions=flags.permissions,
        developer_key=flags.developer_key,
        customer_keys=tuple(flags.customer_key or _USUAL.customer_keys),
        seed=flags.seed,
        state_file=flags.state,
        utc_offset=flags.utc_offset,
        queue=flags.queue,
        text=TextRules(
            clean=not flags.no_text_filter,
            line_ends_become_spaces=not flags.keep_line_ends,
            cut_long_text=flags.cut_long_text,
        ),
        bare_errors=flags.bare_errors,
        strict_parameters=not flags.lenient_parameters,
        stamp_inclusive=flags.stamp_inclusive,
        done_sets_finished=not flags.done_without_time,
        query_offset_gives_rest=flags.query_offset_gives_rest,
        clinics_on=not flags.no_clinics,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="simulate open-dental",
        description="Open Dental's REST API under /api/v1/ on this machine, with a seeded dental group and pages at /.",
    )
    add = parser.add_argument
    add("--port", type=int, default=0, help="0: any free one, which is printed (default)")
    add(
        "--mode",
        type=Mode,
        choices=list(Mode),
        default=_USUAL.mode,
        help="default remote: pages of 100, one call a second",
    )
    add("--od-version", choices=PROFILES, default=_USUAL.version, metavar="VERSION", help=", ".join(PROFILES))
    add(
        "--permissions",
        type=_permissions,
        default=_USUAL.permissions,
        metavar="ReadAll,Comm,…",
        help="default: all but Enterprise",
    )
    add("--developer-key", default=_USUAL.developer_key)
    add("--customer-key", action="append", help="again for more offices, each with a database of its own")
    add("--seed", type=int, default=_USUAL.seed, help="the same number makes the same world (default 7)")
    add("--state", type=Path, metavar="FILE", help="keep the state here; flags win over what it holds")
    add(
        "--utc-offset",
        type=_offset,
        metavar="-05:00",
        help="the office's clock; default -05:00, or what --state holds",
    )
    add("--queue", type=int, default=_USUAL.queue, help="remote: calls that wait for their turn before 429 (default 3)")
    switches = parser.add_argument_group("switches for what is not confirmed about the real API")
    for flag, told in _SWITCHES.items():
        switches.add_argument(f"--{flag}", action="store_true", help=told)
    return parser


_SWITCHES = {
    "bare-errors": "errors as bare text instead of a JSON string",
    "lenient-parameters": "unknown parameters are ignored everywhere but on patients",
    "stamp-inclusive": "time filters give rows at the moment too, not only after it",
    "done-without-time": "a Task set to Done keeps an empty DateTimeFinished",
    "query-offset-gives-rest": "ShortQuery with an Offset gives everything from there on",
    "no-text-filter": "texts are stored as they come",
    "keep-line-ends": "CR LF is not shown as a space",
    "cut-long-text": "texts over 65,535 bytes are cut instead of refused",
    "no-clinics": "the office does not use clinics: the list is empty",
}


def _permissions(text: str) -> frozenset[str]:
    try:
        return permissions.read_permissions(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from wrong


def _offset(text: str) -> timedelta:
    try:
        return read_offset(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from wrong
