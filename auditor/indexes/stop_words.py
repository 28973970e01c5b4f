"""Where a text leaves its language: the stretch with the most function words of another one.

Function words are frequent and few, so that a sentence of ten words holds three or four of them.
Every function word of another language counts 1, every one of the record's own -1 and words of both
nothing; the stretch with the highest sum decides (Bentley 1984, Programming pearls: Kadane's
algorithm). A whole text in another language reaches a third of its words, a title or the name of a
scale two or three.
"""

import re

from auditor.finding import Span

WORD = re.compile(r"[^\W\d_]{2,40}")  # a single letter is a number of a list or a code as well
FUNCTION_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "en": """the of and to in is was for on with that his her he she at by from has had not are
            were this an as it be or who which been their they we you but have will would there when
            what if all any no so my our me him them about after before during while am do does did
            can could may than then some more most out up into over each per because since until how
            go us""",
        "es": """el la los las de del en un una que con por para su se al es fue le lo sin ha más
            como muy pero no si ya me mi tu nos sus les este esta esto era ser son había han desde
            hasta entre cuando también sobre tras durante donde quien porque he has ni está están
            fueron cual otro otra así""",
        "fr": """le la les des du et en un une que qui avec pour par sur dans est était au aux ne
            pas se sa son ses il elle nous vous je ce cette ces mais ou où plus sans été ont être
            avait depuis chez""",
        "pt": """os as do da dos das em um uma que com por para se ao foi não mais no na nos nas sem
            como mas ou seu sua ele ela são está tem ser pela pelo também após""",
        "de": """der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als
            auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über
            einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde""",
        "it": """il lo la gli le di del della dei in un una che con per su da al alla non si sono
            ha nel nella più come ma suo sua era stato stata anche dopo senza""",
    }.items()
}
KNOWN = ("en", "es")  # languages that a record may say it is in


def foreign_stretch(text: str, language: str) -> tuple[int, Span | None]:
    """Function words of another language, less those of its own, in the worst stretch of a text."""
    words = [(match[0].lower(), match.span()) for match in WORD.finditer(text)]
    others = FUNCTION_WORDS.keys() - {language}
    return max((_best(words, language, other) for other in sorted(others)), key=lambda x: x[0])


def _best(
    words: list[tuple[str, tuple[int, int]]], language: str, other: str
) -> tuple[int, Span | None]:
    own, foreign = FUNCTION_WORDS[language], FUNCTION_WORDS[other]
    best, span = 0, None
    total, start = 0, 0
    for word, (begin, end) in words:
        step = (word in foreign) - (word in own)
        if step == 0:
            continue
        if total <= 0:
            total, start = 0, begin
        total += step
        if total > best:
            best, span = total, Span(start, end, label=f"language_{other}")
    return best, span
