"""How a figure is put in words, the same in every output."""

from auditor.bounds import number
from auditor.formats.html import share
from auditor.profiles.profile import SHARES, Cell, ProfiledSet, Row

KEY = (
    "[a, b]: the band that real sets of equal size keep to, for this set. 95%: interval."
    " inside, below, above: of the limit. No word: no limit decides."
    " Record checks are told for all records, set metrics for the accepted ones unless a note says"
    " all."
)


def figure(cell: Cell, row: Row) -> str:
    """The value itself."""
    if cell.value is None:
        return "not measured"
    if row.statistic not in SHARES:
        return number(cell.value)
    if row.statistic == "parts":
        return f"{cell.count:,} of {cell.of:,}"
    return f"{share(cell.value, 1)} ({cell.count:,}/{cell.of:,})"


def place(cell: Cell) -> str:
    """Where it lies; empty where no limit decides."""
    return "" if cell.state in ("not judged", "not measured") else cell.state


def limit(cell: Cell) -> str:
    """The limit or band that says so."""
    if cell.low is not None and cell.high is not None:
        return f"[{number(cell.low)}, {number(cell.high)}]"
    if cell.low is not None:
        return f"at least {number(cell.low)}"
    return "" if cell.high is None else f"at most {number(cell.high)}"


def interval(cell: Cell, row: Row) -> str:
    """The 95 % interval."""
    if cell.least is None or cell.most is None:
        return ""
    if row.statistic in SHARES:
        return f"95% {share(cell.least, 1).removesuffix('%')}–{share(cell.most, 1)}"
    return f"95% {number(cell.least)}–{number(cell.most)}"


def means(cell: Cell) -> str:
    """What it says to lie there, in a word or two; a footnote has the rest."""
    return cell.means.partition(":")[0]


def marks(notes: list[int]) -> str:
    """Footnote marks."""
    return f"[{','.join(map(str, notes))}]" if notes else ""


def details(cell: Cell, row: Row) -> list[str]:
    """Everything beside the value: what it means to lie there, its limit, its interval."""
    return [part for part in (means(cell), limit(cell), interval(cell, row)) if part]


def head(one: ProfiledSet) -> dict[str, str]:
    """What is told of a set before its figures."""
    whole = f" of {one.out_of:,}" if one.out_of is not None else ""
    return {
        "records": f"{one.records:,}{whole}",
        "accepted": f"{one.accepted:,} ({share(one.accepted, one.records)})",
        "gate": one.gate,
    }
