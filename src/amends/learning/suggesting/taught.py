"""What a group's first accounts are read with: the counts of accounts that were labelled for Amends, as it ships.

python -m amends.learning.suggesting.taught tests/learning/suggesting/*.jsonl > taught.json
"""

import json
import sys
from functools import lru_cache
from importlib import resources
from pathlib import Path

from amends.learning.suggesting.model import Model, model_from


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    """The counts that come with Amends, read once."""
    file = resources.files("amends.learning.suggesting").joinpath("taught.json")
    return model_from(json.loads(file.read_text(encoding="utf-8")))


def main(paths: list[str]) -> None:
    """Reads the labelled accounts and writes the counts to standard output."""
    lines = [json.loads(line) for path in paths for line in Path(path).read_text(encoding="utf-8").splitlines()]
    model = Model().learned_all((line["text"], line["causes"]) for line in lines)
    sys.stdout.write(json.dumps(model.kept(), ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
