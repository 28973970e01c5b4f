"""Checks template files, and shows what becomes of them.

    python rules/models/training/check.py rules/models/training/en/notes_brief.txt --show 3

The language is the name of the folder that a file stands in.
"""

import argparse
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from expand import Sequence, TemplateError, expand, read, slots
from values import Values


def main() -> None:
    """Prints what is wrong with the files; exit code 1 if anything is."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N expansions")
    options = parser.parse_args()
    found = [problem for path in options.files for problem in problems(path)]
    sys.stdout.write("".join(f"{problem}\n" for problem in found))
    if not found:
        for path in options.files:
            sys.stdout.write("".join(f"{text}\n---\n" for text in shown(path, options.show)))
    sys.exit(bool(found))


def problems(path: Path, times: int = 20) -> list[str]:
    """A line for each slot without values, or for the braces that do not match.

    Templates without such slots are expanded so many times, which must not fail.
    """
    language, rng = language_of(path), random.Random(1)
    known = Values(language, rng)
    found: list[str] = []
    try:
        for number, template in enumerate(read(path), 1):
            unknown = sorted({slot for slot in slots(template) if not known.knows(slot)})
            found += [f"{path.name}: template {number}: no slot ${slot}" for slot in unknown]
            for _ in range(0 if unknown else times):
                filled(template, language, rng)
    except TemplateError as error:
        found.append(str(error))
    return found


def shown(path: Path, count: int) -> Iterator[str]:
    """The first templates of a file, expanded."""
    language, rng = language_of(path), random.Random(1)
    for template, _ in zip(read(path), range(count), strict=False):
        yield filled(template, language, rng)


def filled(template: Sequence, language: str, rng: random.Random) -> str:
    """A template's text."""
    return expand(template, Values(language, rng).fill, rng)[0]


def language_of(path: Path) -> str:
    """The language of a template file."""
    return path.resolve().parent.name


if __name__ == "__main__":
    main()
