"""Set-level variety: what is seen of collapse and templates, and what is said of untouched sets.

    AUDITOR_CACHE=DIR python benchmarks/diversity.py

`bands`: real corpora are split at random into records to compare with and others, of which sets are
drawn (those of one split overlap). Each set as it is, and with one record in twenty replaced by
light edits (8 % of the words) of ten notes (fewer in sets below 600: each is told three times), is
judged by the bands of all metrics, widened as the policies do or not. Rules were chosen on
en_mtsamples; template_share was defined anew after a first look at es_codiesp; the others are
report only.
`corruptions`: how far nine corruptions of one set of reports lie from real ones, metric by metric.
Draws are seeded; no text is printed. Writes results/diversity.json and the README's section.
"""

import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from corpora import DATA, RESULTS
from readme import table, write

from auditor.checks import diversity, semantic_spread
from auditor.corpus import Corpora, Corpus
from auditor.finding import Finding, Outcome
from auditor.indexes import binomial, embedding
from auditor.record import Record

METRICS = (*diversity.METRICS, *semantic_spread.METRICS)
SEEDS, TELLINGS = 10, 3  # notes that a collapsed generator tells over and over, how often at least
EDITED = 0.08
SHARE = 0.99  # of real sets that lie within all bands
RULES = ("widened by 15 %, as strict has it", "as they are")
SETS = 4  # drawn from the records of a split that are not compared with
TABLE_SIZE = 100
Rows = list[dict[str, Any]]
Texts = list[str]
Columns = dict[str, list[float]]
Band = tuple[float, float]


@dataclass(frozen=True)
class Case:
    """A real corpus: how many records are compared with, how many of the others make a set.

    ``splits``: how often it is divided anew.
    """

    files: tuple[str, ...]
    real: int
    size: int
    splits: int = 3


CASES = {
    "en_mtsamples": Case(("source/en_mtsamples_train", "source/en_mtsamples_holdout"), 773, 600, 5),
    "en_mentalchat": Case(("synthetic/en_mentalchat",), 730, 600),
    "en_codiesp_mt": Case(("synthetic/en_codiesp_mt",), 380, 300),
    "es_codiesp": Case(("source/es_codiesp_train", "source/es_codiesp_holdout"), 380, 300),
    "en_counsel": Case(("source/en_counsel_train", "source/en_counsel_holdout"), 250, 200),
}


def main() -> None:
    """Measures both parts and writes them."""
    started = time.perf_counter()
    result: dict[str, Any] = {"bands": {}}
    for name in CASES:
        result["bands"][name] = bands(name)
        print(name, json.dumps(result["bands"][name]["rules"][RULES[0]]), flush=True)
    result["corruptions"] = corruptions()
    result["seconds"] = round(time.perf_counter() - started)
    (RESULTS / "diversity.json").write_text(json.dumps(result, indent=2) + "\n")
    told = markdown(result)
    print(told)
    write("diversity", told)


# --- sets ---------------------------------------------------------------------


class Material:
    """The records of a corpus, and the vectors of all texts embedded so far."""

    def __init__(self, name: str) -> None:
        lines = (
            line
            for file in CASES[name].files
            for line in (DATA / f"{file}.jsonl").read_text(encoding="utf-8").splitlines()
        )
        self.rows: Rows = [json.loads(line) for line in lines]
        self.texts: Texts = [row["text"] for row in self.rows]
        self.words = [word for text in self.texts for word in text.split()]
        self._vectors: dict[str, embedding.Vectors] = {}

    def corpus(self, texts: Texts) -> Corpus:
        """The texts as a corpus that knows its vectors."""
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        made = _corpus(new)
        vectors = embedding.chunk_vectors(made, range(len(new)))
        self._vectors.update(zip(new, vectors, strict=True))
        found = _corpus(texts)
        known = {number: self._vectors[text] for number, text in enumerate(texts)}
        found.recall(embedding.vectors_by_record, known)
        return found

    def split(self, size: int, seed: object) -> tuple[Texts, Texts]:
        """A random set, and the others."""
        order = random.Random(f"{seed}").sample(self.texts, len(self.texts))
        return order[:size], order[size:]

    def edited(self, text: str, rng: random.Random, share: float) -> str:
        """The text with a share of its words replaced by words of the corpus."""
        return " ".join(
            rng.choice(self.words) if rng.random() < share else word for word in text.split()
        )

    def collapsed(self, texts: Texts, share: float, rng: random.Random) -> Texts:
        """A share of the set replaced by light edits of ten of its notes, or fewer."""
        count = round(share * len(texts))
        seeds = max(1, min(SEEDS, count // TELLINGS))
        told = [self.edited(texts[i % seeds], rng, EDITED) for i in range(count)]
        return told + texts[count:]


def _corpus(texts: Texts) -> Corpus:
    return Corpus("made", tuple(Record(str(i), text) for i, text in enumerate(texts)))


def values(synthetic: Corpus, real: Corpus) -> dict[str, float]:
    """Every metric of a set as a whole."""
    corpora = Corpora(synthetic, holdout=real)
    found = _columns(diversity.measure(corpora)) | _columns(semantic_spread.measure(corpora))
    return {metric: only for metric, (only,) in found.items()}


def control(synthetic: Corpus, real: Corpus) -> Columns:
    """Every metric of random real sets."""
    corpora = Corpora(synthetic, holdout=real)
    return _columns(diversity.control(corpora)) | _columns(semantic_spread.control(corpora))


def _columns(outcomes: Iterable[Outcome]) -> Columns:
    found = defaultdict(list)
    for outcome in outcomes:
        if isinstance(outcome, Finding) and not outcome.part:
            found[outcome.metric].append(outcome.value)
    return dict(found)


# --- bands --------------------------------------------------------------------


def bands(name: str) -> dict[str, Any]:
    """How often a set as it is, and a collapsed one, lies outside, by each rule."""
    case, material = CASES[name], Material(name)
    outside: dict[str, dict[str, list[list[str]]]] = {rule: defaultdict(list) for rule in RULES}
    for split in range(case.splits):
        others, rest = material.split(case.real, f"{name} {split}")
        real = material.corpus(others)
        limits = by_rule(control(material.corpus(rest[: case.size]), real))
        for kind, texts in drawn(material, rest, case.size, split):
            found = values(material.corpus(texts), real)
            for rule, limit in limits.items():
                outside[rule][kind].append(beyond(found, limit))
    told = {
        rule: {kind: _tally(lists) for kind, lists in of.items()} for rule, of in outside.items()
    }
    return {"set": case.size, "real": case.real, "splits": case.splits, "rules": told}


def drawn(material: Material, rest: Texts, size: int, split: int) -> Iterator[tuple[str, Texts]]:
    """Sets of records that are not compared with, each as it is and collapsed."""
    for number in range(SETS):
        rng = random.Random(f"{split} {number}")
        mine = rng.sample(rest, size)
        yield "untouched", mine
        yield "collapsed", material.collapsed(mine, 0.05, rng)


def by_rule(real: Columns) -> dict[str, dict[str, Band]]:
    """The bands of all metrics by each rule."""
    return {
        rule: {metric: central(column, widen) for metric, column in real.items()}
        for rule, widen in zip(RULES, (0.15, 0.0), strict=True)
    }


def central(column: list[float], widen: float) -> Band:
    """The band as bounds.py reads it off: the central 99 %, widened by a share of the median."""
    ranked = sorted(column)
    tail = int((1 - SHARE) / 2 * len(ranked))
    slack = widen * ranked[len(ranked) // 2]
    return ranked[tail] - slack, ranked[-1 - tail] + slack


def beyond(found: Mapping[str, float], limits: Mapping[str, Band]) -> list[str]:
    """The metrics outside their bands."""
    return [m for m, (low, high) in limits.items() if not low <= found[m] <= high]


def _tally(lists: list[list[str]]) -> dict[str, Any]:
    outside = sum(map(bool, lists))
    low, high = binomial.interval(outside, len(lists))
    by_metric = Counter(metric for one in lists for metric in one)
    return {
        "sets": len(lists),
        "outside": outside,
        "low": round(low, 3),
        "high": round(high, 3),
        "by_metric": dict(by_metric.most_common()),
    }


# --- corruptions --------------------------------------------------------------

Corrupt = Callable[[Material, Texts, Texts, random.Random], Texts]


def corruptions() -> dict[str, Any]:
    """Every metric of a set of reports as it is and corrupted, and whether it is outside."""
    material = Material("en_mtsamples")
    mine, others = material.split(TABLE_SIZE, "corruptions")
    real = material.corpus(others)
    limits = by_rule(control(material.corpus(mine), real))[RULES[0]]
    result: dict[str, Any] = {"set": TABLE_SIZE, "real": len(others), "bands": limits, "values": {}}
    for name, corrupt in CORRUPTIONS.items():
        made = corrupt(material, mine, others, random.Random(name))
        found = values(material.corpus(made), real)
        result["values"][name] = {"values": found, "outside": beyond(found, limits)}
    return result


def _collapse(share: float) -> Corrupt:
    return lambda material, mine, _, rng: material.collapsed(mine, share, rng)


def _one_topic(material: Material, mine: Texts, _: Texts, rng: random.Random) -> Texts:
    """Notes of the commonest speciality, 30 % of the words replaced."""
    topics = Counter(topic for row in material.rows for topic in row["meta"]["specialty"])
    topic = topics.most_common(1)[0][0]
    notes = [row["text"] for row in material.rows if topic in row["meta"]["specialty"]]
    return [material.edited(notes[i % len(notes)], rng, 0.3) for i in range(len(mine))]


def _boilerplate(material: Material, mine: Texts, _: Texts, rng: random.Random) -> Texts:
    opening = " ".join(rng.sample(list(_sentences(material.texts)), 10))
    return [f"{opening} {text}" for text in mine]


def _salad(material: Material, mine: Texts, _: Texts, rng: random.Random) -> Texts:
    sentences = list(_sentences(material.texts))
    return [" ".join(rng.sample(sentences, 25)) for _ in mine]


def _poor(material: Material, mine: Texts, _: Texts, rng: random.Random) -> Texts:
    """Every word but the 500 commonest replaced by one of these."""
    common = [word for word, _ in Counter(material.words).most_common(500)]
    keep = set(common)
    return [" ".join(w if w in keep else rng.choice(common) for w in t.split()) for t in mine]


def _slots(_: Material, mine: Texts, __: Texts, rng: random.Random) -> Texts:
    """An invented template of eight sentences; slots filled with made-up words."""
    fillings = ["".join(rng.choices("abdeilmnorstu", k=7)) for _ in range(400)]
    frames = [
        "The patient was seen for {} and reports {} for the last {} weeks with some {}.",
        "On examination there is {} of the {} and the {} is within normal limits.",
        "She was given {} and {} with good effect and no further {} was noted.",
        "The plan is to continue {} and to see the patient again for {} in {} days.",
    ]
    return [
        " ".join(f.format(*rng.choices(fillings, k=f.count("{"))) for f in frames * 2) for _ in mine
    ]


def _copied(_: Material, mine: Texts, others: Texts, rng: random.Random) -> Texts:
    return rng.sample(others, len(mine))


def _sentences(texts: Texts) -> Iterator[str]:
    for text in texts:
        yield from (s.strip() for s in text.split(". ") if len(s.split()) > 4)


CORRUPTIONS: dict[str, Corrupt] = {
    "untouched": lambda _, mine, __, ___: mine,
    "collapse 100 %": _collapse(1.0),
    "collapse 50 %": _collapse(0.5),
    "collapse 20 %": _collapse(0.2),
    "collapse 5 %": _collapse(0.05),
    "one topic": _one_topic,
    "boilerplate": _boilerplate,
    "word salad": _salad,
    "poor vocabulary": _poor,
    "template with slots": _slots,
    "copied": _copied,
}


# --- the README's tables ------------------------------------------------------


def markdown(result: dict[str, Any]) -> str:
    """Rules by corpus, and metrics by corruption."""
    header = ["corpus", "set / real", *(f"{r}: untouched · collapsed" for r in RULES)]
    rows = []
    for name, told in result["bands"].items():
        cells = [name, f"{told['set']} / {told['real']}"]
        for rule in RULES:
            pair = told["rules"][rule]
            cells.append(f"{_share(pair['untouched'])} · {_share(pair['collapsed'])}")
        rows.append(cells)
    return f"{table(header, rows)}\n\n{_seen(result['corruptions'])}"


def _share(tally: dict[str, Any]) -> str:
    return f"{tally['outside']} of {tally['sets']}"


def _seen(told: dict[str, Any]) -> str:
    made = told["values"]
    rows = []
    for metric in METRICS:
        low, high = told["bands"][metric]
        cells = [f"`{metric}`", f"{low:.3g} to {high:.3g}"]
        for one in made.values():
            value = f"{one['values'][metric]:.3g}"
            cells.append(f"**{value}**" if metric in one["outside"] else value)
        rows.append(cells)
    return table(["metric", "band", *made], rows)


if __name__ == "__main__":
    main()
