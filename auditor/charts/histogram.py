"""Histogram of the records' values against controls and a limit.

Three things keep it honest and legible:

* Heights are shares on a square-root scale that starts at zero (Tukey's rootogram), so that one
  record in a thousand can still be seen beside a bar of hundreds.
* Many values are exactly 0 (nothing shared at all), so 0 has a bin of its own, set apart; where it
  would flatten the rest, its bar is cut and its share is written above.
* A bin ends exactly at the limit, so no bar lies on both sides of it. What lies far beyond both the
  limit and the controls shares one bin, set apart and labelled "> x".
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auditor.bounds import number
from auditor.charts.axis import (
    APART,
    LEFT,
    RIGHT,
    Axis,
    Frame,
    Note,
    Region,
    Tick,
    coordinate,
    of_values,
    regions,
    ticks,
)

TOP, BOTTOM = 24.0, 146.0  # of the plot inside the chart
FRAME = Frame(172.0, TOP, BOTTOM)
CUT = 4.0  # times the largest other bar
VISIBLE = 1.5  # height of the smallest bar


@dataclass(frozen=True)
class Bar:
    """A bar that stands on the axis. ``beyond``: on the rejected side of a limit."""

    x: float
    y: float
    width: float
    height: float
    beyond: bool


@dataclass(frozen=True)
class Histogram:
    """Bars of the records, outlines of the controls (path data, in their order), and limits.

    ``cut`` is where the bar of 0 is cut, None when it is drawn whole.
    """

    bars: tuple[Bar, ...]
    outlines: tuple[str, ...]
    limits: tuple[float, ...]
    rejected: tuple[Region, ...]
    notes: tuple[Note, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    cut: Region | None
    frame: Frame = FRAME


def histogram(
    values: Sequence[float],
    controls: Sequence[Sequence[float]] = (),
    low: float | None = None,
    high: float | None = None,
    limit: str = "",
) -> Histogram | None:
    """The records' values against those of controls and a limit, which holds low <= value <= high.

    ``limit`` is the limit in words. None when there is no value at all.
    """
    if not any((values, *controls)):
        return None
    axis = of_values(values, controls, low, high)
    places = axis.places()
    rows = [axis.shares(row) for row in (values, *controls)]
    top, cut = _height(rows, axis.zero)
    limits, rejected = _limits(axis, low, high)
    return Histogram(
        bars=tuple(_bars(rows[0], places, top, axis.beyond(low, high))),
        outlines=tuple(_outline(row, places, top) for row in rows[1:]),
        limits=limits,
        rejected=rejected,
        notes=(*_notes(limit, limits, rejected, axis.start), *_cut_note(rows, cut)),
        x_ticks=tuple(_x_ticks(axis)),
        y_ticks=tuple(_y_ticks(top)),
        cut=Region(LEFT, APART) if cut else None,
    )


def _height(rows: Sequence[Sequence[float]], zero: bool) -> tuple[float, bool]:
    """The share at the top of the plot, and whether the bar of 0 is cut there."""
    others = max((max(row[zero:], default=0.0) for row in rows), default=0.0)
    if zero and others and rows[0][0] > CUT * others:
        return 1.5 * others, True
    return 1.05 * max(max(row) for row in rows), False


def _y(share: float, top: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * math.sqrt(min(share / top, 1.0))


def _bars(
    shares: Sequence[float],
    places: Sequence[tuple[float, float]],
    top: float,
    beyond: Sequence[bool],
) -> Iterable[Bar]:
    for share, (left, right), is_beyond in zip(shares, places, beyond, strict=True):
        if share:
            height = round(max(BOTTOM - _y(share, top), VISIBLE), 1)
            width = round(max(right - left - 1, 1), 1)
            yield Bar(round(left + 0.5, 1), round(BOTTOM - height, 1), width, height, is_beyond)


def _outline(shares: Sequence[float], places: Sequence[tuple[float, float]], top: float) -> str:
    """Steps over the bins; it touches the axis wherever a bin is empty or set apart."""
    base = f"V{coordinate(BOTTOM)}"
    path, reached = "", math.nan
    for share, (left, right) in zip(shares, places, strict=True):
        if not share:
            continue
        if left != reached:
            path += f"{base if path else ''}M{coordinate(left)} {coordinate(BOTTOM)}"
        path += f"V{coordinate(min(_y(share, top), BOTTOM - VISIBLE))}H{coordinate(right)}"
        reached = right
    return path + (base if path else "")


def _limits(
    axis: Axis, low: float | None, high: float | None
) -> tuple[tuple[float, ...], tuple[Region, ...]]:
    left = None if low is None else axis.limit(low, upper=False)
    right = None if high is None else axis.limit(high, upper=True)
    return tuple(x for x in (left, right) if x is not None), regions(left, right)


def _notes(
    limit: str, limits: Sequence[float], rejected: Sequence[Region], start: float
) -> Iterable[Note]:
    """The limit in words beside its line, and the word for what lies beyond."""
    if len(limits) == 2:
        yield Note(sum(limits) / 2, limit, "middle")
    if len(limits) != 1:
        return
    (at,) = limits
    size = 6.2 * len(limit) + 8  # letters of the note are about so wide
    above = any(region.x >= at for region in rejected)
    leftwards = at - start > size if above else RIGHT - at < size
    yield Note(at - 4, limit, "end") if leftwards else Note(at + 4, limit, "start")
    for region in rejected:
        if region.width > 60 + (size if above != leftwards else 0):
            yield Note(RIGHT, "rejected", "end") if above else Note(LEFT, "rejected", "start")


def _cut_note(rows: Sequence[Sequence[float]], cut: bool) -> Iterable[Note]:
    if cut:
        yield Note(LEFT + APART / 2, f"{100 * rows[0][0]:.0f}%", "middle")


def _x_ticks(axis: Axis) -> Iterable[Tick]:
    if axis.zero:
        yield Tick(LEFT + APART / 2, "0")
    if axis.over:
        last = math.floor(axis.edges[-1]) if axis.integers else axis.edges[-1]
        yield Tick(RIGHT - APART / 2, f"> {number(last)}")
    for tick in ticks(axis):
        if (tick.at < axis.end - 16 or not axis.over) and (tick.label != "0" or not axis.zero):
            yield tick


def _y_ticks(top: float) -> Iterable[Tick]:
    last = TOP - 16
    for share in (1, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01, 0.001):
        y = round(_y(share, top), 1)
        if share <= top and y - last >= 16 and BOTTOM - y >= 10:
            last = y
            yield Tick(y, f"{number(100 * share)}%")
