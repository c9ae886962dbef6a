"""`python -m tests.contract.slack_emulators`: `test_slack_emulators.py` against an emulator that nobody here wrote.

It is fetched with npm into a folder that is gone afterwards, at a pinned version and only with the pinned contents.
local-slack listens on every interface of the machine and has no option against it, so that everything runs in a network
namespace which has nothing but a loopback.
"""

import base64
import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "local-slack-linux-x64@0.1.8"
SHA512 = "2BCTKxKajjZNWCSCj66Jq5VDScUDNpGZ1lA3281I8RvpDE4/ULCwC26TlcW6/4sPbSTs02Q3KjTiltJp3ZBEvg=="
VARIABLE = "AMENDS_CONTRACT_LOCAL_SLACK"


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="amends-emulators-") as there:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=there, check=True, stdout=subprocess.DEVNULL)
        (packed,) = Path(there).glob("*.tgz")
        found = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
        if found != SHA512:
            print(f"{PACKAGE} is not what it was when it was pinned: sha512-{found}", file=sys.stderr)
            return 1
        with tarfile.open(packed) as archive:
            archive.extractall(there, filter="data")
        program = Path(there) / "package" / "bin" / "local-slack"
        program.chmod(0o755)
        tests = [sys.executable, "-m", "pytest", "-n0", "-rs", "tests/contract/test_slack_emulators.py", *sys.argv[1:]]
        inside = ["unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *tests]
        return subprocess.run(inside, env={**os.environ, VARIABLE: str(program)}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
