"""The profile in Markdown: the table of a paper, with its footnotes."""

from collections.abc import Iterator

from auditor.profiles import axes, words
from auditor.profiles.profile import Cell, Profile, Row


def render(profile: Profile) -> str:
    """The profile in Markdown."""
    names = [f"{_plain(one.name)}{_marks(one.notes)}" for one in profile.sets]
    heads = [words.head(one) for one in profile.sets]
    lines = [
        _line("", *names),
        _line("---", *("---:" for _ in names)),
        *(_line(name, *(head[name] for head in heads)) for name in heads[0]),
        *_rows(profile),
        "",
        _plain(words.KEY),
    ]
    notes = [f"{number}. {_plain(note)}" for number, note in enumerate(profile.notes, 1)]
    return "\n".join([*lines, "", *notes]).rstrip() + "\n"


def _rows(profile: Profile) -> Iterator[str]:
    for axis, title in axes.TITLES.items():
        if rows := profile.axis(axis):
            yield _line(f"**{title}**", *("" for _ in profile.sets))
            for row in rows:
                how = f", {_plain(row.how)}" if row.how else ""
                yield _line(_plain(row.name) + how, *(_cell(cell, row) for cell in row.cells))


def _cell(cell: Cell, row: Row) -> str:
    told = f"{words.figure(cell, row)} {words.place(cell)}".rstrip()
    details = "; ".join(words.details(cell, row))
    return _plain(f"{told}; {details}" if details else told) + _marks(cell.notes)


def _marks(notes: list[int]) -> str:
    return f" <sup>{','.join(map(str, notes))}</sup>" if notes else ""


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Text that Markdown cannot read as markup, on one line."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#!" else c for c in " ".join(text.split()))
