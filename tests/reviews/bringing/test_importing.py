"""A file of any tool becomes reviews: each row is taken in or told with a reason, twice is once, no patient is kept."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import Cast
from tests.reviews.bringing.conftest import NOW, Brings

from amends.cases.models import CaseRow
from amends.reviews.bringing import importing
from amends.reviews.bringing.column_map import MapError, map_of
from amends.reviews.bringing.table import NotReadable
from amends.reviews.bringing.taking import take
from amends.reviews.intake import SeenReview, take_in
from amends.reviews.models import Reply, ReplyState, Review, ReviewVersion

HEAD = "Date,Location,Site,Rating,Reviewer,Review"
ROW = '2026-03-09,Maple Street,Google,1,Jen M,"Waited an hour, and ""nobody"" said a word.\nNever again."'
FILE = f"{HEAD}\n{ROW}\n"

TOOLS = {path.stem: path.read_text() for path in sorted((Path(__file__).parent / "files").glob("*.csv"))}


def rows_of(model: Any) -> list[dict[str, object]]:
    manager: Any = CaseRow.system if model is CaseRow else model.objects
    return list(manager.order_by("pk").values())


@pytest.mark.parametrize("tool", TOOLS)
def test_the_file_of_each_tool_is_understood_without_a_map(group: Cast, bring: Brings, tool: str) -> None:
    brought = bring(TOOLS[tool])
    assert brought.rejected == []
    first = Review.objects.order_by("pk")[0]
    assert (first.site, first.stars, first.text, first.office_id, first.via) == (
        "google", 2, "Rushed.", group.maple.pk, "csv",
    )  # fmt: skip
    assert first.posted_at.date().isoformat() == "2026-03-04"
    assert first.reviewer == ("" if tool in ("swell", "nexhealth") else "Jen M")
    assert first.reply
    assert (first.reply.text, first.reply.foreign, first.reply.state) == ("Thank you.", True, ReplyState.LIVE)
    assert first.case


def test_birdeyes_nought_is_no_rating_and_on_facebook_no(bring: Brings) -> None:
    bring(TOOLS["birdeye"])
    assert list(Review.objects.order_by("pk").values_list("site_id", "site", "stars", "recommended")) == [
        ("birdeye:77", "google", 2, None),
        ("birdeye:78", "birdeye", None, None),
        ("birdeye:79", "facebook", None, False),
    ]


def test_podiums_numbers_on_facebook_are_recommendations(bring: Brings) -> None:
    bring(TOOLS["podium"])
    assert list(Review.objects.order_by("pk").values_list("site_id", "stars", "recommended")) == [
        ("podium:p1", 2, None),
        ("podium:p2", None, False),
        ("podium:p3", None, True),
    ]


def test_no_column_about_a_patient_is_kept_or_told(bring: Brings) -> None:
    for tool in ("birdeye", "swell", "weave", "nexhealth"):
        brought = bring(TOOLS[tool])
        kept = str([rows_of(model) for model in (Review, ReviewVersion, Reply)])
        assert "Morales" not in kept
        assert "555-0" not in kept
        assert brought.report.file.not_kept
        assert "555-0" not in str(brought)


def test_a_row_out_of_order_is_rejected_without_the_patient_in_the_reason(bring: Brings) -> None:
    head = "Review Date,Location Name,Source,Reviewer,Rating,Review,Patient Name,Patient Phone"
    rows = (
        "03/04/2026,Jennifer Morales,Google,Jen,2,Rushed.,Jennifer Morales,555-0100",
        "03/04/2026,(555) 555-0100,Google,Jen,2,Rushed.,,",
        "Jennifer Morales,Maple Street,Google,Jen,2,Rushed.,,",
        "03/04/2026,Maple Street,Google,Jen,Jennifer Morales,Rushed.,,",
        "03/04/2026,Maple Street,Google,Jen,2,Rushed, and so on,Jennifer Morales,555-0100",
    )
    brought = bring("\n".join((head, *rows)))
    assert [row.line for row in brought.rejected] == [2, 3, 4, 5, 6]
    assert "Morales" not in brought.why
    assert "555" not in brought.why
    assert not Review.objects.exists()


# --- once ----------------------------------------------------------------------------------------------------------


def test_the_same_file_again_brings_nothing_new(bring: Brings) -> None:
    for tool in TOOLS.values():
        first = bring(tool)
        before = [rows_of(model) for model in (ReviewVersion, Reply, CaseRow)]
        again = bring(tool)
        assert (again.report.counts.new, again.report.counts.known) == (0, first.report.counts.read)
        assert (again.report.counts.changed, again.report.counts.cases) == (0, 0)
        assert [rows_of(model) for model in (ReviewVersion, Reply, CaseRow)] == before


def test_a_changed_review_of_the_same_id_is_the_same_one(bring: Brings) -> None:
    bring(TOOLS["birdeye"])
    again = bring(TOOLS["birdeye"].replace("77,2,Rushed.", "77,4,They called."))
    assert (again.report.counts.new, again.report.counts.changed) == (0, 1)
    assert Review.objects.get(site_id="birdeye:77").stars == 4


def test_what_seems_to_be_another_waits_for_a_person(bring: Brings) -> None:
    bring(TOOLS["birdeye"])
    brought = bring(TOOLS["weave"])
    assert (brought.report.counts.maybe_same, brought.report.counts.cases) == (1, 0)


def test_a_bare_google_id_joins_the_row_that_google_itself_brought(group: Cast, bring: Brings) -> None:
    posted = datetime(2026, 3, 4, 10, tzinfo=UTC)
    seen = SeenReview(
        office=str(group.maple.pk), site="google", site_id="accounts/1/locations/2/reviews/g-1",
        location="accounts/1/locations/2", stars=2, text="Rushed.", reviewer="Jen M", posted_at=posted,
        url="https://reviews.example/g-1",
    )  # fmt: skip
    take_in(seen, via="google_business", at=NOW)
    brought = bring(TOOLS["podium"])
    review = Review.objects.get(site="google")
    assert (review.location, review.url) == ("accounts/1/locations/2", "https://reviews.example/g-1")
    assert brought.report.counts.known == 1
    assert review.reply is None, "Google itself says what became of a reply"


def test_a_tool_that_lags_behind_google_says_nothing(group: Cast, bring: Brings) -> None:
    posted = datetime(2026, 3, 4, 10, tzinfo=UTC)
    seen = SeenReview(
        office=str(group.maple.pk), site="google", site_id="accounts/1/locations/2/reviews/g-1",
        location="accounts/1/locations/2", stars=5, text="They called. All good.", posted_at=posted,
        edited_at=posted + timedelta(days=2),
    )  # fmt: skip
    take_in(seen, via="google_business", at=NOW)
    for dry_run in (True, False):
        assert bring(TOOLS["podium"], dry_run=dry_run).report.counts.changed == 0
    assert Review.objects.get(site="google").stars == 5


# --- the dry run ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", TOOLS)
def test_a_dry_run_tells_what_would_happen_and_writes_nothing(bring: Brings, tool: str) -> None:
    writes: list[str] = []

    def watch(execute, sql, params, many, context):
        if not sql.lstrip(" (").upper().startswith(("SELECT", "SAVEPOINT", "RELEASE")):
            writes.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        foreseen = bring(TOOLS[tool], dry_run=True)
        assert writes == []
        then = bring(TOOLS[tool])
    assert writes
    assert vars(foreseen.report.counts) == vars(then.report.counts)
    again = bring(TOOLS[tool], dry_run=True)
    assert (again.report.counts.new, again.report.counts.cases) == (0, 0)


def test_a_dry_run_counts_a_row_that_stands_twice_once(bring: Brings) -> None:
    brought = bring(f"{FILE}{ROW}\n", dry_run=True)
    assert (brought.report.counts.new, brought.report.counts.known, brought.report.counts.cases) == (1, 1, 1)


def test_a_dry_run_that_would_write_is_stopped(bring: Brings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "look_ahead", lambda told, **how: take(told, **how))
    with pytest.raises(importing.WouldWrite):
        bring(FILE, dry_run=True)
    assert not Review.objects.exists()


# --- encodings and delimiters --------------------------------------------------------------------------------------

WORDS = "Señora López was “rushed” – a café is not a clinic."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_encoding_delimiter_and_line_ending(bring: Brings, encoding: str, delimiter: str, ending: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ending)
    writer.writerows([HEAD.split(","), ["2026-03-09", "Maple Street", "Google", "1", "Ana", WORDS]])
    brought = bring(out.getvalue().encode(encoding))
    assert brought.rejected == []
    assert Review.objects.get().text == WORDS


def test_quotes_and_line_breaks_within_a_text_are_kept_and_lines_counted(bring: Brings) -> None:
    brought = bring(f"{FILE}\n2026-03-09,Nowhere,Google,1,Bo,Bad\n")
    assert Review.objects.get().text == 'Waited an hour, and "nobody" said a word.\nNever again.'
    assert [(row.line, "Nowhere" in row.why) for row in brought.rejected] == [(5, True)]


def test_lines_above_the_header_are_passed_over(bring: Brings) -> None:
    assert bring(f"sep=,\nReviews of March\n\n{FILE}").report.counts.new == 1


def test_a_cell_that_never_ends_costs_only_what_it_swallowed(bring: Brings) -> None:
    brought = bring(f'{HEAD}\n2026-03-09,Maple Street,Google,1,Al,"{"x" * 200_000}\n{ROW}\n')
    assert "quotation mark" in brought.rejected[0].why
    assert brought.report.counts.read >= 1


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n  \n", b"PK\x03\x04rest", b"%PDF-1.7", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"a,b\n1,2\n", b"\x00" * 50],
)
def test_what_is_no_file_of_reviews_is_refused_as_a_whole(bring: Brings, content: bytes) -> None:
    with pytest.raises(NotReadable):
        bring(content)


# --- places, sites, maps -------------------------------------------------------------------------------------------


def test_a_location_is_never_guessed(bring: Brings) -> None:
    rows = [ROW.replace("Maple Street", place) for place in ("Maple", "Maple Street 2", "", "Harbour View")]
    assert bring("\n".join((HEAD, *rows))).report.counts.rejected == 4
    assert not Review.objects.exists()


def test_a_map_says_what_the_columns_are_and_which_place_is_which_office(group: Cast, bring: Brings) -> None:
    brought = bring(
        "Wann;Wo;Nummer;Sterne;Wer;Was;Seite\n04.03.2026 10:00;x;HV-2;7;Ida;Zu lange gewartet.;Portal\n",
        date_order="dmy",
        rating_scale=10,
        columns={
            "created_at": "Wann", "location_id": "Nummer", "rating_value": "sterne", "reviewer_name": "Wer",
            "text_original": "Was", "source": "Seite",
        },
        locations={"HV-2": "Harbor View"},
        sites={"Portal": "google"},
        zone="Europe/Berlin",
    )  # fmt: skip
    assert brought.rejected == []
    review = Review.objects.get()
    assert (review.office_id, review.stars, review.site) == (group.harbor.pk, 4, "google")
    assert review.posted_at == datetime(2026, 3, 4, 9, tzinfo=UTC)


def test_a_map_can_say_office_and_site_for_a_file_of_one_place(bring: Brings) -> None:
    content = "Date,Rating,Review\n2026-03-04,2,Rushed.\n"
    assert "location" in bring(content).why
    assert "site" in bring(content, office="Maple Street").why
    assert bring(content, office="maple street", site="google").report.counts.new == 1


def test_a_map_that_leads_nowhere_or_two_ways_is_told(bring: Brings) -> None:
    assert "no such office" in bring(FILE, locations={"Maple Street": "Elm Street"}).why
    both = "Date,Location,Store Code,Site,Rating\n2026-03-04,Maple Street,9,Google,2\n"
    assert "two offices" in bring(both, locations={"9": "Harbor View"}).why
    assert "no such office" in bring("Date,Rating\n2026-03-04,2\n", office="Elm Street", site="google").why


def test_a_bare_id_that_google_does_not_know_stays_the_reviews_own(bring: Brings) -> None:
    head = "Date,Location,Site,Review ID,Rating"
    bring(f"{head}\n2026-03-04,Maple Street,Google,a/b,2\n2026-03-05,Maple Street,Google,c,2\n")
    assert list(Review.objects.order_by("posted_at").values_list("site_id", flat=True)) == ["a/b", "c"]


@pytest.mark.parametrize(
    ("raw", "name", "says"),
    [
        (b"{", "m.JSON", "no JSON"),
        (b"[", "m.toml", "no TOML"),
        (b"\xff", "m", "no TOML"),
        (b"[" * 100_000, "m.json", "no JSON"),
        (b"#" * 1_000_001, "m", "larger"),
        (b'site = "elsewhere"', "m", "no site"),
        (b'zone = "Mars/Base"', "m", "no such zone"),
        (b'[columns]\nnobody = "x"', "m", "no field nobody"),
        (b'[columns]\nreviewer_name = "Patient Name"', "m", "never read"),
        (b"[]", "m.json", "map"),
    ],
)
def test_a_map_that_cannot_be_used_says_why(raw: bytes, name: str, says: str) -> None:
    with pytest.raises(MapError, match=says):
        map_of(raw, name)


def test_a_map_may_be_json_with_a_mark_in_front() -> None:
    mapped = map_of('{"site": "GMB", "sites": {"x": "other"}, "zone": "America/Chicago"}'.encode("utf-8-sig"), "m.json")
    assert (mapped.site, mapped.sites, mapped.order) == ("google", {"x": "other"}, "")


def test_a_map_for_a_column_that_is_not_there_is_told(bring: Brings) -> None:
    with pytest.raises(NotReadable, match="Wann"):
        bring(FILE, columns={"created_at": "Wann"})


def test_other_sites_keep_their_reviews_apart(bring: Brings) -> None:
    head = "Date,Location,Site,Review ID,Rating,Review"
    rows = [f"2026-03-04,Maple Street,{site},1,2,Rushed at {site}." for site in ("RateMDs", "Vitals")]
    bring("\n".join((head, *rows)))
    assert set(Review.objects.values_list("site", "site_id")) == {("other", "ratemds:1"), ("other", "vitals:1")}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"2026-03-09": ""}, "no date"),
        ({"2026-03-09": "2027-03-09"}, "future"),
        ({"2026-03-09": "1999-03-09"}, "before review sites"),
        ({"Google,1": "Google,9"}, "too high"),
        ({"Google,1": "Google,0"}, "0 is no rating"),
        ({"Google,1": "Google,8/10"}, "rating_scale"),
        ({"Google,1": "Google,?"}, "rating cannot be read"),
        ({"Google,1": ",1"}, "which site"),
    ],
)
def test_each_reason_is_said(bring: Brings, changes: dict[str, str], says: str) -> None:
    content = FILE
    for old, new in changes.items():
        content = content.replace(old, new)
    assert says in bring(content).why


def test_a_row_that_says_nothing_or_far_too_much_is_rejected(bring: Brings) -> None:
    assert "says nothing" in bring(f"{HEAD}\n2026-03-09,Maple Street,Google,,Jen,\n").why
    assert "longer" in bring(f"{HEAD}\n2026-03-09,Maple Street,Google,1,Jen,{'x' * 20_001}\n").why
    assert "longer" in bring(f"Review ID,{HEAD}\n{'9' * 201},2026-03-09,Maple Street,Google,1,Jen,Bad.\n").why


def test_a_scale_column_and_a_recommendation_column(bring: Brings) -> None:
    head = "Date,Location,Site,Rating,Rating Scale,Recommended,Review"
    ten = f"{head}\n2026-03-04,Maple Street,Google,8,10,,Fine.\n2026-03-05,Maple Street,Google,4,5,,Good.\n"
    assert "rating_scale" in bring(ten).why
    bring(ten, rating_scale=10)
    bring(f"{head}\n2026-03-06,Maple Street,Facebook,,,Not Recommended,Bad.\n")
    assert list(Review.objects.order_by("posted_at").values_list("stars", "recommended")) == [
        (4, None), (4, None), (None, False),
    ]  # fmt: skip
    assert "recommend" in bring(f"{head}\n2026-03-07,Maple Street,Facebook,,,perhaps,Bad.\n").why


def test_a_reply_that_is_not_public_and_an_address_that_is_none_are_left_out(bring: Brings) -> None:
    head = f"{HEAD},Reply,Reply Date,Reply State,URL"
    bring(f"{head}\n{ROW},Draft of a reply,,draft,javascript:alert(1)\n")
    assert (Review.objects.get().url, Reply.objects.count()) == ("", 0)
    bring(f"{head}\n{ROW},Thank you.,some day,approved,https://reviews.example/1\n")
    assert Reply.objects.get().text == "Thank you."


def test_day_first_in_the_file_makes_what_could_be_both_wait_for_a_map(bring: Brings) -> None:
    rows = [ROW.replace("2026-03-09", day) for day in ("25/02/2026", "03/04/2026", "02/02/2026")]
    brought = bring("\n".join((HEAD, *rows)))
    assert [row.line for row in brought.rejected] == [4]
    assert "date_order" in brought.why
    assert bring("\n".join((HEAD, *rows)), date_order="mdy").report.counts.rejected == 1
    assert bring("\n".join((HEAD, *rows[:1], rows[2])), date_order="dmy").report.counts.rejected == 0


# --- for any file --------------------------------------------------------------------------------------------------

# The group is the same for every example; what an example brings in is taken back.
_ONE_GROUP = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


cells = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.sampled_from(
        [
            "Maple Street",
            "Harbor View",
            "google",
            "Facebook",
            "1",
            "5",
            "★★",
            "0",
            "Recommended",
            "2026-03-04",
            "03/04/2026",
            "4.3.2026",
            "1772618400000",
            "Mar 4, 2026",
            "",
            '"',
            "\n",
            "=1+1",
            "\x00",
            "a,b;c\td",
        ]
    ),
)
headers = st.lists(
    st.sampled_from(
        [
            "Date",
            "Location",
            "Site",
            "Rating",
            "Reviewer",
            "Review",
            "Recommended",
            "Patient Name",
            "Reply",
            "Updated At",
            "Review ID",
            "Store Code",
            "Scale",
            "x",
        ]
    ),
    max_size=14,
)


@settings(max_examples=60, suppress_health_check=_ONE_GROUP)
@given(
    header=headers,
    rows=st.lists(st.lists(cells, max_size=15), max_size=8),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_any_cells_are_taken_in_or_rejected_with_a_reason(bring: Brings, header, rows, quoting) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=quoting).writerows([header, *rows])
    try:
        with taken_back():
            brought = bring(out.getvalue())
    except NotReadable:
        return
    counts = brought.report.counts
    assert counts.read == counts.new + counts.known + counts.rejected
    assert len(brought.rejected) == counts.rejected
    assert all(row.why for row in brought.rejected)


@settings(max_examples=40, suppress_health_check=_ONE_GROUP)
@given(raw=st.binary(max_size=400))
def test_any_bytes_end_with_a_report_or_a_refusal(bring: Brings, raw: bytes) -> None:
    for content in (raw, FILE.encode() + raw):
        try:
            with taken_back():
                counts = bring(content).report.counts
        except NotReadable:
            continue
        assert counts.read == counts.new + counts.known + counts.rejected


@settings(max_examples=25, suppress_health_check=_ONE_GROUP)
@given(rows=st.permutations(["2026-03-09,Maple Street,Google,1,Jen,Bad", "2026-03-01,Maple Street,Google,4,Al,Fine",
                             "2026-03-05,Harbor View,Yelp,2,Bo,Rushed", "2026-03-05,Elm Street,Yelp,2,Bo,Rushed",
                             "2026-02-01,Harbor View,Yelp,x,Bo,Rushed", "2026-02-01,Harbor View,Facebook,no,Cy,Bad"]),
       twice=st.lists(st.integers(0, 5), max_size=4))  # fmt: skip
def test_order_and_repetition_of_rows_change_nothing(bring: Brings, rows: list[str], twice: list[int]) -> None:
    with_more = [*rows, *(rows[at] for at in twice)]
    with taken_back():
        brought = bring("\n".join((HEAD, *with_more)))
        kept = sorted(Review.objects.values_list("site", "stars", "recommended", "reviewer", "text"), key=str)
    assert kept == [
        ("facebook", None, False, "Cy", "Bad"),
        ("google", 1, None, "Jen", "Bad"),
        ("google", 4, None, "Al", "Fine"),
        ("yelp", 2, None, "Bo", "Rushed"),
    ]
    assert len({row.why for row in brought.rejected}) == 2


LITTLE = st.sampled_from([
    "2026-03-09,Maple Street,Google,1,,", "2026-03-09,Maple Street,Google,5,,", "2026-03-09,Maple Street,Google,1,Jen,",
    "2026-03-09,Maple Street,Google,5,,Great!", "2026-03-09,Harbor View,Google,1,,",
    "2026-03-08,Maple Street,Google,1,,",
])  # fmt: skip


@settings(max_examples=40, suppress_health_check=_ONE_GROUP)
@given(rows=st.lists(LITTLE, max_size=8), data=st.data())
def test_each_row_that_says_little_is_a_review_and_the_same_file_brings_none_twice(
    bring: Brings, rows: list[str], data: st.DataObject
) -> None:
    def kept() -> list[tuple[Any, ...]]:
        fields = ("office__name", "posted_at__date", "stars", "reviewer", "text")
        return sorted(Review.objects.values_list(*fields), key=str)

    with taken_back():
        foreseen = bring("\n".join((HEAD, *rows)), dry_run=True).report.counts
        assert bring("\n".join((HEAD, *rows))).report.counts.new == foreseen.new == len(rows)
        before = kept()
        assert sorted(f"{day},{office},Google,{stars},{name},{text}" for office, day, stars, name, text in before) == (
            sorted(rows)
        )
        again = bring("\n".join((HEAD, *data.draw(st.permutations(rows))))).report.counts
        assert (again.new, again.changed, again.cases, kept()) == (0, 0, 0, before)


def test_star_only_reviews_that_came_in_under_their_former_name_do_not_come_twice(bring: Brings) -> None:
    row = "2026-03-09,Maple Street,Google,{},,"
    bring("\n".join((HEAD, row.format(1))))
    review = Review.objects.get()
    seen = SeenReview(office=str(review.office_id), site="google", stars=1, posted_at=review.posted_at)
    Review.objects.update(site_id=seen.former_key)
    for new in (1, 0):
        brought = bring("\n".join((HEAD, row.format(5), row.format(1))))
        assert (brought.report.counts.new, brought.report.counts.changed) == (new, 0)
    assert set(Review.objects.values_list("stars", flat=True)) == {1, 5}
