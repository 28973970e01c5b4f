"""The rules on contradictions as data: ``rules/contradictions/*.yaml``, read strictly.

What all of its files share stands in ``words.yaml``: fragments, numbers, units of time, and words
that tell of other people.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from auditor import strict_yaml
from auditor.indexes.phrase_patterns import compiled, filled
from auditor.resources import shipped

Language = Literal["en", "es"]
Said = dict[Language, list[str]]
Patterns = Mapping[str, tuple[re.Pattern[str], ...]]


class Strict(BaseModel):
    """A mapping of a rules file: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Example(Strict):
    """An invented record that a rule has to find, or to leave alone."""

    lang: Language
    text: str
    codes: list[str] = []


class Rule(BaseModel):
    """What every rule says: why it holds, and what it finds and leaves."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    why: str = Field(min_length=20)
    finds: list[Example] = Field(min_length=1)
    leaves: list[Example] = Field(min_length=1)


class WordFile(Strict):
    """``words.yaml``."""

    numbers: dict[Language, dict[str, int]]
    days: dict[str, int]
    others: Said
    pronouns: dict[Literal["male", "female"], Said]
    several: Said
    fragments: dict[Language, dict[str, str]]


FILES = ("patient", "durations", "doses", "findings")
T = TypeVar("T", bound=BaseModel)


def load(name: str, model: type[T]) -> T:
    """One file. Raises PolicyError that names the file and every problem."""
    return strict_yaml.shaped(f"contradictions/{name}.yaml", _content(name), model)


@cache
def words() -> WordFile:
    """What all rules share."""
    return load("words", WordFile)


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule with its reason and its examples."""
    return tuple(Rule.model_validate(rule) for file in FILES for rule in _content(file)["rules"])


def each(said: Said, more: Mapping[Language, Mapping[str, str]] | None = None) -> Patterns:
    """Phrases compiled one by one, by language: each may have groups of its own."""
    return {
        language: tuple(
            compiled("contradictions", [phrase], _fragments(language, more)) for phrase in phrases
        )
        for language, phrases in said.items()
    }


def choice(
    said: Said, more: Mapping[Language, Mapping[str, str]] | None = None
) -> dict[str, re.Pattern[str]]:
    """Phrases without groups compiled to one pattern per language."""
    return {
        language: compiled("contradictions", phrases, _fragments(language, more))
        for language, phrases in said.items()
    }


def days(number: str, unit: str, language: str) -> float:
    """How many days "two weeks" are; hours are a part of one."""
    begins = (days for name, days in words().days.items() if unit.lower().startswith(name))
    return count(number, language) * (next(begins, 0) or 1 / 24)


def count(number: str, language: str) -> int:
    """A number in digits or words."""
    known: Mapping[str, int] = words().numbers["es" if language == "es" else "en"]
    return int(number) if number.isdecimal() else known.get(number.lower(), 1)


def alternatives(language: Language, phrases: list[str]) -> str:
    """Phrases as one fragment, for use in other phrases."""
    return "|".join(filled("contradictions", p, words().fragments[language]) for p in phrases)


def _fragments(
    language: Language, more: Mapping[Language, Mapping[str, str]] | None
) -> Mapping[str, str]:
    return {**words().fragments[language], **(more or {}).get(language, {})}


@cache
def _content(name: str) -> Any:
    path = shipped("rules", "contradictions", f"{name}.yaml")
    return strict_yaml.parse(f"contradictions/{path.name}", path.read_text(encoding="utf-8"))


def languages(language: str) -> Iterator[Language]:
    """The languages whose phrases a text is searched for; of an undetermined one both."""
    known: tuple[Language, ...] = ("en", "es")
    return (one for one in known if language in (one, "und"))
