"""What a person sees in a terminal: the verdict, progress, and nothing that could steer it."""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from auditor.errors import InputError

if TYPE_CHECKING:
    from auditor.audit import Audit


WIDEST = 100  # columns


def printable(text: str) -> str:
    """Text without characters that could steer a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def where(error: BaseException) -> str:
    """Type and place of an exception: its message and its variables may hold clinical text."""
    trace, places = error.__traceback__, []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return f"{type(error).__name__} at {' < '.join(reversed(places[-4:]))}"


def print_result(audit: "Audit", out: Path) -> None:
    """The verdict in bold and colour, the rest of the text format, and where the page is.

    Raises InputError when stdout cannot be written to.
    """
    from auditor.formats import text

    verdict, _, rest = text.render(audit).partition("\n")
    colour = {0: "green", 1: "red"}.get(audit.verdict.exit_code, "yellow")
    plain = False if os.environ.get("NO_COLOR") else None
    try:
        click.secho(verdict, bold=True, fg=colour, color=plain)
        click.echo(printable(rest), nl=False)
        click.echo(f"\naudit: {out / 'audit.html'}")
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InputError(f"stdout: {error.strerror}; the result is in {out}") from None


@contextmanager
def outliving_dead_connections() -> Iterator[None]:
    """Lets a write to a connection that the other side has closed fail, rather than end us."""
    if not hasattr(signal, "SIGPIPE"):
        yield
        return
    before = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGPIPE, before)


def write(path: str, pieces: Iterable[str]) -> None:
    """Writes text to a file, or to stdout (``-``). Raises InputError when the file cannot be."""
    try:
        with click.open_file(path, "w", encoding="utf-8") as file:
            file.writelines(pieces)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; give another -o") from None


def width(path: str) -> int:
    """Columns of a table: those of the terminal that it is for, and 100 at most."""
    if path == "-" and sys.stdout.isatty():
        return min(shutil.get_terminal_size().columns, WIDEST)
    return WIDEST


@contextmanager
def progress(quiet: bool, verbose: bool) -> Iterator[Callable[[str], None]]:
    """A bar with the step at hand, if stderr is a terminal; a line on it per step, if verbose."""
    if verbose:
        yield lambda name: click.echo(f"auditor: {name}", err=True)
        return
    if quiet or not sys.stderr.isatty():
        yield _ignore
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda name: bar.update(task, description=name)


class Counting(NamedTuple):
    """Whom to tell of drafts, ``drafts(all, filled, lost, cost)``, and of steps, ``step(name)``."""

    drafts: Callable[[int, int, int, float], None]
    step: Callable[[str], None]


@contextmanager
def counting(quiet: bool, verbose: bool) -> Iterator[Counting]:
    """A bar of drafts with those lost and the cost, if stderr is a terminal.

    If verbose, a line for every tenth of the drafts, and for every step.
    """
    if quiet or verbose or not sys.stderr.isatty():
        with progress(quiet, verbose) as step:
            yield _in_rounds(_by_tenths() if verbose else lambda *_: None, step)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("drafts", total=None, note="")

        def count(total: int, filled: int, lost: int, cost: float) -> None:
            note = f"{lost:,} lost" + (f", cost {cost:.4g}" if cost else "")
            bar.update(task, description="drafts", total=total, completed=filled, note=note)

        yield _in_rounds(count, lambda name: bar.update(task, description=name))


def _by_tenths() -> Callable[[int, int, int, float], None]:
    """Prints a line whenever the drafts filled, or lost, have come to another tenth of all."""
    last = (0, 0)

    def count(total: int, filled: int, lost: int, _: float) -> None:
        nonlocal last
        now = filled * 10 // total, lost * 10 // total
        if now != last:
            last = now
            click.echo(f"auditor: drafts {filled:,} of {total:,}, {lost:,} lost", err=True)

    return count


def _in_rounds(
    count: Callable[[int, int, int, float], None], step: Callable[[str], None]
) -> Counting:
    """The same, with the round in which drafts are judged before the name of each step.

    One count after the steps of a round tells what came of it; more of them, that drafts were asked
    for again. Steps without any new draft are those of the set that is left.
    """
    judged, counts, of = 0, 0, ""

    def counted(total: int, filled: int, lost: int, cost: float) -> None:
        nonlocal counts
        counts += 1
        count(total, filled, lost, cost)

    def stepped(name: str) -> None:
        nonlocal judged, counts, of
        if counts > min(judged, 1):
            judged += 1
            of = f"round {judged}: "
        elif counts:
            of = "all that is left: "
        counts = 0
        step(of + name)

    return Counting(counted, stepped)


def _ignore(_: str) -> None:
    """A step that nobody watches."""
