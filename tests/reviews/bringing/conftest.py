"""Files as review tools make them, brought in at Maple Street and Harbor View."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from tests.conftest import Cast

from amends.reviews.bringing.column_map import ColumnMap
from amends.reviews.bringing.importing import Rejected, Report, bring_in

NOW = datetime(2026, 3, 10, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Brought:
    report: Report
    rejected: list[Rejected]

    @property
    def why(self) -> str:
        return " ".join(row.why for row in self.rejected)


Brings = Callable[..., Brought]


@pytest.fixture
def bring(group: Cast) -> Brings:
    """Brings a file in: its lines, or its bytes."""

    def brought(content: str | bytes, *, dry_run: bool = False, at: datetime = NOW, **mapped: object) -> Brought:
        raw = content.encode() if isinstance(content, str) else content
        rejected: list[Rejected] = []
        report = bring_in(
            lambda: io.BytesIO(raw), ColumnMap.model_validate(mapped), rejects=rejected.append, dry_run=dry_run, at=at
        )
        return Brought(report, rejected)

    return brought
