"""A file that says how another file is to be read: TOML or JSON, by whoever knows the tool.

site = "google"              # for every row; where no column says on which site a review stands
office = "Maple Street"      # for every row, where no column says of which office it is
date_order = "dmy"           # or "mdy"
rating_scale = 10            # grades from 1 to 10; without it 1 to 5
zone = "America/Chicago"     # of times that name none; without it each office's own
[columns]                    # our field = the name of the column
text_original = "Comentario"
[locations]                  # as the file writes it = the office's name
"store-7" = "Maple Street"
[sites]                      # as the file writes it = google, facebook, yelp, healthgrades, zocdoc, other …
"GMB listing" = "google"
"""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from amends.reviews.bringing.columns import FIELDS, tells_of_patient
from amends.reviews.bringing.dates import Order
from amends.reviews.bringing.sites import OTHER, site_of

_LARGEST = 1_000_000  # bytes


class MapError(ValueError):
    """The map cannot be used; the text says why."""


class ColumnMap(BaseModel):
    """The map as it is used; an empty one says nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    site: str = ""
    office: str = ""
    date_order: Literal["", "mdy", "dmy"] = ""
    rating_scale: Literal[5, 10] = 5
    zone: str = ""
    columns: Mapping[str, str] = Field(default_factory=dict)
    locations: Mapping[str, str] = Field(default_factory=dict)
    sites: Mapping[str, str] = Field(default_factory=dict)

    @field_validator("columns")
    @classmethod
    def _known_fields(cls, columns: Mapping[str, str]) -> Mapping[str, str]:
        unknown = sorted(set(columns) - set(FIELDS))
        if unknown:
            raise ValueError(f"there is no field {', '.join(unknown)}; the fields are {', '.join(FIELDS)}")
        secret = sorted(name for name in columns.values() if tells_of_patient(name))
        if secret:
            raise ValueError(f"{', '.join(secret)} may say who a patient is, and is never read")
        return columns

    @field_validator("site")
    @classmethod
    def _known_site(cls, name: str) -> str:
        return _site(name) if name else ""

    @field_validator("sites")
    @classmethod
    def _known_sites(cls, sites: Mapping[str, str]) -> Mapping[str, str]:
        return {name: _site(site) for name, site in sites.items()}

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            return ZoneInfo(name).key if name else ""
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("there is no such zone; it looks like America/Chicago") from None

    @property
    def order(self) -> Order:
        return Order(self.date_order)


def read_map(path: Path) -> ColumnMap:
    """The map in this file. Raises `MapError`, and `OSError` where it cannot be read."""
    return map_of(path.read_bytes(), path.name)


def map_of(raw: bytes, name: str) -> ColumnMap:
    """The map in these bytes: JSON where its name ends so, else TOML. Raises `MapError`."""
    is_json = name.casefold().endswith(".json")
    if len(raw) > _LARGEST:
        raise MapError("The map is larger than any map.")
    try:
        text = raw.decode("utf-8-sig")
        return ColumnMap.model_validate(json.loads(text) if is_json else tomllib.loads(text))
    except ValidationError as wrong:
        first = wrong.errors()[0]
        place = ".".join(map(str, first["loc"])) or "map"
        raise MapError(f"{place}: {first['msg'].removeprefix('Value error, ')}.") from None
    except (ValueError, RecursionError):  # both readers' own errors are ValueErrors
        raise MapError(f"The map is no {'JSON' if is_json else 'TOML'} in UTF-8.") from None


def _site(name: str) -> str:
    site = site_of(name)
    if site == OTHER and name.strip().casefold() != OTHER:
        raise ValueError(f"{name.strip()[:40]!r} is no site that Amends knows; write other")
    return site
