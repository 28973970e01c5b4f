"""The set-level test: does it see a tuned generator, and is it silent where there is nothing?

    python benchmarks/membership.py

`cases`: real pairs whose truth is known. `null`: random halves (and four fifths) of real corpora,
called source and holdout by chance alone: how often is p < .01 and p < .05? Beside it the test that
takes synthetic records for independent draws and flips their signs, and is wrong. `power`: records
of the source copied whole, or ten words of them, into clean sets. Draws are seeded; no text is
printed. Writes results/membership.json and the README's section.
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from corpora import DATA, RESULTS
from readme import table, write

from auditor.checks import membership
from auditor.corpus import Corpora, Corpus
from auditor.finding import Finding
from auditor.indexes import binomial, exposure
from auditor.record import Record

NULL_DRAWS = 200
PLANTS = 20
SHARES = (0.01, 0.02, 0.05, 0.1)
FLIPS = 999
P_VALUES = ("paired_p", "phantom_p")
Row = dict[str, Any]
Keep = Callable[[Row], bool]


def main() -> None:
    """Measures all three and writes them."""
    result = {"cases": cases(), "null": null(), "power": power()}
    (RESULTS / "membership.json").write_text(json.dumps(result, indent=2) + "\n")
    told = markdown(result)
    print("\n\n".join(told))
    publish(told)


def publish(told: list[str]) -> None:
    """The first table into the README, all of them into results/membership.md."""
    title = "# Membership: cases, false alarms and power"
    (RESULTS / "membership.md").write_text("\n\n".join([title, *told]) + "\n", encoding="utf-8")
    page = "benchmarks/results/membership.md"
    write("membership", f"{told[0]}\n\nFalse alarms and power: [{page}]({page}).")


def corpus(file: str, keep: Keep = lambda _: True, visits: bool = False) -> Corpus:
    """A file of the corpora; ``visits``: the group is the visit that a note is about."""
    rows = map(json.loads, (DATA / f"{file}.jsonl").read_text(encoding="utf-8").splitlines())
    return Corpus(
        file.partition("/")[2],
        tuple(
            Record(
                r["id"], r["text"], group=r["meta"].get("derived_from", r["id"]) if visits else None
            )
            for r in rows
            if keep(r.get("meta", {}))
        ),
    )


def measured(synthetic: Corpus, source: Corpus, holdout: Corpus) -> dict[str, float]:
    """Every metric that could be measured."""
    corpora = Corpora(synthetic, source, holdout)
    return {f.metric: f.value for f in membership.measure(corpora) if isinstance(f, Finding)}


# --- real pairs ---------------------------------------------------------------


def cases() -> dict[str, dict[str, float]]:
    """The metrics of pairs of which it is known who saw what."""
    tuned = corpus("source/en_aci_train", lambda meta: meta["part"] == "train", visits=True)
    others = corpus("source/en_aci_train", lambda meta: meta["part"] != "train", visits=True)
    unseen = corpus("source/en_aci_holdout", visits=True)
    bart = corpus("synthetic/en_aci_bart", visits=True)
    prompted = corpus("synthetic/en_aci_llm", visits=True)
    pairs = {
        "BART, notes it was tuned on": (bart, tuned, unseen),
        "BART, notes it never saw": (bart, others, unseen),
        "prompted models, the same notes": (prompted, tuned, unseen),
        "prompted models, the other notes": (prompted, others, unseen),
        "GPT-3.5 statements, counselling": (
            corpus("synthetic/en_mentalchat"),
            corpus("source/en_counsel_train"),
            corpus("source/en_counsel_holdout"),
        ),
        "translated cases, transcribed reports": (
            corpus("synthetic/en_codiesp_mt"),
            corpus("source/en_mtsamples_train"),
            corpus("source/en_mtsamples_holdout"),
        ),
        "Spanish reports of a model, case reports": (
            corpus("synthetic/es_mh_llm"),
            corpus("source/es_codiesp_train"),
            corpus("source/es_codiesp_holdout"),
        ),
        "back-translations of the source": (
            corpus("synthetic/en_mtsdialog_backtranslated_fr"),
            corpus("source/en_mtsdialog_train"),
            corpus("source/en_mtsdialog_holdout"),
        ),
    }
    return {name: measured(*pair) for name, pair in pairs.items()}


# --- nothing to be found ------------------------------------------------------


def null() -> dict[str, dict[str, float]]:
    """Share of random splits of real corpora that each test calls leaking."""
    result = {}
    for name, synthetic, real in unrelated():
        for share in (0.5, 0.8):
            values: dict[str, list[float]] = {test: [] for test in (*P_VALUES, "sign_flip_p")}
            for draw in range(NULL_DRAWS):
                source, holdout = split(real, share, f"{share} {draw}")
                found = measured(synthetic, source, holdout)
                found["sign_flip_p"] = sign_flip(synthetic, source, holdout, draw)
                for test, column in values.items():
                    column.append(found[test])
            result[f"{name}, {share:.0%} source"] = {
                f"{test} < {level}": float(np.mean(np.array(column) < level))
                for test, column in values.items()
                for level in (0.01, 0.05)
            }
    return result


def unrelated() -> Iterator[tuple[str, Corpus, Corpus]]:
    """Synthetic sets, and real ones in their place, with real corpora that they know nothing of."""
    counsel = joined("source/en_counsel_train", "source/en_counsel_holdout")
    samples = joined("source/en_mtsamples_train", "source/en_mtsamples_holdout")
    cases_es = joined("source/es_codiesp_train", "source/es_codiesp_holdout")
    yield "GPT-3.5 statements, counselling", corpus("synthetic/en_mentalchat"), counsel
    yield "translated cases, transcribed reports", corpus("synthetic/en_codiesp_mt"), samples
    apart, rest = split(samples, 0.2, "apart")
    yield "real transcribed reports, others of them", apart, rest
    apart, rest = split(cases_es, 0.3, "apart")
    yield "real Spanish cases, others of them", apart, rest


def joined(*files: str) -> Corpus:
    """Several files as one corpus."""
    return Corpus("real", tuple(r for file in files for r in corpus(file).records))


def split(real: Corpus, share: float, seed: str) -> tuple[Corpus, Corpus]:
    """A random part of the records, and the others."""
    records = random.Random(seed).sample(real.records, len(real.records))
    border = round(share * len(records))
    return Corpus("source", tuple(records[:border])), Corpus("holdout", tuple(records[border:]))


def sign_flip(synthetic: Corpus, source: Corpus, holdout: Corpus, seed: int) -> float:
    """p of the paired difference when synthetic records are taken for independent draws."""
    of = exposure.groups(source, holdout)
    runs = exposure.rare_runs(synthetic, source, holdout, of, 5)
    difference = np.zeros(len(synthetic.records))
    record = np.repeat(np.arange(len(difference)), np.diff(runs.starts))
    sides = int(np.sum(of.seen)), int(np.sum(~of.seen))
    for sign, side, size in ((1, of.seen, sides[0]), (-1, ~of.seen, sides[1])):
        mine = side[runs.groups]
        counted = np.append(0, np.cumsum(mine))
        rank = (counted[:-1] - counted[runs.starts[record]])[mine]
        weight = np.append(binomial.expected_maximum(size, min(sides)), 0.0)
        shares = weight[np.minimum(rank, len(weight) - 1)] * runs.words[mine]
        np.add.at(difference, record[mine], sign * shares)
    flips = np.random.default_rng(seed).choice((-1, 1), (FLIPS, len(difference)))
    beyond = np.sum(flips @ difference >= difference.sum() - 1e-9)
    return float((1 + beyond) / (1 + FLIPS))


# --- planted leaks ------------------------------------------------------------


def power() -> dict[str, dict[str, float]]:
    """Share of sets with planted leaks that each test calls leaking at p < .01."""
    pairs = {
        "counselling": ("en_mentalchat", "en_counsel"),
        "transcribed reports": ("en_codiesp_mt", "en_mtsamples"),
    }
    result = {}
    for name, (made, real) in pairs.items():
        clean = corpus(f"synthetic/{made}")
        source, holdout = corpus(f"source/{real}_train"), corpus(f"source/{real}_holdout")
        smallest = measured(clean, source, holdout)["smallest_leak"]
        kinds = [("copies", share) for share in (*SHARES, smallest)]
        kinds += [("passages of ten words", share) for share in SHARES[1:]]
        for kind, share in kinds:
            found = [
                measured(plant(clean, source, kind, share, seed), source, holdout)
                for seed in range(PLANTS)
            ]
            rates = {test: float(np.mean([one[test] < 0.01 for one in found])) for test in P_VALUES}
            rates["either"] = float(
                np.mean([min(one[test] for test in P_VALUES) < 0.01 for one in found])
            )
            rates["tpr_at_1_fpr"] = float(np.mean([one["tpr_at_1_fpr"] for one in found]))
            label = "smallest_leak" if share == smallest else f"{share:.0%}"
            result[f"{name}: {kind}, {label}"] = {"share": share, **rates}
    return result


def plant(clean: Corpus, source: Corpus, kind: str, share: float, seed: int) -> Corpus:
    """A clean set some records of which are, or hold ten words of, records of the source."""
    rng = random.Random(f"{kind} {share} {seed}")
    records = list(clean.records)
    leaking = [i for i in range(len(records)) if rng.random() < share]
    for i, real in zip(leaking, rng.sample(source.records, len(leaking)), strict=True):
        text = real.text
        if kind != "copies":
            theirs, own = real.text.split(), records[i].text.split()
            at, here = rng.randrange(max(1, len(theirs) - 10)), rng.randrange(len(own))
            text = " ".join([*own[:here], *theirs[at : at + 10], *own[here:]])
        records[i] = replace(records[i], text=text)
    return Corpus(clean.name, tuple(records))


# --- the tables ---------------------------------------------------------------


def markdown(result: Row) -> list[str]:
    """Cases, false alarms, power, and a note."""
    rows = [
        [
            name,
            f"{c['source_patients']:.0f} / {c['holdout_patients']:.0f}",
            f"{c['paired_words']:+.2f}",
            f"{c['paired_p']:.4f}",
            f"{c['phantom_p']:.4f}",
            f"{c['tpr_at_1_fpr']:.3f} ({c['tpr_low']:.3f}–{c['tpr_high']:.3f})"
            if "tpr_at_1_fpr" in c
            else "–",
            f"{c['leaked_at_most']:.3f}",
            "**leaks**" if min(c[test] for test in P_VALUES) < 0.01 else "no leak seen",
        ]
        for name, c in result["cases"].items()
    ]
    head = [
        "set, source", "source / holdout", "paired words", "paired p", "phantom p",
        "TPR at 1 % FPR", "leaked at most", "verdict at .01",
    ]  # fmt: skip
    parts = [table(head, rows)]
    rows = [
        [name, *(f"{values[f'{test} < 0.01']:.2f}" for test in (*P_VALUES, "sign_flip_p"))]
        for name, values in result["null"].items()
    ]
    head = ["nothing to find: share of random splits with p < .01", "paired", "phantom"]
    parts.append(table([*head, "sign flips (not used)"], rows))
    rows = [
        [name, f"{v['share']:.1%}", *(f"{v[t]:.2f}" for t in (*P_VALUES, "either", "tpr_at_1_fpr"))]
        for name, v in result["power"].items()
    ]
    head = ["planted", "share", "paired", "phantom", "either", "mean TPR at 1 % FPR"]
    parts.append(table(head, rows))
    note = (
        f"{NULL_DRAWS} splits and {PLANTS} plantings a row. All of it is real text; "
        "`python benchmarks/membership.py` makes the tables."
    )
    return [*parts, note]


if __name__ == "__main__":
    main()
