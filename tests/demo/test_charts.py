"""The charts of the simulated Open Dental hold what the history says of them, unless somebody deleted it since."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from tests.cases.story import MARISOL, by, opened
from tests.conftest import Cast
from tests.ports import free_port

from amends.cases import actions
from amends.deliveries.models import Delivery
from amends.demo import simulated
from amends.demo.charts import commlogs, fill_charts
from amends.demo.simulated import Simulated
from amends.integrations.open_dental.models import Ear, Mode, OpenDentalDatabase
from amends.protocol import commands as c
from amends.protocol.values import AMENDS, ChartRow
from amends.protocol.words import Purpose, Way
from amends.reviews.intake import SeenReview, take_in
from amends.reviews.models import Via

pytestmark = pytest.mark.django_db
FOUND, WRITTEN = "71001", "71002"
SPOKE = "Spoke with her; she comes back on Friday."


@pytest.fixture
def open_dental(tmp_path: Path) -> Iterator[Simulated]:
    arguments = ["open-dental", "--mode", "service"]
    one = simulated.start("Open Dental", arguments, port=free_port(), state=tmp_path / "world.json", say=print)
    assert one.wait_until_it_answers(60)
    yield one
    one.stop()


@pytest.fixture
def history(group: Cast) -> None:
    """A case that was reported at the desk, and a conversation that was found in the chart."""
    case = opened(group.maple, group.ana, patient=MARISOL).row.pk
    row = Delivery.objects.get(purpose=Purpose.ACCOUNT.value)
    proved = c.DeliveryProved(marker=row.marker, purpose=Purpose.ACCOUNT, about=row.about, place="CommLog", id=WRITTEN)
    actions.perform(command=proved, by=AMENDS, case=case)
    Delivery.objects.filter(pk=row.pk).update(proof_place="CommLog", proof_id=WRITTEN)
    found = c.RecordConversation(way=Way.PHONE, note=SPOKE, found=ChartRow("main", "CommLog", FOUND))
    actions.perform(command=found, by=by(group.omar, group.maple), case=case)


def in_chart(one: Simulated) -> dict[int, dict[str, Any]]:
    return {row["CommlogNum"]: row for row in one.control("GET", "rows/commlog")}


def test_what_amends_wrote_and_what_it_found_stands_in_the_chart_once(history: None, open_dental: Simulated) -> None:
    before = in_chart(open_dental)
    for _ in range(2):
        fill_charts(open_dental)
    after = in_chart(open_dental)
    new = [row for number, row in sorted(after.items()) if number not in before]
    assert [str(row["CommlogNum"]) for row in new] == [FOUND, WRITTEN]
    assert {row["PatNum"] for row in new} == {MARISOL.pat_num}
    assert new[0]["Note"] == SPOKE
    assert new[1]["Note"] == Delivery.objects.get(purpose=Purpose.ACCOUNT.value).payload["text"]
    assert [row for number, row in after.items() if number in before] == list(before.values())


def test_who_wrote_a_review_was_there_before_it_whatever_the_hour(group: Cast, open_dental: Simulated) -> None:
    group.harbor.ClinicNum = 2
    group.harbor.save()
    now = timezone.now()
    what: dict[str, Any] = {"stars": 1, "text": "An hour.", "reviewer": "Jen D", "posted_at": now}
    seen = SeenReview(office=str(group.harbor.pk), site="google", site_id="7", **what)
    review = take_in(seen, via=Via.GOOGLE_BUSINESS, at=now).review
    assert review.case is not None
    for _ in range(2):
        fill_charts(open_dental)
    (visit,) = (row for row in open_dental.control("GET", "rows/appointment") if row["AptNum"] > 800_000)
    assert (visit["PatNum"], visit["ClinicNum"], visit["AptStatus"]) == (2004, 2, "Complete")
    asked, seated = (datetime.fromisoformat(visit[name]) for name in ("AptDateTime", "DateTimeSeated"))
    assert seated - asked == timedelta(hours=1)
    assert seated.replace(tzinfo=ZoneInfo("America/New_York")) < now


def test_nothing_is_written_once_amends_listens(history: None, open_dental: Simulated) -> None:
    database = OpenDentalDatabase.objects.create(key="main", name="Bluebell & Finch", mode=Mode.SERVICE)
    Ear.objects.create(database=database, since="2026-11-24 10:00:00")
    before = in_chart(open_dental)
    fill_charts(open_dental)
    assert in_chart(open_dental) == before


def test_each_row_has_a_number_of_its_own(history: None) -> None:
    numbers = [row["CommlogNum"] for row in commlogs()]
    assert sorted(numbers) == [int(FOUND), int(WRITTEN)]


def test_what_its_control_refuses_is_said(open_dental: Simulated) -> None:
    with pytest.raises(OSError, match="refuses GET rows/nonsense"):
        open_dental.control("GET", "rows/nonsense")
