"""`auditor generate`: from what a user asks for to a file of drafts, or to a release.

What can be wrong with a request is found before the first question to a model. Whatever ends a
run early, the same command goes on from there, since every answer is kept.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack

from auditor import closed_loop, code_table, inputs, output_file, outputs, publish, source_index
from auditor.audit import Audit
from auditor.closed_loop import Gate
from auditor.code_table import CodeTable
from auditor.errors import InputError
from auditor.generate import drafting, labelling, prompts, sentences, taxonomy
from auditor.generate import wanted as wants
from auditor.generate.caps import Caps, Spent
from auditor.generate.directions.data_to_label import How
from auditor.generate.drafting import Drafted
from auditor.generate.labelling import Guide
from auditor.generate.loop import Watch, fill
from auditor.generate.session import Session, Writer
from auditor.generate.wanted import Wanted
from auditor.inputs import Given
from auditor.output_file import OWNER_ONLY
from auditor.record import UNDETERMINED, Reading, read

CONTROLS = frozenset({"chance", "unseen"})  # those that need a holdout
Watching = Callable[[int, Spent], Watch]  # slots in all, what is spent -> a watch


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
    _keep_apart({"-o": files.output}, writer, files, given)
    source = read(files.source, given["fields"]) if files.source else None
    codes = code_table.read(given["codes"]) if given["codes"] else code_table.EMPTY
    at_once = writer.options.concurrency
    if files.labelling:
        if source is None:
            raise InputError("--direction data-to-label labels a source; give one with --source")
        _refuse_writing(wanted)
        found = sentences.split(source)
        if not found:
            raise InputError(f"{files.source}: has no sentence of three words; give another source")
        guide = _guide(wanted, writer.caps, {sentence.lang for sentence in found}, codes)
        with Session(writer, source) as session:
            watch = told(len(found), session.asker.spent)
            done = session.run(labelling.label_all(found, guide, session.asker, at_once, watch))
            _write(output, labelling.lines(found, guide, session.asker), done)
        return done
    slots, plan = wants.planned(wanted, source, codes)
    with Session(writer, source if wanted.few_shot else None) as session:
        watch = told(len(slots), session.asker.spent)
        done = session.run(drafting.draft_all(slots, plan, session.asker, at_once, watch))
        _write(output, drafting.lines(slots, plan, session.asker), done)
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

    Raises InputError for all that is wrong with what was asked for, before anything is asked.
    """
    out = files.out or Path()
    policy = inputs.read_policy(judging.policy)
    publish.check_target(out, outputs.names())
    _keep_apart({"--out": files.out}, writer, files, given)
    if files.source is None:
        raise InputError("--until-accepted judges by a source; give one with --source")
    if files.holdout is None and (needed := sorted(policy.controls & CONTROLS)):
        raise InputError(
            f"policy {judging.policy}: its limits are read off real records never seen"
            f" ({', '.join(needed)}); give them with --holdout, or --policy leave_one_out"
        )
    if files.holdout and Path(files.source).resolve() == Path(files.holdout).resolve():
        raise InputError("--source and --holdout are the same file; the holdout was never seen")
    nothing = Reading("drafts", (), "")
    against = inputs.judged_against(nothing, files.source, files.holdout, **given)
    real = against.real()
    source = Reading(real.name, real.records, real.digest)
    slots, plan = wants.planned(wanted, source, against.codes)
    own = taxonomy.load(wanted.taxonomy).as_codes(wanted.langs)
    if any(own.rows.values()) and not given["codes"]:  # or nobody could tell whether texts fit
        against = replace(against, codes=own)
    if judging.index:
        settings = inputs.settings(policy)
        source_index.recall(Path(judging.index), against, settings, judging.step)
    with Session(writer, source if wanted.few_shot else None) as session:
        gate = Gate(against, policy, judging.step, session.backend.identity.model or "drafts")
        watch = told(len(slots), session.asker.spent)
        at_once = writer.options.concurrency
        outcome = session.run(fill(slots, gate, plan, session.asker, at_once, watch))
    # A path or a URL of this machine is nobody's business in a release.
    outcome.stopped = outcome.stopped.replace(writer.options.endpoint, "the endpoint")
    loop = closed_loop.told(outcome, session.place, wanted.few_shot, session.consent)
    audit, corpora = gate.whole(outcome.drafts, [slot.labels for slot in slots], loop)
    publish.publish(out, outputs.files(audit, corpora, ()))
    return audit


def _write(output: Path, lines: Iterator[str], done: Drafted) -> None:
    """Writes what there is. Nobody has judged it: as the store, it is for its owner's eyes only."""
    if done.filled:
        output_file.write(output, lines, OWNER_ONLY)
    elif output.exists():
        done.stopped = "; ".join(filter(None, (done.stopped, f"{output} is left as it was")))


def _keep_apart(
    place: Mapping[str, Path | None], writer: Writer, files: Files, given: Mapping[str, Any]
) -> None:
    """Raises InputError when something would be written over what is read, or over one another."""
    written = {**place, "--store": writer.store, "--record": writer.record}
    read_too = {
        "--source": files.source, "--holdout": files.holdout, "--consent": writer.consent,
        "--endpoint": writer.options.endpoint,
        **{f"--{name}": given[name] for name in ("roster", "codes", "key")},
    }  # fmt: skip
    known: dict[Path, str] = {Path(path).resolve(): name for name, path in read_too.items() if path}
    for name, path in written.items():
        if path is None:
            continue
        if other := known.get(path.resolve()):
            raise InputError(f"{path}: {other} and {name} name the same file; give another {name}")
        if files.out and name != "--out" and path.resolve().is_relative_to(files.out.resolve()):
            raise InputError(f"{path}: {files.out} is replaced whole; keep {name} outside of it")
        known[path.resolve()] = name


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
    return Guide(
        wants.to_choose_among(wanted, langs, codes),
        {lang: (prompts.load("label", lang), prompts.load("verify", lang)) for lang in langs},
        How(wanted.seed, wanted.temperature, wanted.max_tokens, caps.attempts),
    )
