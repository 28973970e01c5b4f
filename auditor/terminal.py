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


def outlive_dead_connections() -> None:
    """Lets a write to a connection that the other side has closed fail, rather than end us."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)


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
    """A bar of drafts with those lost and the cost, if stderr is a terminal; steps, if verbose."""
    if quiet or verbose or not sys.stderr.isatty():
        with progress(quiet, verbose) as step:
            yield Counting(lambda *_: None, step)
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

        yield Counting(count, lambda name: bar.update(task, description=name))


def _ignore(_: str) -> None:
    """A step that nobody watches."""
