"""Disguised identifiers: what the detector still covers, beside stock Presidio.

    python benchmarks/evasion.py

Eight identifiers, made up at random, stand in three sentences each, in 22 disguises that the views
were written for (`none` is one of them) and in 20 that were listed before the first view was
written, and that nothing was adjusted to afterwards. A cell is the share of the letters and digits
of the disguised value that are covered, whatever label was given, on average over sentences and
values; from .85 on it counts as caught. Presidio: all recognizers that it loads for the language,
threshold 0, without a trained model. What views cost is counted on texts without identifiers: hits
that only a view has. Writes results/evasion.json; prints no text of a corpus.
"""

import base64
import json
import random
import re
from collections.abc import Callable, Iterator
from statistics import fmean
from typing import Any

from corpora import DATA, RESULTS
from detectors import Find, ours, stock

from auditor.detect.patterns.validators import dni, luhn

CAUGHT = 0.85
VALUES = 4  # per sentence
SEED = 20
PROFILE = "safe_harbor"
CARRIERS = {
    "en": (
        "At the desk she gave {} this morning.",
        "The form shows {}, and nothing else was noted.",
        "He repeated it twice ({}) before the visit ended.",
    ),
    "es": (
        "En la ventanilla dio {} esta mañana.",
        "En el impreso consta {}, y no se anotó nada más.",
        "Lo repitió dos veces ({}) antes de acabar la visita.",
    ),
}
LABEL = {"en": "MRN: ", "es": "NHC: "}
WORDS = {
    "en": "zero one two three four five six seven eight nine",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun",
}
CLEAN = (
    ("source/en_mtsdialog_train", "en"),
    ("synthetic/en_mentalchat", "en"),
    ("source/es_codiesp_train", "es"),
)
IDENTIFIERS = ("SSN / DNI", "phone", "e-mail", "date", "MRN / NHC", "card", "IP", "URL")
Row = dict[str, Any]
Attack = Callable[[str], str]
Attacks = Callable[[random.Random, str], dict[str, Attack]]


def main() -> Row:
    """Measures both detectors and both groups of attacks; writes, prints and returns it."""
    detectors = {"ours": ours(PROFILE), "presidio": stock()}
    groups = {"written for": known, "never seen": unseen}
    result: Row = {
        name: {
            group: {lang: matrix(find, attacks, lang) for lang in CARRIERS}
            for group, attacks in groups.items()
        }
        for name, find in detectors.items()
    }
    result["hits of views alone"] = {name: extra_hits(name, lang) for name, lang in CLEAN}
    (RESULTS / "evasion.json").write_text(json.dumps(result, indent=2) + "\n")
    print("\n".join(told(result)))
    return result


def matrix(find: Find, attacks: Attacks, lang: str) -> Row:
    """Share covered by attack and identifier."""
    return {
        name: {i: round(fmean(shares(find, attacks, name, i, lang)), 3) for i in IDENTIFIERS}
        for name in attacks(random.Random(SEED), lang)
    }


def shares(find: Find, attacks: Attacks, name: str, identifier: str, lang: str) -> Iterator[float]:
    """Share covered in each sentence that holds a disguised value."""
    rng = random.Random(f"{SEED} {identifier} {lang}")
    attack = attacks(rng, lang)[name]
    for carrier in CARRIERS[lang]:
        before, _, after = carrier.partition("{}")
        if identifier == "MRN / NHC":
            before += LABEL[lang]
        for _ in range(VALUES):
            yield covered(find, before, attack(value(identifier, rng, lang)), after, lang)


def covered(find: Find, lead: str, disguised: str, after: str, lang: str) -> float:
    """Share of the letters and digits between ``lead`` and ``after`` that lie in a hit."""
    hits = find(lead + disguised + after, lang)
    places = [len(lead) + i for i, c in enumerate(disguised) if c.isalnum()]
    return sum(any(h.start <= at < h.end for h in hits) for at in places) / len(places)


def value(identifier: str, rng: random.Random, lang: str) -> str:
    """An invented identifier, from ranges that are set aside for examples where there are any."""
    number = "".join(rng.choices("0123456789", k=16))
    day, month = f"{rng.randint(1, 28):02}", f"{rng.randint(1, 12):02}"
    area, octet = rng.randint(201, 660), rng.randint(1, 254)
    names = rng.sample(("ana", "leo", "marta", "ruiz", "brandt", "okoro", "vidal"), 2)
    dates = {"en": f"{month}/{day}/", "es": f"{day}/{month}/"}
    phones = {
        "en": (f"({area}) 555-01{day}", f"{area}-555-01{day}", f"{area}.555.01{day}"),
        "es": (f"6{day} 55 01 {month}", f"9{day} 550 1{month}", f"+34 6{day} 550 1{month}"),
    }
    people = {
        "en": f"{area}-{rng.randint(10, 99)}-{rng.randint(1000, 9999)}",
        "es": next(n for c in "TRWAGMYFPDXBNJZSQVHLCKE" if dni(n := number[:8] + c)),
    }
    card = next(n for c in "0123456789" if luhn(n := f"4{number[:14]}{c}"))
    values = {
        "SSN / DNI": people[lang],
        "phone": rng.choice(phones[lang]),
        "e-mail": f"{rng.choice('._').join(names)}{rng.choice(('', number[:2]))}@example.org",
        "date": f"{dates[lang]}{rng.randint(1931, 2024)}",
        "MRN / NHC": f"{rng.randint(1, 9)}{number[:6]}",
        "card": " ".join(re.findall("....", card)),
        "IP": f"{rng.choice(('192.0.2', '198.51.100', '203.0.113'))}.{octet}",
        "URL": f"https://portal.example.org/{rng.choice('abc')}/{number[:4]}-{rng.choice('xyz')}",
    }
    return values[identifier]


def spoken(text: str, lang: str) -> str:
    """Every digit as a word."""
    words = WORDS[lang].split()
    text = re.sub(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])", " ", text)
    return re.sub(r"\d+", lambda run: " ".join(words[int(digit)] for digit in run[0]), text)


def letters(text: str, plain: str, odd: str) -> str:
    """Some characters replaced one by one."""
    return text.translate(str.maketrans(plain, odd))


def cut(text: str, rng: random.Random, between: str) -> str:
    """Something put in anywhere in the middle third."""
    at = rng.randint(len(text) // 3, 2 * len(text) // 3)
    return text[:at] + between + text[at:]


def full_width(text: str) -> str:
    """ASCII in the form that Chinese and Japanese text uses."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def shifted(digits: str) -> tuple[str, str]:
    """The ten digits and others that begin at the given one."""
    return "0123456789", "".join(chr(ord(digits) + i) for i in range(10))


def known(rng: random.Random, lang: str) -> dict[str, Attack]:
    """Disguises that the views were written for."""
    return {
        "none": lambda v: v,
        "zero-width space": "\u200b".join,
        "combining stroke": lambda v: "".join(c + "\u0336" for c in v),
        "spelled-out digits": lambda v: spoken(v, lang),
        "base64": lambda v: base64.b64encode(v.encode()).decode(),
        "hex": lambda v: v.encode().hex(),
        "percent-encoding": lambda v: "".join(f"%{ord(c):02X}" for c in v),
        "HTML entities": lambda v: "".join(f"&#{ord(c)};" for c in v),
        "spaced characters": " ".join,
        "soft hyphen": lambda v: "\u00ad".join(re.findall("..?", v)),
        "full-width digits": lambda v: letters(v, *shifted("０")),
        "Arabic-Indic digits": lambda v: letters(v, *shifted("٠")),
        "mathematical bold digits": lambda v: letters(v, *shifted("𝟎")),
        "line break inside": lambda v: cut(v, rng, "\n"),
        "blanks around separators": lambda v: re.sub(r"\s*([^\w\s])\s*", r" \1 ", v).strip(),
        "no-break spaces": lambda v: letters(v, " -", "\xa0\xa0"),
        "U+2011 and U+2044": lambda v: letters(v, "-/", "\u2011\u2044"),
        "Cyrillic letters": lambda v: letters(v, "aeopcxyiTBHAXM", "аеорсхуіТВНАХМ"),
        "O for 0, l for 1": lambda v: letters(v, "01", "Ol"),
        "reversed": lambda v: v[::-1],
        "right-to-left override": lambda v: f"\u202e{v[::-1]}\u202c",
        "[at] and [dot]": lambda v: v.replace("@", " [at] ").replace(".", " [dot] "),
    }


def unseen(rng: random.Random, lang: str) -> dict[str, Attack]:
    """Disguises that were listed before the views were written."""
    return {
        "commas between characters": ",".join,
        "cells of a table": lambda v: " | ".join(re.findall(r"\w+", v)),
        "one character a line": "\n".join,
        "UTF-8 read as Windows-1252": lambda v: "\u200b".join(v).encode().decode("cp1252"),
        "backslash before punctuation": lambda v: re.sub(r"([^\w\s])", r"\\\1", v),
        "line break in a quoted mail": lambda v: cut(v, rng, "\n> "),
        "every mark in brackets": lambda v: re.sub(r"([^\w\s])", r"[\1]", v),
        "terminal colours": lambda v: cut(v, rng, "\x1b[31m") + "\x1b[0m",
        "joined string literals": lambda v: f'"{cut(v, rng, chr(34) + " + " + chr(34))}"',
        "decimal character codes": lambda v: " ".join(str(ord(c)) for c in v),
        "base32": lambda v: base64.b32encode(v.encode()).decode(),
        "letters and digits rotated": rotated,
        "emoji between characters": "\U0001f642".join,
        "word behind each figure": lambda v: re.sub(
            r"\d", lambda digit: f" {digit[0]} ({spoken(digit[0], lang)})", v
        ).strip(),
        "number words of a third language": lambda v: spoken(v, "de"),
        "every character twice": lambda v: "".join(2 * c for c in v),
        "halves swapped": lambda v: f"{v[len(v) // 2 :]} (preceded by {v[: len(v) // 2]})",
        "tildes for punctuation": lambda v: re.sub(r"\W+", "~", v),
        "binary": lambda v: " ".join(f"{ord(c):08b}" for c in v),
        "full-width and reversed": lambda v: full_width(v)[::-1],
    }


def rotated(text: str) -> str:
    """Letters 13 and digits 5 places on."""
    low = "abcdefghijklmnopqrstuvwxyz"
    turned = [a[k:] + a[:k] for a, k in ((low, 13), (low.upper(), 13), ("0123456789", 5))]
    return letters(text, low + low.upper() + "0123456789", "".join(turned))


def extra_hits(name: str, lang: str) -> Row:
    """Hits in a text without identifiers that only a view has, by view."""
    from auditor.detect.detector import Detector

    detector, views, words = Detector(PROFILE), list[str](), 0
    for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        text = json.loads(line)["text"]
        words += len(text.split())
        views += (hit.view for hit in detector.find(text, lang) if hit.view)
    counts = {view: views.count(view) for view in sorted(set(views))}
    return {"words": words, "per 10,000 words": round(1e4 * len(views) / words, 2), **counts}


def told(result: Row) -> Iterator[str]:
    """Both matrices, ours beside Presidio's, and how many cells are caught."""
    for group in ("written for", "never seen"):
        for lang in CARRIERS:
            cells = {name: result[name][group][lang] for name in ("ours", "presidio")}
            total = " / ".join(f"{caught(cell)} of {size(cell)}" for cell in cells.values())
            yield f"\nattacks {group}, {lang}: cells caught, ours / Presidio: {total}"
            yield f"{'':34s}" + "".join(f"{identifier:>11s}" for identifier in IDENTIFIERS)
            for attack, row in cells["ours"].items():
                pairs = (f"{row[i]:.2f}/{cells['presidio'][attack][i]:.2f}" for i in IDENTIFIERS)
                yield f"{attack:34s}" + "".join(f"{pair:>11s}" for pair in pairs)
    yield "\nhits of views alone, on text without identifiers"
    for name, row in result["hits of views alone"].items():
        yield f"{name}: {row}"


def caught(cells: Row) -> int:
    """How many cells are covered well enough."""
    return sum(share >= CAUGHT for row in cells.values() for share in row.values())


def size(cells: Row) -> int:
    """How many cells there are."""
    return sum(len(row) for row in cells.values())


if __name__ == "__main__":
    main()
