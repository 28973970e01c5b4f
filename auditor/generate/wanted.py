"""What is wanted, as a user says it, and the slots and the plan that come of it.

All that can be wrong with it is found here, before any model is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from auditor.code_table import EMPTY, CodeTable
from auditor.errors import InputError
from auditor.generate import examples, prompts, taxonomy
from auditor.generate.directions.label_to_data import Plan
from auditor.generate.slots import Draw, Slot, per_label, top_up
from auditor.generate.taxonomy import Taxonomy
from auditor.record import Reading, Record

KINDS = {True: ("report", (120, 320)), False: ("sentence", (10, 35))}  # of ICD codes, of others


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to write.

    ``labels``     each may be several that stand together
    ``per_label``, ``top_up_to``  records of each; one of them is None
    ``prompt``     template; None for the one that fits the taxonomy, and ``words`` likewise
    ``few_shot``   real records to show in each prompt
    """

    labels: tuple[tuple[str, ...], ...] = ()
    langs: tuple[str, ...] = ("en",)
    per_label: int | None = None
    top_up_to: int | None = None
    taxonomy: str = "icd10_f"
    prompt: str | None = None
    words: tuple[int, int] | None = None
    few_shot: int = 0
    seed: int = 0
    temperature: float = 0.9
    max_tokens: int = 1500


def planned(
    wanted: Wanted, source: Reading | None, codes: CodeTable = EMPTY
) -> tuple[list[Slot], Plan]:
    """The slots to fill, and how.

    Raises InputError for a label that the taxonomy does not know, labels that exclude one another,
    a source that is missing or has too few records, a prompt that cannot be used.
    """
    known = taxonomy.load(wanted.taxonomy, codes)
    records = _as_written(source.records, wanted.langs, known) if source else ()
    slots = _slots(wanted, known, records)
    name, words = KINDS[known.is_icd]
    shown = None
    if wanted.few_shot:
        if source is None:
            raise InputError("--few-shot shows records of a source; give one with --source")
        shown = examples.chooser(records, wanted.few_shot, wanted.seed, slots)
    return slots, Plan(
        seed=wanted.seed,
        label=cache(known.label),
        prompts={lang: prompts.load(wanted.prompt or name, lang) for lang in wanted.langs},
        temperature=wanted.temperature,
        max_tokens=wanted.max_tokens,
        words=wanted.words or words,
        examples=shown,
    )


def _slots(wanted: Wanted, known: Taxonomy, source: Sequence[Record]) -> list[Slot]:
    if (wanted.per_label is None) == (wanted.top_up_to is None):
        raise InputError("say how many: --per-label N, or --top-up-to N with --source")
    named = [_written(labels, wanted.langs, known) for labels in wanted.labels]
    if wanted.per_label is not None:
        if not named:
            raise InputError("say what of: --labels, such as F32.1,F41.1")
        return per_label(named, wanted.langs, wanted.per_label)
    if not source:
        raise InputError("--top-up-to counts the records of a source; give one with --source")
    labels = [label for together in named for label in together]
    labels = labels or _known(source, wanted.langs, known)
    draw = Draw(wanted.seed, lambda codes: _conflict(codes, wanted.langs, known) is None)
    slots = top_up(source, labels, wanted.langs, wanted.top_up_to or 0, draw) if labels else []
    if not slots:
        raise InputError(
            f"nothing to top up: each label has {wanted.top_up_to} records, or the taxonomy"
            f" {known.name} knows none of the source's; name some with --labels"
        )
    return slots


def _written(labels: Sequence[str], langs: Sequence[str], known: Taxonomy) -> tuple[str, ...]:
    """The labels as the taxonomy writes them. Raises InputError when one cannot be asked for."""
    written = tuple(
        dict.fromkeys(known.label(code, lang).code for code in labels for lang in langs)
    )
    if (conflict := known.together(written)) is not None:
        raise InputError(f"{'+'.join(written)} cannot stand together: {conflict}")
    return written


def _conflict(codes: Sequence[str], langs: Sequence[str], known: Taxonomy) -> str | None:
    """Why codes of a source cannot be asked for together; None when they can."""
    try:
        _written(codes, langs, known)
    except InputError as error:
        return str(error)
    return None


def _as_written(
    source: Sequence[Record], langs: Sequence[str], known: Taxonomy
) -> tuple[Record, ...]:
    """The records with their codes as the taxonomy writes them, where it knows them."""

    @cache
    def written(code: str) -> str:
        return code if _conflict((code,), langs, known) else _written((code,), langs, known)[0]

    return tuple(replace(one, label=tuple(map(written, one.label))) for one in source)


def _known(source: Sequence[Record], langs: Sequence[str], known: Taxonomy) -> list[str]:
    """The codes of a source that the taxonomy has words for."""
    codes = sorted({code for record in source for code in record.label})
    return [code for code in codes if _conflict((code,), langs, known) is None]
