"""Refuses patterns of a user that may take more time than a text is long.

A static look finds the usual causes and can name a remedy; a probe finds the rest: the pattern is
run on growing texts that it almost matches, made from the pattern itself, and on rows of common
characters. Python's engine backtracks and cannot be told to stop, so a pattern is tried before it
meets a text, on small texts first.
"""

import re
import time
from collections.abc import Iterator
from re import _constants as op  # type: ignore[attr-defined]  # no public parser
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from auditor.errors import PolicyError

FULL = 32_000  # characters; also the size of the scaling tests
TWICE = 2.5  # time for FULL over time for half of it; quadratic growth would be 4
FLOOR, CAP = 0.01, 0.25  # seconds of CPU for FULL characters: not worth comparing; too much
OFTEN = 8  # repetitions of an ambiguous choice; 2 ** 8 ways are bearable
UNITS = ("a", "1", " ", ".", "a ", "1 ", "1-", "A1", "a.", "\n", "(", "Aa ")
SAMPLES = "a1 A-.,:/_é\n0zZ"
LOOPS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
CHARACTERS = (op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY)

Tree = Any  # re._parser.SubPattern, a list of (operator, argument)


def refuse_backtracking(place: str, pattern: re.Pattern[str]) -> None:
    """Raises PolicyError that names ``place`` and a remedy when a pattern may not be linear."""
    if found := next(_ambiguities(_parser.parse(pattern.pattern, pattern.flags), 1), None):
        raise PolicyError(f"{place}: may take too long on some texts: {found}")
    if any(_slow(pattern, *attack) for attack in _attacks(pattern)):
        remedy = (
            "bound its quantifiers, such as {1,40} for +, and begin it with (?<!\\w) or a label"
        )
        raise PolicyError(f"{place}: takes too long on some texts; {remedy}")


def _ambiguities(tree: Tree, above: int) -> Iterator[str]:
    """What can match the same text in many ways; ``above`` is how often it is repeated."""
    for operator, argument in tree:
        if operator in LOOPS:
            yield from _loop(operator, argument, above)
        elif operator is op.BRANCH:
            if above > OFTEN and _overlap(argument[1]):
                yield "a repeated choice whose alternatives begin alike; write each beginning once"
            for branch in argument[1]:
                yield from _ambiguities(branch, above)
        else:
            for inner in _inner(operator, argument):
                yield from _ambiguities(inner, 1 if operator is op.ATOMIC_GROUP else above)


def _loop(operator: Any, argument: Any, above: int) -> Iterator[str]:
    _, most, body = argument
    if most == op.MAXREPEAT and operator is not op.POSSESSIVE_REPEAT:
        if above == op.MAXREPEAT:
            yield "a quantifier without end within another one; give one of them a bound"
        if len(body) == 1 and (body[0][0] in (op.ANY, op.NOT_LITERAL) or _negated(body[0])):
            yield "nearly everything without end, such as .*; give it a bound, such as .{0,80}"
    yield from _ambiguities(body, max(above, most))


def _negated(node: tuple[Any, Any]) -> bool:
    return node[0] is op.IN and node[1][0][0] is op.NEGATE


def _overlap(branches: list[Tree]) -> bool:
    """Whether two alternatives can begin with the same character, as far as samples tell."""
    begins = [{c for c in _samples(branch) if _begins(branch, c)} for branch in branches]
    short = [branch.getwidth()[0] <= 1 for branch in branches]  # "bar" and "baz" part in time
    return any(
        begins[i] & begins[j] and (short[i] or short[j])
        for i in range(len(branches))
        for j in range(i)
    )


def _samples(tree: Tree) -> str:
    return SAMPLES + _example(tree)[:1]


def _begins(tree: Tree, character: str) -> bool:
    for operator, argument in tree:
        if operator in CHARACTERS:
            return _accepts(operator, argument, character)
        inner = list(_inner(operator, argument))
        if operator is op.BRANCH or inner:
            return any(_begins(branch, character) for branch in inner)
    return False


def _accepts(operator: Any, argument: Any, character: str) -> bool:
    if operator is op.ANY:
        return character != "\n"
    if operator is op.LITERAL or operator is op.NOT_LITERAL:
        return bool((ord(character) == argument) == (operator is op.LITERAL))
    inside = any(_member(kind, value, character) for kind, value in argument)
    return inside is not (argument[0][0] is op.NEGATE)


def _member(kind: Any, value: Any, character: str) -> bool:
    if kind is op.LITERAL:
        return bool(ord(character) == value)
    if kind is op.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    return kind is op.CATEGORY and re.match(CATEGORIES[value], character) is not None


CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d", op.CATEGORY_NOT_DIGIT: r"\D", op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S", op.CATEGORY_WORD: r"\w", op.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def _inner(operator: Any, argument: Any) -> Iterator[Tree]:
    """The patterns within an operator that consume text; look-around does not."""
    if operator in LOOPS:
        yield argument[2]
    elif operator is op.BRANCH:
        yield from argument[1]
    elif operator is op.SUBPATTERN:
        yield argument[3]
    elif operator is op.ATOMIC_GROUP:
        yield argument
    elif operator is op.GROUPREF_EXISTS:
        yield from (branch for branch in argument[1:] if branch is not None)


def _example(tree: Tree) -> str:
    """A text that the pattern probably matches, with every quantifier at its least, or once."""
    text = ""
    for operator, argument in tree:
        if operator in CHARACTERS:
            own = [chr(argument)] if operator is op.LITERAL else _own(operator, argument)
            text += next((c for c in own if _accepts(operator, argument, c)), "a")
        elif inner := next(_inner(operator, argument), None):
            text += _example(inner) * (min(max(argument[0], 1), 99) if operator in LOOPS else 1)
    return text


def _own(operator: Any, argument: Any) -> list[str]:
    """Characters of a set's own, then common ones."""
    own = []
    for kind, value in argument if operator is op.IN else ():
        own += [chr(value)] if kind is op.LITERAL else []
        own += [chr(value[0])] if kind is op.RANGE else []
    return [*own, *SAMPLES]


def _attacks(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Beginnings, and units to repeat behind them."""
    tree = _parser.parse(pattern.pattern, pattern.flags)
    units = dict.fromkeys([*_pumped(tree, ""), ("", _example(tree))])
    yield from (attack for attack in units if attack[1])
    yield from (("", unit) for unit in UNITS)


def _pumped(tree: Tree, before: str) -> Iterator[tuple[str, str]]:
    """What is repeated in a pattern, with what stands before it and without."""
    for i, (operator, argument) in enumerate(tree):
        begin = before + _example(tree[:i])
        for inner in _inner(operator, argument):
            if operator in LOOPS and argument[1] > 1:
                yield from ((begin, _example(inner)), ("", _example(inner)), ("", begin))
            yield from _pumped(inner, begin)


def _slow(pattern: re.Pattern[str], begin: str, unit: str) -> bool:
    """Whether growing texts take too long, small ones first: the growth may be exponential."""
    size = 6.0
    while size < FULL / 2:
        if _seconds(pattern, begin, unit, int(size)) > CAP:
            return True
        size *= 1.2 if size < 100 else 2
    half, whole = (_seconds(pattern, begin, unit, size) for size in (FULL // 2, FULL))
    again = (_seconds(pattern, begin, unit, size) for size in (FULL // 2, FULL))
    if whole < FLOOR:
        return False
    half, whole = (max(half, next(again)), min(whole, next(again)))
    return whole > CAP or whole > TWICE * half + FLOOR


def _seconds(pattern: re.Pattern[str], begin: str, unit: str, size: int) -> float:
    text = begin + (unit * (size // len(unit) + 1))[:size] + "\x00"
    start = time.process_time()
    for _ in pattern.finditer(text):
        pass
    return time.process_time() - start
