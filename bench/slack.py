"""Fifty people type `/upset` at once while the database is busy: how long Slack waits for its answer.

The site is a process of its own, as `amends serve` starts it; Slack's side takes a second to answer, so that
nothing that waits for it could hide.
"""

import http.client
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

SECRET, TEAM = "bench-signing-secret", "T0BENCH"
AT_ONCE, ROUNDS = 50, 4
_SETTINGS = {"AMENDS_SECRET_KEY": "bench", "AMENDS_LISTEN_THREADS": "0"}
_PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from amends.demo.group import make_group
make_group(open_dental_url="http://127.0.0.1:1/api/v1/", slack_url="http://127.0.0.1:{slack}/api/")
from amends.integrations.slack.models import SlackWorkspace
SlackWorkspace.objects.update(team_id="{team}", signing_secret="{secret}", app_token="")
"""
_BUSY = """
import django; django.setup()
from django.db import transaction
from amends.integrations.slack.models import SlackHeard
from django.utils import timezone
import itertools, os
for n in itertools.count():
    if n == 1:
        print("busy", flush=True)
    with transaction.atomic():
        for m in range(50):
            SlackHeard.objects.create(key=f"{os.getpid()}-{n}-{m}", at=timezone.now())
"""


def main() -> Iterator[tuple[str, str]]:
    """Rows of the table: the waits for an acknowledgement, of `AT_ONCE` commands in each of `ROUNDS`."""
    from cryptography.fernet import Fernet

    with tempfile.TemporaryDirectory() as home, _slow_slack() as slack, _free_port() as port:
        environment = {
            **os.environ,
            **_SETTINGS,
            "AMENDS_HOME": home,
            "AMENDS_SEALING_KEYS": Fernet.generate_key().decode(),
            "AMENDS_LISTEN": f"127.0.0.1:{port}",
            "DJANGO_SETTINGS_MODULE": "amends.settings",
        }
        prepare = _PREPARE.format(slack=slack, team=TEAM, secret=SECRET)
        subprocess.run([sys.executable, "-c", prepare], env=environment, check=True)
        amends = str(Path(sys.executable).parent / "amends")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        site = subprocess.Popen([amends, "serve"], env=environment, **quiet)  # type: ignore[call-overload]
        busy: list[subprocess.Popen[bytes]] = []
        try:
            _until_it_answers(port)
            for _ in range(2):
                busy.append(subprocess.Popen([sys.executable, "-c", _BUSY], env=environment, stdout=subprocess.PIPE))
            for process in busy:
                process.stdout.readline()  # type: ignore[union-attr]  # it writes by now
            with ThreadPoolExecutor(AT_ONCE) as people:
                rounds = (people.map(partial(_type, port, n), range(AT_ONCE)) for n in range(ROUNDS))
                waits = [wait for one in rounds for wait in one]
        finally:
            for process in (*busy, site):
                process.terminate()
                process.wait()
    ordered = sorted(waits)
    p95 = quantiles(ordered, n=20)[-1]
    median, longest = ordered[len(ordered) // 2], ordered[-1]
    said = f"median {median * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, longest {longest * 1000:.0f} ms"
    yield f"Slack: {AT_ONCE} commands at once, busy database, acknowledged", said


def _type(port: int, round_no: int, number: int) -> float:
    fields = {
        "command": "/upset",
        "text": "away tomorrow",
        "user_id": "U0OMAR",
        "team_id": TEAM,
        "trigger_id": f"{round_no}.{number}.{time.time()}",
    }
    body, stamp = urlencode(fields), str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body) or ""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature,
    }
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    line.request("POST", "/slack/events", body, headers)
    answer = line.getresponse()
    answer.read()
    wait = time.perf_counter() - began
    line.close()
    if answer.status != 200:
        raise SystemExit(f"bench.slack: /slack/events answered {answer.status}")
    return wait


def _until_it_answers(port: int) -> None:
    for _ in range(600):
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/healthz")
            line.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("bench.slack: the site did not start")


class _slow_slack:  # noqa: N801  a context manager
    """A server that takes a second for each answer; gives its port."""

    def __enter__(self) -> int:
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        class Slow(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                time.sleep(1)
                told = b'{"ok": true}'
                self.send_response(200)
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return int(self._server.server_address[1])

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _free_port:  # noqa: N801  a context manager
    def __enter__(self) -> int:
        import socket

        with socket.create_server(("127.0.0.1", 0)) as taken:
            return int(taken.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        pass
