"""Workers, sites and the database itself are killed while cases are reported, worked on and delivered.

    python -m tests.chaos.scaled --cases 5000 --seconds 300

It makes a PostgreSQL, simulators, three workers and two sites of its own, and removes them again. Prints what it did;
ends with an error when something was lost, written twice or does not verify.
"""

import argparse
import os
import sys
import tempfile

import django
from cryptography.fernet import Fernet
from tests.chaos.cluster import Cluster

SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "amends.settings",
    "AMENDS_SECRET_KEY": "only for tests",
    "AMENDS_ENGINE": "procrastinate",
    "AMENDS_LISTEN_THREADS": "0",
    "AMENDS_LOG_LEVEL": "ERROR",
    # Longer than the latest commit of the faults; a lease outlasts a process that a busy machine lets wait.
    "AMENDS_SETTLE_SECONDS": "3",
    "AMENDS_LEASE_SECONDS": "15",
    "AMENDS_RETRY_SECONDS": "0.3",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=80)
    parser.add_argument("--seconds", type=float, default=40, help="how long processes are killed, at least")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cluster = Cluster()
    try:
        with tempfile.TemporaryDirectory(prefix="amends-chaos-") as home:
            for name in [name for name in os.environ if name.startswith("AMENDS_")]:
                del os.environ[name]
            key = Fernet.generate_key().decode()
            os.environ |= SETTINGS | {"AMENDS_HOME": home, "AMENDS_SEALING_KEYS": key, "AMENDS_DATABASE": cluster.url}
            django.setup()
            from tests.chaos.survival import survive  # needs Django

            print(survive(cluster, cases=options.cases, seconds=options.seconds, seed=options.seed))
    finally:
        cluster.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
