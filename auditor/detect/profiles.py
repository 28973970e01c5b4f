"""What a profile lets stand although it was found.

Safe Harbor (45 CFR 164.514(b)(2)) lets stand ages up to 89, years, states, and the first three
digits of most ZIP codes; vague times, seasons and days of the week name no date. What is not
understood is not let through. GDPR knows no such list.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache

from auditor.detect.gazetteer import fold
from auditor.detect.hit import Hit
from auditor.resources import shipped

OLDEST = 89  # years
OLD_BIRTH = 1934  # whoever was born by then is over 89, or will soon be
NEAR = 2  # hits to either side that can be part of the same address or date
REACH = 40  # characters between two lines of an address

# Ages
PER_YEAR = {"month": 12, "mes": 12, "week": 52, "sema": 52, "day": 365, "dia": 365, "hour": 8766}
UNIT = re.compile(r"\W{0,3}(month|mes|week|sema|day|dia|hour|hora|minut)", re.ASCII)
OVER_89 = re.compile(r"\b(?:ninet|\w{0,9}hundred|nonagen|noven|centen|cien|supercent)")

# Places. ZIP areas of fewer than 20,000 people in the census of 2000 must not stand.
SMALL_ZIP = re.compile(r"036|059|063|102|203|556|692|790|821|823|83[01]|87[89]|884|89[03]")
ZIP3 = re.compile(r"(\d{3})-?[x*#•]{0,2}")
ABOUT_A_STATE = re.compile(r"^(?:the )?(?:state of |estado de |republic of )?(.*?)\W*$")
# What may stand between two parts of one address: a comma, a line break, the label of a field.
ADJOINS = re.compile(r"[^\w\n]{0,4}\n?[^\w\n]{0,4}|\W{0,4}(?:[^\W\d]{2,12}[ /]{0,3}){1,3}:\W{0,3}")
FIELD = re.compile(  # a field of an address is part of one, wherever the others stand
    r"\b(?:pais|country|state|province|provincia|estado|region|comunidad)(?: de \w{1,12})?"
    r"\s{0,2}[:=]\s{0,3}$"
)

# Times
YEAR = re.compile(r"(?:18|19|20)\d\d")
DECADE = re.compile(
    r"(?:[a-z]+[ -]){0,3}(?:(?:the|early|mid|late)[ -][1-9]0[’']?s|(?:anos|los)[ ][4-9]0)"
)
PARTS = re.compile(r"\d{1,2}[:h]\d\d|\d+|[^\W\d_]+|[^\s,.()'’]")
BIRTH = re.compile(
    r"\b(?:born|birth|dob|yob|nacid[oa]|nacio|nacimiento)\W{1,3}(?:\w{1,7}\W{1,2}){0,3}$"
)
DAY_BEHIND = re.compile(r"\W{0,2}(?:the |el |dia )?\d{1,2}(?!\d|[:h]\d|\s?(?:am|pm|a\.m|p\.m|h\b))")
WEEKDAY = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tues?|wed|thur?s?|fri|sat|sun|"
    r"lunes|martes|miercoles|jueves|viernes|sabados?|domingos?"
)
SEASON = re.compile(r"springs?|summers?|autumns?|falls?|winters?|primavera|verano|otono|invierno")
UNIT_OF_TIME = re.compile(
    r"(?:seconds|min(?:ute)?s?|h(?:ou)?rs?|days?|w(?:ee)?ks?|mo(?:nth)?s?|y(?:ea)?rs?|decades?|"
    r"nights?|am|pm|segundos?|minutos?|horas?|dias?|semanas?|mes|meses|anos?|noches?|decadas?|"
    r"lustros?|quincenas?|trimest(?:er|re)s?)"
)
COUNT = re.compile(
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|un[oa]?|dos|tres|cuatro|"
    r"cinco|seis|siete|ocho|nueve|diez|once|doce|quince|veinte|treinta"
)
VAGUE = re.compile(
    r"today|tonight|yesterday|tomorrow|now|currently|recently|lately|soon|later|earlier|ago|last|"
    r"next|past|previous|following|coming|this|that|these|those|the|an?|in|on|at|by|for|since|"
    r"until|till|from|to|over|during|within|about|around|approximately|almost|nearly|early|mid|"
    r"late|beginning|middle|end|start|mornings?|afternoons?|evenings?|noon|midday|midnight|daily|"
    r"nightly|weekly|monthly|yearly|each|every|several|few|some|couple|many|of|other|same|and|or|"
    r"weekends?|weekdays?|season|s|forties|fifties|sixties|seventies|eighties|nineties|"
    r"hoy|ayer|anoche|anteayer|manana|ahora|actualmente|recientemente|pronto|luego|antes|despues|"
    r"hace|desde|hasta|durante|el|la|los|las|de|del|al?|en|por|para|con|proxim[oa]s?|pasad[oa]s?|"
    r"ultim[oa]s?|siguientes?|anterior|est[aeo]s?|es[ae]|aquel|principios|mediados|finales|"
    r"comienzos|final|inicio|tardes?|madrugada|mediodia|medianoche|cada|varios|varias|algun[oa]s|"
    r"poc[oa]s|otr[oa]s?|fin|y|o|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|-|–"
)


def allowed(profile: str, hit: Hit, text: str, neighbours: Sequence[Hit]) -> bool:
    """Whether the profile lets a hit stand; ``neighbours`` are the hits next to it.

    A state is let through alone and not as part of an address, a weekday not as part of a date.
    """
    value = fold(text[hit.start : hit.end]).strip()
    if profile != "safe_harbor" or hit.label not in JUDGES:
        return False
    return JUDGES[hit.label](value, hit, text, neighbours)


def remaining(profile: str, text: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits, in the order of the text, that the profile does not let stand."""
    around = [[*hits[max(0, i - NEAR) : i], *hits[i + 1 : i + 1 + NEAR]] for i in range(len(hits))]
    pairs = zip(hits, around, strict=True)
    return tuple(hit for hit, others in pairs if not allowed(profile, hit, text, others))


def _age(value: str, hit: Hit, text: str, _: Sequence[Hit]) -> bool:
    behind = fold(text[hit.end : hit.end + 12])
    unit = UNIT.search(value) or UNIT.match(behind)
    per_year = next((n for u, n in PER_YEAR.items() if unit and unit[1].startswith(u[:4])), 1)
    numbers = [int(digits[:9]) for digits in re.findall(r"\d+", value)]
    if unit and not numbers:
        return True  # "ninety days"
    return not OVER_89.search(value) and all(n <= OLDEST * per_year for n in numbers)


def _time(value: str, hit: Hit, text: str, neighbours: Sequence[Hit]) -> bool:
    parts = PARTS.findall(value)
    years = [int(part) for part in parts if YEAR.fullmatch(part)]
    season = any(SEASON.fullmatch(part) for part in parts)
    if not parts or (season and years):
        return False
    before = fold(text[max(0, hit.start - 24) : hit.start])
    if any(year <= OLD_BIRTH for year in years) and BIRTH.search(before):
        return False
    if any(WEEKDAY.fullmatch(part) for part in parts) and _dated(hit, text, neighbours):
        return False
    if DECADE.fullmatch(value):
        return True
    return all(_undated(part, parts[i + 1 : i + 4]) for i, part in enumerate(parts))


def _undated(part: str, behind: list[str]) -> bool:
    """Whether a part of a time names no day, no month and no date."""
    if (part.isdecimal() and not YEAR.fullmatch(part)) or COUNT.fullmatch(part):
        return any(UNIT_OF_TIME.fullmatch(word) for word in behind)
    known = (YEAR, WEEKDAY, SEASON, UNIT_OF_TIME, VAGUE)
    return part[0].isdecimal() or any(kind.fullmatch(part) for kind in known)


def _dated(hit: Hit, text: str, neighbours: Sequence[Hit]) -> bool:
    """Whether a weekday belongs to a date beside it, found or not."""
    if DAY_BEHIND.match(fold(text[hit.end : hit.end + 12])):
        return True
    dates = (h for h in neighbours if h.label == "DATE" and _adjoin(text, h, hit))
    return any(c.isdecimal() for h in dates for c in text[h.start : h.end])


def _place(value: str, hit: Hit, text: str, neighbours: Sequence[Hit]) -> bool:
    zip3 = ZIP3.fullmatch(value)
    modest = not SMALL_ZIP.fullmatch(zip3[1]) if zip3 else _is_state(text, hit)
    beside = (h for h in neighbours if h.label == "LOCATION" and _adjoin(text, h, hit))
    return modest and all(_is_state(text, other) for other in beside)


def _is_state(text: str, hit: Hit) -> bool:
    """Whether a state or country stands there, and not as a field of an address."""
    written = text[hit.start : hit.end]
    if FIELD.search(fold(text[max(0, hit.start - REACH) : hit.start])):
        return False
    name = ABOUT_A_STATE.sub(r"\1", fold(written).strip())
    return name in _states() and (len(name) > 2 or written.isupper())


def _adjoin(text: str, one: Hit, other: Hit) -> bool:
    """Whether nothing but a comma, a line break or the label of a field stands between."""
    first, second = sorted((one, other), key=lambda h: h.start)
    gap = second.start - first.end
    return (
        gap <= REACH
        and ADJOINS.fullmatch(text, first.end, max(first.end, second.start)) is not None
    )


def _anything(*_: object) -> bool:
    return True


JUDGES: dict[str, Callable[[str, Hit, str, Sequence[Hit]], bool]] = {
    "AGE": _age,
    "DATE": _time,
    "LOCATION": _place,
    "PROFESSION": _anything,
}


@cache
def _states() -> frozenset[str]:
    path = shipped("rules", "identifiers", "lists", "states.txt")
    lines = fold(path.read_text(encoding="utf-8")).splitlines()
    return frozenset(line.strip(" .") for line in lines if not line.startswith("#"))
