"""Names of instruments, criteria, signs and diseases: what stands inside one identifies nobody.

"Boston Naming Test", "escala de depresión de Hamilton": an eponym or a place of the list
``rules/identifiers/instruments.yaml``, joined to a noun of the list by listed words only. Each word
of a text becomes one letter that says in which list it stands, and a term is a pattern of letters.
One pass and look-ups in tables: the time grows with the length of the text only.

In doubt there is no term, and the name counts: behind a title or a given name ("Dr. Young", "Laura
Beck"), before another name or an institution ("Boston Memory Assessment Clinic").
"""

import re
from functools import cache

from auditor import strict_yaml
from auditor.detect.gazetteer import fold, kind_of
from auditor.detect.hit import Hit
from auditor.resources import shipped

LABEL = "TERM"
SURER = 2.0  # than any recognizer: of a find that overlaps a term, what lies outside stays
# Which letter stands for the words of a list, and for the small words between them.
LISTS = {
    "nouns": "n", "spanish_nouns": "N", "disease_nouns": "d", "weak_nouns": "w", "tests": "t",
    "kinds": "k", "words": "o", "places": "p", "authors": "e", "diseases": "b",
}  # fmt: skip
SMALL = {
    "f": "of de del", "l": "the la el los las", "r": "for para", "a": "and y e", "s": "s",
    "i": "in near from at to en desde hacia a",
    "T": "dr dra dres mr mrs ms mx miss sr sra srta don doña dña prof nurse patient paciente",
    "I": "clinic center centre unit service hospital institute team department program programme "
    "university school clínica centro unidad servicio consulta instituto equipo programa "
    "universidad colegio",
}  # fmt: skip
NAME, TITLE, CAPITAL, OTHER, BREAK = "G", "T", "X", "x", "|"
WORD = re.compile(r"[^\W_]+")
JOINT = re.compile(r"[ \t]{1,2}|-|[’']|[ ]?&[ ]|[ ]?/[ ]?")
WRAPPED = re.compile(r"[ \t]?\r?\n[ \t]{0,8}")
SCORE = re.compile(r"[ :=]{1,3}(?:1[3-9]|[2-9]\d)/(?:1[3-9]|1?[2-9]\d|1\d\d)(?![\d/])")  # no date
AFTER_TITLE = re.compile(r"\.?[ \t]{1,2}|[-’']")

_BY = "[epb](?:a?[epb]){0,3}"  # "Lawton and Brody", "Yale-Brown"
_AFTER = "b(?:(?:a|fl)?b){0,3}"  # "Gilles de la Tourette"
_MORE = "(?:a?[ko]){0,6}"
_KIND = "(?:a?o){0,3}a?k"  # at least one word says what is measured
_LINKS = "[knNowtflra]{0,8}"
TERM = re.compile(
    # Eponym first: "Zarit Burden Interview", "Camberwell Assessment of Need", "Bell's palsy"
    rf"(?<![GT])l?(?<![GT])"
    rf"(?:{_BY}s?{_MORE}[nN]|{_BY}{_KIND}{_MORE}[wt]|{_BY}wf{_KIND}|{_AFTER}s?{_MORE}d)(?!I)"
    # Noun first: "test de Boston", "Escala Columbia", "cuerpos de Lewy", "prueba de memoria de Rey"
    rf"|(?<!I)(?<!If)"
    rf"(?:[nNt]{_LINKS}fl?{_BY}|N{_MORE}{_BY}|d{_LINKS}fl?{_AFTER}|w[flraow]{{0,4}}k{_LINKS}fl?{_BY})"
    rf"(?![GIXepb])"
)
SCORED = re.compile(r"(?<![GTfi])[epb]")


def find(text: str) -> list[Hit]:
    """The terms in a text, in its order."""
    places = [match.span() for match in WORD.finditer(text)]
    letters, at = _letters(text, places)
    spans = [match.span() for match in _whole().finditer(text)]
    for match in TERM.finditer(letters):
        start, end = places[at[match.start()]][0], places[at[match.end() - 1]]
        if not (_in_a_place(letters, match) and text[end[0]].islower()):
            spans.append((start, end[1]))
    for match in SCORED.finditer(letters):
        place = places[at[match.start()]]
        if SCORE.match(text, place[1]):
            spans.append(place)
    return [Hit(start, end, LABEL, SURER, "instruments", "") for start, end in sorted(spans)]


def _in_a_place(letters: str, term: re.Match[str]) -> bool:
    """ "In Boston cognitive assessment was done": a place of the sentence, not of a term."""
    return letters[term.start()] == "p" and letters[term.start() - 1 : term.start()] == "i"


def _letters(text: str, places: list[tuple[int, int]]) -> tuple[str, list[int]]:
    """A letter for each word, a bar where two words are not joined; and which word each is."""
    letters: list[str] = []
    at: list[int] = []
    known, behind, before = _known(), 0, ""
    for i, (start, end) in enumerate(places):
        letter = known.get(fold(text[start:end])) or _unknown(text, start, end)
        if not _joined(text, (behind, start), before, letter):
            letters.append(BREAK)
            at.append(i)
        letters.append(letter)
        at.append(i)
        behind, before = end, letter
    return "".join(letters), at


def _joined(text: str, gap: tuple[int, int], before: str, letter: str) -> bool:
    """Whether two words stand in one phrase; an eponym begins and ends no line of one."""
    if before in (TITLE, NAME):
        return AFTER_TITLE.fullmatch(text, *gap) is not None
    if JOINT.fullmatch(text, *gap):
        return True
    divided = before in "peb" or (letter in "peb" and before not in "fl")
    return not divided and WRAPPED.fullmatch(text, *gap) is not None


def _unknown(text: str, start: int, end: int) -> str:
    """Whether a word that no list holds is a person's name or an initial."""
    word = text[start:end]
    if not word[0].isupper():
        return "o" if word.isdecimal() else OTHER
    initial = len(word) == 1 and text[end : end + 1] == "."
    return NAME if initial or kind_of(word) in ("given", "family", "both") else CAPITAL


@cache
def _lists() -> dict[str, list[str]]:
    path = shipped("rules", "identifiers", "instruments.yaml")
    content = strict_yaml.parse(path.name, path.read_text(encoding="utf-8"))
    lists = strict_yaml.shaped(path.name, content, dict[str, list[str]])
    return {name: [e for line in lines for e in line.split(", ")] for name, lines in lists.items()}


@cache
def _known() -> dict[str, str]:
    """The letter of every listed word."""
    known = {fold(word): letter for letter, words in SMALL.items() for word in words.split()}
    for name, letter in LISTS.items():
        for word in _lists()[name]:
            known.setdefault(fold(word), letter)
    return known


@cache
def _whole() -> re.Pattern[str]:
    terms = "|".join(map(re.escape, _lists()["whole"]))
    return re.compile(rf"(?<!\w)(?:{terms})(?!\w)", re.IGNORECASE)
