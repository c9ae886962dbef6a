"""What changed, in words: nothing is made up, nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from amends.handbook.differences import Kind, Piece, differences

words = st.lists(st.sampled_from(["call", "the", "patient", "\n", "\n\n", " today", "manager  ", ""]), max_size=60).map(
    " ".join
)


@given(words, words)
def test_without_what_was_added_it_is_the_old_text_and_without_what_was_removed_the_new(before, after):
    pieces = differences(before, after)
    if before == after:
        assert pieces == []
    elif not any(piece.kind is Kind.LEFT_OUT for piece in pieces):
        assert "".join(piece.text for piece in pieces if piece.kind is not Kind.ADDED) == before
        assert "".join(piece.text for piece in pieces if piece.kind is not Kind.REMOVED) == after
    else:
        for kind, text in ((Kind.ADDED, after), (Kind.REMOVED, before)):
            assert all(piece.text in text for piece in pieces if piece.kind in (kind, Kind.SAME))


def test_a_changed_word_is_shown_with_a_few_around_it():
    before = "a " * 40 + "old " + "b " * 40
    pieces = differences(before, before.replace("old", "new"))
    assert [piece.kind for piece in pieces] == [
        Kind.LEFT_OUT, Kind.SAME, Kind.REMOVED, Kind.ADDED, Kind.SAME, Kind.LEFT_OUT,
    ]  # fmt: skip
    assert pieces[1].text == "a " * 12
    assert pieces[4].text == "b " * 12


def test_much_between_two_changes_is_left_out():
    before = "old " + "a " * 60 + "old"
    kinds = [piece.kind for piece in differences(before, before.replace("old", "new"))]
    assert kinds == [Kind.REMOVED, Kind.ADDED, Kind.SAME, Kind.LEFT_OUT, Kind.SAME, Kind.REMOVED, Kind.ADDED]


def test_texts_too_long_to_compare_are_shown_whole():
    before, after = "a " * 15_000, "b " * 15_000
    assert differences(before, after) == [Piece(Kind.REMOVED, before), Piece(Kind.ADDED, after)]
