"""Strip plot of a set's value among the same metric of random real sets."""

from collections.abc import Sequence
from dataclasses import dataclass

from auditor.bounds import number
from auditor.charts.axis import (
    LEFT,
    RIGHT,
    Axis,
    Frame,
    Note,
    Region,
    Tick,
    coordinate,
    regions,
    span,
    ticks,
)

TOP, BOTTOM = 20.0, 66.0  # of the plot inside the chart
FRAME = Frame(92.0, TOP, BOTTOM)


@dataclass(frozen=True)
class Strip:
    """Draws of a control as dots (path data), the value of the set, and the limits."""

    dots: str
    value: float | None
    limits: tuple[float, ...]
    rejected: tuple[Region, ...]
    notes: tuple[Note, ...]
    ticks: tuple[Tick, ...]
    frame: Frame = FRAME


def strip(
    draws: Sequence[float], value: float | None, low: float | None, high: float | None
) -> Strip | None:
    """The value of a set among draws of a control, and the band it has to keep to.

    None when there are no draws.
    """
    if not draws:
        return None
    known = [*draws, *(v for v in (value, low, high) if v is not None)]
    pad = 0.04 * span(min(known), max(known))
    axis = Axis((min(known) - pad, max(known) + pad), False, False, False, False)
    limits = [axis.x(bound) for bound in (low, high) if bound is not None]
    at = None if value is None else axis.x(value)
    return Strip(
        dots="".join(f"M{coordinate(axis.x(v))} {_jitter(i)}h0" for i, v in enumerate(draws)),
        value=at,
        limits=tuple(limits),
        rejected=regions(
            None if low is None else axis.x(low), None if high is None else axis.x(high)
        ),
        notes=() if at is None else (Note(at, number(value), _toward_middle(at)),),
        ticks=tuple(ticks(axis)),
    )


def _jitter(position: int) -> str:
    """A height for a dot, by its position alone, so that neighbours lie apart."""
    spread = (0.5 + position * 0.618034) % 1
    return coordinate(TOP + 10 + spread * (BOTTOM - TOP - 18))


def _toward_middle(x: float) -> str:
    return "start" if x < LEFT + 40 else "end" if x > RIGHT - 40 else "middle"
