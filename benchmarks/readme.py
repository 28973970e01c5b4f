"""Writes a benchmark's numbers, and the table of checks, into their place in the README.

python benchmarks/readme.py
"""

import re
from pathlib import Path

from auditor import measure, resources

README = Path(__file__).parents[1] / "README.md"


def write(section: str, markdown: str) -> None:
    """Replaces what stands between ``<!-- SECTION:begin -->`` and ``<!-- SECTION:end -->``."""
    begin, end = f"<!-- {section}:begin -->", f"<!-- {section}:end -->"
    text = README.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"README.md has no section {section}")
    filled = f"{begin}\n{markdown.strip()}\n{end}"
    README.write_text(pattern.sub(lambda _: filled, text), encoding="utf-8")


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def checks() -> str:
    """The table of checks, from their own words."""
    rows = []
    for name in resources.names("checks"):
        module = measure.check(name)
        summary = (module.__doc__ or "").partition("\n")[0]
        metrics = ", ".join(f"`{metric}`" for metric in module.METRICS)
        rows.append([f"`{name}`", module.SCOPE, summary, metrics])
    return table(["check", "scope", "what it measures", "metrics"], rows)


if __name__ == "__main__":
    write("checks", checks())
