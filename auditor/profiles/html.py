"""The profile as one HTML page: a dot plot and a table per axis. No script, no request.

The page brings everything with it, as the audit's does. All wording is in templates/profile.html
and its parts; this module says which rows are drawn, and the charts where.
"""

import base64
import hashlib
from dataclasses import dataclass

from auditor.charts.dots import DotPlot, Mark, dot_plot
from auditor.formats import html
from auditor.profiles import axes, words
from auditor.profiles.profile import SHARES, Axis, Profile, Row

# Drawn around a point: each set has a shape of its own, told apart without colour as well.
SHAPES = (
    "m-4.6 0a4.6 4.6 0 1 0 9.2 0a4.6 4.6 0 1 0-9.2 0z",  # circle
    "m-4.1-4.1h8.2v8.2h-8.2z",  # square
    "m0-5.4l5.2 9.2h-10.4z",  # triangle
    "m0-5.8l5.8 5.8l-5.8 5.8l-5.8-5.8z",  # diamond
    "m0 5.4l5.2-9.2h-10.4z",  # triangle on its tip
    "m-1.8-5.2h3.6v3.4h3.4v3.6h-3.4v3.4h-3.6v-3.4h-3.4v-3.6h3.4z",  # cross
)


@dataclass(frozen=True)
class AxisView:
    """One axis as the page shows it. ``drawn``: the rows of the plot, in its order."""

    name: str
    title: str
    rows: list[Row]
    drawn: list[Row]
    plot: DotPlot | None


def render(profile: Profile) -> str:
    """The profile as HTML."""
    pages = html.environment()
    style = pages.get_template("profile/styles.css").render()
    return pages.get_template("profile.html").render(
        profile=profile,
        axes=[_axis(profile, axis) for axis in axes.TITLES if profile.axis(axis)],
        shapes=[SHAPES[i % len(SHAPES)] for i in range(len(profile.sets))],
        looks=[f"set-{i % len(SHAPES) + 1}" for i in range(len(profile.sets))],
        words=words,
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )


def _axis(profile: Profile, axis: Axis) -> AxisView:
    rows = profile.axis(axis)
    drawn = [row for row in rows if any(cell.value is not None for cell in row.cells)]
    plot = dot_plot([(_marks(row), row.statistic in SHARES) for row in drawn])
    return AxisView(axis, axes.TITLES[axis], rows, drawn, plot if drawn else None)


def _marks(row: Row) -> list[Mark]:
    return [Mark(cell.value, cell.low, cell.high, cell.least, cell.most) for cell in row.cells]
