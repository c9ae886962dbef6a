"""The demo as a person gets it from `make demo`, and a real browser in front of it."""

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.ports import free_port
from tests.run import chromium

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=60_000)  # a machine that does much else is slow, and not wrong
KEYS = {"Authorization": "ODFHIR demo-developer/demo-customer"}


@dataclass(frozen=True)
class Demo:
    """Where the four sites of the demo are."""

    site: str
    open_dental: str
    slack: str
    google: str

    def commlogs(self, marker: str) -> list[dict[str, Any]]:
        """CommLogs of the simulated Open Dental that hold the marker."""
        return [row for row in self._table("commlog") if marker in row["Note"]]

    def clinical_notes(self, marker: str) -> list[dict[str, Any]]:
        return [row for row in self._table("procnote") if marker in row["Note"]]

    def tasks(self, marker: str) -> list[dict[str, Any]]:
        return [row for row in self._table("task") if marker in row["Descript"]]

    def slack_texts(self) -> list[str]:
        """Every text in the leaders' channel."""
        state = _json(f"{self.slack}/_control/state")
        return [m["text"] for m in state["messages"] if m["channel"] == "C0LEADERS"]

    def _table(self, name: str) -> list[dict[str, Any]]:
        tables = _json(f"{self.open_dental}/_control/state")["databases"]["demo-customer"]
        rows: list[dict[str, Any]] = tables[name]
        return rows


def _json(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return json.load(answer)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`amends demo`, from nothing to the printed addresses, and stopped with Ctrl-C afterwards."""
    folder = tmp_path_factory.mktemp("demo")
    log = folder / "demo.log"
    with log.open("w") as out:
        command = [sys.executable, "-m", "amends", "demo", "--home", str(folder / "home"), "--port", str(free_port())]
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    try:
        wait_for(lambda: "Ctrl-C stops everything" in log.read_text() or process.poll() is not None, 900)
        assert process.poll() is None, log.read_text()
        addresses = re.findall(r"http://127\.0\.0\.1:\d+", log.read_text())
        yield Demo(*addresses[:4])
    finally:
        process.send_signal(2)
        with suppress(subprocess.TimeoutExpired):
            process.wait(60)
        process.kill()


def wait_for(met: Callable[[], Any], seconds: float = 60) -> Any:
    """Asks until the answer is a yes, and gives it; fails when it takes too long."""
    until = time.monotonic() + seconds
    while not (answer := met()):
        assert time.monotonic() < until, "it did not happen in time"
        _pause.wait(0.05)
    return answer


class _Pause:
    """Waiting between two questions to another process, whose clock no test can move."""

    def wait(self, seconds: float) -> None:
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(["sleep", str(seconds)], timeout=seconds + 5, check=True)


_pause = _Pause()


@pytest.fixture(scope="module")  # its event loop must be gone before a test of the database comes to this process
def browser() -> Iterator[Browser]:
    program = chromium()
    if program is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def as_person(demo: Demo, browser: Browser) -> Iterator[Callable[..., Page]]:
    """A page in which this person of the cast is signed in; fails the test on any script or CSP error."""
    contexts, errors = [], []

    def signed_in(name: str, *, width: int = 1440, height: int = 900, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.goto(f"{demo.site}/demo")
        page.get_by_role("button", name=f"Be {name},").first.click()
        page.wait_for_url(f"{demo.site}/")
        return page

    yield signed_in
    for context in contexts:
        context.close()
    expected = re.compile(r"status of (409|422|204)")
    assert [error for error in errors if not expected.search(error)] == []


__all__ = ["Demo", "Path", "wait_for"]
