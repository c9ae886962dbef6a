"""The filters: JSON lines in, JSON lines out. They need no database."""

import argparse
import sys

from amends.filters import check_reply as check_reply_filter
from amends.filters import due as due_filter
from amends.filters import match_review as match_review_filter


def due(argv: list[str]) -> int:
    """`amends due --json`."""
    parser = argparse.ArgumentParser(prog="amends due", description="When so many open minutes will have passed.")
    parser.add_argument("--json", action="store_true", required=True, help="read and write one JSON object per line")
    parser.parse_args(argv)
    return due_filter.run(sys.stdin.buffer, sys.stdout.buffer)


def check_reply(argv: list[str]) -> int:
    """`amends check-reply --json`."""
    parser = argparse.ArgumentParser(prog="amends check-reply", description="What a public reply would give away.")
    parser.add_argument("--json", action="store_true", required=True, help="read and write one JSON object per line")
    parser.parse_args(argv)
    return check_reply_filter.run(sys.stdin.buffer, sys.stdout.buffer)


def match_review(argv: list[str]) -> int:
    """`amends match-review --json`."""
    parser = argparse.ArgumentParser(prog="amends match-review", description="Who might have written this review.")
    parser.add_argument("--json", action="store_true", required=True, help="read and write one JSON object per line")
    parser.parse_args(argv)
    return match_review_filter.run(sys.stdin.buffer, sys.stdout.buffer)
