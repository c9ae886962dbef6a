"""`make bench`: every figure that the product claims, measured here. ARGS="--quick" leaves out the large ones."""

import sys
from collections.abc import Iterator

from bench import (
    check_reply,
    delivered,
    due,
    import_reviews,
    listening,
    match_review,
    pages,
    slack,
    suggesting,
    summary,
    wall,
)
from tests.run import postgresql

PORT = 8391


def rows(*, quick: bool) -> Iterator[tuple[str, str]]:
    yield from due.main()
    yield from check_reply.main()
    yield from match_review.main()
    yield from suggesting.main()
    yield from import_reviews.main(rows=10_000 if quick else import_reviews.ROWS)
    yield from delivered.main()
    yield from listening.main()
    yield from slack.main()
    databases = ["sqlite", *(["postgresql"] if postgresql() else [])]
    for database in databases:
        for cases in (1_000,) if quick else (1_000, 100_000):
            yield from pages.pages(database, cases, PORT)
            yield from summary.main(database, cases, PORT)
            yield from wall.main(database, cases, PORT)


def main() -> int:
    measured = []
    for name, value in rows(quick="--quick" in sys.argv):
        print(f"{name:<62} {value}", flush=True)
        measured.append((name, value))
    print("\n| what | measured |\n|---|---|")
    for name, value in measured:
        print(f"| {name} | {value} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
