"""What the next attempt is told of the one that came to nothing: the kind, never the text.

The data is ``rules/generation/reasons.yaml``; its sentences are all that is ever told.
"""

from collections.abc import Iterable, Mapping
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from auditor import strict_yaml
from auditor.errors import InputError, PolicyError
from auditor.resources import shipped

LANGUAGES = ("en", "es")
PLACE = "generation/reasons.yaml"


class Reason(BaseModel):
    """One sentence, the codes that it tells, and the code whose sentence it stands for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    codes: tuple[str, ...] = Field(min_length=1)
    instead_of: str | None = None
    en: str
    es: str


def sentences(codes: Iterable[str], lang: str) -> tuple[str, ...]:
    """What to tell of these codes, each sentence once, in the order of the codes.

    An unknown code is told in general words. Raises InputError for a language without sentences,
    PolicyError when the file is at fault.
    """
    if lang not in LANGUAGES:
        raise InputError(f"{PLACE}: has no words in {lang!r:.20}; use {' or '.join(LANGUAGES)}")
    told = dict.fromkeys(_reason(code) for code in codes)
    replaced = {reason.instead_of for reason in told}
    kept = (reason for reason in told if replaced.isdisjoint(reason.codes))
    return tuple(reason.es if lang == "es" else reason.en for reason in kept)


def _reason(code: str) -> Reason:
    known = reasons()
    while code not in known:
        code = code.rpartition(".")[0]  # ends at the empty code, which is always known
    return known[code]


@cache
def reasons() -> Mapping[str, Reason]:
    """Every listed code and what it is told by.

    Raises PolicyError that names the file when it is not of this form.
    """
    return read(shipped("rules", "generation", "reasons.yaml").read_text(encoding="utf-8"))


def read(text: str) -> Mapping[str, Reason]:
    """The reasons in the text of a file.

    Raises PolicyError when a code is listed twice, or none stands for those that are not listed.
    """
    told = strict_yaml.shaped(PLACE, strict_yaml.parse(PLACE, text), list[Reason])
    by_code = {code: reason for reason in told for code in reason.codes}
    if len(by_code) < sum(len(reason.codes) for reason in told):
        raise PolicyError(f"{PLACE}: a code is listed twice; keep one of them")
    if "" not in by_code:
        raise PolicyError(f"{PLACE}: no sentence for unknown codes; give the code ''")
    if missing := {r.instead_of for r in told if r.instead_of is not None} - by_code.keys():
        raise PolicyError(f"{PLACE}: instead_of names no listed code: {', '.join(sorted(missing))}")
    return by_code
