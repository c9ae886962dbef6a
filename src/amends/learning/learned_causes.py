"""What the group's choices of causes have taught: made anew from the newest cases in the background, read from memory.

A page asks the database only whether what it has in memory still holds.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Collection
from functools import lru_cache

from amends.cases.queries import newest_event
from amends.cases.suggested import Suggested
from amends.deliveries import pulses
from amends.learning.account_words import account_of, told_in
from amends.learning.models import CaseFigures, LearnedCauses
from amends.learning.suggesting.model import Model, model_from
from amends.learning.suggesting.suggest import suggest

LEARN = "learning.causes"
_EVERY = 900.0  # seconds
# So many cases teach all that counts of words can teach, and reading them takes seconds.
_NEWEST = 3_000
_AT_ONCE = 250
_THE_ROW = 1


def learn_in_turn() -> bool:
    """Learns, if it is this process's turn and something has happened; True when it learned."""
    if not pulses.take_turn(LEARN, _EVERY):
        return False
    learned = learn()
    pulses.end_turn(LEARN)
    return learned


def learn() -> bool:
    """Makes anew what was learned, from the newest cases that have causes; False where nothing has happened since."""
    until = newest_event()
    if LearnedCauses.objects.filter(pk=_THE_ROW, until=until).exists():
        return False
    chosen = CaseFigures.objects.filter(counts=True).exclude(causes="").order_by("-case")
    cases = list(chosen.values_list("case_id", flat=True)[:_NEWEST])
    model = Model()
    for start in range(0, len(cases), _AT_ONCE):
        some = told_in(cases[start : start + _AT_ONCE])
        model = model.learned_all((account_of(case), case.causes) for _, case in some)
    kept = model.kept()
    defaults = {"version": _version(kept), "until": until, "kept": kept}
    LearnedCauses.objects.update_or_create(pk=_THE_ROW, defaults=defaults)
    return True


def causes_for(text: str, among: Collection[str]) -> list[Suggested]:
    """The causes that the words speak for, best first, by what is learned so far."""
    return [Suggested(one.cause, one.words) for one in suggest(text, learned_so_far(), among=among)]


def learned_so_far() -> Model:
    """What was last learned; the empty model, with which the lexicon speaks alone, before the first time."""
    version = LearnedCauses.objects.filter(pk=_THE_ROW).values_list("version", flat=True).first()
    return _read(version) if version else Model()


@lru_cache(maxsize=2)
def _read(version: str) -> Model:
    # Where it has been learned anew in between, what is read is newer than what was asked for, which does no harm.
    return model_from(LearnedCauses.objects.get(pk=_THE_ROW).kept)


def _version(kept: dict[str, object]) -> str:
    digest = hashlib.sha256(json.dumps(kept).encode()).digest()
    return urlsafe_b64encode(digest[:16]).decode().rstrip("=")
