"""`amends export CASE`: one case's complete record as JSON, closed with a digest over all of it."""

import argparse
import hashlib
import json
import sys

from amends.cli.started import database_is_ready, start_django


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amends export", description=__doc__)
    parser.add_argument("case", help="its number, for example UP-1042")
    options = parser.parse_args(argv)
    if not start_django() or not database_is_ready():
        return 1
    from amends.audit.record import case_record
    from amends.cases.models import pk_of

    pk = pk_of(options.case)
    record = case_record(pk) if pk else None
    if record is None:
        print(f"amends: there is no case {options.case}.", file=sys.stderr)
        return 1
    text = json.dumps(record, ensure_ascii=False, sort_keys=True)
    seal = hashlib.sha256(text.encode()).hexdigest()
    print(json.dumps({"record": record, "sha256_of_record": seal}, ensure_ascii=False, sort_keys=True, indent=1))
    return 0
