"""Values of the policy inside a page: `{limit:speak_open_days}` shows the limit that the engine keeps, in words.

So no page can promise another one. `{role:office_manager}` is a role as the group calls it, `{chart:resolved}` a word
that staff write in Open Dental.
"""

import re
from collections.abc import Mapping
from dataclasses import fields

from amends.handbook.limits import in_words
from amends.protocol.policy import ChartWords, Policy

_VALUE = re.compile(r"\{([a-z]+:[a-z_]+)\}")
# Whatever somebody may have meant as one: it is refused when it is none, and not printed as it stands.
_MEANT = re.compile(r"\{\s*([A-Za-z]+\s*:\s*[\w-]+)\s*\}")

Values = tuple[tuple[str, str], ...]


def values(policy: Policy) -> Values:
    """Every value that a page may show, as (name, words), in order: hashable, so that pages can be kept."""
    limits = {f"limit:{name}": words for name, words in in_words(policy.limits).items()}
    roles = {f"role:{role}": words for role, words in policy.roles.items()}
    chart = {
        f"chart:{field.name}": _shown(field.name, getattr(policy.chart, field.name)) for field in fields(ChartWords)
    }
    return tuple({**limits, **roles, **chart}.items())


def _shown(name: str, word: str) -> str:
    return word if name == "note_mark" else word.upper()


def filled(text: str, known: Mapping[str, str]) -> str:
    """The text with its values; an unknown name stays as it was written."""
    return _VALUE.sub(lambda found: known.get(found[1], found[0]), text)


def unknown_in(text: str, known: Mapping[str, str]) -> list[str]:
    """What looks like a value and is none, each once, in order."""
    meant = (found[1] for found in _MEANT.finditer(text))
    return list(dict.fromkeys(name for name in meant if name not in known))
