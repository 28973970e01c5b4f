"""What the README says about the program is what the program says about itself."""

import importlib.util
import re
from pathlib import Path

import pytest

from auditor import resources

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_table_of_checks_is_generated() -> None:
    spec = importlib.util.spec_from_file_location("readme", ROOT / "benchmarks" / "readme.py")
    assert spec is not None
    assert spec.loader is not None
    readme = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(readme)
    assert readme.checks() in README


@pytest.mark.parametrize("section", re.findall(r"<!-- (\w+):begin -->", README))
def test_every_measured_section_is_filled(section: str) -> None:
    filled = README.partition(f"<!-- {section}:begin -->")[2].partition(f"<!-- {section}:end -->")[
        0
    ]
    assert filled.strip()


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)", README, re.MULTILINE))
def test_its_commands_exist(target: str) -> None:
    assert f"\n{target}:" in (ROOT / "Makefile").read_text()


def test_formats_and_policies_it_names_exist() -> None:
    for name in ("html", "json", "markdown", "text"):
        assert name in resources.names("formats")
    assert resources.shipped("rules", "leave_one_out.yaml").exists()
