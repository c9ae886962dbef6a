"""`amends verify`: every case row equals the fold of its events, the chain is whole, closed cases have their proofs."""

import argparse
import json

from amends.cli.started import database_is_ready, start_django


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amends verify", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--deliveries", action="store_true", help="with --json: list every delivery too")
    options = parser.parse_args(argv)
    if not start_django() or not database_is_ready():
        return 2
    from amends.audit.verify import delivery_lines, verify

    verdict = verify()
    if options.json:
        answer = verdict.as_json()
        if options.deliveries:
            answer["deliveries"] = list(delivery_lines())
        print(json.dumps(answer, ensure_ascii=False))
    else:
        for problem in verdict.problems:
            print(f"{problem.where}: {problem.what}")
        counted = ", ".join(f"{count:,} {what}" for what, count in verdict.counts.items())
        print(f"{'Everything holds' if verdict.ok else f'{len(verdict.problems)} problems'}: {counted}.")
    return 0 if verdict.ok else 1
