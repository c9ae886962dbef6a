"""One row of a file as a review of one office, or the reason why it is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from amends.practice.directory import OfficeEntry
from amends.reviews.bringing.column_map import ColumnMap
from amends.reviews.bringing.columns import Columns
from amends.reviews.bringing.dates import moment_of
from amends.reviews.bringing.google_names import is_google_name
from amends.reviews.bringing.ratings import FIVE, TEN, rating_from, recommended_of
from amends.reviews.bringing.sites import OTHER, site_of
from amends.reviews.bringing.table import Row
from amends.reviews.bringing.values import NotUsable, Rating, ToldReply, ToldReview, folded, kept_text, tidy

_NOBODY = frozenset(("anonymous", "anonymoususer", "agoogleuser", "googleuser", "na", "none", "null", "anonimo"))
_TRUE = frozenset(("true", "yes", "1", "y", "t", "si"))
_LONGEST = 20_000  # characters of a text; sites take a few thousand
_LONGEST_ID, _LONGEST_URL = 200, 2_000
_NOT_SHOWN = frozenset(("draft", "pending", "rejected", "none", "submitted", "deleted"))


@dataclass(frozen=True)
class Reading:
    """How the rows of one file are read: its columns, the map, the offices and the time."""

    columns: Columns
    map: ColumnMap
    offices: Sequence[OfficeEntry]
    now: datetime
    slashes_are_us: bool = True
    _names: Mapping[str, list[OfficeEntry]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names: dict[str, list[OfficeEntry]] = {}
        for office in self.offices:
            names.setdefault(_name(office.name), []).append(office)
        object.__setattr__(self, "_names", names)

    @cached_property
    def locations(self) -> Mapping[str, str]:
        return {_name(place): office for place, office in self.map.locations.items()}

    @cached_property
    def sites(self) -> Mapping[str, str]:
        return {folded(name): site for name, site in self.map.sites.items()}

    def named(self, name: str) -> OfficeEntry | None:
        """The one office of exactly that name, but for case and spaces."""
        found = self._names.get(_name(name), [])
        return found[0] if len(found) == 1 else None


def told_in(row: Row, how: Reading) -> tuple[OfficeEntry, ToldReview]:
    """The office and the review of this row. Raises `NotUsable`; nothing of a patient's columns stands in it."""
    if row.wrong:
        raise NotUsable(row.wrong)
    extra = [cell for cell in row.cells[how.columns.width :] if cell.strip()]
    if extra:
        raise NotUsable("It has more cells than the header: a quotation mark or a delimiter is out of place.")
    cells = {name: row.cells[at].strip() for name, at in how.columns.at.items() if at < len(row.cells)}
    office = _office(cells, row, how)
    site = _site(cells, how)
    zone = ZoneInfo(how.map.zone) if how.map.zone else office.zone
    posted = _moment(cells, "created_at", zone, how)
    if posted is None:
        raise NotUsable("It has no date.")
    text = kept_text(cells.get("text_original", ""))
    rating = _rating(cells, site, how)
    if not rating.is_given and not text:
        raise NotUsable("It says nothing: no stars, no recommendation and no text.")
    if len(text) > _LONGEST:
        raise NotUsable("Its text is longer than any review.")
    edited = _moment(cells, "updated_at", zone, how)
    return office, ToldReview(
        site=site,
        site_id=_site_id(cells, site, how),
        google_id=_google_id(cells, how) if site == "google" else "",
        rating=rating,
        reviewer=_reviewer(cells),
        text=text,
        text_translated=kept_text(cells.get("text_translated", ""))[:_LONGEST],
        url=_url(cells.get("review_url", "")),
        reply_url=_url(cells.get("reply_url", "")),
        posted_at=posted.astimezone(office.zone),
        edited_at=max(edited, posted) if edited else None,
        reply=_reply(cells, zone, how),
    )


def _office(cells: Mapping[str, str], row: Row, how: Reading) -> OfficeEntry:
    """The office that the row names, by the map or by its exact name. Never a guess; an id alone names nothing."""
    given = {key: cells[key] for key in ("location_ref", "location_id") if cells.get(key)}
    by_map = [how.locations[_name(place)] for place in given.values() if _name(place) in how.locations]
    if astray := next((name for name in by_map if how.named(name) is None), ""):
        raise NotUsable(f"The map leads its location to {astray[:60]!r}, and there is no such office for you.")
    name = given.get("location_ref", "")
    by_name = [name] if _name(name) not in how.locations else []
    found = {office.id: office for each in (*by_map, *by_name) if (office := how.named(each))}
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        raise NotUsable("Its location names two offices.")
    if given:
        place = next(iter(given.values()))
        shown = f" ({place[:60]})" if _may_be_shown(place, row, how) else ""
        raise NotUsable(f"Its location{shown} is no office's name. Say in a map which office it is.")
    if how.map.office and (office := how.named(how.map.office)):
        return office
    if how.map.office:
        raise NotUsable(f"The map names the office {how.map.office[:60]!r}, and there is no such office for you.")
    raise NotUsable("It names no location. Say in a map of which office it is.")


def _may_be_shown(words: str, row: Row, how: Reading) -> bool:
    """Rows out of order may hold a patient where a location should be: what looks like one is not repeated."""
    private = {_name(row.cells[at]) for at in how.columns.of_patient if at < len(row.cells)} - {""}
    if len(row.cells) != how.columns.width or "@" in words or sum(ch.isdigit() for ch in words) > 6:
        return False
    return not any(part in _name(words) or _name(words) in part for part in private)


def _site(cells: Mapping[str, str], how: Reading) -> str:
    name = cells.get("source", "")
    site = how.sites.get(folded(name), "") if name else ""
    site = site or site_of(name) or how.map.site or how.columns.site
    if not site:
        raise NotUsable('It does not say on which site it stands. Say so in a map: site = "google".')
    return site


def _site_id(cells: Mapping[str, str], site: str, how: Reading) -> str:
    """The review's name on its site. A tool's own number gets the tool in front, as its webhooks give it."""
    if is_google_name(cells.get("google_name", "")):
        return cells["google_name"]
    given = tidy(cells.get("source_review_id", ""), _LONGEST_ID + 1)
    if not given:
        return ""
    if len(given) > _LONGEST_ID:
        raise NotUsable("The review's id is longer than any.")
    tool = how.columns.tool
    if tool in ("birdeye", "podium", "yext") and not is_google_name(given):
        return f"{tool}:{given}"
    return f"{folded(cells.get('source', ''))}:{given}" if site == OTHER else given


def _google_id(cells: Mapping[str, str], how: Reading) -> str:
    """What may be the last part of Google's name: never a number of another tool's own."""
    tools_own = how.columns.tool in ("birdeye", "podium", "yext")
    given = cells.get("google_review_id", "") or ("" if tools_own else cells.get("source_review_id", ""))
    return tidy(given, _LONGEST_ID)


def _rating(cells: Mapping[str, str], site: str, how: Reading) -> Rating:
    scale: int = how.map.rating_scale
    told = cells.get("rating_scale", "")
    if told and told.split(".")[0] not in (str(FIVE), str(scale)):
        raise NotUsable(f"Its rating is not out of {FIVE}. Say in a map which scale it is: rating_scale = {TEN}.")
    if told and told.split(".")[0] == str(FIVE):
        scale = FIVE
    rating = rating_from(cells.get("rating_value", ""), site=site, tool=how.columns.tool, scale=scale)
    if rating.is_given:
        return rating
    return Rating(recommended=recommended_of(cells.get("recommended", "")))


def _reviewer(cells: Mapping[str, str]) -> str:
    """The name as the site shows it; "" for somebody who stays anonymous."""
    if folded(cells.get("reviewer_anonymous", "")) in _TRUE:
        return ""
    name = cells.get("reviewer_name", "") or f"{cells.get('reviewer_first', '')} {cells.get('reviewer_last', '')}"
    return "" if folded(name) in _NOBODY else tidy(name)


def _reply(cells: Mapping[str, str], zone: tzinfo, how: Reading) -> ToldReply | None:
    """The reply that stands on the site, as far as the file knows one."""
    text = kept_text(cells.get("reply_text", ""))
    if not text or folded(text) in ("na", "none", "null") or folded(cells.get("reply_state", "")) in _NOT_SHOWN:
        return None
    try:
        at = _moment(cells, "reply_at", zone, how)
    except NotUsable:
        at = None  # the reply counts; only its date is not known
    return ToldReply(text=text[:_LONGEST], at=at)


def _moment(cells: Mapping[str, str], name: str, zone: tzinfo, how: Reading) -> datetime | None:
    written = cells.get(name, "")
    if not written:
        return None
    return moment_of(written, zone, how.now, how.map.order, slashes_are_us=how.slashes_are_us)


def _url(written: str) -> str:
    """An address that may stand behind a link; anything else is none."""
    is_one = written.startswith(("https://", "http://")) and len(written) <= _LONGEST_URL and written.isprintable()
    return written if is_one and " " not in written else ""


def _name(text: str) -> str:
    return " ".join(text.casefold().replace("\x00", "").split())
