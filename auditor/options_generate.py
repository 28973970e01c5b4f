"""The options of `auditor generate`, and what they come to."""

from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from auditor.errors import InputError

FAR = 10**12
EXIT_CODES = """
\b
Exit codes:
  0  everything was written; with --until-accepted, the gate is open
  1  gate closed: a limit is broken
  2  usage, policy or input is at fault; nothing was asked or published
  3  something is missing or was not measured; the same command goes on
  4  internal error; nothing was published
"""
WHOLE = click.IntRange(1)
WHAT = (
    click.option("--labels", metavar="CODES", help="Such as F32.1,F41.1; F20.0+F10.20 together."),
    click.option("--per-label", type=WHOLE, metavar="N", help="Records of each, per language."),
    click.option("--top-up-to", type=WHOLE, metavar="N", help="What --source lacks to N of each."),
    click.option("--lang", "langs", default="en", show_default=True, metavar="LANGS",
                 help="Such as en,es."),
    click.option("--taxonomy", default="icd10_f", show_default=True, metavar="NAME|FILE",
                 help="What labels mean; or alzheimer_signs."),
    click.option("--prompt", metavar="NAME|FILE", help="Template, such as report or sentence."),
    click.option("--words", metavar="LOW-HIGH", help="Length to ask for, such as 120-320."),
    click.option("--direction", type=click.Choice(["label-to-data", "data-to-label"]),
                 default="label-to-data", show_default=True),
    click.option("--few-shot", type=click.IntRange(0), default=0, metavar="N",
                 help="Real records of --source to show in each prompt."),
    click.option("--consent", metavar="FILE", help="Allows real text to leave this machine."),
    click.option("--seed", type=click.IntRange(0), default=0, show_default=True),
    click.option("--temperature", type=click.FloatRange(0, 2), metavar="T",
                 help="0.9; 0 for data-to-label."),
    click.option("--max-tokens", type=WHOLE, default=1500, show_default=True, metavar="N",
                 help="Of one answer, reasoning included."),
)  # fmt: skip
WHO = (
    click.option("--backend", default="replay", show_default=True, metavar="NAME",
                 help="openai_compatible, transformers_local, replay or file."),
    click.option("--endpoint", required=True, metavar="URL|PATH",
                 help="Base URL, folder of a checkpoint, recordings, or texts."),
    click.option("--model", default="", metavar="NAME"),
    click.option("--revision", default="", metavar="NAME"),
    click.option("--api-key-variable", default="", metavar="NAME",
                 help="Environment variable that holds the endpoint's key."),
    click.option("--concurrency", type=click.IntRange(1, 1024), default=8, show_default=True),
    click.option("--timeout", type=click.FloatRange(1), default=120.0, show_default=True,
                 metavar="SECONDS"),
    click.option("--store", metavar="FILE", help="Where answers are kept; beside the output."),
    click.option("--record", metavar="FILE", help="Also write the answers for --backend replay."),
)  # fmt: skip
CAPS = (
    click.option("--max-attempts", type=WHOLE, default=5, show_default=True, metavar="N",
                 help="Per record."),
    click.option("--max-requests", type=WHOLE, metavar="N"),
    click.option("--max-total-tokens", type=WHOLE, metavar="N"),
    click.option("--max-cost", type=click.FloatRange(0, min_open=True), metavar="X"),
    click.option("--price", metavar="IN,OUT", help="Per million tokens, for --max-cost."),
    click.option("--max-minutes", type=click.FloatRange(0, min_open=True), metavar="X"),
    click.option("--max-rejected", type=click.FloatRange(0, 1), default=0.9, show_default=True,
                 metavar="SHARE", help="Stop when more of the drafts come to nothing."),
)  # fmt: skip


WHERE = (
    click.option("--source", metavar="PATH", help="Real records; needed by all but --per-label."),
    click.option("--holdout", metavar="PATH", help="Real records of the same kind, never seen."),
    click.option("--until-accepted", is_flag=True, help="Ask again for what the gate rejects."),
    click.option("--out", metavar="DIR", help="Folder of the release, with --until-accepted."),
    click.option("-o", "--output", metavar="FILE", help="File of the drafts, without."),
)


def generating(command: Callable[..., Any]) -> Callable[..., Any]:
    """All of them; the command gets ``wanted``, ``writer`` and ``files`` instead."""
    own = (*WHERE, *WHAT, *WHO, *CAPS)

    @wraps(command)
    def told(**given: Any) -> Any:
        mine = {name: given.pop(name) for name in _names(own)}
        files = _files(mine)
        return command(wanted=_wanted(mine), writer=_writer(mine, files), files=files, **given)

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


def _files(given: dict[str, Any]) -> Any:
    from auditor.generation import Files

    out, output = given["out"], given["output"]
    if given["until_accepted"] != (out is not None) or (out is None) == (output is None):
        raise InputError("say where to: -o FILE for drafts, or --until-accepted and --out DIR")
    labelling = given["direction"] == "data-to-label"
    if labelling and out is not None:
        raise InputError("--direction data-to-label gives real text, no release; give -o FILE")
    return Files(
        given["source"], given["holdout"], Path(out) if out else None,
        Path(output) if output else None, labelling,
    )  # fmt: skip


def _wanted(given: dict[str, Any]) -> Any:
    from auditor.generate.wanted import Wanted

    labelling = given["direction"] == "data-to-label"
    temperature = given["temperature"]
    if temperature is None:
        temperature = 0.0 if labelling else 0.9
    return Wanted(
        labels=tuple(tuple(together.split("+")) for together in _parts(given["labels"])),
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
    )


def _writer(given: dict[str, Any], files: Any) -> Any:
    from auditor.generate.caps import Caps
    from auditor.generate.request import Options
    from auditor.generation import Writer

    price = _price(given["price"])
    if given["max_cost"] is not None and not any(price):
        raise InputError("--max-cost needs --price, such as --price 0.5,1.5 per million tokens")
    return Writer(
        given["backend"],
        Options(
            endpoint=given["endpoint"],
            model=given["model"],
            revision=given["revision"],
            key_variable=given["api_key_variable"],
            timeout=given["timeout"],
            concurrency=given["concurrency"],
        ),
        Caps(
            attempts=given["max_attempts"],
            requests=given["max_requests"] or FAR,
            tokens=given["max_total_tokens"] or FAR,
            cost=given["max_cost"] or FAR,
            price=price,
            minutes=given["max_minutes"] or FAR,
            rejected=given["max_rejected"],
        ),
        Path(given["store"] or f"{files.out or files.output}.store.sqlite"),
        consent=given["consent"],
        record=Path(given["record"]) if given["record"] else None,
    )


def _parts(told: str | None) -> list[str]:
    return [part.strip() for part in (told or "").split(",") if part.strip()]


def _words(told: str | None) -> tuple[int, int] | None:
    if told is None:
        return None
    low, _, high = told.partition("-")
    if not (low.isdecimal() and high.isdecimal() and 0 < int(low) <= int(high)):
        raise InputError(f"--words {told!r:.20}: write two numbers, such as 120-320")
    return int(low), int(high)


def _price(told: str | None) -> tuple[float, float]:
    if told is None:
        return 0.0, 0.0
    try:
        prompt, completion = (float(part) for part in told.split(","))
    except ValueError:
        raise InputError(f"--price {told!r:.20}: write two numbers, such as 0.5,1.5") from None
    return prompt, completion
