"""Compose the example corpora: short clinical reports of people who do not exist.

`phrases.<lang>.json` holds the phrases, `wording.py` fills them in, `reports.py` arranges them, and
this script adds the teaching cases and writes the files. Same seed, same bytes.
"""

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

from reports import CODES, Record, clean_record, dealt, numbered, real_records
from wording import Bank, Fields, dni, spanish_iban

HERE = Path(__file__).parent
SEED = "examples-3"
CLEAN_SIZE = 130


def lesson(record: Record, teaches: str, **details: str) -> Record:
    """Marks a record as a teaching case, for the README and for the reader of the audit."""
    return record | {"meta": {"teaches": teaches} | details}


def sentences_of(record: Record) -> list[str]:
    """No phrase holds an abbreviation's full stop before a space, so this cut is exact."""
    return re.split(r"(?<=\.) ", record["text"])


def with_words_changed(record: Record, swaps: Fields, share: float, rng: Random) -> Record:
    """Replaces a share of the words, as far as the bank knows a replacement."""
    parts = re.split(r"(\w+)", record["text"])
    places = [i for i, part in enumerate(parts) if part in swaps]
    for i in rng.sample(places, min(len(places), round(share * (len(parts) // 2)))):
        parts[i] = swaps[parts[i]]
    return record | {"text": "".join(parts)}


def with_sentence(record: Record, sentence: str, rng: Random) -> Record:
    """Puts a sentence somewhere after the second one."""
    sentences = sentences_of(record)
    sentences.insert(rng.randint(2, len(sentences) - 1), sentence)
    return record | {"text": " ".join(sentences)}


def reordered(record: Record, rng: Random) -> Record:
    """The same sentences in another order."""
    sentences = sentences_of(record)
    return record | {"text": " ".join(rng.sample(sentences, len(sentences)))}


def spliced(host: Record, origin: Record, rng: Random) -> Record:
    """Whole sentences of another record, 25 words or a few more, inside a clean one."""
    passage = ""
    for sentence in sentences_of(origin)[2:]:
        passage = f"{passage} {sentence}".strip()
        if len(passage.split()) >= 25:
            break
    return with_sentence(host, passage, rng)


def copied_lessons(banks: dict[str, Bank], source: list[Record], rng: Random) -> Iterator[Record]:
    """Records that owe their text to one source record."""
    identified = [r for r in source if "example.org" in r["text"] or re.search(r"\d{7}", r["text"])]
    chosen = iter(rng.sample(identified, 11))
    for _ in range(4):
        origin = next(chosen)
        yield lesson(origin, "copy", of=origin["id"])
    for _ in range(4):
        origin = next(chosen)
        changed = with_words_changed(origin, banks[origin["lang"]]["swaps"], 0.13, rng)
        yield lesson(changed, "edited-copy", of=origin["id"])
    for _ in range(3):
        origin = next(chosen)
        yield lesson(reordered(origin, rng), "reordered", of=origin["id"])
    anonymous = [r for r in source if not re.search(r"\d{4}|@", r["text"])]
    for origin in rng.sample(anonymous, 3):
        host = clean_record(banks[origin["lang"]], origin["label"][0], rng)
        yield lesson(spliced(host, origin, rng), "spliced", of=origin["id"])


def added_lessons(banks: dict[str, Bank], rng: Random) -> Iterator[Record]:
    """Clean records with one telling sentence, and texts that do not belong to their label."""
    numbers = {"dni": dni(99_990_014), "iban": spanish_iban("9999", "0001", "0000000042")}
    for bank in banks.values():
        for teaches, cases in (("identifier", "identifiers"), ("harmless", "harmless")):
            for kind, sentence in bank[cases]:
                host = clean_record(bank, rng.choice(CODES), rng)
                text = sentence.format_map(numbers) + "."
                yield lesson(with_sentence(host, text, rng), teaches, kind=kind)
        for code, text in bank["off_label"]:
            record = clean_record(bank, code, rng)
            yield lesson(record | {"text": text, "label": [code]}, "off-label", asked=code)


def synthetic_records(banks: dict[str, Bank], source: list[Record]) -> list[Record]:
    """The set under test: clean records with the teaching cases shuffled in."""
    rng = Random(f"{SEED} synthetic")
    cases = dealt(banks, rng)
    clean = [clean_record(*next(cases), rng) for _ in range(CLEAN_SIZE)]
    early, late = clean[:20], clean[20:]
    late += [*copied_lessons(banks, source, rng), *added_lessons(banks, rng)]
    # The audit keeps the first of a cluster, so near-duplicates follow the record they repeat.
    for place in (2, 7, 11):
        twin = with_words_changed(early[place], banks[early[place]["lang"]]["swaps"], 0.05, rng)
        late.append(lesson(twin, "near-duplicate", of=f"syn-{place + 1:04}"))
    rng.shuffle(late)
    records = numbered(early + late, "syn")
    return [in_order(r | {"group": r["id"].replace("syn", "s")}) for r in records]


def in_order(record: Record) -> Record:
    """One order of keys for all, and the origin that a generator asked by label would state."""
    keys = ("id", "text", "lang", "label", "group", "origin", "meta")
    record = record | {"origin": "label_to_data"}
    return {key: record[key] for key in keys if key in record}


def load(path: Path) -> Bank:
    """The phrases of one language."""
    bank: Bank = json.loads(path.read_text("utf-8"))
    return bank


def main() -> None:
    """Write source.jsonl, holdout.jsonl and synthetic.jsonl."""
    parser = argparse.ArgumentParser(description="Compose the example corpora.")
    parser.add_argument("--out-dir", type=Path, default=HERE, help="where the three files go")
    out_dir: Path = parser.parse_args().out_dir
    banks = {lang: load(HERE / f"phrases.{lang}.json") for lang in ("en", "es")}
    source = real_records(banks, Random(f"{SEED} source"), "src", first_patient=1)
    holdout = real_records(banks, Random(f"{SEED} holdout"), "hold", first_patient=201)
    corpora = {"source": source, "holdout": holdout, "synthetic": synthetic_records(banks, source)}
    for name, records in corpora.items():
        lines = [json.dumps(r, ensure_ascii=False, separators=(",", ":")) for r in records]
        (out_dir / f"{name}.jsonl").write_bytes(("\n".join(lines) + "\n").encode())


if __name__ == "__main__":
    main()
