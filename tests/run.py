"""`make test`: the whole suite on SQLite, then again on PostgreSQL, with a browser where there is one.

What is missing on this machine is named as skipped; with CI set, it is an error instead.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# What never opens the database need not be told twice.
WITHOUT_DATABASE = ("protocol", "filters", "simulators", "browser")
COVERED = ("protocol", "cases", "deliveries")


def main(arguments: list[str]) -> int:
    missing = [*(["Chromium"] if not chromium() else []), *(["PostgreSQL"] if not postgresql() else [])]
    if missing and os.environ.get("CI"):
        print(f"Not found: {' and '.join(missing)}. CI runs every test, so this is an error.")
        return 1
    for name in missing:
        print(f"SKIPPED: no {name} on this machine, so its tests do not run.")
    covering = "--coverage" in arguments
    chosen = [argument for argument in arguments if argument != "--coverage"]
    cover = ["--cov", "--cov-report="] if covering else []
    status = pytest(["-n", "2", *cover, *chosen])
    if status == 0 and covering and not chosen:
        status = report_coverage()
    if status == 0 and postgresql():
        print("\nOnce more, on PostgreSQL:")
        folders = [str(p) for p in sorted(Path("tests").iterdir()) if p.is_dir() and p.name not in WITHOUT_DATABASE]
        again = chosen or [folder for folder in folders if not folder.endswith("__pycache__")]
        status = pytest(["-n", "2", "-m", "not browser", *again], AMENDS_TEST_DATABASE="postgresql")
    return status


def pytest(arguments: list[str], **environment: str) -> int:
    """One run of pytest; its exit status."""
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=os.environ | environment).returncode


def report_coverage() -> int:
    """Every branch of the rules, the cases and the deliveries is tested, or this fails."""
    include = ",".join(f"src/amends/{folder}/*" for folder in COVERED)
    command = [sys.executable, "-m", "coverage", "report", f"--include={include}", "--fail-under=100"]
    return subprocess.run(command).returncode


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
