"""Reasoning cut off an answer; only its length and digest remain.

Reasoning may repeat what a model was shown, so what might be reasoning is treated as such. Models
and servers tell it apart in four ways: a field of its own, a pair of tags, a closing tag alone
(the opening one stood in the prompt), and an opening tag that is never closed. The answer is what
stands behind the last closing tag. There is no answer where a block is left open, where a tag
stands behind the beginning of an answer, or where anything like a tag is left in it.
"""

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_WORDS = (
    "think|thinking|thought|thoughts|thought_process|reasoning|reasoning_content|reflection"
    "|analysis|scratchpad|chain_of_thought|cot|inner_monologue|antthinking|rationale"
    "|pensamiento|razonamiento"
)
# Pairs that are no XML: begin_of_thought, [THINK], and what single families of models write.
_PAIRS = (
    (
        r"<\|(?:begin_of_|start_)?(?:thought|thinking|think|reasoning)\|>",
        r"<\|(?:end_of_|end_|/)(?:thought|thinking|think|reasoning)\|>",
    ),
    (r"\[think(?:ing)?\]", r"\[/think(?:ing)?\]"),
    (r"◁think▷", r"◁/think▷"),
    (r"<unused94>", r"<unused95>"),
    (
        r"<\|channel\|?>\s{0,3}(?:analysis|commentary|thought)",
        r"<\|channel\|>\s{0,3}final\s{0,3}<\|message\|>|<channel\|>|assistantfinal",
    ),
    (r"here are my reasoning steps:", r"\[begin final response\]"),
    (r"here(?: is|'s) my thought process:", r"here(?: is|'s) my response:"),
)
_START = rf"<\s{{0,3}}(?P<slash>/?)\s{{0,3}}(?:\w{{1,20}}:)?(?P<word>{_WORDS})"
_OTHERS = "|".join(f"(?P<open{n}>{a})|(?P<close{n}>{b})" for n, (a, b) in enumerate(_PAIRS))
_TAG = re.compile(rf"{_START}(?:\s[^<>]{{0,200}}|/)?>|{_OTHERS}", re.IGNORECASE)
# Anything like a tag: without its end, escaped, in look-alike or with invisible characters.
_LIKE = re.compile(
    rf"{_START}\b|<\|?/?(?:begin|start|end)_(?:of_)?th|<\|(?:channel|message)|{_OTHERS}",
    re.IGNORECASE,
)
# What each of the patterns above begins with: where none of it stands, none of them need be tried.
_BEGINS = re.compile(r"[<\[◁]|here(?: is|'s| are) my|assistantfinal", re.IGNORECASE)
_LOOK_ALIKE = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(map(ord, "﹤‹〈⟨˂"), "<"),
    **dict.fromkeys(map(ord, "﹥›〉⟩˃"), ">"),
    **dict.fromkeys((0xAD, 0x34F, *range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF)),
    ord("\\"): None,
}
_LOOKS_ALIKE = re.compile(f"[{''.join(re.escape(chr(code)) for code in _LOOK_ALIKE)}]")
_ESCAPED = re.compile(r"\\(?:u00([0-7][0-9a-fA-F])|[nrt])")
_WRAPPED = re.compile(
    r"<(?P<word>answer|response|solution)>(?=.*</(?P=word)>\Z)"
    r"|<\|begin_of_solution\|>(?=.*<\|end_of_solution\|>\Z)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Split:
    """An answer without its reasoning.

    ``text``        the answer, without outer white space; empty where ``closed`` is false, and
                    where the answer was cut short
    ``characters``  length of the reasoning, without tags and outer white space
    ``digest``      sha256 of the reasoning, empty without any
    ``closed``      false: the model never began to answer, or where it began cannot be told
    """

    text: str = field(repr=False)
    characters: int
    digest: str
    closed: bool


def split(content: str, field: str | None, finish: str) -> Split:
    """The answer in ``content``, and how much reasoning stood in front of it.

    ``field``   reasoning that the server put in a field of its own; None where there is no field
    ``finish``  why the model stopped, as the server says. What ended for ``length`` has no text: it
                would not be used, and may be reasoning whose only tag, the closing one, was cut off
    """
    apart = (field or "").strip()
    began = _answer(content)
    never = field is not None and not content.strip() and (apart or finish == "length")
    closed = began is not None and not never
    cut = content if began is None else content[:began]
    untagged = _TAG.sub("", cut).strip() if cut else ""
    reasoning = "\n".join(part for part in (apart, untagged) if part)
    whole = closed and finish != "length"
    text = _unwrapped(content[began:].strip(), cut) if whole else ""
    digest = hashlib.sha256(reasoning.encode("utf-8", "surrogatepass")).hexdigest()
    return Split(text, len(reasoning), digest if reasoning else "", closed)


def opening(prompt: str) -> str:
    """The opening tag that a prompt ends with, or nothing: the answer then begins inside of it."""
    end = prompt.rstrip()[-300:]
    for tag, _, opens, stop in _tags(end):
        if opens and stop == len(end):
            return tag
    return ""


def _tags(text: str) -> Iterator[tuple[str, str, bool, int]]:
    """Each tag with the kind that it opens or closes, and where it ends."""
    for match in _TAG.finditer(text) if _BEGINS.search(text) else ():
        if match["word"]:
            yield match[0], match["word"].lower(), not match["slash"], match.end()
        else:
            group = match.lastgroup or ""
            yield match[0], group[-1], group.startswith("open"), match.end()


def _answer(content: str) -> int | None:
    """Where the answer begins; None where it does not, or where that is in doubt."""
    if not (_BEGINS.search(content) or _BEGINS.search(_plain(content))):  # as with most
        return 0
    left_open: dict[str, int] = {}
    began = behind = 0
    for tag, kind, opens, stop in _tags(content):
        depth = left_open.pop(kind, 0) + (1 if opens else -1)
        if opens and not left_open and depth == 1 and content[behind : stop - len(tag)].strip():
            return None  # the answer had begun already
        if depth > 0:
            left_open[kind] = depth
        behind = stop
        began = began if opens else stop
    answer = _plain(content[began:])
    if left_open or (_BEGINS.search(answer) and _LIKE.search(answer)):
        return None
    return began


def _plain(text: str) -> str:
    """Angle brackets as they are meant: HTML and JSON escapes and look-alikes undone."""
    unescaped = _ESCAPED.sub(lambda match: chr(int(match[1] or "20", 16)), text)
    plain = html.unescape(unescaped)
    return plain.translate(_LOOK_ALIKE) if _LOOKS_ALIKE.search(plain) else plain


def _unwrapped(text: str, cut: str) -> str:
    """Behind reasoning, some models put the whole answer between tags of its own."""
    wrapped = _WRAPPED.match(text) if cut else None
    return text[wrapped.end() : text.rindex("<")].strip() if wrapped else text
