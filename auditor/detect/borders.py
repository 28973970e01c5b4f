"""Where a find ends: at the end of a word, a number or an address, not inside it.

Patterns stop at a length and models at a token. What is left over of a number or a street can be
enough to find a person, so finds are drawn out to where the thing itself ends.
"""

import re
from dataclasses import replace

from auditor.detect.hit import Hit

REACH = 24  # characters that are looked at beyond a find
WHOLE = ("ID", "LOCATION", "PHONE", "NAME", "ORG", "DATE", "AGE")
# Letters and digits that go on without a blank; in a number also behind one dash, slash or dot.
WORD_ON = re.compile(r"[^\W_]{1,24}")
WORD_BEFORE = re.compile(r"[^\W_]{1,24}$")
NUMBER_ON = re.compile(
    r"(?:(?:-\n?|/|[._](?=\d))(?:\d[^\W_]{0,11}|[^\W\d_]{1,3}(?![^\W_])|[^\W\d_]{1,4}\d[^\W_]{0,9})){0,3}"
)
HYPHENED = re.compile(r"-[^\W\d_]{2,20}")
# Behind an organisation: more of its name, and what kind of company it is.
COMPANY = re.compile(
    r"(?:[ ](?:(?:of|de|del|la|y|and|&)[ ]){0,2}[A-ZÀ-Þ][a-zß-ÿ]{2,20}(?!\w)){0,2}"
    r"(?:,?[ ](?:S\.?L\.?U?|S\.?A\.?|Inc|LLC|Ltd|PLC|Co|P\.?A|GmbH)(?!\w)\.?)?"
)
# Behind a street: its number, floor, door and flat.
DETAIL = (
    r"(?:n[º°o.]{0,2}|no|num|núm|apt|apto|unit|flat|suite|ste|room|rm|floor|fl|lot|piso|planta|"
    r"puerta|pta|esc|escalera|bloque|blq|bq|portal|local|casa|int|interior|ext|dpto|depto|km)"
)
SIDE = r"(?:s/n|bajo|ático|izqda?|izq|dcha|dcho|derecha|izquierda)"
NUMBER = r"#?\d{1,5}(?![\d/:%])[ºª°]?[ -]?(?:[A-Za-z]\b)?[ºª°]?"
LETTER = r"(?-i:[A-Z])(?![\w.'’])"
HOUSE = re.compile(
    rf"(?:[ ,.:-]{{1,3}}(?:{DETAIL}\b\.?[ #]?)?(?:{NUMBER}|{SIDE}\b|{LETTER})){{1,4}}",
    re.IGNORECASE,
)
# Around a date: what part of a month or day is meant, and other days of the same month.
PART = (
    r"\b(?:early|late|mid|middle of|beginning of|end of|start of|week of|weekend of|night of|"
    r"morning of|eve of|(?:a )?(?:principios|finales|mediados|primeros|comienzos) de|noche del?|"
    r"mañana del?|tarde del?)[ -]"
)
LINK = r"(?:, ?| y | e | al? | and | to | or | o | & | y el | al día | ?[-–] ?)"
PART_BEFORE = re.compile(
    rf"(?:{PART}|(?:\b\d{{1,2}}(?:st|nd|rd|th|º)?{LINK}){{1,4}})$", re.IGNORECASE
)
PART_BEHIND = re.compile(
    r"[ ](?:morning|afternoon|evening|night|weekend|eve|week|por la (?:mañana|tarde|noche)|"
    r"de madrugada|al mediodía)(?!\w)"
    r"|(?:, ?| and | or | to | & |[-–])\d{1,2}(?:st|nd|rd|th)?(?=[,.;)\n]|$)",
    re.IGNORECASE,
)
STREET = re.compile(
    r"\b(?:st|street|ave?|avenue|rd|road|ln|lane|dr|drive|blvd|boulevard|ct|court|pl|place|way|close|"
    r"crescent|terrace|row|square|hwy|highway|route|box|calle|c/|avda|avenida|avd|plaza|pza|pl|paseo|"
    r"ctra|carretera|camino|ronda|rúa|carrer|travesía|urb|urbanización|carrera|cra|pasaje|vía|"
    r"glorieta|calzada|jr|jirón|privada|apartado)\b|\bc/|\d",
    re.IGNORECASE,
)


def drawn_out(text: str, hit: Hit) -> Hit:
    """The find, up to the end of what it is part of."""
    if hit.label not in WHOLE:
        return hit
    start, end = _words(text, hit)
    start = _ahead(hit, start, text[max(0, start - REACH) : start])
    near = text[end : end + REACH]
    more = _rest(hit.label, near, STREET.search(text, start, end) is not None)
    end += more.end() if more else 0
    return hit if (start, end) == (hit.start, hit.end) else replace(hit, start=start, end=end)


def _ahead(hit: Hit, start: int, ahead: str) -> int:
    """Where a date begins, if days before it belong to it."""
    part = PART_BEFORE.search(ahead) if hit.label == "DATE" else None
    return start - len(part[0]) if part else start


def _rest(label: str, near: str, street: bool) -> re.Match[str] | None:
    """What goes on behind a find without being a word of its own."""
    if label in ("ID", "PHONE"):
        return NUMBER_ON.match(near)
    if label == "NAME":
        return HYPHENED.match(near)
    if label == "DATE":
        return PART_BEHIND.match(near)
    if label == "ORG":
        return COMPANY.match(near)
    return HOUSE.match(near) if label == "LOCATION" and street else None


def _words(text: str, hit: Hit) -> tuple[int, int]:
    """Place of the hit with the words at its ends made whole."""
    start, end = hit.start, hit.end
    if text[start].isalnum() and (
        before := WORD_BEFORE.search(text[max(0, start - REACH) : start])
    ):
        start -= len(before[0])
    if text[end - 1].isalnum() and (more := WORD_ON.match(text, end)):
        end = more.end()
    return start, end
