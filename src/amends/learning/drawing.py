"""Charts as shapes on a sheet of fixed size: pure; the template writes them down as SVG.

What a point means is never said by its color: one that a rule speaks of is a diamond, one of a period that has not
ended is hollow, one without a value is a question mark, and limits are broken lines with their names beside them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, log10

WIDTH, HEIGHT = 760, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 92, 14, 30
_TICKS = 4
_NAMES_AT_MOST = 7


@dataclass(frozen=True)
class Mark:
    """One value of a chart and where it leads to; None where it is not known. `words` say it whole."""

    name: str
    value: float | None
    words: str
    href: str
    signalled: bool = False
    hollow: bool = False


@dataclass(frozen=True)
class Line:
    """A line across the chart: one value for each mark; None where it does not apply."""

    label: str
    kind: str  # "center", "limit", "other", or "unseen": only its name is shown, at the line of the points
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class PlacedMark:
    mark: Mark
    x: float
    y: float
    left: float
    width: float

    @property
    def diamond(self) -> str:
        corners = ((0, -7), (7, 0), (0, 7), (-7, 0))
        return " ".join(f"{self.x + right:.1f},{self.y + down:.1f}" for right, down in corners)


@dataclass(frozen=True)
class PlacedLine:
    line: Line
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True)
class Plot:
    """Everything at its place, in units of the sheet."""

    marks: tuple[PlacedMark, ...]
    lines: tuple[PlacedLine, ...]
    path: str
    scale: tuple[Tick, ...]
    names: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM
    top: int = _TOP


def plot(marks: Sequence[Mark], lines: Sequence[Line] = ()) -> Plot:
    """The chart of these marks from left to right, from zero up."""
    values = [mark.value for mark in marks] + [value for line in lines for value in line.values]
    top, step = _round_top(max((value for value in values if value is not None), default=0.0))
    wide = (WIDTH - _LEFT - _RIGHT) / max(1, len(marks))

    def x(place: int) -> float:
        return round(_LEFT + wide * (place + 0.5), 1)

    def y(value: float) -> float:
        return round(HEIGHT - _BOTTOM - (HEIGHT - _BOTTOM - _TOP) * value / top, 1)

    placed = tuple(
        PlacedMark(mark, x(n), y(mark.value or 0), round(_LEFT + wide * n, 1), round(wide, 1))
        for n, mark in enumerate(marks)
    )
    every = max(1, -(-len(marks) // _NAMES_AT_MOST))
    return Plot(
        marks=placed,
        lines=_apart([_placed(line, wide, y) for line in lines if any(v is not None for v in line.values)]),
        path=_joined(placed),
        scale=tuple(Tick(y(step * n), f"{step * n:g}") for n in range(floor(top / step + 0.5) + 1)),
        names=tuple(Tick(one.x, one.mark.name) for n, one in enumerate(placed) if n % every == 0),
    )


def _placed(line: Line, wide: float, y: Callable[[float], float]) -> PlacedLine:
    """Steps, since every period has a limit of its own."""
    path, drawing = [], False
    for place, value in enumerate(line.values):
        if value is None:
            drawing = False
            continue
        begin, end = _LEFT + wide * place, _LEFT + wide * (place + 1)
        path.append(f"{'L' if drawing else 'M'}{begin:.1f},{y(value)}L{end:.1f},{y(value)}")
        drawing = True
    last = next(value for value in reversed(line.values) if value is not None)
    return PlacedLine(line, "".join(path), WIDTH - _RIGHT + 6, y(last))


def _apart(lines: list[PlacedLine]) -> tuple[PlacedLine, ...]:
    """Their names do not stand on each other: the lower one gives way downward."""
    moved: list[PlacedLine] = []
    for line in sorted(lines, key=lambda one: one.y):
        at = max(line.y, moved[-1].y + 14) if moved else line.y
        moved.append(PlacedLine(line.line, line.path, line.x, at))
    return tuple(moved)


def _joined(placed: Sequence[PlacedMark]) -> str:
    """From point to point; not over one whose value is not known, nor to a hollow one."""
    path, drawing = "", False
    for one in placed:
        shown = one.mark.value is not None and not one.mark.hollow
        if shown:
            path += f"{'L' if drawing else 'M'}{one.x},{one.y}"
        drawing = shown
    return path


def _round_top(highest: float) -> tuple[float, float]:
    """A round number not below the highest value, and round steps up to it."""
    if highest <= 0:
        return 1.0, 1.0
    rough = highest / _TICKS
    size = 10.0 ** floor(log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough * 0.999)
    steps = -(-highest // step)
    return step * max(1, steps), step
