"""Names that belong to a disease, a sign or a scale that stands beside them.

A name that nobody knows is one only where no patient could have the thing: "the Lathbury sign". A
known eponym is one beside whatever is called after people: "Foley catheter", "Phalen's test".
"""

import re

# What is the patient's as well ("Tabitha's sleep", "el test de Begoña"): for known eponyms only.
KNOWN_NOUN = re.compile(
    r"(?:[’'-]s?)?[ \t]{1,2}(?:\w{3,12}[ \t]{1,2})?(?:disease|syndrome|disorder|sign|scale|test|"
    r"catheter|index|score|inventory|criteria|classification|phenomenon|palsy|lymphoma|tumou?r|"
    r"fracture|maneuver|manoeuvre|questionnaire|reflex|procedure|position|cyst|method|needle|tube|"
    r"checklist|interview|sleep|adaptive|sleepiness|schedule|screen|virus|body|bodies|effect|law|"
    r"model|stage|therapy|theory|exam|examination|cells?|line|clamp|drain|forceps|retractor|"
    r"encephalopathy|aphasia)(?!\w)",
    re.IGNORECASE,
)
KNOWN_NOUN_OF = re.compile(
    r"(?<!\w)(?:enfermedad|síndrome|sindrome|escala|signo|test|sonda|índice|indice|inventario|"
    r"criterios|cuestionario|maniobra|linfoma|tumor|reflejo|prueba|clasificación|fractura|catéter|"
    r"cuerpos|células|método|técnica|quiste|enc[eé]falopat[ií]a|trastorno|corea|demencia|fenómeno|"
    r"entrevista|ley|sueño|somnolencia|adaptativ[ao]|efecto|modelo|drenaje|aguja|tubo|per[ií]odo|virus)"
    r"(?:[ \t]\w{3,14})?[ \t]{1,2}(?:de[ \t](?:la[ \t])?|del[ \t])?$",
    re.IGNORECASE,
)
NOUN = re.compile(
    r"[ \t]{1,2}(?:disease|syndrome|sign|scale|index|inventory|criteria|classification|phenomenon|"
    r"palsy|lymphoma|maneuver|manoeuvre|questionnaire|reflex|checklist|virus|catheter|drain|tube|"
    r"needle|retractor|forceps|clamp|procedure|method|model|law|effect|theory)(?!\w)",
    re.IGNORECASE,
)
NOUN_OF = re.compile(
    r"(?<!\w)(?:síndrome|sindrome|escala|signo|índice|indice|inventario|criterios|cuestionario|"
    r"maniobra|linfoma|clasificación|fenómeno|técnica|método|virus)(?:[ \t]\w{3,14})?[ \t]{1,2}"
    r"(?:de[ \t](?:la[ \t])?|del[ \t])$",
    re.IGNORECASE,
)


def eponym(text: str, start: int, end: int) -> bool:
    """Whether a name that nobody knows belongs to what stands beside it, and to nobody."""
    return _beside(text, start, end, NOUN, NOUN_OF)


def known_eponym(text: str, start: int, end: int) -> bool:
    """Whether a name that is known as an eponym belongs to what stands beside it."""
    return _beside(text, start, end, KNOWN_NOUN, KNOWN_NOUN_OF)


def _beside(
    text: str, start: int, end: int, noun: re.Pattern[str], noun_of: re.Pattern[str]
) -> bool:
    behind = noun.match(text, end, min(len(text), end + 40))
    return bool(behind or noun_of.search(text[max(0, start - 40) : start]))
