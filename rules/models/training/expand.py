"""Templates to texts with labelled spans.

A file holds templates, parted by lines of ``===``. In a template ``{a|b}`` is a choice, which may
nest and may be empty, and ``$slot`` or ``${slot}`` is filled in; ``$$`` is a dollar sign. Lines
that begin with ``#!`` are comments.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

PARTS = re.compile(r"\$\$|\$\{(\w+)\}|\$(\w+)|[{|}]|[^${|}]+|\$")
Span = tuple[int, int, str]
Fill = Callable[[str], tuple[str, str | None]]  # slot -> value and its label, if it has one


class TemplateError(ValueError):
    """A template that cannot be expanded; the message says where."""


@dataclass(frozen=True)
class Choice:
    """One of these, by chance."""

    options: tuple["Sequence", ...]


@dataclass(frozen=True)
class Slot:
    """A value to be filled in."""

    name: str


Sequence = tuple["str | Slot | Choice", ...]


def read(path: Path) -> Iterator[Sequence]:
    """The templates of a file. Raises TemplateError, as ``parse`` does."""
    lines = path.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#!"))
    for number, block in enumerate(re.split(r"^===\s*$", text, flags=re.MULTILINE), 1):
        if block.strip():
            yield parse(block.strip("\n"), f"{path.name}: template {number}")


def parse(template: str, place: str = "template") -> Sequence:
    """A template as nested sequences. Raises TemplateError when braces do not match."""
    stack: list[list[list[str | Slot | Choice]]] = [[[]]]
    for match in PARTS.finditer(template):
        part, slot = match[0], match[1] or match[2]
        if slot:
            stack[-1][-1].append(Slot(slot))
        elif part == "{":
            stack.append([[]])
        elif part == "|" and len(stack) > 1:
            stack[-1].append([])
        elif part == "}" and len(stack) > 1:
            options = stack.pop()
            stack[-1][-1].append(Choice(tuple(map(tuple, options))))
        elif part == "}":
            raise TemplateError(f"{place}: a brace closes that none opened")
        else:
            stack[-1][-1].append("$" if part == "$$" else part)
    if len(stack) > 1:
        raise TemplateError(f"{place}: {len(stack) - 1} open braces at the end")
    return tuple(stack[0][0])


def slots(sequence: Sequence) -> Iterator[str]:
    """All slots of a template."""
    for part in sequence:
        if isinstance(part, Slot):
            yield part.name
        elif isinstance(part, Choice):
            for option in part.options:
                yield from slots(option)


def expand(sequence: Sequence, fill: Fill, rng: random.Random) -> tuple[str, list[Span]]:
    """A text and its labelled spans."""
    pieces: list[str] = []
    spans: list[Span] = []
    length = 0
    for part in chosen(sequence, rng):
        text, label = (part, None) if isinstance(part, str) else fill(part.name)
        if label and text:
            spans.append((length, length + len(text), label))
            if label == "NAME" and pieces and pieces[-1] == " " and len(spans) > 1:
                _joined(spans, length - 1)
        pieces.append(text)
        length += len(text)
    return "".join(pieces), spans


def _joined(spans: list[Span], gap: int) -> None:
    """One name of a given and a family name that a single blank parts."""
    (start, end, label), (_, last, _) = spans[-2:]
    if label == "NAME" and end == gap:
        spans[-2:] = [(start, last, label)]


def chosen(sequence: Sequence, rng: random.Random) -> Iterator[str | Slot]:
    """The parts that are left when every choice is made."""
    for part in sequence:
        if isinstance(part, Choice):
            yield from chosen(rng.choice(part.options), rng)
        else:
            yield part
