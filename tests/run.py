"""`make test`: the whole suite on SQLite, then again on PostgreSQL, with a browser where there is one.

What is missing on this machine is named as skipped; with CI set, it is an error instead.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# What does not depend on the kind of database need not be told twice.
ON_ANY_DATABASE = ("protocol", "filters", "simulators", "browser", "cli", "contract", "integrations", "demo", "scale")
PURE = ("learning/statistics", "learning/suggesting", "reviews/checker", "reviews/matching")
# Every branch of these is tested, by one database or the other. Which thread is quicker may leave out one of four
# thousand in a single run; the report names it.
# Which tests are asked: tests/watched.py.
COVER = ["--cov=amends.protocol", "--cov=amends.cases", "--cov=amends.deliveries", "--cov-branch", "--cov-report="]


def main(arguments: list[str]) -> int:
    missing = [*(["Chromium"] if not chromium() else []), *(["PostgreSQL"] if not postgresql() else [])]
    if missing and os.environ.get("CI"):
        print(f"Not found: {' and '.join(missing)}. CI runs every test, so this is an error.")
        return 1
    for name in missing:
        print(f"SKIPPED: no {name} on this machine, so its tests do not run.")
    covering = "--coverage" in arguments
    chosen = [argument for argument in arguments if argument != "--coverage"]
    Path(".coverage").unlink(missing_ok=True)
    status = pytest(["-n", "2", *(COVER if covering else []), *chosen])
    if status == 0 and postgresql():
        print("\nOnce more, on PostgreSQL:")
        cover = [*COVER, "--cov-append", "--cov-report=term-missing", "--cov-fail-under=99.9"] if covering else []
        again = ["-n", "2", "-m", "not browser", *cover, *(chosen or again_folders())]
        status = pytest(again, AMENDS_TEST_DATABASE="postgresql")
    return status


def again_folders() -> list[str]:
    """The folders of tests that both databases must pass."""
    folders = [str(folder) for folder in sorted(Path("tests").glob("[a-z]*/")) if folder.name not in ON_ANY_DATABASE]
    return [*folders, *(f"--ignore=tests/{folder}" for folder in PURE)]


def pytest(arguments: list[str], **environment: str) -> int:
    """One run of pytest; its exit status.

    What Python compiled is kept, also where the machine says otherwise: tests start some two hundred programs, and each
    of them would compile the whole of Amends again.
    """
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=inherited | environment).returncode


def chromium() -> str | None:
    """The browser's program, if there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def postgresql() -> bool:
    """Whether a PostgreSQL answers where the tests look for it (TEST_POSTGRESQL_URL, else this user's own socket)."""
    import psycopg

    url = os.environ.get("TEST_POSTGRESQL_URL", "postgresql:///postgres")
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
