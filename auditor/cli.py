"""The command line: text in, exit code out. Nothing heavy is imported before it is needed."""

import io
import signal
import sys
from pathlib import Path
from typing import Any

import click

from auditor import __version__, options, options_generate, terminal
from auditor.errors import AuditorError, InputError

EXIT_CODES = """
\b
Exit codes:
  0  gate open: the output may be used
  1  gate closed: a limit is broken (0 with --mode observe)
  2  usage, policy or input is at fault; nothing was published
  3  something could not be measured; the gate is closed
  4  internal error; nothing was published
"""


def main() -> None:
    """Runs the command line; every way it can end has its exit code."""
    if hasattr(signal, "SIGPIPE"):  # a reader that hangs up ends us: 141 in a shell, no verdict
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    try:
        sys.exit(cli.main(standalone_mode=False) or 0)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except AuditorError as error:
        click.echo(f"auditor: {terminal.printable(str(error))}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(141)
    except Exception as error:  # noqa: BLE001 - the one place that turns a crash into an exit code
        click.echo(f"auditor: internal error: {terminal.where(error)}; please report it", err=True)
        sys.exit(4)


@click.group(epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="auditor")
def cli() -> None:
    """The gate between a generator of synthetic clinical text and everyone downstream.

    It measures every synthetic record against the real ones, decides record by record and for the
    set as a whole, and publishes only what was accepted, with an audit to sign.
    """


@cli.command(epilog=EXIT_CODES)
@click.argument("synthetic")
@click.option(
    "--source", required=True, metavar="PATH", help="Real records it may have learned from."
)
@options.index
@click.option("--holdout", metavar="PATH", help="Real records of the same kind it has never seen.")
@options.policy
@click.option("--out", required=True, metavar="DIR", help="Folder for the result, replaced whole.")
@click.option("--format", "formats", multiple=True, metavar="NAME", help="One more output format.")
@click.option(
    "--annex", metavar="FILE", help="Write matches with real ids, for the privacy officer."
)
@click.option("--mode", type=click.Choice(["enforce", "observe"]), default="enforce")
@options.quiet
@options.verbose
@options.roster
@options.codes
@options.reading
def gate(
    synthetic: str, source: str, holdout: str | None, name: str, out: str,
    formats: tuple[str, ...], annex: str | None, mode: str, quiet: bool, verbose: bool,
    index: str | None, **reading: Any,
) -> int:  # fmt: skip
    """Judge SYNTHETIC and publish what is accepted.

    SYNTHETIC is JSONL, CSV, Parquet, a folder of .txt files, or - for JSONL on stdin.
    """
    from auditor import gate as gates
    from auditor import inputs, outputs, publish, source_index

    policy = inputs.read_policy(name)
    outputs.formats(formats)
    publish.check_target(Path(out), outputs.names())
    if annex is not None:
        outputs.check_annex(Path(annex), Path(out))
    corpora = inputs.read_corpora(synthetic, source, holdout, published=True, **reading)
    outputs.refuse_real_text(synthetic, corpora, policy)
    with terminal.progress(quiet, verbose) as step:
        if index:
            source_index.recall(Path(index), corpora, inputs.settings(policy), step)
        audit = gates.run(corpora, policy, step)
    if annex is not None:
        outputs.write_annex(Path(annex), audit, corpora)
    try:
        publish.publish(Path(out), outputs.files(audit, corpora, formats))
    except InputError:
        if annex is not None:
            Path(annex).unlink()
        raise
    if not quiet:
        terminal.print_result(audit, Path(out))
    code = audit.verdict.exit_code
    return 0 if (mode, code) == ("observe", 1) else code


@cli.command(epilog=EXIT_CODES)
@click.argument("synthetic", metavar="INPUT")
@click.option(
    "--check", "checks", multiple=True, metavar="NAME", help="Only this check; repeatable."
)
@click.option(
    "--set", "assignments", multiple=True, metavar="CHECK.OPTION=VALUE",
    help="Such as identifiers.profile=gdpr_strict; repeatable.",
)  # fmt: skip
@click.option("--source", metavar="PATH", help="Real records to compare with.")
@options.index
@click.option(
    "-o", "--output", default="-", metavar="FILE", help="Where to; stdout when not given."
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but findings and errors.")
@options.verbose
@options.roster
@options.codes
@options.reading
def scan(
    synthetic: str, checks: tuple[str, ...], assignments: tuple[str, ...], source: str | None,
    output: str, quiet: bool, verbose: bool, index: str | None, **reading: Any,
) -> int:  # fmt: skip
    """Measure INPUT record by record and print findings as JSON lines, with no verdict."""
    from auditor import inputs, source_index
    from auditor import scan as scans

    if not (checks or source) and reading["roster"]:
        checks = (*scans.NEEDS_NO_SOURCE, "identity_replay")
    chosen = scans.options(assignments, scans.checks(checks, source is not None))
    corpora = inputs.read_corpora(synthetic, source, None, published=False, **reading)
    with terminal.progress(quiet, verbose) as step:
        if index:
            source_index.recall(Path(index), corpora, chosen, step)
        lines, gaps, missing = scans.scan(corpora, chosen, step)
    terminal.write(output, lines)
    for gap in gaps:
        click.echo(f"auditor: not measured: {terminal.printable(gap)}", err=True)
    return 3 if missing else 0


@cli.command("generate", cls=options_generate.Grouped, epilog=options_generate.EXIT_CODES)
@options_generate.generating
@options.quiet
@options.verbose
@options.policy
@options.index
@options.roster
@options.codes
@options.reading
def write(
    wanted: Any, writer: Any, files: Any, quiet: bool, verbose: bool, name: str,
    index: str | None, **reading: Any,
) -> int:  # fmt: skip
    """Have a model write records for diagnosis codes or other labels.

    Either drafts (-o FILE), or with --until-accepted a release (--out DIR): what the gate rejects
    is asked for again. Or --direction data-to-label: the sentences of --source with their labels.
    Whatever ends it early, the same command goes on and asks nothing twice.
    """
    from auditor import generation

    with terminal.outliving_dead_connections(), terminal.counting(quiet, verbose) as counting:
        watching = generation.watching(counting.drafts)
        if files.out is None:
            done = generation.drafts(wanted, writer, files, watching, **reading)
        else:
            judging = generation.Judging(name, index, counting.step)
            audit = generation.release(wanted, writer, files, judging, watching, **reading)
    if files.out is None:
        if not quiet:
            click.echo(f"auditor: {done}", err=True)
        return 3 if done.missing else 0
    if not quiet:
        terminal.print_result(audit, files.out)
    return int(audit.verdict.exit_code)


@cli.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--source", metavar="PATH", help="Real records; needed to judge a data set.")
@click.option("--holdout", metavar="PATH", help="Real records of the same kind, never seen.")
@options.policy
@click.option("--size", type=click.IntRange(1), help="Records of each data set, drawn alike.")
@click.option(
    "--format", "form", type=click.Choice(["table", "markdown", "json", "html"]), default="table"
)
@click.option("-o", "--output", default="-", metavar="FILE", help="Where to; stdout by default.")
@options.quiet
@options.verbose
@options.roster
@options.codes
@options.reading
def profile(
    paths: tuple[str, ...], source: str | None, holdout: str | None, name: str, size: int | None,
    form: str, output: str, quiet: bool, verbose: bool, **reading: Any,
) -> None:  # fmt: skip
    """Compare fidelity, diversity and privacy of sets: output folders of gate, or data sets."""
    from auditor import profile as profiles

    against = profiles.Against(source, holdout, name, size)
    with terminal.progress(quiet, verbose) as step:
        told = profiles.run(paths, against, step, **reading)
    terminal.write(output, [profiles.render(told, form, terminal.width(output))])


@cli.command("index")
@click.argument("source")
@click.option("-o", "--output", required=True, metavar="DIR", help="Folder to keep it in.")
@options.policy
@options.quiet
@options.verbose
@options.reading
def index_source(
    source: str, output: str, name: str, quiet: bool, verbose: bool, **reading: Any
) -> None:
    """Keep what checks build of SOURCE alone, for later runs.

    DIR is protected health information: keep it as you keep SOURCE. Give it to gate and scan with
    --index, beside --source and the same key; the results are the same and come sooner.
    """
    from auditor import inputs, sealed, source_index

    settings = inputs.settings(inputs.read_policy(name))
    sealed.check_target(Path(output))
    corpus = inputs.read_source(source, **reading)
    with terminal.progress(quiet, verbose) as step:
        source_index.build(corpus, settings, Path(output), step)
    if not quiet:
        click.echo(f"{output}: protected health information; keep it as you keep {source}")


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--format", "name", required=True, metavar="NAME", help="Such as html or markdown.")
def render(folder: Path, name: str) -> None:
    """Print the audit in DIR in another format."""
    from auditor import outputs

    click.echo(outputs.format_named(name).render(outputs.read_audit(folder)), nl=False)


@cli.command()
@click.argument("arguments", nargs=-1, required=True, metavar="[DIR RECORD | CHECK]")
def explain(arguments: tuple[str, ...]) -> None:
    """Say why RECORD was accepted or rejected in DIR, or what CHECK measures."""
    from auditor import outputs, resources
    from auditor.formats import text

    *folder, name = arguments
    if not folder and name in resources.names("checks"):
        click.echo((resources.load("checks", name).__doc__ or "").rstrip())
    elif len(folder) == 1:
        told = text.of_record(outputs.read_audit(Path(folder[0])), name)
        if told is None:
            raise InputError(f"{folder[0]}: has no record {name!r:.60}; see its decisions.jsonl")
        click.echo(terminal.printable(told), nl=False)
    else:
        raise InputError(
            f"{name!r:.60} is not a check{resources.near(name, resources.names('checks'))}; "
            "for a record, give the output folder first"
        )


@cli.command()
def checks() -> None:
    """List the checks and what they measure."""
    from auditor import measure, resources

    for name in resources.names("checks"):
        module = measure.check(name)
        click.echo(f"{name} ({module.SCOPE}): {(module.__doc__ or '').partition(chr(10))[0]}")
        for metric, meaning in module.METRICS.items():
            unit = f" [{meaning.unit}]" if meaning.unit else ""
            click.echo(f"  {metric}: {meaning.meaning}{unit}")


@cli.group()
def policy() -> None:
    """Check or show a policy."""


@policy.command("check")
@click.argument("name", metavar="NAME|FILE")
def policy_check(name: str) -> None:
    """Tell every problem of a policy; silent and 0 when there is none."""
    from auditor import inputs

    inputs.read_policy(name)


@policy.command("show")
@click.argument("name", metavar="NAME|FILE")
def policy_show(name: str) -> None:
    """Print a policy as it stands in its file."""
    from auditor import inputs
    from auditor import policy as policies

    inputs.read_policy(name)
    click.echo(policies.find(name).read_text(encoding="utf-8"), nl=False)
