"""Dot plot of several sets: a row per figure, and in it a lane per set with its band and its value.

Every row has a scale of its own, because figures have different units; shares have one in common,
0 to 1. A limit with one end leaves the band open: it then reaches to the edge of the plot.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from auditor.bounds import number
from auditor.charts.axis import LEFT, RIGHT, Axis, Region, Tick, span, ticks

PLOT = (250.0, 752.0)  # left and right end
WIDTH = 768.0
LANE = 14.0  # height
ABOVE, BELOW = 10.0, 22.0  # of the lanes in a row: room, and the axis with its numbers
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)

LEAST_PAD = 1e-12  # below it two numbers are one place


@dataclass(frozen=True)
class Mark:
    """One set's value, its band and its interval; None where there is none."""

    value: float | None
    low: float | None = None
    high: float | None = None
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class Lane:
    """Where the value of one set lies. ``outside``: of its band."""

    y: float
    x: float | None
    band: Region | None
    whisker: Region | None
    outside: bool


@dataclass(frozen=True)
class DotRow:
    """The lanes of one figure, top to bottom, above their axis."""

    top: float
    axis: float
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class DotPlot:
    """Rows below one another."""

    rows: tuple[DotRow, ...]
    height: float
    width: float = WIDTH
    left: float = PLOT[0]
    right: float = PLOT[1]


def dot_plot(rows: Sequence[tuple[Sequence[Mark], bool]]) -> DotPlot:
    """The plot of rows of marks, one mark per set. The flag says that a row's values are shares."""
    drawn, top = [], 0.0
    for marks, shares in rows:
        drawn.append(_row(marks, shares, top))
        top = drawn[-1].axis + BELOW
    return DotPlot(tuple(drawn), top)


def _row(marks: Sequence[Mark], shares: bool, top: float) -> DotRow:
    axis = Axis((0.0, 1.0) if shares else _ends(marks), False, False, False, False)
    middles = [top + ABOVE + LANE * (lane + 0.5) for lane in range(len(marks))]
    return DotRow(
        top=top,
        axis=top + ABOVE + LANE * len(marks),
        lanes=tuple(_lane(mark, y, axis) for mark, y in zip(marks, middles, strict=True)),
        ticks=tuple(_percents(axis) if shares else _numbers(axis)),
    )


def _ends(marks: Sequence[Mark]) -> tuple[float, float]:
    """From the least to the largest number of a row, and a little more on either side."""
    known = [
        number
        for mark in marks
        if mark.value is not None
        for number in (mark.value, mark.low, mark.high, mark.least, mark.most)
        if number is not None
    ] or [0.0]
    least, most = min(known), max(known)
    if least >= 0 and any(mark.low is None and mark.high is not None for mark in marks):
        least = 0.0  # a limit on how much there may be: its band begins at nothing
    pad = max(0.05 * span(least, most), LEAST_PAD)
    return (max(least - pad, 0.0) if least >= 0 else least - pad), most + pad


def _lane(mark: Mark, y: float, axis: Axis) -> Lane:
    if mark.value is None:
        return Lane(y, None, None, None, False)
    low, high, value = mark.low, mark.high, mark.value
    return Lane(
        y=y,
        x=_x(axis, value),
        band=None if low is None and high is None else _region(axis, low, high),
        whisker=None if mark.least is None else _region(axis, mark.least, mark.most),
        outside=(low is not None and value < low) or (high is not None and value > high),
    )


def _region(axis: Axis, low: float | None, high: float | None) -> Region:
    left = PLOT[0] if low is None else _x(axis, low)
    right = PLOT[1] if high is None else _x(axis, high)
    return Region(left, round(right - left, 1))


def _x(axis: Axis, value: float) -> float:
    return _stretched(axis.x(value))


def _stretched(x: float) -> float:
    """A place in the plot of a single chart, in this wider one."""
    left, right = PLOT
    return round(left + (x - LEFT) / (RIGHT - LEFT) * (right - left), 1)


def _percents(axis: Axis) -> list[Tick]:
    return [Tick(_x(axis, share), f"{number(100 * share)}%") for share in QUARTERS]


def _numbers(axis: Axis) -> list[Tick]:
    return [Tick(_stretched(tick.at), tick.label) for tick in ticks(axis)]
