"""Ways to write a character by its number, and what they say."""

import base64
import binascii
import html
import quopri
import re
import sys
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

from auditor.detect.views.edits import Edit

# An ampersand that was itself escaped, however often, is one ampersand.
_ENTITY = re.compile(
    r"&(?:(?:amp|\#0{0,4}38|\#[xX]0{0,4}26);)*"
    r"(?:\#[xX][0-9a-fA-F]{1,6}+;?|\#\d{1,7}+;?|[A-Za-z][A-Za-z0-9]{1,30};)"
)
_AMPERSANDS = re.compile(r"(?<=&)(?:(?:amp|\#0{0,4}38|\#[xX]0{0,4}26);)+(?=[#A-Za-z])")
_SIGN = r"%(?:25(?=[0-9A-Fa-f]{2}))*+"  # a percent sign, escaped however often
_NEXT = rf"{_SIGN}[89ABab][0-9A-Fa-f]"
_OCTETS = re.compile(
    rf"{_SIGN}[2-7][0-9A-Fa-f]|{_SIGN}[CDcd][0-9A-Fa-f]{_NEXT}"
    rf"|{_SIGN}[Ee][0-9A-Fa-f](?:{_NEXT}){{2}}|{_SIGN}[Ff][0-4](?:{_NEXT}){{3}}"
)
_OCTET_RUN = re.compile(f"(?:{_OCTETS.pattern})+")

_BASE64 = re.compile(
    r"(?<![\w+/-])(?:[A-Za-z0-9+/_-]{12,}+={0,2}|[A-Za-z0-9+/_-]{10,11}={1,2})(?![\w+/=-])"
)
_MIXED = re.compile(r"[a-z0-9][A-Z]|[A-Z]{2}|[A-Z][0-9]")  # a long word of prose is not
_PAIR = "[0-9A-Fa-f]{2}"
_HEX = re.compile(
    rf"(?<![\w#])(?:0[xX])?(?:{_PAIR}){{6,}}+(?![\w-])"
    rf"|(?<![\w:-])(?:0x)?{_PAIR}(?P<gap>[ :,-](?:0x)?|, 0x){_PAIR}(?!\w)"
    rf"(?:(?P=gap){_PAIR}(?!\w)){{4,}}+"
)
_SENSIBLE = re.compile(r"[\w@.:/ ()+#,;&?=%-]*\d[\w@.:/ ()+#,;&?=%-]*|[\w.+-]+@[\w.-]+")
_SOURCE = re.compile(
    r"\\u\{0{0,4}(?P<long>[0-9A-Fa-f]{1,5})\}|\\u(?P<short>[0-9A-Fa-f]{4})"
    r"|\\U000(?P<wide>[0-9A-Fa-f]{5})|\\x(?P<octet>[0-9A-Fa-f]{2})|\\(?P<octal>[01][0-7]{2})"
    r"|\\(?P<other>[nrt/\"])"
)
_OTHERS = {"n": "\n", "r": "\n", "t": "\t", "/": "/", '"': '"'}
_QUOTED = re.compile(r"(?:=[0-9A-F]{2})+|=\r?\n")
_IS_QUOTED = re.compile(r"=3D|\w=\r?\n\S|=[2-7][0-9A-F]=[2-7][0-9A-F]|=C3=[89AB]")


def unescaped(text: str) -> Iterator[Edit]:
    """HTML entities and percent escapes of characters that show something."""
    edits = [*_entities(text)] if "&" in text else []
    edits += _percent(text) if "%" in text else ()
    yield from sorted(edits)  # neither can lie within the other


def is_printable(text: str) -> bool:
    """Whether a text has no control characters but white space, and nothing unassigned."""
    return text.isprintable() or all(
        c in "\t\n\r" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn") for c in text
    )


def _entities(text: str) -> Iterator[Edit]:
    for match in _ENTITY.finditer(text):
        entity = _AMPERSANDS.sub("", match[0])
        new = html.unescape(entity)
        if new != entity and is_printable(new):
            yield Edit(*match.span(), new)


def _percent(text: str) -> Iterator[Edit]:
    for run in _OCTET_RUN.finditer(text):
        edits = [Edit(*m.span(), _octets(m[0])) for m in _OCTETS.finditer(text, *run.span())]
        # "60%40" is no escape, and "10%20 mg" is none; "ana%40example.org" is one.
        around = text[max(0, run.start() - 1) : run.start()] + text[run.end() : run.end() + 1]
        if len(edits) > 1 or len(around) == around.isalnum() * 2 or edits[0].new > "\x7f":
            yield from (e for e in edits if is_printable(e.new))


def _octets(escapes: str) -> str:
    return unquote(re.sub(_SIGN, "%", escapes), errors="replace")


def base64_text(text: str) -> Iterator[Edit]:
    """Runs of base64 that hold printable text, however often encoded."""
    for run in _BASE64.finditer(text):
        decoded = _base64(run[0]) if _MIXED.search(run[0]) else ""
        while decoded and _BASE64.fullmatch(decoded) and (again := _base64(decoded)):
            decoded = again
        if decoded:
            yield Edit(*run.span(), decoded)


def _base64(run: str) -> str:
    standard = run.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return _sensible(base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True))
    except binascii.Error:  # a length that no text has
        return ""


def hexadecimal(text: str) -> Iterator[Edit]:
    """Runs of octets in hexadecimal that hold printable text."""
    for run in _HEX.finditer(text):
        octets = re.findall(_PAIR, re.sub("0[xX]", "", run[0]))
        decoded = _sensible(bytes(int(octet, 16) for octet in octets))
        if _SENSIBLE.fullmatch(decoded):
            yield Edit(*run.span(), decoded)


def _sensible(octets: bytes) -> str:
    """The text in some octets; none unless all is printable and most is ASCII."""
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        return ""
    ascii_ = sum(map(str.isascii, text))
    return text if is_printable(text) and ascii_ >= 0.8 * len(text) else ""


def escapes(text: str) -> Iterator[Edit]:
    """Escapes of JSON and of programs: u0032, x32, 062 and n behind a backslash."""
    if "\\" not in text:
        return
    for match in _SOURCE.finditer(text):
        new = _OTHERS.get(match["other"] or "", "")
        if not new:
            base = 8 if match["octal"] else 16
            code = int(next(filter(None, match.groups())), base)
            new = chr(code) if code <= sys.maxunicode else ""
        if is_printable(new):
            yield Edit(*match.span(), new)


def quoted_printable(text: str) -> Iterator[Edit]:
    """Mail: =3D for an equals sign, and = at the end of a line that goes on."""
    if not _IS_QUOTED.search(text):
        return
    for run in _QUOTED.finditer(text):
        new = quopri.decodestring(run[0].encode()).decode(errors="replace")
        if is_printable(new):
            yield Edit(*run.span(), new)
