"""The many small pieces of a chart, written in one go: as templates of their own, or through `format_html`, they took
most of the page's time."""

from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from amends.learning.charts import Chart
from amends.learning.drawing import PlacedMark, Plot

register = template.Library()


@register.filter
def marks(plot: Plot) -> SafeString:
    """`{{ plot|marks }}`: every point, a link to what is behind it; a diamond where a rule speaks, a question
    mark where its value is not known, else a circle."""
    height = plot.bottom - plot.top
    return mark_safe("".join(_mark(one, plot.top, height) for one in plot.marks))  # noqa: S308  every text is escaped


@register.filter
def rows(chart: Chart) -> SafeString:
    """`{{ chart|rows }}`: the rows of the chart's table, each name a link to what is behind it. On a phone each cell is
    led by the head of its column."""
    begins = [f'<td data-label="{escape(head)}">' for head in chart.heads[1:]]
    written = []
    for row in chart.rows:
        cells = "".join(f"{begin}{escape(cell)}</td>" for begin, cell in zip(begins, row.cells, strict=True))
        written.append(f'<tr><th scope="row"><a href="{escape(row.href)}">{escape(row.name)}</a></th>{cells}</tr>')
    return mark_safe("".join(written))  # noqa: S308  every text is escaped


def _mark(one: PlacedMark, top: int, height: int) -> str:
    mark, words = one.mark, escape(one.mark.words)
    kinds = f"mark{' signalled' if mark.signalled else ''}{' hollow' if mark.hollow else ''}"
    shape = f'<polygon points="{one.diamond}"/>' if mark.signalled else f'<circle cx="{one.x}" cy="{one.y}" r="3.6"/>'
    if mark.value is None:
        shape = f'<text class="name" x="{one.x}" y="{one.y}" dy="-4">?</text>'
    return (
        f'<a href="{escape(mark.href)}" tabindex="-1" aria-label="{words}" class="{kinds}"><title>{words}</title>'
        f'<rect class="reach" x="{one.left}" y="{top}" width="{one.width}" height="{height}"/>{shape}</a>'
    )
