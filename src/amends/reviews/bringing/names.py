"""The names in `names.toml`, read once."""

import tomllib
from importlib.resources import files
from typing import Any

NAMES: dict[str, Any] = tomllib.loads((files(__package__) / "names.toml").read_text(encoding="utf-8"))


def words(text: str) -> tuple[str, ...]:
    """The words of a list that is written as one text, in its order."""
    return tuple(dict.fromkeys(text.split()))
