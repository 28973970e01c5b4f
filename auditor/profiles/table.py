"""The profile for a terminal: sets are columns, figures are rows, in plain characters."""

import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from auditor.profiles import axes, words
from auditor.profiles.profile import Cell, Profile, Row

WIDTH = 100
LABEL, COLUMN, APART = 28, 16, 2  # columns of a terminal
Lines = Sequence[str]


def render(profile: Profile, width: int = WIDTH) -> str:
    """The profile as text of ``width`` columns; more sets than fit stand in blocks below."""
    fit = max(1, (width - LABEL) // (COLUMN + APART))
    blocks = range(0, len(profile.sets), fit)
    lines = [line for start in blocks for line in _block(profile, slice(start, start + fit))]
    lines += _wrapped(words.KEY, width, "")
    for number, note in enumerate(profile.notes, 1):
        lines += _wrapped(f"[{number}] {note}", width, " " * 4)
    return "\n".join(lines) + "\n"


def _block(profile: Profile, part: slice) -> Iterator[str]:
    sets = profile.sets[part]
    rule = "─" * (LABEL + len(sets) * (COLUMN + APART))
    yield from _row([""], [_cut(f"{one.name} {words.marks(one.notes)}") for one in sets])
    yield rule
    for name in words.head(sets[0]):
        yield from _row([name], [_cut(words.head(one)[name]) for one in sets])
    for axis, title in axes.TITLES.items():
        if rows := profile.axis(axis):
            yield from ("", title.upper(), rule)
            for row in rows:
                yield from _row(_label(row), [_cell(cell, row) for cell in row.cells[part]])
    yield ""


def _row(label: Lines, cells: Sequence[Lines]) -> Iterator[str]:
    for left, *others in zip_longest(label, *cells, fillvalue=""):
        yield (f"{left:<{LABEL}}" + "".join(f"  {text:>{COLUMN}}" for text in others)).rstrip()


def _label(row: Row) -> Lines:
    """Check and metric, on a line of its own each where they are long, and which figure it is."""
    name = row.name if len(row.name) < LABEL else row.name.replace(".", ". ", 1)
    lines = [line.replace(". ", ".") for line in textwrap.wrap(name, LABEL)]
    how = textwrap.wrap(row.how, LABEL, initial_indent="  ", subsequent_indent="  ")
    return [*lines, *how[:2]]


def _cell(cell: Cell, row: Row) -> Lines:
    told = f"{words.figure(cell, row)} {words.place(cell)} {words.marks(cell.notes)}"
    lines = _cut(told)
    for detail in words.details(cell, row):
        lines += [detail] if len(detail) == COLUMN else _cut(detail)
    return lines


def _cut(text: str) -> list[str]:
    """Lines of a column, broken at spaces and, where a word is longer, after its underscores."""
    long = any(len(word) > COLUMN for word in text.split())
    apart = text.replace("_", "_ ") if long else text
    lines = textwrap.wrap(apart, COLUMN, break_on_hyphens=long)
    return [line.replace("_ ", "_") for line in lines]


def _wrapped(text: str, width: int, indent: str) -> Lines:
    return textwrap.wrap(text, width, subsequent_indent=indent)
