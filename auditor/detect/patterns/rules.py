"""Recognizers as data: ``rules/identifiers/<lang>.yaml``, read strictly.

A file holds ``fragments`` (named pieces of regular expressions, written ``{{name}}`` where they
are used; a list is a choice) and ``recognizers``. The fragments of ``any.yaml`` are known in all
files. Whoever writes a recognizer gives examples: the place to be found stands between « and ».
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from auditor import strict_yaml
from auditor.detect.patterns import validators
from auditor.detect.patterns.expressions import Fragments, compiled, filled
from auditor.detect.patterns.linear import refuse_backtracking
from auditor.errors import PolicyError
from auditor.resources import near, shipped

LANGUAGES = ("en", "es")
VALIDATED = 0.95  # score of a match whose check digit is right

Profile = Literal["safe_harbor", "gdpr_strict"]
PROFILES: tuple[Profile, ...] = get_args(Profile)
Label = Literal[
    "NAME", "AGE", "DATE", "LOCATION", "PHONE", "EMAIL", "URL", "IP", "ID", "ORG", "PROFESSION",
    "OTHER",
]  # fmt: skip


class Strict(BaseModel):
    """A mapping of a rules file: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PatternEntry(Strict):
    """One regular expression; the group ``value`` is the place found, else the whole match."""

    regex: str = Field(min_length=1)
    score: float = Field(gt=0, le=1)
    context: list[str] = []  # one of these must stand within `window` characters before
    not_context: list[str] = []  # none of these may
    window: int = Field(40, ge=1, le=200)
    behind: bool = False  # words of `context` and `not_context` count behind it too
    ignore_case: bool = True
    must_validate: bool = False  # drop what the validator refuses, instead of scoring it lower


class Examples(Strict):
    """Texts in which the recognizer finds exactly what « and » enclose, or nothing."""

    match: list[str] = Field(min_length=1)
    no_match: list[str] = []


class Entry(Strict):
    """One recognizer as it stands in a file."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    category: str = Field(pattern=r"^([A-R]|[A-Z]{2}-[A-Z0-9]+)$")
    label: Label
    kind: Literal["direct", "quasi"]
    patterns: list[PatternEntry] = Field(min_length=1)
    validator: str | None = None
    profiles: list[Profile] = Field(list(PROFILES), min_length=1)
    languages: list[Literal["en", "es"]] = []
    why: str = ""
    examples: Examples


class RuleFile(Strict):
    """A whole file."""

    fragments: dict[str, str | list[str]] = {}
    recognizers: list[Entry] = []


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern of a rule."""

    regex: re.Pattern[str]
    score: float
    context: re.Pattern[str] | None
    not_context: re.Pattern[str] | None
    window: int
    behind: bool
    must_validate: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A recognizer ready for use, in the languages it speaks."""

    name: str
    category: str
    label: str
    kind: str
    profiles: tuple[str, ...]
    languages: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    validator: Callable[[str], bool] | None
    examples: Examples


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """All rules of ``rules/identifiers/``."""
    folder = shipped("rules", "identifiers")
    fragments, rules = load(folder / "any.yaml", LANGUAGES, {})
    for language in LANGUAGES:
        rules += load(folder / f"{language}.yaml", (language,), fragments)[1]
    _unique(rules)
    return tuple(rules)


@cache
def rules_for(profile: str, own: str = "") -> tuple[Rule, ...]:
    """The shipped rules of a profile, and ``own``: YAML, a list of recognizers of the same form.

    Raises PolicyError when the profile is unknown, and for own recognizers that are not well
    formed, are named like another one, do not find their own examples or may be slow.
    """
    if profile not in PROFILES:
        raise PolicyError(f"identifiers: no profile {profile!r}{near(profile, PROFILES)}")
    rules = [*shipped_rules(), *own_rules(own)]
    _unique(rules)
    return tuple(rule for rule in rules if profile in rule.profiles)


def own_rules(text: str) -> list[Rule]:
    """Rules of a user, from a YAML list. Raises PolicyError as ``rules_for`` does."""
    if not text.strip():
        return []
    place = "identifiers: recognizers"
    fragments = load(shipped("rules", "identifiers") / "any.yaml", LANGUAGES, {})[0]
    content = {"recognizers": strict_yaml.parse(place, text)}
    rules = _rules(place, content, LANGUAGES, fragments)[1]
    for rule in rules:
        _refuse_slow(place, rule)
        if any(misses(rule, example) for example in rule.examples.match):
            raise PolicyError(f"{place}: {rule.name}: does not find its own examples")
        if any(any(matches(rule, example)) for example in rule.examples.no_match):
            raise PolicyError(f"{place}: {rule.name}: finds what it names under no_match")
    return rules


def _refuse_slow(place: str, rule: Rule) -> None:
    """Shipped rules are measured by the tests; those of a user when they are read."""
    for pattern in rule.patterns:
        for regex in filter(None, (pattern.regex, pattern.context, pattern.not_context)):
            refuse_backtracking(f"{place}: {rule.name}", regex)


def load(path: Path, languages: tuple[str, ...], shared: Fragments) -> tuple[Fragments, list[Rule]]:
    """Fragments and rules of one file. Raises PolicyError that names the file and every problem."""
    content = strict_yaml.parse(path.name, path.read_text(encoding="utf-8"))
    return _rules(path.name, content, languages, shared)


def matches(rule: Rule, text: str) -> Iterator[tuple[int, int, float]]:
    """Start, end and score of all that a rule finds, in the order of its patterns."""
    for pattern in rule.patterns:
        group = "value" if "value" in pattern.regex.groupindex else 0
        for match in pattern.regex.finditer(text):
            start, end = match.span(group)
            if start == end or not _in_context(pattern, text, start, end):
                continue
            valid = rule.validator is not None and rule.validator(text[start:end])
            if pattern.must_validate and valid:
                yield start, end, pattern.score
            elif not pattern.must_validate:
                yield start, end, max(pattern.score, VALIDATED if valid else 0)


def misses(rule: Rule, example: str) -> bool:
    """Whether the rule does not find just the places between « and », or parts of them too."""
    text, places = unmarked(example)
    found = {(start, end) for start, end, _ in matches(rule, text)}
    stray = [s for s, e in found if not any(low <= s and e <= high for low, high in places)]
    return bool(stray) or not places <= found


def unmarked(example: str) -> tuple[str, set[tuple[int, int]]]:
    """An example without its marks, and the places they enclosed."""
    pieces = re.split("[«»]", example)
    ends = [sum(map(len, pieces[: i + 1])) for i in range(len(pieces))]
    return "".join(pieces), set(zip(ends[:-1:2], ends[1::2], strict=True))


def _in_context(pattern: Pattern, text: str, start: int, end: int) -> bool:
    low, high = max(0, start - pattern.window), end + pattern.window
    around = [(low, start), (end, high)] if pattern.behind else [(low, start)]

    def stands(words: re.Pattern[str]) -> bool:
        return any(words.search(text, *place) for place in around)

    if pattern.context and not stands(pattern.context):
        return False
    return not (pattern.not_context and stands(pattern.not_context))


def _rules(
    place: str, content: object, languages: tuple[str, ...], shared: Fragments
) -> tuple[Fragments, list[Rule]]:
    file = strict_yaml.shaped(place, content, RuleFile)
    fragments = {**shared, **file.fragments}
    return fragments, [_rule(place, entry, languages, fragments) for entry in file.recognizers]


def _rule(place: str, entry: Entry, languages: tuple[str, ...], fragments: Fragments) -> Rule:
    here = f"{place}: {entry.name}"
    return Rule(
        name=entry.name,
        category=entry.category,
        label=entry.label,
        kind=entry.kind,
        profiles=tuple(entry.profiles),
        languages=tuple(entry.languages) or languages,
        patterns=tuple(_pattern(here, pattern, fragments) for pattern in entry.patterns),
        validator=_validator(here, entry),
        examples=entry.examples,
    )


def _pattern(here: str, entry: PatternEntry, fragments: Fragments) -> Pattern:
    flags = re.IGNORECASE if entry.ignore_case else re.NOFLAG

    def words(choice: list[str]) -> re.Pattern[str] | None:
        whole = rf"(?<!\w)(?:{'|'.join(choice)})(?!\w)"
        return (
            compiled(f"{here}: pattern", filled(here, whole, fragments), re.IGNORECASE)
            if choice
            else None
        )

    return Pattern(
        regex=compiled(f"{here}: pattern", filled(here, entry.regex, fragments), flags),
        score=entry.score,
        context=words(entry.context),
        not_context=words(entry.not_context),
        window=entry.window,
        behind=entry.behind,
        must_validate=entry.must_validate,
    )


def _validator(here: str, entry: Entry) -> Callable[[str], bool] | None:
    if entry.validator is None:
        if any(pattern.must_validate for pattern in entry.patterns):
            raise PolicyError(f"{here}: must_validate without a validator")
        return None
    known = {
        name: function
        for name, function in vars(validators).items()
        if callable(function) and getattr(function, "__module__", "") == validators.__name__
    }
    public = tuple(sorted(name for name in known if not name.startswith("_")))
    if entry.validator not in public:
        what = f"{entry.validator!r}{near(entry.validator, public)}"
        raise PolicyError(f"{here}: no validator {what}")
    function: Callable[[str], bool] = known[entry.validator]
    return function


def _unique(rules: Sequence[Rule]) -> None:
    names = [rule.name for rule in rules]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise PolicyError(f"identifiers: two recognizers named {twice[0]!r}; rename one")
