"""One process that listens to 500 offices through Open Dental's own servers: how often each is heard, at which cost.

The listening is a process of its own (`bench.listener`) beside the simulator, so that only it is measured.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from cryptography.fernet import Fernet

OFFICES = 500


def main() -> list[tuple[str, str]]:
    """Rows of name and value."""
    return list(_rows())


def _rows() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder:
        command = [sys.executable, "-m", "amends", "simulate", "open-dental", "--mode", "remote"]
        simulator = subprocess.Popen(
            [*command, "--offices", str(OFFICES), "--customer-key", "bench"], stdout=subprocess.PIPE, text=True
        )
        try:
            url = _address(simulator)
            environment = {name: value for name, value in os.environ.items() if not name.startswith("AMENDS_")}
            environment |= {
                "AMENDS_HOME": folder,
                "AMENDS_SECRET_KEY": "only for the bench",
                "AMENDS_SEALING_KEYS": Fernet.generate_key().decode(),
            }
            told = subprocess.run(
                [sys.executable, "-m", "bench.listener", url, str(OFFICES)],
                stdout=subprocess.PIPE,
                env=environment,
                check=True,
            )
        finally:
            simulator.terminate()
            simulator.wait(20)
    measured = json.loads(told.stdout)
    name = f"Listening to {OFFICES} offices at Remote limits"
    yield f"{name}: longest time between two rounds of one", f"{measured['longest']:.0f} s"
    yield f"{name}: CPU of one core", f"{measured['cpu']:.0%} ({measured['requests']:.0f} requests/s)"


def _address(simulator: "subprocess.Popen[str]") -> str:
    assert simulator.stdout
    for line in simulator.stdout:
        if "http://" in line:
            return line[line.index("http://") :].split()[0].rstrip("/")
    raise RuntimeError("The simulator did not start.")
