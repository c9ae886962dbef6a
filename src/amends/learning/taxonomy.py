"""Where a cause stands among the domains and categories of HCAT, and the stages of care in a dental office.

Source: `taxonomy.toml`, after Gillespie and Reader, BMJ Quality & Safety 2016.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType


class TaxonomyError(ValueError):
    """A taxonomy that cannot be used; the text names the entry."""


@dataclass(frozen=True, slots=True)
class Category:
    """One category of HCAT, with the domain that it belongs to. Keys are plain; labels are for people."""

    key: str
    label: str
    domain: str
    domain_label: str


@dataclass(frozen=True)
class Taxonomy:
    """Every cause in exactly one category; `stages_of_care` in the order of a visit. `stage_of` has the causes that
    belong to one stage as a rule; the others may happen anywhere on the way."""

    categories: Mapping[str, Category]
    causes: Mapping[str, Category]
    stages_of_care: Mapping[str, str]
    stage_of: Mapping[str, str]

    def category(self, cause: str) -> Category:
        """The category of a cause; a cause that a group added itself is *other*."""
        return self.causes.get(cause, self.categories["other"])


@lru_cache(maxsize=1)
def shipped_taxonomy() -> Taxonomy:
    """The taxonomy that comes with Amends, read once."""
    return read_taxonomy(resources.files("amends.learning").joinpath("taxonomy.toml").read_text(encoding="utf-8"))


def read_taxonomy(text: str) -> Taxonomy:
    """The taxonomy in a TOML text. Raises `TaxonomyError` naming the entry that is wrong."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise TaxonomyError(f"The taxonomy is not valid TOML: {wrong}.") from wrong
    domains = _labels("domains", table)
    categories = {key: _category(key, given, domains) for key, given in _table("categories", table).items()}
    if "other" not in categories:
        raise TaxonomyError("[categories] needs the entry other, for causes that a group adds itself.")
    stages = _labels("stages_of_care", table)
    causes, stage_of = {}, {}
    for cause, given in _table("causes", table).items():
        fields = given if isinstance(given, dict) else {}
        category, stage = fields.get("category"), fields.get("stage")
        if category not in categories:
            raise TaxonomyError(f"[causes] {cause} names {category}, which is no category.")
        causes[cause] = categories[category]
        if stage is None:
            continue
        if stage not in stages:
            raise TaxonomyError(f"[causes] {cause} names {stage}, which is no stage of care.")
        stage_of[cause] = stage
    return Taxonomy(*map(MappingProxyType, (categories, causes, stages, stage_of)))


def _category(key: str, given: object, domains: Mapping[str, str]) -> Category:
    fields = given if isinstance(given, dict) else {}
    label, domain = fields.get("label"), fields.get("domain")
    if not isinstance(label, str) or not isinstance(domain, str) or domain not in domains:
        raise TaxonomyError(f"[categories] {key} needs a label and one of the domains.")
    return Category(key, label, domain, domains[domain])


def _table(name: str, table: Mapping[str, object]) -> Mapping[str, object]:
    given = table.get(name)
    if not isinstance(given, dict) or not given:
        raise TaxonomyError(f"[{name}] is missing, empty or no table.")
    return given


def _labels(name: str, table: Mapping[str, object]) -> Mapping[str, str]:
    labels = {}
    for key, label in _table(name, table).items():
        if not isinstance(label, str) or not label.strip():
            raise TaxonomyError(f"[{name}] {key} needs words between quotes.")
        labels[key] = label
    return labels
