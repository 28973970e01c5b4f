"""Identifiers in disguise: patterns find them in some view, and cover them where they stand."""

import base64
import re
from collections.abc import Callable, Iterator

import pytest

from auditor.detect.patterns.rules import matches, rules_for
from auditor.detect.views.view import disguises, plain

VALUES = {
    "en": (
        "219-45-6789", "(614) 555-0142", "ana.ruiz@example.org", "03/12/1981", "203.0.113.25",
        "4111 1111 1111 1111", "https://portal.example.org/a/4821-b",
    ),
    "es": (
        "12345678Z", "612 55 01 42", "ana.ruiz@example.org", "12/03/1981", "203.0.113.25",
        "4111 1111 1111 1111", "https://portal.example.org/a/4821-b",
    ),
}  # fmt: skip
CARRIERS = {
    "en": "At the desk she gave {} this morning.",
    "es": "En la ventanilla dio {} esta mañana.",
}
WORDS = {
    "en": "zero one two three four five six seven eight nine".split(),  # noqa: SIM905
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve".split(),  # noqa: SIM905
}
SHIFTED = {
    "０": "full-width",
    "٠": "Arabic-Indic",
    "०": "Devanagari",
    "𝟎": "bold",
    "𝟶": "monospace",
}


def translated(odd: str) -> Callable[[str], str]:
    return lambda value: value.translate(
        {ord("0") + i: chr(ord(odd) + i) for i in range(10)}  # the ten digits of a script
    )


ATTACKS: dict[str, Callable[[str], str]] = {
    "none": str,
    **{name: translated(zero) for zero, name in SHIFTED.items()},
    "zero width": "\u200b".join,
    "word joiner": "\u2060".join,
    "soft hyphen": "\u00ad".join,
    "combining stroke": lambda v: "".join(c + "\u0336" for c in v),
    "keycaps": lambda v: re.sub(r"\d", lambda d: f"{d[0]}\ufe0f\u20e3", v),
    "raised": lambda v: v.translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")),
    "entities": lambda v: "".join(f"&#x{ord(c):x};" for c in v),
    "entities of entities": lambda v: "".join(f"&amp;#{ord(c)};" for c in v),
    "percent": lambda v: "".join(f"%{ord(c):02x}" for c in v),
    "percent twice": lambda v: "".join(f"%25{ord(c):02x}" for c in v),
    "JSON": lambda v: "".join(f"\\u{ord(c):04x}" for c in v),
    "JSON slashes": lambda v: v.replace("/", "\\/"),
    "Python": lambda v: "".join(f"\\x{ord(c):02x}" for c in v),
    "quoted-printable": lambda v: "".join(f"={ord(c):02X}" for c in v),
    "base64": lambda v: base64.b64encode(v.encode()).decode(),
    "base64 twice": lambda v: base64.b64encode(base64.b64encode(v.encode())).decode(),
    "hex": lambda v: v.encode().hex(),
    "octets": lambda v: v.encode().hex(" "),
    "spaced": " ".join,
    "dotted": lambda v: "_".join(v) if "." in v else ".".join(v),
    "UTF-16": "\x00".join,
    "markup": lambda v: f"{v[:5]}<b>{v[5:]}",
    "bold": lambda v: f"{v[:5]}**{v[5:]}",
    "line break": lambda v: f"{v[:-4]}\n{v[-4:]}",
    "wide marks": lambda v: re.sub(r"\s*([^\w\s])\s*", r" \1 ", v).strip(),
    "no-break hyphens": lambda v: v.translate(str.maketrans("-/", "\u2011\u2044")),
    "en dashes": lambda v: v.replace("-", "–"),
    "no-break spaces": lambda v: v.replace(" ", "\u202f"),
    "Cyrillic": lambda v: v.translate(str.maketrans("aeopcxy", "аеорсху")),
    "O and l": lambda v: v.translate(str.maketrans("01", "Ol")),
    "reversed": lambda v: v[::-1],
    "turned": lambda v: f"\u202e{v[::-1]}\u202c",
    "at and dot": lambda v: v.replace("@", " (at) ").replace(".", " (dot) "),
    "arroba y punto": lambda v: v.replace("@", " [arroba] ").replace(".", " [punto] "),
}
NO_DIGITS = re.compile(r"[^\W\d]{2}")  # numbers alone are spelled out


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_disguised_values_are_covered(attack: str, language: str) -> None:
    for value in VALUES[language]:
        assert covered(ATTACKS[attack](value), language) >= 0.85, value


@pytest.mark.parametrize("language", ["en", "es"])
def test_spelled_out_numbers_are_covered(language: str) -> None:
    for value in filter(lambda v: not NO_DIGITS.search(v), VALUES[language]):
        apart = re.sub(r"(?<=\d)(?=[A-Z])", " ", value)
        spelled = re.sub(r"\d+", lambda run: spoken(run[0], language), apart)
        assert covered(spelled, language) >= 0.85, value


def spoken(digits: str, language: str) -> str:
    return " ".join(WORDS[language][int(digit)] for digit in digits)


def covered(disguised: str, language: str) -> float:
    """Share of the letters and digits that lie in what patterns find."""
    before, _, after = CARRIERS[language].partition("{}")
    text = before + disguised + after
    places = [len(before) + i for i, c in enumerate(disguised) if c.isalnum()]
    found = [*found_in(text, language)]
    return sum(any(start <= at < end for start, end in found) for at in places) / len(places)


def found_in(text: str, language: str) -> Iterator[tuple[int, int]]:
    view = plain(text)
    rules = [rule for rule in rules_for("safe_harbor") if language in rule.languages]
    for each in (view, *disguises(view, language)):
        for rule in rules:
            for start, end, _ in matches(rule, each.text):
                yield each.original(start, end)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Name: J o h n   D o e, seen in clinic.", "en"),
        ("MRN: four eight two nine one three three", "en"),
        ("Phone: six one four, five five five, oh one four two.", "en"),
        ("Llame al seiscientos doce, treinta y cuatro, cincuenta y seis, setenta y ocho.", "es"),
        ("The row read 219 | 45 | 6789 in full.", "en"),
        ('"219","45","6789"', "en"),
        (r"{\"note\": \"seen\nDOB: 12\/03\/1981\"}", "en"),
    ],
)
def test_forms_that_copying_and_speech_leave(text: str, language: str) -> None:
    assert [*found_in(text, language)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("PHQ-9 items: 0 1 2 1 0 3. Doses 10 - 20 - 30 mg, BP 120 / 80, 1, 2, 3, 4, 5, 6.", "en"),
        ("Count: one two three four five six. He took one, two or three at a time.", "en"),
        ("Sodium 140\nPotassium 4.1\n120\n80\n72\n36.6\n", "en"),
        ("**Plan:** 2*3 mg <b>daily</b>; x=20, y=3D echo; C:\\notes\\new", "en"),
        ("Tension 12/8, pauta 1-0-1; uno, dos, tres o cuatro veces; 20 · 30 · 40 mg.", "es"),
    ],
)
def test_ordinary_numbers_are_found_in_no_view(text: str, language: str) -> None:
    assert not [*found_in(text, language)]
