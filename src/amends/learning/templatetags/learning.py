"""The many small pieces of a chart, written in one go: as templates of their own they took most of the page's time."""

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from amends.learning.charts import Chart
from amends.learning.drawing import PlacedMark, Plot

register = template.Library()

_MARK = (
    '<a href="{}" tabindex="-1" aria-label="{}" class="mark{}{}"><title>{}</title>'
    '<rect class="reach" x="{}" y="{}" width="{}" height="{}"/>{}</a>'
)


@register.filter
def marks(plot: Plot) -> SafeString:
    """`{{ plot|marks }}`: every point, a link to what is behind it; a diamond where a rule speaks, else a circle."""
    height = plot.bottom - plot.top
    return format_html_join(
        "",
        _MARK,
        (
            (
                one.mark.href,
                one.mark.words,
                " signalled" if one.mark.signalled else "",
                " hollow" if one.mark.hollow else "",
                one.mark.words,
                one.left,
                plot.top,
                one.width,
                height,
                _shape(one),
            )
            for one in plot.marks
        ),
    )


@register.filter
def rows(chart: Chart) -> SafeString:
    """`{{ chart|rows }}`: the rows of the chart's table, each name a link to what is behind it. On a phone each cell is
    led by the head of its column."""
    heads = [conditional_escape(head) for head in chart.heads[1:]]
    return format_html_join(
        "",
        '<tr><th scope="row"><a href="{}">{}</a></th>{}</tr>',
        (
            (
                row.href,
                row.name,
                format_html_join("", '<td data-label="{}">{}</td>', zip(heads, row.cells, strict=True)),
            )
            for row in chart.rows
        ),
    )


def _shape(one: PlacedMark) -> SafeString:
    if one.mark.signalled:
        return format_html('<polygon points="{}"/>', one.diamond)
    return format_html('<circle cx="{}" cy="{}" r="3.6"/>', one.x, one.y)
