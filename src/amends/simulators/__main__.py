"""`python -m amends.simulators open-dental|slack|google-business --port N …`; `amends simulate` calls `main`."""

import sys
from importlib import import_module

USAGE = "simulate open-dental | slack | google-business --port N  (--help after a name tells its flags)"
_FOLDERS = {"open-dental": "open_dental", "slack": "slack", "google-business": "google_business"}


def main(argv: list[str]) -> int:
    """Run one simulator until it is asked to stop; returns the exit status. Each is imported only when asked for.

    A simulator's folder has a module `command` with `main(argv) -> int`.
    """
    if not argv or argv[0] in ("-h", "--help"):
        print(USAGE)
        return 0 if argv else 2
    name, rest = argv[0], argv[1:]
    if name not in _FOLDERS:
        print(f"There is no simulator {name!r}.\n{USAGE}", file=sys.stderr)
        return 2
    folder = f"amends.simulators.{_FOLDERS[name]}"
    return int(import_module(f"{folder}.command").main(rest))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
