"""The context of a statement: what a text denies, says of relatives, or only considers.

Cue phrases and what ends their scope stand in ``rules/context/<language>.yaml``, in the manner of
NegEx (Chapman et al. 2001) and ConText (Harkema et al. 2009). A cue governs what follows or
precedes it, up to the end of the sentence, a contrast ("but"), or the next heading.

Time is in proportion to the text: each pattern passes over it once, and borders are found by
bisection.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from auditor import strict_yaml
from auditor.indexes import phrase_patterns
from auditor.resources import shipped

LANGUAGES = ("en", "es")
Kind = Literal["negated", "family", "hypothetical"]
KINDS: tuple[Kind, ...] = ("negated", "family", "hypothetical")
TRAILING = " \t\n,.;!?"  # no part of a scope at its end
LONGEST_WORD = 30  # characters: a longer one ends a scope that is bounded in words

UPPER = "A-ZÁÉÍÓÚÜÑ"
# "FAMILY HISTORY:" anywhere behind a stop, "Family history:" where a sentence begins.
HEADING = re.compile(
    rf"(?:^|(?<=[\n.,;]))[^\S\n]{{0,4}}(?:[{UPPER}][{UPPER} /&()-]{{2,50}}:"
    rf"|(?<![,;])[{UPPER}][\wáéíóúñü]{{1,20}}(?:[ /-][\wáéíóúñü]{{1,20}}){{0,3}}[^\S\n]?:)"
    rf"|\n[^\S\n]{{0,8}}(?=\n)"
)
# A stop in front of white space, or a line that begins like a sentence or a list.
SENTENCE = re.compile(
    r"(?<!\bDr)(?<!\bSr)(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDra)(?<!\bSra)(?<!\bvs)(?<!\be\.g)"
    r"(?<!\bi\.e)(?<!\bp\.ej)[.!?](?=[\s,\"'”»)\]]|$)|;"
    rf"|\n(?=[^\S\n]{{0,8}}(?:\n|[-•*–]|[{UPPER}¿¡]|\d{{1,2}}[.)]))"
)


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """A cue and what it governs, in code points of the original text: ``text[start:end]``."""

    start: int
    end: int
    kind: Kind


class Strict(BaseModel):
    """A mapping of a rules file: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Group(Strict):
    """Cues that govern alike."""

    kind: Kind
    direction: Literal["forward", "backward"]
    extent: Literal["sentence", "section"] = "sentence"
    reach: int = Field(0, ge=0, le=50)  # words; 0 is no bound
    until: list[str] = []  # ends the scope, besides the file's breaks
    phrases: list[str] = Field(min_length=1)


class CueFile(Strict):
    """A whole file: ``breaks`` end every scope, ``asserts`` all but hypothetical ones.

    ``pseudo`` phrases only look like cues.
    """

    fragments: dict[str, str] = {}
    breaks: list[str] = []
    asserts: list[str] = []
    pseudo: list[str] = []
    cues: list[Group] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Cues:
    """The cues of one language, compiled. The named group of a match tells whose cue it is."""

    cue: re.Pattern[str]
    groups: dict[str, Group]
    breaks: dict[str, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class Borders:
    """Where sentences, sections and breaks begin and end in one text, ascending."""

    sentences: list[int]
    sections: list[int]
    breaks: dict[str, tuple[list[int], list[int]]]


def scopes(text: str, language: str) -> tuple[Scope, ...]:
    """All scopes of a text, sorted; an unknown language is read with the cues of all languages."""
    languages = (language,) if language in LANGUAGES else LANGUAGES
    return tuple(sorted({scope for known in languages for scope in _scopes(text, cues(known))}))


def masked(text: str, language: str, kinds: Collection[str] = ("negated", "family")) -> str:
    """The text with spaces for what stands in scopes of the kinds; as long, same line breaks."""
    pieces, done = [], 0
    for scope in scopes(text, language):
        if scope.kind in kinds and scope.end > done:
            start = max(scope.start, done)
            pieces += [text[done:start], re.sub(r"[^\n]", " ", text[start : scope.end])]
            done = scope.end
    return "".join([*pieces, text[done:]])


def sentence_ends(text: str) -> list[int]:
    """Where sentences end, ascending; the last is the end of the text."""
    ends = {match.end() for match in SENTENCE.finditer(text)}
    return sorted({*ends, *_sections(text), len(text)})


@cache
def cues(language: str) -> Cues:
    """The cues of ``rules/context/<language>.yaml``. Raises PolicyError that names every fault."""
    path = shipped("rules", "context", f"{language}.yaml")
    place = f"context/{path.name}"
    content = strict_yaml.parse(place, path.read_text(encoding="utf-8"))
    return _compiled(place, strict_yaml.shaped(place, content, CueFile))


def _compiled(place: str, file: CueFile) -> Cues:
    groups = {f"g{number}": group for number, group in enumerate(file.cues)}
    phrases = {"pseudo": file.pseudo} | {name: group.phrases for name, group in groups.items()}
    choice = [
        f"(?P<{name}>{'|'.join(phrase_patterns.filled(place, p, file.fragments) for p in some)})"
        for name, some in phrases.items()
        if some
    ]
    breaks = {
        name: phrase_patterns.compiled(place, _ends(file, group), file.fragments)
        for name, group in groups.items()
    }
    return Cues(phrase_patterns.between_borders(place, choice), groups, breaks)


def _ends(file: CueFile, group: Group) -> list[str]:
    asserts = [] if group.kind == "hypothetical" else file.asserts
    return [*file.breaks, *asserts, *group.until]


def _scopes(text: str, known: Cues) -> Iterator[Scope]:
    borders = Borders(sentence_ends(text), _sections(text), {})
    for match in known.cue.finditer(text):
        name = match.lastgroup or "pseudo"
        if name == "pseudo":
            continue
        group = known.groups[name]
        if name not in borders.breaks:
            found = [stop.span() for stop in known.breaks[name].finditer(text)]
            borders.breaks[name] = ([start for start, _ in found], [end for _, end in found])
        govern = _forward if group.direction == "forward" else _backward
        yield govern(text, group, match.span(), borders.breaks[name], borders)


def _forward(
    text: str, group: Group, cue: tuple[int, int], breaks: tuple[list[int], list[int]], at: Borders
) -> Scope:
    start, after = cue
    if group.extent == "section":
        end = _next(at.sections, after, len(text))
    else:
        end = min(_next(at.sentences, after, len(text)), _next(breaks[0], after, len(text)))
    if group.reach:
        nearby = text[after : min(end, after + group.reach * LONGEST_WORD)]
        ends = [word.end() for word in re.finditer(r"\w+", nearby)]
        end = after + (ends[group.reach - 1] if len(ends) > group.reach else len(nearby))
    return Scope(start, max(after, after + len(text[after:end].rstrip(TRAILING))), group.kind)


def _backward(
    text: str, group: Group, cue: tuple[int, int], breaks: tuple[list[int], list[int]], at: Borders
) -> Scope:
    before, end = cue
    start = max(_last(at.sentences, before), _last(breaks[1], before))
    if group.reach:
        low = max(start, before - group.reach * LONGEST_WORD)
        starts = [low + word.start() for word in re.finditer(r"\w+", text[low:before])]
        start = starts[-group.reach] if len(starts) > group.reach else low
    return Scope(before - len(text[start:before].lstrip(" \t\n,")), end, group.kind)


def _next(places: list[int], at: int, otherwise: int) -> int:
    index = bisect_left(places, at)
    return places[index] if index < len(places) else otherwise


def _last(places: list[int], at: int) -> int:
    index = bisect_right(places, at)
    return places[index - 1] if index else 0


def _sections(text: str) -> list[int]:
    return [match.start() for match in HEADING.finditer(text)]
