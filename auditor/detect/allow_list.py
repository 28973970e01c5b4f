"""Values that a policy lets through by name, each with its reason.

- value: Hospital General de Prueba
  label: ORG
  why: the invented hospital of all our templates
- {pattern: 'TEST-[0-9]{4}', why: numbers of the training environment}
"""

import re
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, model_validator

from auditor import strict_yaml
from auditor.detect.patterns.linear import refuse_backtracking
from auditor.detect.patterns.rules import Label
from auditor.errors import PolicyError

PLACE = "identifiers: allow"
LONGEST = 1000  # characters of a value that a pattern is tried on


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    value: str | None = Field(None, min_length=1)
    pattern: str | None = Field(None, min_length=1)
    label: Label | None = None
    why: str = Field(min_length=3)

    @model_validator(mode="after")
    def _one_of_both(self) -> "_Entry":
        if (self.value is None) == (self.pattern is None):
            raise ValueError("give either value or pattern")
        return self


@dataclass(frozen=True, slots=True)
class AllowList:
    """Values and patterns, each for one label or for all (empty)."""

    values: frozenset[tuple[str, str]] = frozenset()
    patterns: tuple[tuple[re.Pattern[str], str], ...] = ()

    def passes(self, hit_text: str, label: str) -> bool:
        """Whether a find is let through: a value as a whole, whatever its case and spacing."""
        plain = _plain(hit_text)
        if (plain, label) in self.values or (plain, "") in self.values:
            return True
        short = len(hit_text) <= LONGEST
        return short and any(
            pattern.fullmatch(hit_text) for pattern, only in self.patterns if only in ("", label)
        )


def allow_list(text: str) -> AllowList:
    """The list of a policy, from YAML; an empty text is an empty list.

    Raises PolicyError when the text is not a list of entries with a value or a pattern and a
    reason, or when a pattern does not compile or may take more than proportional time.
    """
    content = strict_yaml.parse(PLACE, text) if text.strip() else []
    entries = strict_yaml.shaped(PLACE, content, list[_Entry])
    values = ((_plain(e.value), e.label or "") for e in entries if e.value is not None)
    patterns = ((_pattern(e.pattern), e.label or "") for e in entries if e.pattern is not None)
    return AllowList(frozenset(values), tuple(patterns))


def _plain(value: str) -> str:
    return " ".join(value.casefold().split())


def _pattern(regex: str) -> re.Pattern[str]:
    try:
        pattern = re.compile(regex)
    except re.error as error:
        raise PolicyError(f"{PLACE}: pattern {regex!r}: does not compile: {error}") from None
    refuse_backtracking(f"{PLACE}: pattern {regex!r}", pattern)
    return pattern
