"""Characters that stand for others: what is left of a text when each is written plainly.

Latin letters with accents, and marks of punctuation that prose uses, stay as they are. Superscript
digits stay too: behind a date they are the number of a footnote.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from auditor.detect.views.edits import SHAPES, Edit

ORDINARY = r"\x00-\x7f\xa1-\xac\xae-\xb3\xb5-\u017f“”‘’•€"
ODD = re.compile(f"[^{ORDINARY}]+")
LONGEST = 4  # characters that one may unfold to; ligatures have three, a blessing in Arabic 18
MARKS = 4  # combining marks on a letter that may compose; a pile of them is noise

_PLAINER = {
    **dict.fromkeys("‐‑‒–−⁃˗﹘－", "-"),
    **dict.fromkeys("⁄∕⧸╱／", "/"),
    **dict.fromkeys("․。．｡﹒", "."),
    **dict.fromkeys("：∶꞉ː׃﹕", ":"),
    **dict.fromkeys("\u0085\u2028\u2029", "\n"),
    **dict.fromkeys("\u115f\u1160\u3164\uffa0", ""),  # letters that show nothing
    "\u2800": " ",  # a Braille cell without dots
    "´": "'",
    **dict(zip("ɑɡɩᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "agiabcdefghijklmnoprstuvwyz", strict=True)),
}
_KEPT = ("<super>", "<sub>", "<fraction>")
_BLACK = (0x1F150, 0x1F170)  # white capitals on black start here, round ones and square ones

_PAIRS = (
    "аa еe оo рp сc уy хx іi јj ѕs ԁd һh ԛq ԝw ӏl ѵv гr кk ԍg ѐè ёë їï ґr "  # Cyrillic
    "АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ ЅS ԌG ԚQ ԜW ӀI ҮY ѴV ҺH ЁË ЇÏ "
    "αa εe ηn ιi κk νv οo ρp τt υu χx γy ωw ςc "  # Greek
    "ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC ϲc ϳj "
    "օo սu հh ոn ցg զq ՏS ՍU ՕO "  # Armenian
    "ᎪA ᏴB ᏟC ᎠD ᎬE ᏀG ᎻH ᎫJ ᏦK ᏞL ᎷM ᏢP ᏒR ᏚS ᎢT ᏙV ᎳW ᏃZ "  # Cherokee
)
_LATIN = {pair[0]: pair[1] for pair in _PAIRS.split()}
_FOREIGN = re.compile(f"[{''.join(_LATIN)}]")
_SCRIPTS = re.compile(r"[\u0370-\u058f\u13a0-\u13ff]")
_WORD = re.compile(r"\w+")

_DIGITS = r"[\dOoQDIl|iSBZ]"
_ALIKE_HINT = re.compile(r"\d[-/.]?[OoQDIl|iSBZ]|[OoQDIl|iSBZ][-/.]?\d")
_ALIKE = re.compile(
    rf"(?<![\w.-])\(?{_DIGITS}++(?:\)?[-/.]{_DIGITS}++|\)? {_DIGITS}{{2,}}+)*+[A-Z]?(?![\w|])"
)
_DIGIT = str.maketrans("OoQDIl|iSBZ", "00001111582")
_RAISED = re.compile(r"[⁰¹²³⁴-⁹₀-₉]{2,}|[⁰¹²³⁴-⁹₀-₉](?=[^\w\s]?[⁰¹²³⁴-⁹₀-₉])")
_LEVEL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x9f]+")


def folded(text: str) -> Iterator[Edit]:
    """Compatibility forms, digits of all scripts, spaces and dashes; nothing that is invisible."""
    for run in ODD.finditer(text):
        at = max(0, run.start() - 1)  # a mark composes with the letter before it
        while at < run.end():
            end = at + 1
            while end < run.end() and _is_mark(text[end]):
                end += 1
            new = _cluster(text[at : min(end, at + 1 + MARKS)])
            if new != text[at:end]:
                yield Edit(at, end, new)
            at = end


def latin(text: str) -> Iterator[Edit]:
    """Letters of other scripts that look like Latin ones, in words that are Latin otherwise.

    A word of nothing but such letters is one of them too, where most letters are Latin.
    """
    if not _FOREIGN.search(text):
        return
    amid = sum(map(str.isalpha, text)) > 2 * len(_SCRIPTS.findall(text))
    for word in _WORD.finditer(text):
        if word[0].isascii() or not _FOREIGN.search(word[0]):
            continue
        foreign = len(_SCRIPTS.findall(word[0]))
        lookalike = len(_FOREIGN.findall(word[0]))
        mixed = foreign < len(word[0])
        if mixed or (amid and 1 < foreign == lookalike):
            yield Edit(*word.span(), "".join(_LATIN.get(c, c) for c in word[0]))


def digits(text: str) -> Iterator[Edit]:
    """O for 0, l and I for 1, S for 5, B for 8, in what is mostly a number."""
    for run in _ALIKE.finditer(text) if _ALIKE_HINT.search(text) else ():
        number = run[0].translate(_DIGIT)
        if number != run[0] and _mostly_digits(run[0]):
            yield Edit(*run.span(), number)


def _mostly_digits(value: str) -> bool:
    real, all_of = sum(map(str.isdigit, value)), sum(map(str.isalnum, value))
    groups = tuple(len(group) for group in re.split(r"\W+", value.strip("()|")))
    shaped = groups in SHAPES or (len(groups) == value.count(".") + 1 == 4 and max(groups) < 4)
    return all_of >= 6 and (3 <= real >= all_of / 2 or (real > 0 and shaped))


def level(text: str) -> Iterator[Edit]:
    """Superscript and subscript digits, on the line."""
    if _RAISED.search(text):
        for run in re.finditer(f"[{''.join(map(chr, _LEVEL))}]+", text):
            yield Edit(*run.span(), run[0].translate(_LEVEL))


def uncontrolled(text: str) -> Iterator[Edit]:
    """Control characters go, such as every second octet of UTF-16."""
    return (Edit(*run.span(), "") for run in _CONTROL.finditer(text))


@lru_cache(1 << 14)
def _cluster(cluster: str) -> str:
    """A letter and the marks on it: composed, and without those that do not compose."""
    base = _folded(cluster[0])
    if len(cluster) == 1 or not base:
        return base
    composed = unicodedata.normalize("NFC", base + "".join(filter(_combines, cluster[1:])))
    return "".join(c for c in composed if not _combines(c))


@lru_cache(1 << 14)
def _folded(char: str) -> str:
    if char in _PLAINER:
        return _PLAINER[char]
    if not ODD.match(char) or unicodedata.decomposition(char).startswith(_KEPT):
        return char
    if _is_mark(char):
        return ""
    if unicodedata.category(char) == "Zs":
        return " "
    digit = unicodedata.digit(char, None)
    return _compatible(char) if digit is None else str(digit)


def _compatible(char: str) -> str:
    for first in _BLACK:
        if first <= ord(char) < first + 26:
            return chr(ord("A") + ord(char) - first)
    whole = unicodedata.normalize("NFKC", char)
    if whole == char or len(whole) > LONGEST or whole.startswith(" "):
        return char
    return "".join(_PLAINER.get(c, c) for c in whole)


@lru_cache(1 << 14)
def _is_mark(char: str) -> bool:
    """Whether a character shows nothing by itself: combining marks and format characters."""
    return unicodedata.category(char) in ("Mn", "Me", "Cf")


def _combines(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me")
