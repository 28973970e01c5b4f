"""Names that belong to a disease, a sign or a scale and not to a person of the text."""

import re

# Behind or before these, a name is an eponym: it belongs to a disease or a scale.
EPONYM_NOUN = re.compile(
    r"(?:[’'-]s?)?[ \t]{1,2}(?:\w{3,12}[ \t]{1,2})?(?:disease|syndrome|disorder|sign|scale|test|"
    r"catheter|index|score|inventory|criteria|classification|phenomenon|palsy|lymphoma|tumou?r|"
    r"fracture|maneuver|manoeuvre|questionnaire|reflex|procedure|position|cyst|method|needle|tube|"
    r"checklist|interview|sleep|adaptive|sleepiness|schedule|screen|virus|body|bodies|effect|law|model|stage|therapy|theory|"
    r"exam|examination|cells?|line|clamp|drain|forceps|retractor|encephalopathy|aphasia)(?!\w)",
    re.IGNORECASE,
)
NOUN_OF = re.compile(
    r"(?<!\w)(?:enfermedad|síndrome|sindrome|escala|signo|test|sonda|índice|indice|inventario|"
    r"criterios|cuestionario|maniobra|linfoma|tumor|reflejo|prueba|clasificación|fractura|catéter|"
    r"cuerpos|células|método|técnica|quiste|enc[eé]falopat[ií]a|trastorno|corea|demencia|fenómeno|"
    r"entrevista|ley|sueño|somnolencia|adaptativ[ao]|efecto|modelo|drenaje|aguja|tubo|per[ií]odo|virus)"
    r"(?:[ \t]\w{3,14})?[ \t]{1,2}(?:de[ \t](?:la[ \t])?|del[ \t])?$",
    re.IGNORECASE,
)


def eponym(text: str, start: int, end: int) -> bool:
    """Whether a name belongs to a disease, a sign or a scale that stands beside it."""
    behind = EPONYM_NOUN.match(text, end, min(len(text), end + 40))
    return bool(behind or NOUN_OF.search(text[max(0, start - 40) : start]))
