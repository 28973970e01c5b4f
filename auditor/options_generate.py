"""The options of `auditor generate`, and what they come to."""

import math
import re
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from auditor.errors import InputError
from auditor.terminal import printable

EXIT_CODES = """
\b
Exit codes:
    0  everything was written; with --until-accepted, the gate is open
    1  gate closed: a limit is broken
    2  usage, policy or input is at fault; nothing was asked or published
    3  something is missing or was not measured; the same command goes on
    4  internal error; nothing was published
  130  interrupted; what was answered is kept, and the same command goes on
"""
JUDGING = ("holdout", "name", "index", "roster", "key")  # "name" is that of a policy
WRITING = ("prompt", "words", "few_shot", "temperature", "max_tokens")
WHOLE = click.IntRange(1)
MORE = click.FloatRange(0, min_open=True)
WHAT = (
    click.option("--labels", metavar="CODES",
                 help="Codes to write for, divided by commas; F20.0+F10.20: one record with both."),
    click.option("--per-label", type=WHOLE, metavar="N", help="Records of each, per language."),
    click.option("--top-up-to", type=WHOLE, metavar="N",
                 help="What --source lacks to N of each, per language."),
    click.option("--lang", "langs", default="en", show_default=True, metavar="LANGS",
                 help="en, es or both as en,es."),
    click.option("--direction", type=click.Choice(["label-to-data", "data-to-label"]),
                 default="label-to-data", show_default=True,
                 help="Write texts for labels, or label the sentences of --source."),
    click.option("--taxonomy", default="icd10_f", show_default=True, metavar="NAME|FILE",
                 help="What labels mean; or alzheimer_signs."),
    click.option("--prompt", metavar="NAME|FILE",
                 help="report, sentence, or a .j2 file; {lang} in its path for several languages."),
    click.option("--words", metavar="LOW-HIGH", help="Length to ask for, such as 120-320."),
    click.option("--few-shot", type=click.IntRange(0), default=0, metavar="N",
                 help="Real records of --source to show in each prompt."),
    click.option("--consent", metavar="FILE", help="Allows real text to leave this machine."),
    click.option("--seed", type=click.IntRange(0), default=0, show_default=True, metavar="N",
                 help="Decides persons, lengths and samples; another one gives another set."),
)  # fmt: skip
WHERE = (
    click.option("-o", "--output", metavar="FILE",
                 help="File of drafts, without --until-accepted; mode 0600."),
    click.option("--until-accepted", is_flag=True, help="Ask again for what the gate rejects."),
    click.option("--out", metavar="DIR", help="Folder of the release, with --until-accepted."),
    click.option("--source", metavar="PATH",
                 help="Real records: judged against, topped up, shown (--few-shot) or labelled."),
    click.option("--holdout", metavar="PATH", help="Real records of the same kind, never seen."),
)  # fmt: skip
WHO = (
    click.option("--endpoint", required=True, metavar="URL|PATH",
                 help="Base URL, folder of a checkpoint, recordings, or texts."),
    click.option("--backend", metavar="NAME",
                 help="transformers_local, replay or file; for a URL openai_compatible."),
    click.option("--model", default="", metavar="NAME", help="As the server names it."),
    click.option("--revision", default="", metavar="NAME",
                 help="Which version of the model it is; goes into every record."),
    click.option("--api-key-env", default="", metavar="NAME",
                 help="Environment variable that holds the endpoint's key."),
    click.option("--temperature", type=click.FloatRange(0, 2), metavar="T",
                 help="0.9; 0 for data-to-label."),
    click.option("--max-tokens", type=WHOLE, default=4096, show_default=True, metavar="N",
                 help="Of one answer, reasoning included."),
    click.option("--concurrency", type=click.IntRange(1, 1024), default=8, show_default=True,
                 metavar="N", help="Requests under way at once, at most."),
    click.option("--timeout", type=click.FloatRange(1), default=120.0, show_default=True,
                 metavar="SECONDS", help="For one try of one request."),
    click.option("--store", metavar="FILE", help="Where answers are kept; beside the output."),
    click.option("--record", metavar="FILE", help="Also write the answers for --backend replay."),
)  # fmt: skip
CAPS = (
    click.option("--max-attempts", type=WHOLE, default=5, show_default=True, metavar="N",
                 help="Per record."),
    click.option("--max-requests", type=WHOLE, metavar="N",
                 help="Sent in this run, those sent again included."),
    click.option("--max-total-tokens", type=WHOLE, metavar="N",
                 help="Of prompts and answers in this run, as the server counts."),
    click.option("--max-cost", type=MORE, metavar="X", help="In the currency of --price."),
    click.option("--price", metavar="IN,OUT", help="Per million tokens, for --max-cost."),
    click.option("--max-minutes", type=MORE, metavar="X", help="Nothing is asked after."),
    click.option("--max-rejected", type=click.FloatRange(0, 1), default=0.9, show_default=True,
                 metavar="SHARE",
                 help="Stop when more than this share of the drafts (20 or more) is unusable or"
                 " rejected."),
)  # fmt: skip
HEADINGS = {
    "What to write": WHAT, "Where it goes": WHERE, "Who writes": WHO, "Bounds of a run": CAPS,
}  # fmt: skip


class Grouped(click.Command):
    """A command whose help tells its options under headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes each group of options, and then those that other commands have too."""
        told = {parameter.name: parameter for parameter in self.get_params(ctx)}
        groups = {heading: _names(options) for heading, options in HEADINGS.items()}
        grouped = {name for names in groups.values() for name in names}
        groups["Options"] = [str(name) for name in told if name not in grouped]
        for heading, names in groups.items():
            rows = (told[name].get_help_record(ctx) for name in names)
            with formatter.section(heading):
                formatter.write_dl([row for row in rows if row])


def generating(command: Callable[..., Any]) -> Callable[..., Any]:
    """All of them; the command gets ``wanted``, ``writer`` and ``files`` instead."""
    own = tuple(option for options in HEADINGS.values() for option in options)

    @wraps(command)
    def told(**given: Any) -> Any:
        mine = {name: given.pop(name) for name in _names(own)}
        mine["backend"] = _backend(mine)
        notes: list[str] = []
        try:
            files = _files(mine)
            _refuse_idle(mine)
            wanted = _wanted(mine, notes.append)
            writer = _writer(mine, files, given)
            return command(wanted=wanted, writer=writer, files=files, **given)
        except KeyboardInterrupt:
            told = "interrupted; what was answered is kept, the same command goes on"
            click.echo(f"auditor: {told}", err=True)
            raise click.exceptions.Exit(130) from None
        finally:
            for note in () if given["quiet"] else notes:
                click.echo(f"auditor: {printable(note)}", err=True)

    for option in reversed(own):
        told = option(told)
    return told


def _names(options: Iterable[Callable[..., Any]]) -> list[str]:
    def bare() -> None:
        """Carries options, to be asked for their names."""

    for option in options:
        option(bare)
    parameters: list[click.Parameter] = bare.__click_params__  # type: ignore[attr-defined]
    return [str(parameter.name) for parameter in parameters]


def _backend(given: dict[str, Any]) -> str:
    if given["backend"]:
        return str(given["backend"])
    if re.match("https?://", given["endpoint"], re.IGNORECASE):
        return "openai_compatible"
    raise InputError(
        "--endpoint is no URL: say with --backend what it is, transformers_local, replay or file"
    )


def _refuse_idle(given: dict[str, Any]) -> None:
    """Raises InputError for an option that would say nothing beside the others."""
    context = click.get_current_context()
    labelling, shown = given["direction"] == "data-to-label", given["few_shot"] > 0
    unread = not (given["until_accepted"] or given["top_up_to"] or labelling or shown)
    cases: tuple[tuple[bool, tuple[str, ...], str], ...] = (
        (not given["until_accepted"], JUDGING, "only --until-accepted judges"),
        (labelling, ("langs",), "--direction data-to-label goes by the language of each record"),
        (given["backend"] == "file", WRITING, "--backend file gives texts that are there already"),
        (unread, ("source",), "only --top-up-to, --few-shot and --until-accepted read it"),
        (not (labelling or shown) or not _leaves(given), ("consent",),
         "no real text leaves this machine"),
    )  # fmt: skip
    for parameter in context.command.params:
        name = str(parameter.name)
        option = max(parameter.opts, key=len)
        for applies, names, why in cases:
            if applies and name in names and _is_told(context, name):
                raise InputError(f"{option}: {why}; leave it out")
        value = given.get(name)
        if isinstance(value, float) and not math.isfinite(value):
            raise InputError(f"{option}: not a number; write one such as 1.5")


def _is_told(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is not ParameterSource.DEFAULT


def _leaves(given: dict[str, Any]) -> bool:
    from auditor.generate import endpoints

    if given["backend"] != "openai_compatible":
        return False
    return not endpoints.check(given["endpoint"], "--endpoint").loopback


def _files(given: dict[str, Any]) -> Any:
    from auditor.generation import Files

    out, output = given["out"], given["output"]
    if given["until_accepted"] != (out is not None) or (out is None) == (output is None):
        raise InputError("say where to: -o FILE for drafts, or --until-accepted and --out DIR")
    if output == "-":
        raise InputError("-o -: answers are kept beside the output; give the name of a file")
    labelling = given["direction"] == "data-to-label"
    if labelling and out is not None:
        raise InputError("--direction data-to-label gives real text, no release; give -o FILE")
    return Files(
        given["source"], given["holdout"], Path(out) if out else None,
        Path(output) if output else None, labelling,
    )  # fmt: skip


def _wanted(given: dict[str, Any], tell: Callable[[str], None]) -> Any:
    from auditor.generate.wanted import Wanted

    labelling = given["direction"] == "data-to-label"
    temperature = given["temperature"]
    if temperature is None:
        temperature = 0.0 if labelling else 0.9
    return Wanted(
        labels=tuple(map(_together, _parts(given["labels"]))),
        langs=tuple(_parts(given["langs"])),
        per_label=given["per_label"],
        top_up_to=given["top_up_to"],
        taxonomy=given["taxonomy"],
        prompt=given["prompt"],
        words=_words(given["words"]),
        few_shot=given["few_shot"],
        seed=given["seed"],
        temperature=temperature,
        max_tokens=given["max_tokens"],
        tell=tell,
    )


def _writer(given: dict[str, Any], files: Any, more: dict[str, Any]) -> Any:
    from auditor.generate.caps import Caps
    from auditor.generate.request import Options
    from auditor.generate.session import Writer
    from auditor.record import Fields

    price = _price(given["price"])
    if given["max_cost"] is not None and not any(price):
        raise InputError("--max-cost needs --price, such as --price 0.5,1.5 per million tokens")
    return Writer(
        given["backend"],
        Options(
            endpoint=given["endpoint"],
            model=given["model"],
            revision=given["revision"],
            key_variable=given["api_key_env"],
            timeout=given["timeout"],
            concurrency=given["concurrency"],
            fields=Fields(**{name: more[f"{name}_field"] for name in Fields.__dataclass_fields__}),
        ),
        Caps(
            attempts=given["max_attempts"],
            requests=given["max_requests"] or math.inf,
            tokens=given["max_total_tokens"] or math.inf,
            cost=given["max_cost"] or math.inf,
            price=price,
            minutes=given["max_minutes"] or math.inf,
            rejected=given["max_rejected"],
        ),
        Path(given["store"] or f"{files.out or files.output}.store.sqlite"),
        consent=given["consent"],
        record=Path(given["record"]) if given["record"] else None,
    )


def _parts(told: str | None) -> list[str]:
    return [part.strip() for part in (told or "").split(",") if part.strip()]


def _together(told: str) -> tuple[str, ...]:
    """The labels that one record is to have."""
    labels = tuple(label.strip() for label in told.split("+"))
    if not all(labels):
        raise InputError(f"--labels {told!r:.60}: a code is missing beside '+'; add it")
    if re.search(r"[\s;]", "".join(labels)):
        raise InputError(f"--labels {told!r:.60}: divide codes by commas, such as F32.1,F41.1")
    return labels


def _words(told: str | None) -> tuple[int, int] | None:
    if told is None:
        return None
    found = re.fullmatch("([0-9]{1,5})(?:-([0-9]{1,5}))?", told.strip())
    low, high = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not low:
        raise InputError(f"--words {told!r:.20}: write one or two numbers, such as 120-320")
    if low > high:
        raise InputError(f"--words {told!r:.20}: write the lower one first, {high}-{low}")
    return low, high


def _price(told: str | None) -> tuple[float, float]:
    if told is None:
        return 0.0, 0.0
    try:
        prompt, completion = (float(part) for part in told.split(","))
    except ValueError:
        prompt = completion = math.nan
    if not (0 <= prompt < math.inf and 0 <= completion < math.inf):
        raise InputError(f"--price {told!r:.20}: write two numbers from 0, such as 0.5,1.5")
    return prompt, completion
