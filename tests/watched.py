"""Which tests are watched for the branches that they reach (`make test ARGS=--coverage`).

Being watched costs a test half its time again, whatever it does. The folders here reach every branch of what is covered
by themselves (`COVER` in tests/run.py); the others run at their own pace.
"""

from collections.abc import Generator

import pytest
from coverage import Coverage
from django.template import engines

WATCHED = (
    "tests/protocol/",
    "tests/cases/",
    "tests/deliveries/",
    "tests/learning/test_",
    "tests/listening/",
    "tests/reviews/test_",
    "tests/audit/",
    "tests/practice/",
    "tests/setup/test_run",
    "tests/integrations/test_slack",
    "tests/integrations/slack/",
)


@pytest.hookimpl(trylast=True)
def pytest_sessionstart() -> None:
    """Loads the tags of templates while all is watched: the first page would, and that may be of a test that is not."""
    engines.all()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Stops the watching for the length of any other test, with its fixtures."""
    stopped: list[Coverage] = []
    if not item.nodeid.startswith(WATCHED):
        while watching := Coverage.current():  # in a worker there are two, one within the other
            watching.stop()
            stopped.append(watching)
    try:
        return (yield)
    finally:
        for watching in reversed(stopped):
            watching.start()
