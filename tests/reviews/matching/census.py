"""Names that people in the United States have, the commonest first. No person is meant by any of them."""

from pathlib import Path

_HERE = Path(__file__).parent
FIRST = (_HERE / "first_names.txt").read_text().split()
LAST = (_HERE / "last_names.txt").read_text().split()
