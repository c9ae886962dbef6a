"""When something was last heard, and how often a request was refused: counted in memory, written down now and then.

Whoever floods the public address with forged requests makes no writes.
"""

import threading
from collections import Counter
from datetime import datetime

from django.db.models import F

from amends import clock
from amends.integrations.slack.models import SlackInbound, SlackWorkspace

_lock = threading.Lock()
_heard: dict[int, datetime] = {}
_refused: Counter[int] = Counter()
_refused_at: dict[int, datetime] = {}


def heard(workspace: int) -> None:
    with _lock:
        _heard[workspace] = clock.now()


def refused(workspaces: list[int]) -> None:
    """A request that none of these has signed."""
    with _lock:
        _refused.update(workspaces)
        _refused_at.update(dict.fromkeys(workspaces, clock.now()))


def write_down() -> bool:
    """Writes what was counted since the last time; whether there was anything."""
    with _lock:
        heard_at, count, refused_at = dict(_heard), Counter(_refused), dict(_refused_at)
        _heard.clear()
        _refused.clear()
        _refused_at.clear()
    for pk in SlackWorkspace.objects.filter(pk__in=heard_at.keys() | count.keys()).values_list("pk", flat=True):
        row, _ = SlackInbound.objects.get_or_create(workspace_id=pk)
        changes: dict[str, object] = {"heard_at": heard_at[pk]} if pk in heard_at else {}
        if count[pk]:
            changes |= {"refused": F("refused") + count[pk], "refused_at": refused_at[pk]}
        SlackInbound.objects.filter(pk=row.pk).update(**changes)
    return bool(heard_at or count)
