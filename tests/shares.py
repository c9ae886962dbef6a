"""How the tests of one run are shared out among its workers.

What is costly to build is built by one worker, once; and the long come first, so that no core is idle while another
has the last long one to itself.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

# Folders whose files share something costly: one running demo with its browser; the demo's history.
TOGETHER = ("tests/browser/", "tests/demo/")
# Where it takes longest; what is not named is short and fills up the end.
LONG_FIRST = (
    "tests/chaos/test_kill.py",
    "tests/chaos/test_scaled.py",
    "tests/browser/",
    "tests/scale/",
    "tests/chaos/test_replies.py",
    "tests/demo/",
    "tests/chaos/test_listening.py",
    "tests/web/test_routes.py",
    "tests/web/test_in_browser.py",
    "tests/integrations/slack/test_socket.py",
    "tests/contract/",
    "tests/cli/",
    "tests/setup/",
    "tests/cases/",
    "tests/integrations/",
)


def shares_of(collection: list[str]) -> dict[str, str]:
    """The share of each test by its id: a file, or a folder of `TOGETHER`, as far as they stand side by side."""
    shares, number, last = dict[str, str](), 0, ""
    for nodeid in collection:
        place = next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid.partition("::")[0])
        number, last = number + (place != last), place
        shares[nodeid] = f"{number} {place}"
    return shares


class Shares(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives each worker one share after the other, in the order in which the tests were collected.

    Marks of pytest-xdist's own groups would not do: a version that does not know this pytest passes over them in
    silence (xdist 3.8 with pytest 9.2).
    """

    def add_node_collection(self, node: WorkerController, collection: list[str]) -> None:
        super().add_node_collection(node, collection)
        self._shares = shares_of(collection)

    def _split_scope(self, nodeid: str) -> str:
        return self._shares[nodeid]


def turn(item: pytest.Item) -> tuple[int, int]:
    """Where a test stands in the order of a run.

    Each worker comes to those that empty the tables afterwards when it is done with all that need what the migrations
    wrote there; the short ones without a database are last.
    """
    long = next((n for n, place in enumerate(LONG_FIRST) if item.nodeid.startswith(place)), len(LONG_FIRST))
    fixtures = getattr(item, "fixturenames", ())
    if "transactional_db" in fixtures:
        return 1, long
    is_filling = long == len(LONG_FIRST) and "db" not in fixtures and item.get_closest_marker("django_db") is None
    return (2 if is_filling else 0), long
