"""Writes icd10cm.tsv.gz, the table that ``auditor.indexes.taxonomy`` reads.

    python rules/taxonomies/build_icd10cm.py

The data is the ICD-10-CM tabular list of the US National Center for Health Statistics (public
domain), in the release that the installed simple-icd-10-cm carries. One row for each chapter,
block, category and code of at most six characters: code, parent, description, inclusion terms,
and what its own Excludes1 notes say (both divided by ``|``). Codes with a seventh character (which
encounter, which fetus) are left out: half of the list, and they add nothing on what a report is
about. The same release gives the same bytes.
"""

import gzip
import sys
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import simple_icd_10_cm as icd

TARGET = Path(__file__).with_name("icd10cm.tsv.gz")
LONGEST = len("F32.123")


def rows() -> Iterator[tuple[str, str, str, str, str]]:
    """Code, parent, description, inclusion terms and Excludes1, in the order of the list."""
    before = ""
    for code in icd.get_all_codes(with_dots=True):
        if len(code) > LONGEST or (len(code.replace(".", "")) > 6 and "-" not in code):
            continue
        if code == before:  # a block of one category bears its name
            continue
        before = code
        description = icd.get_description(code).removesuffix(f" ({code})")
        if icd.is_chapter(code):
            description = description.rpartition(" (")[0]
        terms = [*icd.get_inclusion_term(code), *icd.get_includes(code)]
        parent = next((above for above in icd.get_ancestors(code) if above != code), "")
        excludes = icd.get_excludes1(code)
        yield code, parent, _plain(description), _joined(terms), _joined(excludes)


def _joined(texts: list[str]) -> str:
    return "|".join(map(_plain, texts))


def _plain(text: str) -> str:
    return " ".join(text.replace("|", " ").split())


def release() -> str:
    """Name of the tabular list that the installed package carries."""
    data = files("simple_icd_10_cm.data")
    return ",".join(sorted(f.name for f in data.iterdir() if f.name.endswith(".xml")))


def main() -> None:
    """Write the table beside this script and say what it holds."""
    head = f"# {release()} by simple-icd-10-cm {version('simple-icd-10-cm')}\n"
    table = head + "".join("\t".join(row) + "\n" for row in rows())
    TARGET.write_bytes(gzip.compress(table.encode(), 9, mtime=0))
    sys.stderr.write(f"{TARGET.name}: {table.count(chr(10)) - 1:,} rows, ")
    sys.stderr.write(f"{TARGET.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
