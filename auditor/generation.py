"""`auditor generate`: from what a user asks for to a file of drafts, or to a release.

Whatever can be wrong with it is found before the first question to a model. Whatever ends a run
early, the same command goes on from there, since every answer is kept.
"""

import asyncio
import datetime
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self, TypeVar, Unpack

from auditor import (
    closed_loop,
    code_table,
    inputs,
    output_file,
    outputs,
    publish,
    resources,
    source_index,
)
from auditor.audit import Audit
from auditor.closed_loop import Gate
from auditor.code_table import CodeTable
from auditor.errors import InputError
from auditor.generate import consent, drafting, labelling, prompts, recordings, sentences, taxonomy
from auditor.generate import wanted as wants
from auditor.generate.asking import Asker
from auditor.generate.caps import Caps, Spent
from auditor.generate.directions.data_to_label import How
from auditor.generate.drafting import Drafted
from auditor.generate.labelling import Guide
from auditor.generate.loop import Watch, fill
from auditor.generate.request import Backend, Identity, Options
from auditor.generate.store import Store
from auditor.generate.wanted import Wanted
from auditor.inputs import Given
from auditor.origin import NAME
from auditor.record import UNDETERMINED, Reading, read

T = TypeVar("T")
OWNER_ONLY = 0o600
CONTROLS = frozenset({"chance", "unseen"})  # those that need a holdout
Watching = Callable[[int, Spent], Watch]  # slots in all, what is spent -> a watch


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, within which bounds, and where answers are kept.

    ``consent``  file that allows real text to leave the machine
    ``record``   file to write all answers to when the run ends, for the backend ``replay``
    """

    backend: str
    options: Options
    caps: Caps
    store: Path
    consent: str | None = None
    record: Path | None = None


@dataclass(frozen=True, slots=True)
class Files:
    """What is read and where it goes: ``out``, the folder of a release, or ``output``, a file.

    ``labelling``: the sentences of the source are to be labelled, and nothing is written anew.
    """

    source: str | None
    holdout: str | None
    out: Path | None
    output: Path | None
    labelling: bool


@dataclass(frozen=True, slots=True)
class Judging:
    """The gate of a release: its policy, what was kept of the source, and whom to tell of steps."""

    policy: str
    index: str | None
    step: Callable[[str], None]


def watching(count: Callable[[int, int, int, float], None]) -> Watching:
    """A watch that counts slots, those filled, drafts lost, and the cost."""
    return lambda total, spent: lambda filled, lost: count(total, filled, lost, spent.cost)


def drafts(
    wanted: Wanted, writer: Writer, files: Files, told: Watching, **given: Unpack[Given]
) -> Drafted:
    """Writes drafts, or the labelled sentences of the source, to a file; nothing is judged.

    Raises InputError for all that is wrong with what was asked for, before anything is asked.
    """
    output = files.output or Path()
    output_file.check(output, "-o")
    source = read(files.source, given["fields"]) if files.source else None
    codes = code_table.read(given["codes"]) if given["codes"] else code_table.EMPTY
    at_once = writer.options.concurrency
    if files.labelling:
        if source is None:
            raise InputError("--direction data-to-label labels a source; give one with --source")
        _refuse_writing(wanted)
        found = sentences.split(source)
        guide = _guide(wanted, writer.caps, {sentence.lang for sentence in found}, codes)
        with _Desk(writer, source) as desk:
            watch = told(len(found), desk.asker.spent)
            done = desk.run(labelling.label_all(found, guide, desk.asker, at_once, watch))
            if done.filled:
                output_file.write(output, labelling.lines(found, guide, desk.asker), OWNER_ONLY)
        return done
    slots, plan = wants.planned(wanted, source, codes)
    with _Desk(writer, source if wanted.few_shot else None) as desk:
        watch = told(len(slots), desk.asker.spent)
        done = desk.run(drafting.draft_all(slots, plan, desk.asker, at_once, watch))
        if done.filled:
            output_file.write(output, drafting.lines(slots, plan, desk.asker))
    return done


def release(
    wanted: Wanted,
    writer: Writer,
    files: Files,
    judging: Judging,
    told: Watching,
    **given: Unpack[Given],
) -> Audit:
    """Asks until the gate accepts enough, or a bound is reached; publishes as the gate does.

    Raises InputError for all that is wrong with what was asked for, before anything is asked, and
    CannotMeasure when no draft at all was accepted.
    """
    out = files.out or Path()
    policy = inputs.read_policy(judging.policy)
    publish.check_target(out, outputs.names())
    if files.source is None:
        raise InputError("--until-accepted judges by a source; give one with --source")
    if files.holdout is None and (needed := sorted(policy.controls & CONTROLS)):
        raise InputError(
            f"policy {judging.policy}: its limits are read off real records never seen"
            f" ({', '.join(needed)}); give them with --holdout, or --policy leave_one_out"
        )
    nothing = Reading("drafts", (), "")
    against = inputs.judged_against(nothing, files.source, files.holdout, **given)
    source = read(files.source, given["fields"])
    slots, plan = wants.planned(wanted, source, against.codes)
    known = taxonomy.load(wanted.taxonomy)
    if not known.is_icd and not given["codes"]:  # or nobody could tell whether texts fit
        against = replace(against, codes=known.as_codes(wanted.langs))
    if judging.index:
        settings = inputs.settings(policy)
        source_index.recall(Path(judging.index), against, settings, judging.step)
    with _Desk(writer, source if wanted.few_shot else None) as desk:
        gate = Gate(against, policy, judging.step, desk.backend.identity.model or "drafts")
        watch = told(len(slots), desk.asker.spent)
        at_once = writer.options.concurrency
        outcome = desk.run(fill(slots, gate, plan, desk.asker, at_once, watch))
    loop = closed_loop.told(outcome, wanted.few_shot, desk.consent)
    audit, corpora = gate.whole(outcome.drafts, [slot.labels for slot in slots], loop)
    publish.publish(out, outputs.files(audit, corpora, ()))
    return audit


class _Desk:
    """A backend, a store and a consent, opened together and closed together.

    ``shown``: the real records whose text prompts hold, if any.
    """

    def __init__(self, writer: Writer, shown: Reading | None) -> None:
        module = resources.load("generate.backends", writer.backend)
        self.backend: Backend = module.connect(writer.options)
        _check_names(self.backend.identity)
        self.consent = _allowed(writer, shown, self.backend) if shown else ""
        self.record = writer.record
        if self.record is not None:
            if self.backend.lasting:
                raise InputError(f"--record: the answers of {writer.backend} last; leave it out")
            output_file.check(self.record, "--record")
        self.store = Store(None if self.backend.lasting else writer.store)
        self.asker = Asker(
            self.backend, self.store, Spent(writer.caps), may_send_real_text=bool(self.consent)
        )
        self.runner = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What the work comes to; requests wait for one another in it and nowhere else."""
        return self.runner.run(work)

    def __exit__(self, *_: object) -> None:
        try:
            self.runner.run(self.backend.close())
            self.runner.close()
            if self.record is not None:
                identity = self.backend.identity
                recordings.write(self.record, identity, self.store.answers(identity))
        finally:
            self.store.close()


def _check_names(identity: Identity) -> None:
    """Every record names who wrote it. Raises InputError for a name that a record cannot hold."""
    for option, told in (("--model", identity.model), ("--revision", identity.revision)):
        if not NAME.fullmatch(told):
            raise InputError(
                f"{option}: the name is too long, or has other signs than letters, digits and"
                " ./:@+-_; give another (for a checkpoint, another folder name)"
            )


def _allowed(writer: Writer, source: Reading, backend: Backend) -> str:
    """What the audit says of the consent under which real text leaves; empty where none does."""
    today = datetime.datetime.now(datetime.UTC).date()
    identity = backend.identity
    given = consent.check(
        writer.consent, source.digest, identity.endpoint, backend.remote, today, identity.model
    )
    if given is None:
        return ""
    return f"{given.approver}, until {given.expires}, sha256 {given.digest[:12]}"


def _refuse_writing(wanted: Wanted) -> None:
    """Raises InputError for what says how to write, where nothing is written."""
    given = {
        "--per-label": wanted.per_label, "--top-up-to": wanted.top_up_to, "--words": wanted.words,
        "--prompt": wanted.prompt, "--few-shot": wanted.few_shot,
    }  # fmt: skip
    for option, told in given.items():
        if told:
            raise InputError(f"{option}: --direction data-to-label writes nothing; leave it out")


def _guide(wanted: Wanted, caps: Caps, langs: set[str], codes: CodeTable) -> Guide:
    if UNDETERMINED in langs:
        raise InputError("the source does not say its language; give every record a 'lang'")
    known = taxonomy.load(wanted.taxonomy, codes)
    chosen = [label for together in wanted.labels for label in together] or known.codes
    return Guide(
        {lang: tuple(known.label(code, lang) for code in chosen) for lang in langs},
        {lang: (prompts.load("label", lang), prompts.load("verify", lang)) for lang in langs},
        How(wanted.seed, wanted.temperature, wanted.max_tokens, caps.attempts),
    )
