"""A group's own wordings: read at start, and refused where the checker would stop one."""

from pathlib import Path

import pytest

from amends.reviews.pool import _in_use, checked_pool
from amends.reviews.wordings import WordingsError, shipped_pool

OWN = 'en = ["Thank you for your words. Privacy rules hold for every review; our office manager answers at {phone}."]'


def test_the_shipped_pool_passes_and_is_used_where_no_file_is_named() -> None:
    assert _in_use(None) is shipped_pool()


def test_a_file_of_the_group_is_used(tmp_path: Path) -> None:
    path = tmp_path / "wordings.toml"
    path.write_text(OWN, encoding="utf-8")
    assert [one.text[:9] for one in _in_use(path)["en"]] == ["Thank you"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("en = [", "not valid TOML"),
        ("", "empty"),
        (OWN[:-1] + ', "Thank you for your visit! Call {phone}."]', "en, reply 2, “"),
        ('es = ["Gracias por su visita. Llame al {phone}."]', "es, reply 1, “"),
    ],
)
def test_a_pool_that_must_not_go_out_is_refused(text: str, says: str) -> None:
    with pytest.raises(WordingsError) as wrong:
        checked_pool(text)
    assert says in str(wrong.value)
