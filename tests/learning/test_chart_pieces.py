"""The pieces of a chart are written by hand: whatever stands in them, the page's markup is ours alone."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from amends.learning.charts import Chart, Row
from amends.learning.drawing import Mark, plot
from amends.learning.templatetags import learning

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12) | st.sampled_from(
    ["<script>", '"onload="x', "'", "&amp;", "</a>"]
)


class Read(HTMLParser):
    """Tags with their attributes, and all text, as a browser reads them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.text.append("")

    def handle_data(self, data: str) -> None:
        self.text[-1] += data


@given(TEXT, TEXT, TEXT, st.booleans(), st.booleans())
def test_a_mark_says_what_it_was_given(name: str, words: str, href: str, signalled: bool, hollow: bool) -> None:
    read = Read(learning.marks(plot([Mark(name, 3.0, words, href, signalled, hollow)])))
    assert [tag for tag, _ in read.tags] == ["a", "title", "rect", "polygon" if signalled else "circle"]
    link = read.tags[0][1]
    assert (link["href"], link["aria-label"], link["tabindex"]) == (href, words, "-1")
    assert str(link["class"]).split() == ["mark", *["signalled"] * signalled, *["hollow"] * hollow]
    assert read.text[1] == words


@given(TEXT, TEXT, st.lists(st.tuples(TEXT, TEXT), max_size=3))
def test_a_row_says_what_it_was_given(name: str, href: str, cells: list[tuple[str, str]]) -> None:
    heads, values = [head for head, _ in cells], tuple(value for _, value in cells)
    read = Read(learning.rows(Chart("rate", "Cases", (), "", None, ("Month", *heads), (Row(name, href, values),))))
    assert [tag for tag, _ in read.tags] == ["tr", "th", "a", *["td"] * len(cells)]
    assert read.tags[2][1] == {"href": href}
    assert read.text[2] == name
    assert [given["data-label"] for _, given in read.tags[3:]] == heads
    assert read.text[3:] == list(values)
