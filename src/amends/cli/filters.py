"""The filters: JSON lines in, JSON lines out. They need no database."""

import argparse
import sys

from amends.filters import due as due_filter


def due(argv: list[str]) -> int:
    """`amends due --json`."""
    parser = argparse.ArgumentParser(prog="amends due", description="When so many open minutes will have passed.")
    parser.add_argument("--json", action="store_true", required=True, help="read and write one JSON object per line")
    parser.parse_args(argv)
    return due_filter.run(sys.stdin.buffer, sys.stdout.buffer)
