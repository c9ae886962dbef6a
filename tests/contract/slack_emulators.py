"""`python -m tests.contract.slack_emulators`: our Slack app against two emulators that nobody here wrote.

local-slack (`test_slack_emulators.py`) sends what people do; emulate (`test_slack_emulate.py`) minds scopes, triggers
and archived channels. Both are fetched with npm into a folder that is gone afterwards, at pinned versions and only with
the pinned contents. They listen on every interface of the machine and have no option against it, so that everything
runs in a network namespace which has nothing but a loopback.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

LOCAL_SLACK, EMULATE = "AMENDS_CONTRACT_LOCAL_SLACK", "AMENDS_CONTRACT_EMULATE"
# emulate 0.12 needs a newer Node than most machines have; its three dependencies need nothing more.
PACKAGES = {
    "local-slack-linux-x64@0.1.8": "2BCTKxKajjZNWCSCj66Jq5VDScUDNpGZ1lA3281I8RvpDE4/ULCwC26TlcW6"
    "/4sPbSTs02Q3KjTiltJp3ZBEvg==",
    "emulate@0.11.2": "BHs1rG/yPQ4kM+9aUz7fg4MDn0MshxOs0Ch2ciuNFPsN4PfCxQWP/9DGFZx+h+RvcIwX5n+hV308Ba7SxBc6nQ==",
    "commander@14.0.2": "TywoWNNRbhoD0BXs1P3ZEScW8W5iKrnbithIl0YH+uCmBd0QpPOA8yc82DS3BIE5Ma6FnBVUsJ7wVUDz4dvOWQ==",
    "picocolors@1.1.1": "xceH2snhtb5M9liqDsmEw56le376mTZkEX/jEb/RxNFyegNul7eNslCXP9FDj/Lcu0X8KEyMceP2ntpaHrDEVA==",
    "yaml@2.8.1": "lcYcMxX2PO9XMGvAJkJ3OsNMw+/7FKes7/hgerGUYWIoWu5j/+YQqcZr5JnPZWzOsEBgMbSbiSTn/dv/69Mkpw==",
}
TESTS = ("tests/contract/test_slack_emulators.py", "tests/contract/test_slack_emulate.py")


class NotAsPinned(Exception):
    """A package is not what it was when it was pinned."""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="amends-emulators-") as made:
        there = Path(made)
        try:
            for package, sha512 in PACKAGES.items():
                fetch(package, sha512, there)
        except NotAsPinned as other:
            print(other, file=sys.stderr)
            return 1
        modules = there / "node_modules"
        program = modules / "local-slack-linux-x64" / "bin" / "local-slack"
        program.chmod(0o755)
        found = {LOCAL_SLACK: str(program)}
        if shutil.which("node"):
            found[EMULATE] = str(modules / "emulate" / "dist" / "index.js")
        tests = [sys.executable, "-m", "pytest", "-n0", "-rs", *TESTS, *sys.argv[1:]]
        inside = ["unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *tests]
        return subprocess.run(inside, env={**os.environ, **found}, check=False).returncode


def fetch(package: str, sha512: str, there: Path) -> None:
    """Unpacks it to where Node looks for it. Raises `NotAsPinned`."""
    packed = there / "packed"
    packed.mkdir()
    subprocess.run(["npm", "pack", "--silent", package], cwd=packed, check=True, stdout=subprocess.DEVNULL)
    (archive_path,) = packed.glob("*.tgz")
    found = base64.b64encode(hashlib.sha512(archive_path.read_bytes()).digest()).decode()
    if found != sha512:
        raise NotAsPinned(f"{package} is not what it was when it was pinned: sha512-{found}")
    with tarfile.open(archive_path) as archive:
        archive.extractall(packed, filter="data")
    modules = there / "node_modules"
    modules.mkdir(exist_ok=True)
    (packed / "package").rename(modules / package.partition("@")[0])
    shutil.rmtree(packed)


if __name__ == "__main__":
    sys.exit(main())
