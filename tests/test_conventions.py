"""Conventions are loops over folders: what is true of one file has to be true of its neighbours."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from auditor import measure, resources
from auditor.audit import Audit

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "auditor"
MODULES = sorted(PACKAGE.rglob("*.py"))
CHECKS = resources.names("checks")
FORMATS = resources.names("formats")
VAGUE = {
    "util", "utils", "helper", "helpers", "manager", "managers", "misc", "common", "base", "core",
    "stuff", "tools", "handler", "handlers", "processor", "service", "wrapper",
}  # fmt: skip
TERMINAL = 100  # columns
LONGEST_MODULE = 320  # lines
COMMAND_LINE = ("cli.py", "options.py", "options_generate.py", "terminal.py")


def name_of(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def test_there_is_something_to_check() -> None:
    assert len(MODULES) > 20
    assert {"copied_passage", "near_duplicate", "diversity", "yield"} <= set(CHECKS)
    assert {"html", "json", "markdown", "decisions"} <= set(FORMATS)


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_holds_what_the_protocol_says(name: str) -> None:
    module = measure.check(name)
    assert module.SCOPE in ("record", "set")
    assert module.METRICS
    for metric, meaning in module.METRICS.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", metric)
        assert len(meaning.meaning) > 10
        assert meaning.meaning[0].islower() or meaning.meaning.split()[0][0].isupper()
        assert not meaning.meaning.endswith(".")
        assert isinstance(meaning.unit, str)
        if meaning.low is not None and meaning.high is not None:
            assert meaning.low < meaning.high


@pytest.mark.parametrize("name", CHECKS)
def test_the_manual_page_of_a_check(name: str) -> None:
    """`auditor explain CHECK` prints it: what it measures in a line, and what it cannot see."""
    page = measure.check(name).__doc__ or ""
    first, _, rest = page.partition("\n")
    assert 20 < len(first) <= TERMINAL
    assert first[0].isupper()
    assert rest.startswith("\n"), "the first line stands alone"
    assert "\n\nWhat it cannot see: " in page, "the audit quotes this paragraph"
    assert "cannot see" in page
    for metric in measure.check(name).METRICS:
        assert f"`{metric}" in page or metric.split("_")[0] in page
    assert all(len(line) <= TERMINAL for line in page.splitlines())


@pytest.mark.parametrize("name", CHECKS)
def test_every_option_of_a_check_has_a_default_and_a_type(name: str) -> None:
    module = measure.check(name)
    functions = [module.measure, *([module.control] if hasattr(module, "control") else [])]
    for function in functions:
        corpora, *options = inspect.signature(function).parameters.values()
        assert corpora.name == "corpora"
        for option in options:
            assert option.kind is inspect.Parameter.KEYWORD_ONLY
            assert isinstance(option.default, bool | int | float | str)
            assert option.annotation is not inspect.Parameter.empty
    first, *others = [measure.options(module), *(named(f) for f in functions[1:])]
    assert all(other == first for other in others), "the control takes the same options"


def named(function: object) -> dict[str, object]:
    assert callable(function)
    parameters = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_holds_a_file_name_and_render(name: str) -> None:
    module = resources.load("formats", name)
    assert re.fullmatch(r"[a-z]+\.[a-z]+", module.FILE)
    signature = inspect.signature(module.render)
    (parameter,) = signature.parameters.values()
    assert parameter.annotation is Audit
    assert signature.return_annotation is str
    assert (module.__doc__ or "").strip()


def test_no_two_formats_write_one_file() -> None:
    files = [resources.load("formats", name).FILE for name in FORMATS]
    assert len(files) == len({*files, "accepted.jsonl"}) - 1


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_fits_a_few_screens(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) < LONGEST_MODULE


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    if path.name != "__main__.py":
        page = ast.get_docstring(tree)
        assert page
        assert page.partition("\n")[0].rstrip().endswith((".", "?", ":", ";", ","))


@pytest.mark.parametrize("path", [*MODULES, *PACKAGE.glob("*/")], ids=name_of)
def test_no_name_is_vague(path: Path) -> None:
    assert not set(path.stem.lower().split("_")) & VAGUE


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_class_is_the_child_of_one_of_ours_but_for_data_and_errors(path: Path) -> None:
    """Depth of inheritance is 1: protocols and functions instead of base classes."""
    if path.name == "errors.py":
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef):
            assert len(node.bases) <= 1
            assert not re.search(r"(Base|Abstract|Mixin|Manager|Helper|Handler)", node.name)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_is_printed_or_logged_but_by_the_command_line(path: Path) -> None:
    """What cannot print cannot leak."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in ("debug", "info", "warning", "exception", "critical")
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {"pickle", "requests", "urllib.request"} & set(names)
            assert path.name in COMMAND_LINE or "click" not in names
            assert path.name == "connections.py" or "httpx" not in names


def test_layers_are_kept() -> None:
    """The contracts of import-linter in pyproject.toml."""
    program = "from importlinter.cli import lint_imports as lint; exit(lint(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
