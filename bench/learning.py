"""How long the Learning page takes, over all of five years and with its filters: for a leader and for one office."""

from collections.abc import Iterator

from bench.load import Visitor, measure

ASKED = {
    "26 weeks": "",
    "24 months": "?period=24m",
    "5 years": "?period=5y",
    "5 years, one cause": "?period=5y&cause=wait_in_office",
    "5 years, one region": "?period=5y&region=1",
}


def rows(leader: Visitor, manager: Visitor, size: str) -> Iterator[tuple[str, str]]:
    """One row for each thing to ask for."""
    for who, visitor, asked in (("group", leader, ASKED), ("one office", manager, {"5 years": "?period=5y"})):
        for name, query in asked.items():

            def ask(one: Visitor, n: int, query: str = query) -> bytes:
                return one.get(f"/learning/{query}")

            measure([visitor], 20, ask)
            yield f"Learning, {who}, {name} · {size}", str(measure([visitor], 200, ask))
