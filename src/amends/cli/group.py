"""`amends group FILE`: offices, people and connections from one JSON file, made or brought up to date.

Regions, offices and people are known by name and e-mail; running it again with a changed file changes what differs and
removes nobody. New people get a password that is printed once. See the operator guide for the shape of the file.
"""

import argparse
import sys
from pathlib import Path

from pydantic import ValidationError

from amends.cli.started import database_is_ready, start_django


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amends group", description=__doc__)
    parser.add_argument("file", type=Path, help="the group's file")
    options = parser.parse_args(argv)
    if not start_django() or not database_is_ready():
        return 1
    from amends.setup.group import GroupError, GroupIn, write_group

    try:
        wanted = GroupIn.model_validate_json(options.file.read_bytes())
        passwords = write_group(wanted)
    except OSError as wrong:
        return _refuse(f"{options.file} cannot be read ({wrong.strerror}).")
    except ValidationError as wrong:
        return _refuse("; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in wrong.errors()))
    except GroupError as wrong:
        return _refuse(str(wrong))
    for email, password in passwords.items():
        print(f"{email}  {password}")
    print(f"{wanted.group} is as the file says. {len(passwords)} new people; ask them to change their passwords.")
    return 0


def _refuse(why: str) -> int:
    print(f"amends: {why} Nothing was changed.", file=sys.stderr)
    return 1
