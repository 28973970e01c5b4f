"""Doses beyond any plausible range: five times the most that is taken of a drug in a day."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from pydantic import Field

from auditor.detect.patterns.rewrite import quick
from auditor.indexes.contradictions_text import Contradiction, Told
from auditor.indexes.contradictions_words import Language, Rule, Said, Strict, choice, load

MICROGRAM, GRAM = 0.001, 1000.0  # in milligrams
AMOUNT = r"(?P<n>(?<![\d.,])(?:\d{1,3}(?:[.,]\d{3}){1,2}+|\d{1,6}(?:[.,]\d{1,3})?)(?!\d))"
UNIT = (
    r"(?P<unit>mcg|[µμu]g|mg|g|gr|grams?|gramos?|milligrams?|miligramos?|micrograms?|microgramos?)"
    r"(?!\w)(?!\s?/\s?(?:ml|l|dl|kg|m2|m²|cc|h)\b)"
    r"(?!\s?(?:%|per (?:kg|ml|dl|l)|por (?:kg|ml|kilo)))"
)
THOUSANDS = {"en": ",", "es": "."}


class Drug(Strict):
    """The most that is taken of a drug in a day, and its names."""

    max_mg: float = Field(gt=0)
    names: list[str] = Field(min_length=1)


class DoseFile(Strict):
    """``doses.yaml``."""

    factor: float = Field(ge=2)
    rules: list[Rule] = Field(min_length=1, max_length=1)
    drugs: list[Drug]
    between: Said
    not_a_dose: Said


def contradictions(told: Told) -> Iterator[Contradiction]:
    """The first implausible dose: the drug and the dose."""
    file = load("doses", DoseFile)
    for language in told.languages:
        for match in _doses(language).finditer(told.text):
            most = _highest(match["drug"] or match["of"])
            amount = milligrams(match["n"] or match["m"], match["unit"] or match["in"], language)
            plain = told.holds(match.span()) and not told.mentions(_not_a_dose(), match.span())
            if amount > file.factor * most and plain:
                drug = match.span("drug") if match["drug"] else match.span("of")
                dose = match.span("dose") if match["dose"] else match.span("given")
                yield Contradiction(file.rules[0].id, (drug, dose))
                return


def _highest(name: str) -> float:
    """The most of a drug in a day; no bound for a name in letters that only fold to the drug's."""
    return _most().get(re.sub(r"\s+", " ", name).casefold(), float("inf"))


def milligrams(number: str, unit: str, language: str) -> float:
    """An amount in milligrams. "1.000" is a thousand in Spanish, and one in English."""
    mark = THOUSANDS[language]
    grouped = re.fullmatch(rf"[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+", number)
    plain = number.replace(mark, "") if grouped else number.replace(",", ".")
    if plain.count(".") > 1:
        plain = plain.replace(".", "")
    unit = unit.lower()
    if unit.startswith(("micro", "mcg", "µ", "μ", "u")):
        return float(plain) * MICROGRAM
    return float(plain) * (1 if unit.startswith(("mg", "mil")) else GRAM)


@cache
def _doses(language: Language) -> re.Pattern[str]:
    """A drug and its dose, with nothing but certain words between; or a dose "of" a drug."""
    file = load("doses", DoseFile)
    names = sorted(map(re.escape, _most()), key=len, reverse=True)
    drugs = quick("|".join(names).replace(r"\ ", r"\s"))
    between = quick("|".join(file.between[language]))
    again = UNIT.replace("<unit>", "<in>")
    return re.compile(
        rf"(?<!\w)(?:(?P<drug>{drugs})(?!\w)[\s:,()-]{{1,3}}+"
        rf"(?>(?:{drugs}|{between})[\s:,()-]{{1,3}}+){{0,6}}+(?P<dose>{AMOUNT}\s?{UNIT})"
        rf"|(?P<given>{AMOUNT.replace('<n>', '<m>')}\s?{again})\s(?:of|de)\s(?P<of>{drugs})(?!\w))",
        re.IGNORECASE,
    )


@cache
def _most() -> Mapping[str, float]:
    drugs = load("doses", DoseFile).drugs
    return {name.casefold(): drug.max_mg for drug in drugs for name in drug.names}


@cache
def _not_a_dose() -> Mapping[str, re.Pattern[str]]:
    return choice(load("doses", DoseFile).not_a_dose)
