"""Prompts: templates that say what a model is told, tried out before anything is asked.

Shipped ones are in ``templates/prompts``. A user's own file can include or extend them as
``shipped/report.en.j2``, and files of its own folder by their name; no other file is ever read. It
holds the blocks ``system``, which may be empty, and ``user``.
"""

import hashlib
import itertools
import json
import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from auditor.errors import InputError
from auditor.generate.patient import LANGUAGES, draw
from auditor.generate.request import Message, Role
from auditor.generate.taxonomy import Label
from auditor.resources import near, shipped

if TYPE_CHECKING:
    from jinja2 import Environment, Template
    from jinja2.nodes import Template as Tree

VARIABLES: Mapping[str, tuple[str, ...]] = {
    "report": ("labels", "patient", "words", "reasons", "examples"),
    "sentence": ("labels", "patient", "words", "reasons", "examples"),
    "label": ("labels", "sentence", "reasons"),
    "verify": ("labels", "sentence", "proposed", "reasons"),
}
WRITING = ("report", "sentence")  # those that ask for a text
LONGEST = 100_000  # characters of one message
ROLES: tuple[Role, ...] = ("system", "user")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A template that was tried out.

    ``digest``  sha256 of it and all that it includes
    ``is_flat`` what stands outside of its blocks is text alone
    """

    name: str
    digest: str
    template: "Template" = field(repr=False, compare=False)
    is_flat: bool = field(repr=False, compare=False)

    def messages(self, **variables: Any) -> tuple[Message, ...]:
        """What is sent; an empty system message is left out.

        Raises InputError when a message is longer than ``LONGEST``, or the template cannot be
        filled in with just these values. It does not show them.
        """
        try:
            return tuple(_messages(self.template, variables, self.is_flat))
        except _faults() as error:
            place = _place(self.template, error)
            raise InputError(
                f"{place}: the prompt cannot be filled in ({type(error).__name__}); mend this line"
            ) from None


def load(name: str, lang: str, kind: str | None = None) -> Prompt:
    """The prompt of that name, or in that ``.j2`` file; ``{lang}`` in a path is put in.

    ``kind``: what a user's file is for, a key of ``VARIABLES``; ``report`` unless told. Raises
    InputError that names file, line and remedy when it is not there, not a template, or tells a
    variable that there is none of.
    """
    if name in VARIABLES:
        if lang not in LANGUAGES:
            raise InputError(f"no prompt {name!r} in {lang!r:.20}; use {' or '.join(LANGUAGES)}")
        folder, file, kind = shipped("templates", "prompts"), f"shipped/{name}.{lang}.j2", name
    elif name.endswith(".j2"):
        path = Path(name.replace("{lang}", lang))
        if not path.is_file():
            raise InputError(f"{path}: no such prompt; check the path")
        folder, file = path.parent, path.name
    else:
        raise InputError(f"no prompt named {name!r}{near(name, WRITING)}, or a .j2 file")
    environment = _environment()
    try:
        texts = _family(environment, folder, file)
        _refuse_unknown(environment, texts, VARIABLES[kind or "report"])
        template = _template(environment, texts, file)
    except (RecursionError, MemoryError, OverflowError, ValueError):
        raise InputError(f"{file}: is nested too deep or reckons too far; simplify it") from None
    is_flat = _is_flat(environment.parse(texts[file]))
    _try_out(template, kind or "report", lang)
    # Goes into every record, so it must not hold a folder of this machine, nor blanks.
    plain = re.sub(r"[^\w.+-]", "_", Path(file).stem)[:120]
    return Prompt(plain, _digest(texts), template, is_flat)


def _environment() -> "Environment":
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        # Plain text for a model: there is no page that a value could break out of, and escaping
        # would turn an apostrophe into markup that evidence is then quoted with.
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # No `range`: loops are as long as what they are given. No chance: seeds decide, and they alone.
    environment.globals.clear()
    del environment.filters["random"]
    environment.filters["quoted"] = _quoted
    return environment


def _quoted(text: str) -> str:
    """A text as a JSON string: it is seen where it ends, whatever stands in it."""
    return json.dumps(text, ensure_ascii=False)


def _family(environment: "Environment", folder: Path, file: str) -> dict[str, str]:
    """The texts of a template and of all that it includes or extends, by name."""
    from jinja2 import TemplateNotFound, TemplateSyntaxError, loaders, meta

    ours = loaders.FileSystemLoader(shipped("templates", "prompts"))
    own = loaders.FileSystemLoader(folder)
    loader = loaders.ChoiceLoader([loaders.PrefixLoader({"shipped": ours}), own])
    texts: dict[str, str] = {}
    waiting: list[str | None] = [file]
    while waiting:
        name = waiting.pop()
        if name is None:
            raise InputError(f"{file}: includes a computed name; write the name of the file")
        if name in texts:
            continue
        try:
            texts[name] = loader.get_source(environment, name)[0]
            waiting += meta.find_referenced_templates(environment.parse(texts[name], name))
        except TemplateNotFound:
            raise InputError(f"{file}: includes {name!r}, which is not there; check it") from None
        except TemplateSyntaxError as error:
            raise InputError(f"{name}:{error.lineno}: is no template ({_told(error)})") from None
        except UnicodeDecodeError:
            raise InputError(f"{name}: is not UTF-8; convert the file") from None
        except OSError as error:
            raise InputError(f"{name}: {error.strerror}; check the file") from None
    return texts


def _digest(texts: Mapping[str, str]) -> str:
    told = hashlib.sha256()
    for name, text in sorted(texts.items()):
        data = text.encode()
        told.update(f"{name}:{len(data)}:".encode() + data)
    return told.hexdigest()


def _refuse_unknown(
    environment: "Environment", texts: Mapping[str, str], known: tuple[str, ...]
) -> None:
    """Finds variables that nobody sets, in branches that no trial would enter as well."""
    from jinja2 import TemplateSyntaxError, meta, nodes

    trees = {name: environment.parse(text, name) for name, text in texts.items()}
    # What one template sets, another that it includes may use.
    given = {*known, *itertools.chain.from_iterable(map(_set_in, trees.values()))}
    for name, tree in trees.items():
        try:
            unknown = meta.find_undeclared_variables(tree) - given
        except TemplateSyntaxError as error:  # an unknown filter
            raise InputError(f"{name}:{error.lineno}: is no template ({_told(error)})") from None
        for used in tree.find_all(nodes.Name):
            if used.name in unknown:
                told = near(used.name, known)
                raise InputError(f"{name}:{used.lineno}: unknown variable {used.name!r}{told}")


def _set_in(tree: "Tree") -> Iterator[str]:
    """Names that a template itself gives a value to."""
    from jinja2 import nodes

    for name in tree.find_all(nodes.Name):
        if name.ctx == "store":
            yield name.name
    for macro in tree.find_all(nodes.Macro):
        yield macro.name
    for imported in tree.find_all(nodes.Import):
        yield imported.target
    for some in tree.find_all(nodes.FromImport):
        yield from (name if isinstance(name, str) else name[1] for name in some.names)


def _template(environment: "Environment", texts: dict[str, str], file: str) -> "Template":
    """The compiled template. It is filled in from these texts, whatever becomes of the files."""
    from jinja2 import DictLoader, TemplateSyntaxError

    environment.loader = DictLoader(texts)
    try:
        for name in texts:
            environment.get_template(name)
    except TemplateSyntaxError as error:  # what only compiling finds, such as a block twice
        raise InputError(f"{error.name}:{error.lineno}: is no template ({_told(error)})") from None
    return environment.get_template(file)


def _is_flat(tree: "Tree") -> bool:
    from jinja2 import nodes

    text = (nodes.Block, nodes.TemplateData)
    parts = (node.nodes if isinstance(node, nodes.Output) else [node] for node in tree.body)
    return all(isinstance(part, text) for part in itertools.chain.from_iterable(parts))


def _try_out(template: "Template", kind: str, lang: str) -> None:
    """Fills a template in with made-up values, every list once empty and once not."""
    for values in _made_up(kind, lang):
        try:
            told = list(_messages(template, values, is_flat=False))
        except _faults() as error:
            place = _place(template, error)
            raise InputError(f"{place}: cannot be filled in ({_told(error)})") from None
        if not (told and told[-1].role == "user"):
            raise InputError(f"{template.name}: its block 'user' is missing or empty; write one")


def _made_up(kind: str, lang: str) -> Iterator[dict[str, Any]]:
    bare = Label("X00", "a name", "a definition")
    full = Label("X00.1", "another name", "another definition", ("a term",), ("another term",))
    for filled in itertools.product((False, True), repeat=4):
        labels, reasons, examples, proposed = filled
        values = {
            "labels": [bare, full] if labels else [bare],
            "patient": draw(0, bare, lang),
            "words": 120,
            "sentence": "A sentence.",
            "reasons": ["A reason."] if reasons else [],
            "examples": ["A text."] if examples else [],
            "proposed": [SimpleNamespace(label="X00", evidence="sentence")] if proposed else [],
        }
        yield {name: value for name, value in values.items() if name in VARIABLES[kind]}


def _messages(template: "Template", values: Mapping[str, Any], is_flat: bool) -> Iterator[Message]:
    context = template.new_context(dict(values))
    if not is_flat:  # what it sets, and the blocks of what it extends, come into the context
        _joined(template, template.root_render_func(context))
    for role in ROLES:
        for block in context.blocks.get(role, [])[:1]:
            if text := _neat(_joined(template, block(context))):
                yield Message(role, text)


def _joined(template: "Template", parts: Iterable[str]) -> str:
    text: list[str] = []
    length = 0
    for part in parts:
        length += len(part)
        if length > LONGEST:
            raise InputError(
                f"{template.name}: the prompt has more than {LONGEST:,} characters;"
                " tell fewer labels or shorter examples"
            )
        text.append(part)
    return "".join(text)


def _neat(text: str) -> str:
    """Without blanks at the ends of lines, and with one empty line at a time."""
    lines = (line.rstrip(" \t") for line in text.strip().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _faults() -> tuple[type[Exception], ...]:
    """What the expressions of a template can raise."""
    from jinja2 import TemplateError

    return (
        TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError,
        ValueError,
    )  # fmt: skip


def _place(template: "Template", error: Exception) -> str:
    """File and line of the innermost template that an error came through."""
    place = str(template.name)
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_globals.get("environment") is template.environment:
            inner = template.environment.get_template(frame.f_globals["name"])
            place = f"{inner.name}:{inner.get_corresponding_lineno(line)}"
    return place


def _told(error: Exception) -> str:
    """What went wrong with made-up values, on one line."""
    return f"{' '.join(str(error).split()):.160}"
