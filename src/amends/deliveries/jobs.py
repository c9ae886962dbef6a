"""The scaled engine's nudge: a procrastinate job wakes one worker, wherever it runs.

A job carries nothing and does nothing but wake the threads of its process, which lease rows as ever. Whoever loses one
(a worker that is killed, a database that is restarted) loses at most the second until the next look.
"""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import procrastinate
import structlog
from django.db import OperationalError
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from amends.deliveries import nudges

log = structlog.get_logger(__name__)

QUEUE = "deliveries"
_NUDGE = "amends.nudge"
_START_AGAIN_AFTER = 1.0  # seconds
_tasks = procrastinate.Blueprint()


@_tasks.task(name=_NUDGE, queue=QUEUE)
async def nudge() -> None:
    """Wakes the engine of the worker that fetched this."""
    nudges.wake()


@_tasks.periodic(cron="*/5 * * * *")
@_tasks.task(name="amends.forget_stalled", queue=QUEUE, pass_context=True)
async def forget_stalled(context: procrastinate.JobContext, timestamp: int) -> None:
    """Removes the jobs of workers that were killed: procrastinate keeps them as running for ever."""
    jobs = context.app.job_manager
    for stalled in await jobs.get_stalled_jobs(queue=QUEUE):
        await jobs.finish_job(stalled, Status.FAILED, delete_job=True)


def enqueue() -> None:
    """Enqueues a nudge in the transaction that is open. Raises `DatabaseError`, as everything else in it does."""
    try:
        django_app.configure_task(_NUDGE, queue=QUEUE).defer()
    except ConnectorException as error:
        raise OperationalError(f"No nudge could be enqueued ({type(error.__cause__).__name__}).") from error


class Bell:
    """Rings when a job comes: waits for jobs in a thread of its own, until it is stopped.

    It outlives a database that is away.
    """

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._waiting: asyncio.Task[None]
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 30.0) -> None:
        """Ends the wait, once. A job takes no time, so there is nothing to let finish."""
        self._stopping.set()
        self._loop.call_soon_threadsafe(lambda: self._waiting.cancel())
        self._thread.join(timeout)
        self._loop.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._waiting = self._loop.create_task(_wait_for_jobs())
            try:
                self._loop.run_until_complete(self._waiting)
            except asyncio.CancelledError:
                continue
            except Exception as error:
                log.error("jobs.database", error=type(error).__name__)
            self._stopping.wait(_START_AGAIN_AFTER)


async def _wait_for_jobs() -> None:
    async with _listening() as app:
        await app.run_worker_async(queues=[QUEUE], name="amends", install_signal_handlers=False, delete_jobs="always")


@asynccontextmanager
async def _listening() -> AsyncIterator[procrastinate.App]:
    """An app of its own: that of Django enqueues in Django's transactions, in a worker's process too."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4))
    app.add_tasks_from(_tasks, namespace="")
    async with app.open_async():
        yield app
