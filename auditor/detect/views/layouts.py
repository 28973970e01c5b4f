"""Values pulled apart or turned round: blanks, marks, tags and line breaks inside, reversed order.

Each function yields the edits that put such values together again, and costs a search or two in a
text that has none. What it makes of a text is only scanned by patterns, so it may guess freely as
long as no guess looks like an identifier.
"""

import re
from collections.abc import Iterator

from auditor.detect.views.edits import SHAPES, Edit

TLD = "com|org|net|edu|gov|mil|info|io|eu|es|uk|us|mx|ar|co|cat|example|test"
_DLT = "|".join(domain[::-1] for domain in TLD.split("|"))

# One character, one separator, one character ... five times at least; words may be further apart.
_UNIT = r"[^\n](?![^\W_])"
_SPACED = re.compile(
    rf"(?<![^\s(:#\"'=>])(?=[\w(+@])\S(?P<gap>[^\w\s]?[ \t]|[^\w\s]|_){_UNIT}"
    rf"(?:(?P=gap)[ \t]{{0,3}}{_UNIT}){{3,}}+"
)
_NUMBER_APART = re.compile(
    r"(?<![\w.,])(?:[A-Za-z]{1,5} [-/] )?\d++(?:(?: [-/.:] |[-/.:]| [-/]|[-/] )\d++)*(?!\w)"
)
_NUMBER_HINT = re.compile(r"[-/.:] \d")
_ADDRESS_HINT = re.compile(
    rf" @|@ |: {{0,2}}/ {{0,2}}/|(?i:www) \.| \. ?(?:{TLD})(?!\w)|\w\. (?:{TLD})(?!\w)"
)
_MARK = r"[-.@:/_+?=&#%~]"
_ADDRESS_APART = re.compile(
    rf"(?<![\w.@])\w++(?:(?:{_MARK}{{1,4}}| {_MARK}(?: {{0,2}}{_MARK}){{0,3}} )\w++)++"
)
_IS_ADDRESS = re.compile(rf"@|:[ /]*/|^www|\. ?(?:{TLD})(?!\w)", re.IGNORECASE)

_GROUPS = re.compile(
    r"(?<![\w.,])\d{1,4}+(?:(?:[ \t]?[^\w\s]{1,4}[ \t]?|_{1,2}|[ \t]\|[ \t])\d{1,10}+){2,5}(?!\w)"
)
_BETWEEN = re.compile(r"\D+")
_EXPECTED = {"-", " ", ") ", ")", ", "}
_EXPECTED_IN_DATES = {"-", "/", ".", ", "}
_DATES = {(2, 2, 4), (4, 2, 2), (1, 2, 4), (2, 1, 4)}

_BREAK = re.compile(r"(?<=[\w@./:()+-])[ \t]{0,8}(?:\r\n?|\n)[ \t]{0,8}(?=[\w@./:()+-])")
_NUMERIC_END = re.compile(
    r"(?<![\w.,/:()-])[(+]?(?:[A-Z]{1,5}-?)?\d[\d./:()-]*(?: \d[\d./:()-]*)*$"
)
_NUMERIC_START = re.compile(r"[-./:)(]{0,2}\d[\d./:()-]*(?: \d[\d./:()-]*)*[A-Z]?(?![^\W_])")
_PART = re.compile(r"\S{1,60}$")
_NEXT_PART = re.compile(r"\S{1,60}")

_TAG = r"<!--[^<>]{0,200}-->|</?[A-Za-z][^<>\n]{0,200}>"
_MARKUP = re.compile(rf"(?:{_TAG}|[*`]{{1,3}}|__|~~)++")

_BACKWARD_ADDRESS = re.compile(
    rf"(?<![^\s(<])(?=\S{{0,200}}[@/])(?:{_DLT})\.[^\s()<>]{{3,200}}+"
    r"|(?<![^\s(<])[^\s()<>]{4,200}?(?://:s?ptth|\.www)(?!\w)"
)
_BACKWARD_HINT = re.compile(rf"//:s?ptth|\.www|(?<![^\s(<])(?:{_DLT})\.")
_BACKWARD_NUMBER = re.compile(  # social security, telephones, dates, IP
    r"(?<![\w.-])(?:\d{4}-\d{2}-\d{3}|\d{4}[-. ]\d{3}[-. ]{1,2}\)?\d{3}\(?(?:[-. ]?1\+?)?"
    r"|\d{2}(?:02|91)(?P<d>[-/.])\d{1,2}(?P=d)\d{1,2}|\d{2}(?P<e>[-/.])\d{2}(?P=e)\d{2}(?:02|91)"
    r"|\d{1,3}(?:\.\d{1,3}){3}|\d{3}(?P<f>[ .-])\d{3}(?P=f)\d{2}[6-9]"
    r"|(?:\d{2}[ .-]){3}\d{2}[6-9]|\d[\d ]{7,15}\d{1,3}\+)(?![\w-])"
)


def spaced(text: str) -> Iterator[Edit]:
    """What stands between the characters of "4 8 2 9 1", "4.8.2.9.1" or "J o h n" goes."""
    for run in _SPACED.finditer(text):
        gaps = re.compile(rf"{re.escape(run['gap'])}(?P<wide>[ \t]{{0,3}}){_UNIT}")
        for gap in gaps.finditer(text, run.start() + 1, run.end()):
            yield Edit(gap.start(), gap.end() - 1, " " if gap["wide"] else "")


def blanks(text: str) -> Iterator[Edit]:
    """Blanks around the marks of "123 - 45 - 6789" and "ana @ example . org" go."""
    edits = [
        edit
        for run in (_NUMBER_APART.finditer(text) if _NUMBER_HINT.search(text) else ())
        if sum(map(str.isdigit, run[0])) >= 5
        for edit in _closed(run)
    ]
    if _ADDRESS_HINT.search(text):
        runs = _ADDRESS_APART.finditer(text)
        edits += (e for run in runs if _IS_ADDRESS.search(run[0]) for e in _closed(run))
    yield from sorted(set(edits))


def _closed(run: re.Match[str]) -> Iterator[Edit]:
    return (
        Edit(run.start() + blank.start(), run.start() + blank.end(), "")
        for blank in re.finditer(r"[ \t]+", run[0])
    )


def separators(text: str) -> Iterator[Edit]:
    """Marks between the groups of "123_45_6789" and "123 | 45 | 6789" become hyphens."""
    for run in _GROUPS.finditer(text):
        between = set(_BETWEEN.findall(run[0]))
        new = _separator(tuple(map(len, _BETWEEN.split(run[0]))), between)
        for gap in _BETWEEN.finditer(run[0]) if new else ():
            yield Edit(run.start() + gap.start(), run.start() + gap.end(), new)


def _separator(groups: tuple[int, ...], between: set[str]) -> str:
    """What stands between such groups as a rule; nothing if that is so, or they are no number."""
    if between == {","} and set(groups[1:]) == {3}:  # thousands
        return ""
    if groups in SHAPES:
        return "" if between <= (_EXPECTED_IN_DATES if groups in _DATES else _EXPECTED) else "-"
    octets = len(groups) == 4 and groups[0] > 1 and max(groups) < 4
    return "." if octets and not between & {".", ",", "/", "-", ", "} else ""


def joined_lines(text: str) -> Iterator[Edit]:
    """A number, e-mail address or page address that a line break cuts, joined."""
    for line_break in _BREAK.finditer(text):
        before = _PART.search(text, max(0, line_break.start() - 60), line_break.start())
        after = _NEXT_PART.match(text, line_break.end())
        if not before or not after:
            continue
        if _one_number(text, line_break) or _one_address(before[0], after[0]):
            yield Edit(*line_break.span(), "")


def blank_lines(text: str) -> Iterator[Edit]:
    """A line break between groups of digits, as a blank."""
    for line_break in _BREAK.finditer(text):
        low, high = max(0, line_break.start() - 20), line_break.end() + 20
        before, after = text[low : line_break.start()], text[line_break.end() : high]
        many = re.search(r"\d\)? \d+$", before) or re.match(r"\d+ \d", after)
        if many and before[-1:].isdigit() and after[:1].isdigit():
            yield Edit(*line_break.span(), " ")


def _one_number(text: str, line_break: re.Match[str]) -> bool:
    before = _NUMERIC_END.search(text, max(0, line_break.start() - 24), line_break.start())
    after = _NUMERIC_START.match(text, line_break.end(), line_break.end() + 24)
    if not before or not after or sum(map(str.isdigit, before[0] + after[0])) < 5:
        return False
    lead = text[max(0, before.start() - 8) : before.start()].strip(" \t")
    rest = text[after.end() : after.end() + 8].strip(" \t.")
    column = lead[-1:] in ("", "\n") and rest[:1] in ("", "\r", "\n")
    return not column or bool(re.search(r"[-./:]", before[0] + after[0]))


def _one_address(before: str, after: str) -> bool:
    if "@" in before:
        host = before.rpartition("@")[2]
        complete = re.search(rf"\.(?:{TLD})$", host)
        return not complete and bool(re.match(r"[\w-]*\.\w|\w+\W*$", after))
    if re.search(r"://|www\.|:$", before):
        return bool(re.match(r"\S*(?:[\d/-]|\.\w)", after))
    return ("@" in after[1:] and bool(re.search(r"[.\d_-]", before))) or after[0] == "@"


def unmarked(text: str) -> Iterator[Edit]:
    """Tags, and asterisks and such of Markdown, inside a value."""
    if not re.search(r"[<*`]|__|~~", text):
        return
    for marks in _MARKUP.finditer(text):
        start, end = marks.span()
        before, after = text[max(0, start - 2) : start], text[end : end + 2]
        within_word = re.search(r"\w\S?$", before) and re.match(r"\S", after)
        if within_word or (re.search(r"\d", before) and re.search(r"\d", after)):
            yield Edit(start, end, "")


def forwards(text: str) -> Iterator[Edit]:
    """Numbers and addresses that make sense from the last character to the first."""
    found = [*_BACKWARD_NUMBER.finditer(text)]
    found += _BACKWARD_ADDRESS.finditer(text) if _BACKWARD_HINT.search(text) else ()
    end = 0
    for match in sorted(found, key=re.Match.start):
        value = match[0].rstrip(".,;:")
        if match.start() >= end:
            end = match.start() + len(value)
            yield Edit(match.start(), end, value[::-1], backward=True)
