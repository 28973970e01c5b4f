"""YAML read so that a file can mean one thing only: no aliases, no key twice."""

from typing import Any, TypeVar

from auditor.errors import PolicyError

T = TypeVar("T")
MOST_TOLD = 10  # problems of one file
# What constructing a date, a number or a truth value raises that is none.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError)
DEEPEST = 20  # levels; a policy has six


def parse(place: str, text: str) -> Any:
    """The content of a YAML text; an empty one is an empty mapping.

    Raises PolicyError that names ``place`` and the line when the text is not YAML, holds an alias
    or the same key twice in one mapping.
    """
    import yaml

    loader = yaml.CSafeLoader(text)
    try:
        _refuse_deep(place, text)
        node = loader.get_single_node()
        if node is None:
            return {}
        _refuse_ambiguous(place, node, set())
        return loader.construct_document(node)
    except (yaml.YAMLError, *UNREADABLE) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise PolicyError(f"{place}{line}: not YAML; check quotes and indentation") from None
    finally:
        loader.dispose()


def shaped(place: str, content: Any, shape: type[T]) -> T:
    """The content as a pydantic model, or a list of them.

    Raises PolicyError that names ``place`` and every problem with its path in the file.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(shape).validate_python(content)
    except ValidationError as error:
        told = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        more = f"; and {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else ""
        raise PolicyError(f"{place}: {'; '.join(told[:MOST_TOLD])}{more}") from None


def _refuse_deep(place: str, text: str) -> None:
    """Composing is recursive and in C, where too deep a recursion ends the process."""
    import yaml

    depth = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise PolicyError(f"{place}:{line}: nested too deep; flatten it")


def _refuse_ambiguous(place: str, node: Any, seen: set[int]) -> None:
    if id(node) in seen:  # an alias is composed into the very node that it stands for
        line = node.start_mark.line + 1
        raise PolicyError(f"{place}:{line}: aliases and anchors are not allowed; write it out")
    seen.add(id(node))
    keys: set[str] = set()
    for key, _ in node.value if node.id == "mapping" else ():
        name, line = str(key.value), key.start_mark.line + 1
        if name == "<<":
            raise PolicyError(f"{place}:{line}: merge keys are not allowed; write it out")
        if name in keys:
            raise PolicyError(f"{place}:{line}: the key {name!r:.60} stands twice")
        keys.add(name)
    for child in _children(node):
        _refuse_ambiguous(place, child, seen)


def _children(node: Any) -> list[Any]:
    if node.id == "sequence":
        return list(node.value)
    return [value for _, value in node.value] if node.id == "mapping" else []
