"""Where the bins of a chart begin and end, and where a value lies in the plot."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from auditor.bounds import number

LEFT, RIGHT = 40.0, 430.0  # of the plot inside a chart
APART, GAP = 28.0, 12.0  # width of a bin set apart, and its distance from the others
BINS = 24
MOST_INTEGERS = 45  # up to here every integer has a bin of its own
FAR = 1.6  # times the largest of limit, controls and the bulk of the records


@dataclass(frozen=True)
class Frame:
    """The size of a chart, and where the plot begins and ends inside it."""

    height: float
    top: float
    bottom: float
    width: float = 448.0
    left: float = LEFT
    right: float = RIGHT


@dataclass(frozen=True)
class Tick:
    """A place on an axis and what is written there."""

    at: float
    label: str


@dataclass(frozen=True)
class Note:
    """Words at a place: ``anchor`` is start, middle or end."""

    x: float
    text: str
    anchor: str


@dataclass(frozen=True)
class Region:
    """From ``x`` rightwards: where values are rejected."""

    x: float
    width: float


@dataclass(frozen=True)
class Axis:
    """The bins of a histogram, and where they lie.

    ``edges`` bound the bins in the middle; each holds its right edge, or its left one when
    ``left_closed``. ``zero`` and ``over`` say whether bins for 0 and for values > edges[-1] exist.
    """

    edges: tuple[float, ...]
    zero: bool
    over: bool
    integers: bool
    left_closed: bool

    @property
    def start(self) -> float:
        """Where the bins in the middle begin."""
        return LEFT + (APART + GAP if self.zero else 0)

    @property
    def end(self) -> float:
        """Where the bins in the middle end."""
        return RIGHT - (APART + GAP if self.over else 0)

    def x(self, value: float) -> float:
        """Where a value lies; values outside the middle lie at its ends."""
        low, high = self.edges[0], self.edges[-1]
        share = (min(max(value, low), high) - low) / (high - low)
        return round(self.start + share * (self.end - self.start), 1)

    def limit(self, bound: float, upper: bool) -> float:
        """Where a limit lies: between the last value that keeps it and the first that does not."""
        if self.zero and bound <= 0:
            return LEFT + APART + GAP / 2 if upper and bound == 0 else LEFT
        if self.integers:
            bound = math.floor(bound) + 0.5 if upper else math.ceil(bound) - 0.5
        return self.x(bound)

    def places(self) -> list[tuple[float, float]]:
        """Left and right end of every bin."""
        middle = [(self.x(left), self.x(right)) for left, right in pairwise(self.edges)]
        zero = [(LEFT, LEFT + APART)] if self.zero else []
        over = [(RIGHT - APART, RIGHT)] if self.over else []
        return zero + middle + over

    def beyond(self, low: float | None, high: float | None) -> list[bool]:
        """Whether the values of a bin break a limit, for every bin."""
        middle = [(left + right) / 2 for left, right in pairwise(self.edges)]
        typical = [0.0] * self.zero + middle + [math.inf] * self.over
        return [
            (low is not None and value < low) or (high is not None and value > high)
            for value in typical
        ]

    def shares(self, values: Sequence[float]) -> list[float]:
        """The share of the values in every bin."""
        counts = [0] * len(self.places())
        for value in values:
            counts[self._bin(value)] += 1
        return [count / max(len(values), 1) for count in counts]

    def _bin(self, value: float) -> int:
        if self.zero and value == 0:
            return 0
        if self.over and value > self.edges[-1]:
            return self.zero + len(self.edges) - 1
        find = bisect_right if self.left_closed else bisect_left
        place = find(self.edges, value) - 1
        return self.zero + min(max(place, 0), len(self.edges) - 2)


def of_values(
    values: Sequence[float],
    controls: Sequence[Sequence[float]],
    low: float | None,
    high: float | None,
) -> Axis:
    """The axis for the records' values, those of controls, and a limit; needs one value."""
    rows = [row for row in (values, *controls) if row]
    every = [value for row in rows for value in row]
    bounds = [bound for bound in (low, high) if bound is not None]
    zero = min(every) >= 0 and (high == 0 or any(_share_of_zero(row) >= 0.1 for row in rows))
    least, most = min([*every, *bounds]), max([*every, *bounds])
    near = _near(values, controls, low, high)
    end = max(min(most, near) if near > 0 else most, least)
    least = 0.0 if zero else least
    integers = all(value == int(value) for value in every)
    if integers and end - least <= MOST_INTEGERS:
        first = 1 if zero else math.floor(least)
        last = max(math.ceil(end), first, first if high is None else math.floor(high) + 1)
        edges = [k - 0.5 for k in range(first, last + 2)]
    else:
        edges = _edges(least, end, bounds[-1] if bounds else 0.0, integers)
        if min(every) >= 0 > edges[0]:
            edges = [0.0, *(edge for edge in edges if edge > 0)]
    over = most > edges[-1]
    return Axis(tuple(edges), zero, over, integers and _unit(edges), high is None)


def _near(
    values: Sequence[float],
    controls: Sequence[Sequence[float]],
    low: float | None,
    high: float | None,
) -> float:
    """Up to where an axis has to reach; no more than 0 when it should show everything."""
    bulk = _quantile(values, 0.75 if high is not None else 0.99)
    of_controls = [_quantile(row, 0.99) for row in controls]
    return FAR * max(low or 0.0, high or 0.0, bulk, *of_controls)


def _quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))] if values else 0.0


def _edges(least: float, most: float, anchor: float, integers: bool) -> list[float]:
    """Edges of equal distance, one at ``anchor``, from below ``least`` to above ``most``."""
    step = _round(max(span(least, most), 1e-9 * abs(anchor)) / BINS)
    if integers:
        step = max(1.0, math.ceil(step))
    first = math.ceil((least - anchor) / step) - 1
    last = max(math.floor((most - anchor) / step), first) + 1
    return [anchor + k * step for k in range(first, last + 1)]


def _unit(edges: Sequence[float]) -> bool:
    return edges[0] % 1 == 0.5 and edges[1] - edges[0] == 1


def span(least: float, most: float) -> float:
    """The distance of two values, or something to draw when they are as good as equal."""
    size = max(abs(least), abs(most))
    return most - least if most - least > 1e-9 * size else size or 1.0


def _round(step: float) -> float:
    """The next of 1, 2, 5, 10, ... times a power of ten."""
    power: float = 10.0 ** math.floor(math.log10(step))
    return next(k * power for k in (1, 2, 5, 10) if k * power >= step * (1 - 1e-9))


def _share_of_zero(values: Sequence[float]) -> float:
    return sum(value == 0 for value in values) / len(values)


def regions(left: float | None, right: float | None) -> tuple[Region, ...]:
    """What lies left of a lower limit and right of an upper one."""
    below = [Region(LEFT, round(left - LEFT, 1))] if left is not None and left > LEFT else []
    above = [Region(right, round(RIGHT - right, 1))] if right is not None else []
    return tuple(region for region in (*below, *above) if region.width > 0)


def ticks(axis: Axis) -> Iterable[Tick]:
    """About six round values of the bins in the middle."""
    low, high = axis.edges[0], axis.edges[-1]
    step = _round(span(low, high) / 6)
    if axis.integers:
        step = max(step, 1.0)
    for k in range(math.ceil(low / step), math.floor(high / step) + 1):
        yield Tick(axis.x(k * step), number(k * step))


def coordinate(value: float) -> str:
    """A coordinate as path data has it."""
    return f"{value:.1f}".removesuffix(".0")
