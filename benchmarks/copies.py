"""The leak bench for copies: what do the copying checks catch, at which price?

    python benchmarks/copies.py

Three pairs of a real source and clean records, with leaks planted in them: counselling questions
and statements by a language model; Spanish case reports with invented identifiers and unseen real
cases of the same journals; dictated reports and machine-translated case reports. The policy is
`strict` without its other checks; the budget of false rejects is the pair's demand. Limits come
from controls of the same run, nothing is fitted on the planted leaks. Records of one article are
one group.

The second table shows what each idea buys by itself: a policy of that one metric, its limit from
the control `chance` or `unseen` at the same budget. Writes results/copies.json and the README's
tables.
"""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from corpora import DATA, RESULTS
from planted import COPYING, Row, gate, grouped, plant, score_gate, share, together
from readme import table, write

from auditor import bounds
from auditor.control import Control
from auditor.corpus import Corpora, corpora
from auditor.measure import measure
from auditor.policy import CheckText, LimitText, Policy, PolicyText, Relative
from auditor.record import read
from auditor.resources import shipped

KINDS = (
    "copy", "verbatim", "passage.edit", "near_dup.edit", "near_dup.synonym", "near_dup.reorder",
    "mosaic", "control",
)  # fmt: skip
PAIRS = {  # name: source, clean records, holdout, budget of false rejects
    "counsel / mentalchat": (
        "source/en_counsel_train", "synthetic/en_mentalchat", "source/en_counsel_holdout", 0.02,
    ),
    "meddocan / codiesp": (
        "source/es_meddocan_train", "source/es_codiesp_holdout", "source/es_meddocan_holdout", 0.03,
    ),
    "mtsamples / codiesp_mt": (
        "source/en_mtsamples_train", "synthetic/en_codiesp_mt", "source/en_mtsamples_holdout", 0.02,
    ),
}  # fmt: skip
DEMANDS: dict[str, tuple[float | None, float | None, float | None]] = {
    "copy @ 1.0": (1, 1, 1),
    "mosaic @ 3": (1, 1, 1),
    "mosaic @ 8": (1, 1, 0.95),
    "near_dup.reorder @ all": (1, 1, 1),
    "near_dup.synonym @ all": (1, 1, 1),
    "near_dup.edit @ 0.05": (1, 1, 1),
    "near_dup.edit @ 0.15": (1, 1, 1),
    "near_dup.edit @ 0.3": (1, 1, 0.95),
    "near_dup.edit @ 0.5": (0.7, 0.9, 0.8),
    "verbatim @ 50": (1, 1, 1),
    "verbatim @ 20": (1, 0.95, 0.95),
    "verbatim @ 10": (1, 0.3, 0.8),
    "verbatim @ 5": (0.3, None, None),
    "passage.edit @ 0.1": (1, 0.95, 0.9),
    "passage.edit @ 0.2": (0.95, 0.7, 0.7),
    "passage.edit @ 0.3": (0.9, 0.4, 0.4),
}
IDEAS = (
    ("copied_passage", "longest_run"), ("rare_fragments", "rare_run"), ("rare_fragments", "owned"),
    ("rare_fragments", "surprisal"), ("edited_passage", "surprisal"), ("near_duplicate", "jaccard"),
    ("linkage", "margin"),
)  # fmt: skip
SHORT = ("verbatim @ 5", "verbatim @ 10", "passage.edit @ 0.3", "near_dup.edit @ 0.5", "mosaic @ 3")


def main() -> None:
    """Runs the three pairs and writes what they scored."""
    with tempfile.TemporaryDirectory() as folder:
        result = {name: pair(name, Path(folder) / str(n)) for n, name in enumerate(PAIRS)}
    (RESULTS / "copies.json").write_text(json.dumps(result, indent=2) + "\n")
    caught = table(["planted", *PAIRS], list(_caught(result)))
    bought = table(["one metric alone", "limit from", *PAIRS], list(_bought(result)))
    cells = ", ".join(f"`{cell}`" for cell in SHORT)
    what = f"What each idea buys by itself: caught of {cells} together, and clean records rejected."
    text = f"{caught}\n\n{what}\n\n{bought}"
    write("copies", text)
    print(text)


def pair(name: str, folder: Path, seed: str = "0", ideas: bool = True) -> Row:
    """Plants, runs the gate with the copying checks alone, and scores it."""
    source, clean, holdout, budget = PAIRS[name]
    folder.mkdir()
    per_cell = ("--seed", seed, "--kinds", *KINDS)
    plant(DATA / f"{source}.jsonl", DATA / f"{clean}.jsonl", folder, 10, *per_cell)
    unseen = grouped(folder, DATA / f"{holdout}.jsonl")
    policy = folder / "copying.yaml"
    policy.write_text(copying_policy(budget), encoding="utf-8")
    result = gate(folder, unseen, policy)
    if ideas:
        result["ideas"] = _ideas(folder, unseen, budget)
    return result


def copying_policy(budget: float) -> str:
    """The policy strict with its copying checks only, and this budget of false rejects."""
    text = yaml.safe_load((shipped("rules") / "strict.yaml").read_text(encoding="utf-8"))
    text |= {"name": "copying", "description": "The copying checks alone.", "false_rejects": budget}
    text["checks"] = {name: text["checks"][name] for name in text["checks"] if name in COPYING}
    made: str = yaml.safe_dump(text, sort_keys=False)
    return made


def _ideas(folder: Path, unseen: Path, budget: float) -> Row:
    """For every metric alone: caught per cell, with the limit from chance and from unseen."""
    of = corpora(
        read(str(folder / "synthetic.jsonl")), read(str(folder / "source.jsonl")), read(str(unseen))
    )
    truth = folder / "truth.jsonl"
    found: Row = {}
    for name, metric in IDEAS:
        values = _columns(name, of)[metric]
        for control, other in (("chance", of.chance()), ("unseen", of.unseen())):
            assert other is not None
            ratio = of.source.words / other.source.words  # type: ignore[union-attr]
            column = {(name, metric): _columns(name, other)[metric]}
            made = Control(control, ratio, column)
            alone = _alone(name, metric, control, budget)
            measured = {(name, metric): values}
            (bound,), _ = bounds.record_bounds(alone, {control: made}, measured)
            decisions = {
                record: {"accepted": bound.holds(value)} for record, value in values.items()
            }
            scores = score_gate.score(score_gate.read_by_id(truth), decisions)
            found[f"{name}.{metric} {control}"] = {
                part: {cell: tally.as_json() for cell, tally in tallies.items()}
                for part, tallies in scores.items()
            } | {"limit": bound.high}
    return found


def _columns(name: str, of: Corpora) -> dict[str, dict[str, float]]:
    result = measure(name, {}, of)
    return {
        metric: {record: finding.value for record, finding in column.items()}
        for metric, column in result.findings.items()
    }


def _alone(name: str, metric: str, control: str, budget: float) -> Policy:
    relative: dict[str, Any] = {control: 1 - budget}
    limit = LimitText(at_most=Relative(**relative), why="alone")
    text = {name: CheckText(limits={metric: limit})}
    return Policy(PolicyText(name="alone", description="one metric", checks=text), "")


def _caught(result: Row) -> Iterator[list[str]]:
    for cell, demands in DEMANDS.items():
        row = [f"`{cell}`"]
        for demand, scores in zip(demands, result.values(), strict=True):
            told = share(scores["caught"].get(cell))
            row.append(f"{told}, must {demand:g}" if demand is not None else told)
        yield row
    for cell, most in (("control @ boilerplate", "5 %"), ("clean", "")):
        row = [f"falsely rejected: `{cell}`"]
        for scores, (*_, budget) in zip(result.values(), PAIRS.values(), strict=True):
            tally = scores["false_rejects"].get(cell)
            row.append(f"{share(tally)}, at most {most or format(budget, '.0%')}")
        yield row
    row = ["complaint touches the leak, of the caught"]
    for scores in result.values():
        tallies = [t for cell, t in scores["caught"].items() if cell in DEMANDS]
        hit, located = (sum(t[key] for t in tallies) for key in ("hit", "located"))
        row.append(f"{located} / {hit}, must .95")
    yield row


def _bought(result: Row) -> Iterator[list[str]]:
    for name, metric in IDEAS:
        for control in ("chance", "unseen"):
            row = [f"`{name}.{metric}`", control]
            for scores in result.values():
                alone = scores["ideas"][f"{name}.{metric} {control}"]
                cells = [alone["caught"][cell] for cell in SHORT if cell in alone["caught"]]
                tally, clean = together(cells), alone["false_rejects"]["clean"]
                assert tally is not None
                row.append(
                    f"{tally['hit']} / {tally['n']}, clean {clean['hit']} / {clean['n']}, "
                    f"limit {bounds.number(alone['limit'])}"
                )
            yield row


if __name__ == "__main__":
    main()
