"""The check `identity_replay` on made-up people: what it finds, and whom it takes for another.

    python benchmarks/roster.py

300 invented people (Faker, English and Spanish) make a roster. One identifier of each is planted in
a record of its own, as it stands or disguised; as many records hold a decoy: other people, the same
first name with another surname, numbers two edits away, other days. Beside it, in the same run,
what a fuzzy search alone finds: rapidfuzz's token_set_ratio of at least 90 between any name of the
roster and any window of as many words, which looks for names only. Then the time for 10,000
identities and 1,000 records of 300 words. Writes results/roster.json.
"""

import csv
import json
import random
import re
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from corpora import RESULTS
from faker import Faker

from auditor.checks import identity_replay
from auditor.corpus import Corpora, Corpus
from auditor.finding import Finding
from auditor.record import Record
from auditor.roster import Roster, read

PEOPLE = 300
SEED = 20
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
    " diciembre",
}
LOOK_ALIKE = str.maketrans("aeopcxyAEOPCHT", "аеорсхуАЕОРСНТ")
CARRIERS = {
    "en": {
        "name": "In the corridor {} asked for a second opinion about the tablets.",
        "birth_date": "On the form the day of birth is given as {} without further notes.",
        "mrn": "Older films were archived under {} in the basement.",
        "phone": "The neighbour can be reached on {} after lunch.",
        "email": "The sleep diary came from {} late in the evening.",
        "address": "The nurse called at {} and found the stairs unlit.",
    },
    "es": {
        "name": "En el pasillo {} pidió otra opinión sobre las pastillas.",
        "birth_date": "En la hoja consta como día de nacimiento el {} sin más notas.",
        "mrn": "Las placas antiguas se guardaron con {} en el sótano.",
        "phone": "La vecina atiende en el {} después de comer.",
        "email": "El diario de sueño llegó desde {} ya de noche.",
        "address": "La enfermera pasó por {} y encontró la escalera a oscuras.",
    },
}
FILLER = {
    "en": (
        "Appetite is back and nights are calmer.",
        "She walks 20 minutes twice a day.",
        "Blood pressure was 128/76 and the pulse 84.",
        "No thoughts of self-harm were voiced.",
        "The dose stays at 50 mg until the next visit.",
        "Grandchildren visit on Sundays, which helps.",
    ),
    "es": (
        "Ha vuelto el apetito y las noches son más tranquilas.",
        "Camina 20 minutos dos veces al día.",
        "La tensión era de 128/76 y el pulso de 84.",
        "No expresó ideas de hacerse daño.",
        "La dosis sigue en 50 mg hasta la próxima visita.",
        "Los nietos vienen los domingos y eso ayuda.",
    ),
}
Row = dict[str, Any]
Person = dict[str, str]
Disguise = Callable[[str, str, random.Random], str]


def main() -> Row:
    """Measures; writes, prints and returns the numbers."""
    rng = random.Random(SEED)
    people = invented(PEOPLE, SEED)
    planted = list(plant(people, rng))
    decoys = list(lure(people, invented(PEOPLE, SEED + 1), rng))
    with tempfile.TemporaryDirectory() as folder:
        roster = written(people, Path(folder) / "roster.csv")
    result: Row = {
        "seed": SEED,
        "people": PEOPLE,
        "auditor": scored(*ours(roster, planted, decoys), planted, decoys),
        "rapidfuzz, names only": scored(*fuzzy_only(people, planted, decoys), planted, decoys),
        "scale": scale(),
    }
    times = [result[name]["seconds"] for name in ("rapidfuzz, names only", "auditor")]
    result["times as fast as rapidfuzz alone"] = round(times[0] / times[1], 1)
    (RESULTS / "roster.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))
    return result


def invented(count: int, seed: int) -> list[Person]:
    """Made-up people, every second one Spanish, no two born on one day: such days are shared."""
    rng = random.Random(seed)
    days = rng.sample(range(30_000), count)
    fakers = {"en": Faker("en_US"), "es": Faker("es_ES")}
    for fake in fakers.values():
        fake.seed_instance(seed)
    people = []
    for i in range(count):
        lang = ("en", "es")[i % 2]
        fake = fakers[lang]
        names = fake.last_name(), fake.last_name()
        surname = " ".join(names) if lang == "es" else names[0]
        born = date(1930, 1, 1) + timedelta(days=days[i])
        first = fake.first_name().split()[0]
        people.append(
            {
                "lang": lang,
                "first": first,
                "name": f"{first} {surname}",
                "birth_date": born.isoformat(),
                "mrn": str(rng.randrange(10**7, 10**8)),
                "phone": phone(rng, lang),
                "email": f"{ascii_only(first)[0]}{ascii_only(names[1])}{rng.randrange(10, 99)}"
                f"@{fake.safe_domain_name()}".lower(),
                "address": fake.street_address().replace("\n", ", "),
            }
        )
    return people


def phone(rng: random.Random, lang: str) -> str:
    """A number of nine or ten digits, as it is written in Spain or the United States."""
    if lang == "es":
        return f"6{rng.randrange(10, 99)} {rng.randrange(100, 999)} {rng.randrange(100, 999)}"
    return f"({rng.randrange(201, 989)}) {rng.randrange(200, 999)}-{rng.randrange(1000, 9999)}"


def ascii_only(text: str) -> str:
    """The letters of a text without accents and spaces."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if c.isascii() and c.isalpha())


def written(people: list[Person], path: Path) -> Roster:
    """The people as a roster."""
    columns = list(CARRIERS["en"])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(people)
    return read(str(path))


def typo(value: str, _: str, rng: random.Random) -> str:
    """One letter or digit put in, left out, replaced, or swapped, in a word of four or more."""
    words = [m for m in re.finditer(r"\w+", value) if len(m[0]) >= 4]
    if not words:
        return value
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    while value[at] == value[at + 1]:
        at = rng.randrange(word.start() + 1, word.end() - 1)
    other = next(c for c in ("7531" if value[at].isdigit() else "krtl") if c != value[at])
    return rng.choice(
        (
            value[:at] + value[at + 1] + value[at] + value[at + 2 :],
            value[:at] + value[at + 1 :],
            value[:at] + other + value[at + 1 :],
            value[:at] + other + value[at:],
        )
    )


def turned(value: str, _: str, __: random.Random) -> str:
    """Surnames first."""
    first, rest = value.split(" ", 1)
    return f"{rest}, {first}"


def initial(value: str, _: str, __: random.Random) -> str:
    """The first name as an initial."""
    first, rest = value.split(" ", 1)
    return f"{first[0]}. {rest}"


def unaccented(value: str, _: str, __: random.Random) -> str:
    """Without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", value) if not unicodedata.combining(c))


def hidden(value: str, _: str, __: random.Random) -> str:
    """A zero-width space in the middle."""
    return f"{value[: len(value) // 2]}\u200b{value[len(value) // 2 :]}"


def regrouped(value: str, _: str, __: random.Random) -> str:
    """Digits in pairs."""
    digits = re.sub(r"\D", "", value)
    return "-".join(digits[i : i + 2] for i in range(0, len(digits), 2))


def spelled(value: str, lang: str, _: random.Random) -> str:
    """An e-mail address in words."""
    at, dot = ("arroba", "punto") if lang == "es" else ("at", "dot")
    return value.replace("@", f" {at} ").replace(".", f" {dot} ")


def day(shape: str) -> Disguise:
    """A date in another form."""

    def written_as(value: str, lang: str, _: random.Random) -> str:
        born = date.fromisoformat(value)
        if shape != "long":
            return born.strftime(shape)
        month = MONTHS[lang].split()[born.month - 1]
        es = f"{born.day} de {month} de {born.year}"
        return es if lang == "es" else f"{month} {born.day}, {born.year}"

    return written_as


def as_is(value: str, _: str, __: random.Random) -> str:
    """No disguise."""
    return value


FORMS: dict[str, tuple[str, Disguise]] = {
    **{f"exact {column}": (column, as_is) for column in CARRIERS["en"]},
    "folded name, upper case": ("name", lambda v, _, __: v.upper()),
    "folded name, lower case": ("name", lambda v, _, __: v.lower()),
    "folded name, no accents": ("name", unaccented),
    "folded name, zero-width": ("name", hidden),
    "folded name, look-alikes": ("name", lambda v, _, __: v.translate(LOOK_ALIKE)),
    "folded name, line break": ("name", lambda v, _, __: v.replace(" ", "\n", 1)),
    "folded mrn, regrouped": ("mrn", regrouped),
    "folded mrn, zero-width": ("mrn", hidden),
    "folded phone, regrouped": ("phone", regrouped),
    "folded email, spelled": ("email", spelled),
    "folded email, upper case": ("email", lambda v, _, __: v.upper()),
    "folded date, long": ("birth_date", day("long")),
    "folded date, day first": ("birth_date", day("%d/%m/%Y")),
    "folded date, month first": ("birth_date", day("%m/%d/%Y")),
    "folded date, short": ("birth_date", day("%d.%m.%y")),
    "folded address, upper case": ("address", lambda v, _, __: v.upper()),
    "fuzzy name, typo": ("name", typo),
    "fuzzy name, turned": ("name", turned),
    "fuzzy name, initial": ("name", initial),
    "fuzzy name, one surname": ("name", lambda v, _, __: " ".join(v.split()[:2])),
    "fuzzy mrn, typo": ("mrn", typo),
}


def plant(people: list[Person], rng: random.Random) -> Iterator[Row]:
    """A record for each person, with one identifier in one form; forms take turns.

    A form that leaves a value as it was goes on to the next person.
    """
    waiting = list(people)
    names = list(FORMS)
    turn = 0
    while waiting:
        form = names[turn % len(names)]
        column, disguise = FORMS[form]
        turn += 1
        for person in waiting:
            value = disguise(person[column], person["lang"], rng)
            if form.startswith("exact") or value != person[column]:
                waiting.remove(person)
                yield record(form, person["lang"], column, value, rng)
                break


def lure(people: list[Person], others: list[Person], rng: random.Random) -> Iterator[Row]:
    """A decoy for each person: near misses, and identifiers of other people."""
    names = {unaccented(p["name"], "", rng).casefold() for p in people}
    days = {p["birth_date"] for p in people}
    for i, (person, other) in enumerate(zip(people, others, strict=True)):
        lang = person["lang"]
        surname = other["name"].split(" ", 1)[1]
        namesake = f"{person['first']} {surname}"
        kinds = {
            "same first name": ("name", namesake),
            "another person": ("name", other["name"]),
            "number two edits away": ("mrn", far(person["mrn"], people, rng)),
            "another day": ("birth_date", another_day(person["birth_date"], days)),
            "another number": ("mrn", far(other["mrn"], people, rng)),
            "another phone": ("phone", other["phone"]),
            "another e-mail": ("email", other["email"]),
            "another address": ("address", other["address"]),
        }
        kind = list(kinds)[i // 2 % len(kinds)]
        column, value = kinds[kind]
        if column == "name" and unaccented(value, "", rng).casefold() in names:
            kind, (column, value) = "another e-mail", kinds["another e-mail"]
        yield record(kind, lang, column, value, rng)


def far(number: str, people: list[Person], rng: random.Random) -> str:
    """The number with two digits replaced, at least two edits from every number of the roster."""
    from rapidfuzz.distance import OSA

    while True:
        digits = list(number)
        for at in rng.sample(range(len(digits)), 2):
            digits[at] = str((int(digits[at]) + rng.randrange(1, 10)) % 10)
        value = "".join(digits)
        if all(OSA.distance(value, p["mrn"], score_cutoff=1) > 1 for p in people):
            return value


def another_day(value: str, days: set[str]) -> str:
    """The first day after that is nobody's."""
    found = date.fromisoformat(value) + timedelta(days=1)
    while found.isoformat() in days:
        found += timedelta(days=1)
    return found.isoformat()


def record(kind: str, lang: str, column: str, value: str, rng: random.Random) -> Row:
    """A carrier with the value, between sentences that say nothing."""
    before, after = (" ".join(rng.sample(FILLER[lang], 2)) for _ in range(2))
    sentence = CARRIERS[lang][column]
    start = len(before) + 1 + sentence.index("{")
    text = f"{before} {sentence.format(value)} {after}"
    return {"kind": kind, "lang": lang, "text": text, "start": start, "end": start + len(value)}


def ours(roster: Roster, planted: list[Row], decoys: list[Row]) -> tuple[list[set[str]], float]:
    """The metrics that saw the place, for every record, and the seconds."""
    rows = [*planted, *decoys]
    synthetic = corpus([row["text"] for row in rows])
    begin = time.perf_counter()
    findings = list(identity_replay.measure(Corpora(synthetic, roster=roster)))
    seconds = time.perf_counter() - begin
    seen: list[set[str]] = [set() for _ in rows]
    for finding in findings:
        assert isinstance(finding, Finding)
        i = int(finding.record or 0)
        if any(s.start < rows[i]["end"] and rows[i]["start"] < s.end for s in finding.spans):
            seen[i].add(finding.metric)
    return seen, seconds


def fuzzy_only(
    people: list[Person], planted: list[Row], decoys: list[Row]
) -> tuple[list[set[str]], float]:
    """The same of rapidfuzz's token_set_ratio over all names and windows of as many words."""
    import numpy as np
    from rapidfuzz import fuzz, process, utils

    begin = time.perf_counter()
    names = [utils.default_process(person["name"]) for person in people]
    seen: list[set[str]] = []
    for row in (*planted, *decoys):
        words = list(re.finditer(r"\S+", row["text"]))
        spans = [
            (words[i].start(), words[i + n - 1].end())
            for n in sorted({len(name.split()) for name in names})
            for i in range(len(words) - n + 1)
        ]
        windows = [utils.default_process(row["text"][start:end]) for start, end in spans]
        scores = process.cdist(
            windows, names, scorer=fuzz.token_set_ratio, score_cutoff=90, dtype=np.uint8
        )
        places = [span for span, best in zip(spans, scores.max(axis=1), strict=True) if best]
        hit = any(start < row["end"] and row["start"] < end for start, end in places)
        seen.append({"fuzzy"} if hit else set())
    return seen, time.perf_counter() - begin


def scored(seen: list[set[str]], seconds: float, planted: list[Row], decoys: list[Row]) -> Row:
    """Caught by form, decoys flagged by kind, and the seconds."""
    caught = tally(planted, seen[: len(planted)])
    flagged = tally(decoys, seen[len(planted) :])
    groups = {
        group: total({form: n for form, n in caught.items() if form.startswith(group)})
        for group in ("exact", "folded", "fuzzy")
    }
    names = {form: n for form, n in caught.items() if " name" in form}
    return {
        **{f"{group} caught": f"{hit} of {n}" for group, (hit, n) in groups.items()},
        "names caught": "{} of {}".format(*total(names)),
        "decoys flagged": "{} of {}".format(*total(flagged)),
        "seconds": round(seconds, 3),
        "caught by form": {form: f"{hit} of {n}" for form, (hit, n) in caught.items()},
        "decoys flagged by kind": {kind: f"{hit} of {n}" for kind, (hit, n) in flagged.items()},
    }


def tally(rows: list[Row], seen: list[set[str]]) -> dict[str, tuple[int, int]]:
    """Kind -> how many were seen, of how many."""
    counts: dict[str, tuple[int, int]] = {}
    for row, metrics in zip(rows, seen, strict=True):
        hit, n = counts.get(row["kind"], (0, 0))
        counts[row["kind"]] = hit + bool(metrics), n + 1
    return dict(sorted(counts.items()))


def total(counts: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """All kinds together."""
    return sum(hit for hit, _ in counts.values()), sum(n for _, n in counts.values())


def scale() -> Row:
    """Seconds for 10,000 identities and 1,000 records of 300 words."""
    people = invented(1_667, SEED + 2)
    rng = random.Random(SEED)
    rows = list(plant(people[:1_000], rng))
    texts = []
    for row in rows:
        words = " ".join(rng.choices(FILLER[row["lang"]], k=40)).split()[:280]
        texts.append(f"{row['text']} {' '.join(words)}")
    with tempfile.TemporaryDirectory() as folder:
        roster = written(people, Path(folder) / "roster.csv")
    begin = time.perf_counter()
    found = list(identity_replay.measure(Corpora(corpus(texts), roster=roster)))
    return {
        "identities": sum(len(person.identifiers) for person in roster.people),
        "records": len(texts),
        "words": sum(len(text.split()) for text in texts),
        "records with a hit": len({f.record for f in found if isinstance(f, Finding) and f.value}),
        "seconds": round(time.perf_counter() - begin, 2),
    }


def corpus(texts: list[str]) -> Corpus:
    """Synthetic records."""
    return Corpus("made up", tuple(Record(str(i), text) for i, text in enumerate(texts)))


if __name__ == "__main__":
    main()
