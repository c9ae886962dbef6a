"""An old version and this one side by side on one PostgreSQL, as at an upgrade (docs/scale.md).

    python -m tests.chaos.side_by_side /path/to/old/checkout/.venv/bin/amends

The old site delivers (embedded engine) while this version brings the database up to date, starts workers and a site of
its own; then the old one is stopped. Reports come all the time. Ends with an error when
something was lost, written twice or does not verify, by either version.
"""

import os
import subprocess
import sys
import tempfile

import django
from cryptography.fernet import Fernet
from tests.chaos.cluster import Cluster
from tests.chaos.scaled import SETTINGS


def main(old: str) -> int:
    cluster = Cluster()
    try:
        with tempfile.TemporaryDirectory(prefix="amends-chaos-") as home:
            for name in [name for name in os.environ if name.startswith("AMENDS_")]:
                del os.environ[name]
            key = Fernet.generate_key().decode()
            os.environ |= SETTINGS | {"AMENDS_HOME": home, "AMENDS_SEALING_KEYS": key, "AMENDS_DATABASE": cluster.url}
            subprocess.run([old, "init", "--home", home, "--upgrade"], check=True)
            django.setup()
            from tests.chaos.survival import upgrade  # needs Django

            print(upgrade(old))
    finally:
        cluster.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
