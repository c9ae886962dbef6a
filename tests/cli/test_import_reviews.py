"""`amends import-reviews` as a program: what it says, how it ends, and that a dry run leaves the database as it was."""

import hashlib
from pathlib import Path

import pytest
from tests.cli.conftest import Home

COUNT = "from amends.reviews.models import *; print(Review.objects.count(), Reply.objects.count())"
GOOD = "Date,Location,Site,Rating,Review,Patient Name\n2026-03-04,Maple Street,Google,4,Fine.,Jennifer Morales\n"
BAD = GOOD + "2026-03-04,Elm Street,Google,4,Fine.,Jennifer Morales\n"


def file(home: Home, content: str | bytes, name: str = "reviews.csv") -> str:
    path = home.path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def tables(home: Home) -> str:
    """A digest of every row of every table."""
    said = home.python(
        "from django.db import connection as c\n"
        "with c.cursor() as q:\n"
        "    for name in sorted(c.introspection.table_names()):\n"
        "        q.execute(f'select * from \"{name}\"'); print(name, q.fetchall())"
    )
    return hashlib.sha256(said.encode()).hexdigest()


def test_a_file_comes_in_and_again_brings_nothing(home: Home) -> None:
    path = file(home, GOOD)
    first = home.run("import-reviews", path)
    assert (first.status, first.err) == (0, "")
    assert "1 rows read: 1 new, 0 known (0 of them changed), 0 rejected." in first.out
    assert "Not kept, because it may say who a patient is: Patient Name." in first.out
    assert "Morales" not in first.out
    assert "0 new, 1 known" in home.run("import-reviews", path).out
    assert home.python(COUNT).split() == ["1", "0"]


def test_rejected_rows_are_told_with_their_lines_and_the_rest_comes_in(home: Home) -> None:
    said = home.run("import-reviews", file(home, BAD))
    assert said.status == 2
    assert "line 3: Its location (Elm Street) is no office's name." in said.out
    assert home.python(COUNT).split() == ["1", "0"]


def test_as_json(home: Home) -> None:
    said = home.run("import-reviews", file(home, BAD), "--json")
    (told,) = said.lines
    assert said.status == 2
    assert (told["read"], told["new"], told["rejected"], told["dry_run"]) == (2, 1, 1, False)
    assert [row["line"] for row in told["rejections"]] == [3]
    assert told["not_kept"] == ["Patient Name"]


def test_a_dry_run_says_the_same_and_changes_no_row_of_any_table(home: Home) -> None:
    low = GOOD.replace("Google,4", "Google,1").replace("2026-03-04", home.python(
        "import datetime; print(datetime.date.today() - datetime.timedelta(days=2))"
    ).strip())  # fmt: skip
    head = f"{low.splitlines()[0]},Reply,Review ID,URL"
    path = file(home, f"{head}\n{low.splitlines()[1]},Thank you.,r-1,https://reviews.example/1\n")
    before = tables(home)
    said = home.run("import-reviews", path, "--dry-run")
    assert (said.status, tables(home)) == (0, before)
    assert "1 new" in said.out
    assert "1 cases would be opened." in said.out
    assert "nothing was written" in said.out
    assert "1 have a reply on their site already." in said.out
    assert "1 cases opened." in home.run("import-reviews", path).out
    assert tables(home) != before
    twin = file(home, f"{low}", "other.csv")
    assert "1 seem to be the same as another review" in home.run("import-reviews", twin).out


@pytest.mark.parametrize("name", ["map.toml", "map.json"])
def test_a_map_is_toml_or_json(home: Home, name: str) -> None:
    mapped = {
        "map.toml": 'site = "google"\n[columns]\ntext_original = "Wort"\n[locations]\n"7" = "Maple Street"\n',
        "map.json": '{"site": "google", "columns": {"text_original": "Wort"}, "locations": {"7": "Maple Street"}}',
    }
    path = file(home, "Date,Location ID,Wort,Extra\n2026-03-04,7,Gut.,x\n")
    said = home.run("import-reviews", path, "--map", file(home, mapped[name], name))
    assert (said.status, said.err) == (0, "")
    assert "Not read: Extra." in said.out


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("[", ["no TOML"]),
        ("wrong = 1", ["wrong"]),
        ('[columns]\nnobody = "x"', ["there is no field nobody"]),
        ('[columns]\nreviewer_name = "Patient Name"', ["Patient Name", "never read"]),
        ('site = "elsewhere"', ["no site that Amends knows"]),
        ('[sites]\nx = "elsewhere"', ["no site that Amends knows"]),
        ('zone = "Mars/Base"', ["no such zone"]),
        ("rating_scale = 7", ["rating_scale"]),
        (f"#{'x' * 1_000_001}", ["larger than any map"]),
    ],
)
def test_a_map_that_cannot_be_used_changes_nothing(home: Home, content: str, parts: list[str]) -> None:
    path = file(home, GOOD)
    said = home.run("import-reviews", path, "--map", file(home, content, "map.toml"))
    said.sentence(*parts, "Nothing was changed")
    assert said.status == 1
    assert home.python(COUNT).split() == ["0", "0"]


def test_what_cannot_be_read_ends_with_one(home: Home) -> None:
    home.run("import-reviews", str(home.path / "nowhere.csv")).sentence("cannot be read")
    home.run("import-reviews", file(home, GOOD), "--map", str(home.path / "nowhere")).sentence("cannot be read")
    home.run("import-reviews", file(home, "PK\x03\x04")).sentence("spreadsheet")
    home.run("import-reviews", file(home, '{"a":')).sentence("No header")
    home.run("import-reviews", file(home, GOOD), "--map", file(home, "{", "map.json")).sentence("no JSON")
    assert home.python(COUNT).split() == ["0", "0"]


def test_without_a_database_it_says_so(empty: Home) -> None:
    empty.path.mkdir()
    assert empty.run("import-reviews", file(empty, GOOD)).status == 1


def test_a_database_that_refuses_is_said_and_what_came_in_stays(home: Home) -> None:
    path = file(home, GOOD)
    away = "with c.cursor() as q: q.execute('alter table reviews_reviewversion rename to away')"
    home.python(f"from django.db import connection as c\n{away}")
    home.run("import-reviews", path).sentence("The database refused", "Run it again")


def test_the_help_names_it(tmp_path: Path) -> None:
    assert "import-reviews" in Home(tmp_path).run("--help").out
