"""What is wanted, as a user says it, and the slots and the plan that come of it.

All that can be wrong with it is found here, before any model is asked.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial

from auditor.code_table import EMPTY, CodeTable
from auditor.errors import InputError
from auditor.generate import examples, prompts, taxonomy
from auditor.generate.directions.label_to_data import Plan
from auditor.generate.patient import LANGUAGES, draw
from auditor.generate.prompts import Prompt
from auditor.generate.slots import Draw, Slot, per_label, top_up
from auditor.generate.taxonomy import Label, Taxonomy
from auditor.record import Reading, Record
from auditor.resources import near

MOST_LABELS = 200  # to choose among in one prompt
MOST_TOLD = 20  # codes in one line
KINDS = {True: ("report", (120, 320)), False: ("sentence", (10, 35))}  # of ICD codes, of others


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to write.

    ``labels``     each may be several that stand together
    ``per_label``, ``top_up_to``  records of each; one of them is None
    ``prompt``     template; None for the one that fits the taxonomy, and ``words`` likewise
    ``few_shot``   real records to show in each prompt
    ``tell``       gets a line for what is not written though the source has it
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
    max_tokens: int = 4096
    tell: Callable[[str], None] = field(default=lambda _: None, repr=False, compare=False)


def planned(
    wanted: Wanted, source: Reading | None, codes: CodeTable = EMPTY
) -> tuple[list[Slot], Plan]:
    """The slots to fill, and how.

    Raises InputError for a label that the taxonomy does not know, labels that exclude one another,
    a source that is missing or has too few records, a language or prompt that cannot be used.
    """
    if not wanted.langs or set(wanted.langs) - set(LANGUAGES):
        told = ",".join(wanted.langs)
        raise InputError(
            f"--lang {told!r:.20}: write {', '.join(LANGUAGES)} or both as {','.join(LANGUAGES)}"
        )
    known = taxonomy.load(wanted.taxonomy, codes)
    records = _as_written(source.records, known) if source else ()
    slots = _slots(wanted, known, records)
    if len({slot.id for slot in slots}) < len(slots):
        raise InputError("two sets of labels read alike; take the + out of the taxonomy's codes")
    name, words = KINDS[known.is_icd]
    shown = None
    if wanted.few_shot:
        if source is None:
            raise InputError("--few-shot shows records of a source; give one with --source")
        shown = examples.chooser(records, wanted.few_shot, wanted.seed, slots)
    return slots, Plan(
        seed=wanted.seed,
        label=cache(known.label),
        prompts=_prompts(wanted.prompt or name, wanted.langs),
        temperature=wanted.temperature,
        max_tokens=wanted.max_tokens,
        words=wanted.words or words,
        examples=shown,
    )


def _slots(wanted: Wanted, known: Taxonomy, source: Sequence[Record]) -> list[Slot]:
    if (wanted.per_label is None) == (wanted.top_up_to is None):
        raise InputError("say how many: --per-label N, or --top-up-to N with --source")
    asked = [_written(labels, wanted.langs, known) for labels in wanted.labels]
    named = list({frozenset(labels): labels for labels in reversed(asked)}.values())[::-1]
    if wanted.per_label is not None:
        if not named:
            raise InputError("say what of: --labels, such as F32.1,F41.1")
        return per_label(named, wanted.langs, wanted.per_label)
    if not source:
        raise InputError("--top-up-to counts the records of a source; give one with --source")
    labels = [label for together in named for label in together]
    return _topped_up(wanted, known, source, labels)


def _topped_up(
    wanted: Wanted, known: Taxonomy, source: Sequence[Record], named: Sequence[str]
) -> list[Slot]:
    """What the source lacks of the labels named, or of all that have words, by language."""
    codes = sorted({code for record in source for code in record.label})
    worded = {lang: [c for c in codes if _fits((c,), lang, known)] for lang in LANGUAGES}
    slots: list[Slot] = []
    some = False
    for lang in dict.fromkeys(wanted.langs):
        how = Draw(wanted.seed, partial(_fits, lang=lang, known=known))
        labels = named or worded[lang]
        some = some or bool(labels)
        if labels:  # none would mean all
            slots += top_up(source, labels, (lang,), wanted.top_up_to or 0, how)
    if not named:
        _tell_left_out(wanted, known, codes, worded)
    if not some:
        raise InputError(
            f"nothing to top up: the taxonomy {known.name} has no words for the source's labels;"
            " name some with --labels, or give another --taxonomy"
        )
    if not slots:
        raise InputError(
            f"nothing to write: each label has {wanted.top_up_to} records or more already;"
            " a higher --top-up-to asks for more"
        )
    return slots


def _tell_left_out(
    wanted: Wanted, known: Taxonomy, codes: Sequence[str], worded: Mapping[str, Sequence[str]]
) -> None:
    """What of a source is not topped up. A label that nobody knows may be any text: a count."""
    in_some = sorted(set().union(*worded.values()))
    for lang in dict.fromkeys(wanted.langs):
        if lacking := [code for code in in_some if code not in worded[lang]]:
            more = f" and {len(lacking) - MOST_TOLD} more" if len(lacking) > MOST_TOLD else ""
            wanted.tell(
                f"not topped up in {lang}, no words: {', '.join(lacking[:MOST_TOLD])}{more}"
                " (name them with --codes)"
            )
    if unknown := len(set(codes) - set(in_some)):
        wanted.tell(f"not topped up: {unknown} of the source's labels that {known.name} has not")


def _written(labels: Sequence[str], langs: Sequence[str], known: Taxonomy) -> tuple[str, ...]:
    """The labels as the taxonomy writes them. Raises InputError when one cannot be asked for."""
    written = tuple(
        dict.fromkeys(known.label(code, lang).code for code in labels for lang in langs)
    )
    if (conflict := known.together(written)) is not None:
        raise InputError(f"{'+'.join(written)} cannot stand together: {conflict}")
    for lang in langs:
        first, *others = (known.label(code, lang) for code in written)
        draw(0, first, lang, *others)  # raises where nobody can have them all
    return written


def _fits(codes: Sequence[str], lang: str, known: Taxonomy) -> bool:
    """Whether codes of a source can be asked for together: known, worded, not exclusive."""
    try:
        _written(codes, (lang,), known)
    except InputError:
        return False
    return True


def _as_written(source: Sequence[Record], known: Taxonomy) -> tuple[Record, ...]:
    """The records with their codes as the taxonomy writes them, where it knows them."""

    @cache
    def written(code: str) -> str:
        lang = next((lang for lang in LANGUAGES if _fits((code,), lang, known)), None)
        return known.label(code, lang).code if lang else code

    return tuple(replace(one, label=tuple(map(written, one.label))) for one in source)


def _prompts(name: str, langs: Sequence[str]) -> dict[str, Prompt]:
    """The prompt in each language. Raises InputError for one that does not ask for a text."""
    is_file = name.endswith(".j2")
    if not is_file and name not in prompts.WRITING:
        raise InputError(
            f"no prompt named {name!r:.60}{near(name, prompts.WRITING)}, or a .j2 file"
        )
    if is_file and "{lang}" not in name and len(set(langs)) > 1:
        own = f"{name.removesuffix('.j2')}.{{lang}}.j2"
        raise InputError(
            f"--prompt {name}: one file for the languages {', '.join(langs)};"
            f" write {own} and put {{lang}} in the path"
        )
    return {lang: prompts.load(name, lang) for lang in langs}


def to_choose_among(
    wanted: Wanted, langs: Iterable[str], codes: CodeTable = EMPTY
) -> dict[str, tuple[Label, ...]]:
    """Language -> the labels that sentences of a source are labelled with.

    Raises InputError for a label without words in one of them, and for more than ``MOST_LABELS``.
    """
    known = taxonomy.load(wanted.taxonomy, codes)
    chosen = [label for together in wanted.labels for label in together] or known.codes
    if len(chosen) > MOST_LABELS:
        raise InputError(
            f"--direction data-to-label: {len(chosen)} labels of {known.name} are too many for one"
            f" prompt ({MOST_LABELS} at most); name some with --labels, or give another --taxonomy"
        )
    return {lang: tuple(known.label(code, lang) for code in chosen) for lang in langs}
