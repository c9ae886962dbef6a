"""Which words the accounts of each case have, kept in the transaction of the events that brought them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from amends.cases import codec
from amends.cases.actions import Done
from amends.cases.models import EventRow
from amends.learning.models import AccountWords
from amends.learning.suggesting.similar import telling
from amends.protocol import events as e
from amends.protocol.case import Case
from amends.protocol.fold import fold
from amends.sealing import blind

_TELLING = (e.Reported, e.AccountAdded, e.TakenIn, e.AccountRewritten)
# What accounts and causes follow from; whoever needs no more of a case needs not read the rest.
_KINDS = [kind.__name__ for kind in (*_TELLING, e.CausesRecorded, e.CausesTakenBack)]
_MOST = 120
_DIGEST = 8  # characters, 48 bits: two words that meet by chance are not to be expected


def account_of(case: Case) -> str:
    """What was said happened, by whoever said so, one account after the other."""
    return "\n".join(account.text for account in case.accounts)


def digests_of(text: str) -> dict[str, str]:
    """The digests of the words of a text that are worth comparing, each with the word as it is written."""
    return {blind(f"word:{stem}")[:_DIGEST]: written for stem, written in islice(telling(text).items(), _MOST)}


def keep(done: Sequence[Done]) -> None:
    """Writes the words of the cases of which somebody told something."""
    told = [one for one in done if any(isinstance(event.fact, _TELLING) for event in one.events)]
    write((one.row.pk, one.case) for one in told)


def told_in(cases: Sequence[int]) -> Iterator[tuple[int, Case]]:
    """Each of these cases as far as accounts and causes go, and no further: nothing else of it is read."""
    stories: dict[int, list[EventRow]] = {pk: [] for pk in cases}
    for row in EventRow.objects.filter(case__in=stories, kind__in=_KINDS).order_by("seq"):
        stories[row.case_id].append(row)
    return ((pk, fold(codec.from_rows(rows))) for pk, rows in stories.items())


def make_anew(cases: Sequence[int]) -> None:
    """Writes the words of these cases from their events."""
    write(told_in(cases))


def write(cases: Iterable[tuple[int, Case]]) -> None:
    """Writes the words of these cases."""
    rows = [AccountWords(case_id=pk, words=" ".join(digests_of(account_of(case)))) for pk, case in cases]
    if rows:
        AccountWords.objects.bulk_create(rows, update_conflicts=True, unique_fields=["case"], update_fields=["words"])
