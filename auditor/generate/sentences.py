"""Sentences of real records, with their places: what data to label is asked about.

Borders are those of ``auditor.indexes.context``, less the ones that part what belongs together: a
semicolon, and a stop behind an abbreviation. The speaker of a turn ("Patient:") and a heading stay
with the sentence behind them, since they tell whose words it holds.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.indexes.context import HEADING, UPPER, sentence_ends
from auditor.record import Reading, Record

FEWEST_WORDS = 3  # of a sentence, the speaker or heading not counted
LONGEST = 2_000  # characters; longer is a table, or a text without stops
LONGEST_TITLE = 6  # words in capitals and without a stop
WORD = re.compile(r"\w+")
STOPS = ".!?"
CLOSING = "\"'”’»)]"  # right behind a stop, they belong to it
LEADING = " \t\r\n,;-•*–"  # what a list or a heading leaves in front of a sentence
NEAR = 30  # characters in front of a stop that are looked at

# These end no sentence, or not one that goes on with a number, a small letter or a capital.
ALWAYS = re.compile(
    r"(?<!\w)(?:Drs?|Dra|Dres|Prof|Mrs?|Ms|Sres|Sra?|Srta|vs|cf|e\. ?g|i\. ?e|p\. ?ej)\.$"
)
BEFORE_NUMBER = re.compile(
    r"(?<!\w)(?:No|[Nn][º°]|[Nn]úm|[Ff]igs?|[Aa]rt|[Tt]el|pp?|págs?|[Aa]pp?rox|ca)\.$"
)
BEFORE_SMALL = re.compile(
    r"(?<!\w)(?:\w{1,4}(?:\.\w{1,4}){1,4}|[^\W\d_]|etc|[Aa]pp?rox|ca|esp|incl|resp|dept|dpto|Uds?"
    r"|m?[gl]|m[Ll]|dL|[cmk]m|k?g|mgr?|gr|cc|mc?g|[µμ]g|h|hrs?|min|seg?|tab|cap|comp|inj)\.$"
)
BEFORE_CAPITAL = re.compile(rf"[{UPPER}]\w{{1,20}}\.? [{UPPER}]\.$")  # an initial behind a name


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a real record, as it stands there.

    ``record``  number of the record in its reading
    ``start``, ``end``  its place in the text of that record, in code points
    ``group``   the patient; where the record names none, the record itself
    """

    id: str
    record: int
    start: int
    end: int
    text: str = field(repr=False)
    lang: str
    group: str


def split(reading: Reading) -> list[Sentence]:
    """The sentences of all records, in order, of 3 words to 2,000 characters; no headings."""
    return [
        sentence
        for number, record in enumerate(reading.records)
        for sentence in _of_record(number, record)
    ]


def _of_record(number: int, record: Record) -> Iterator[Sentence]:
    group = record.id if record.group is None else record.group
    count = 0
    for start, end in places(record.text):
        text = record.text[start:end]
        if len(text) <= LONGEST and _says_something(text):
            count += 1
            yield Sentence(f"{record.id}-s{count}", number, start, end, text, record.lang, group)


def places(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of a text are; what is left between them is white space and bullets."""
    begin = 0
    for border in sentence_ends(text):
        if border < begin or (border < len(text) and _goes_on(text, border)):
            continue
        end = border
        while end < len(text) and text[end - 1] in STOPS + CLOSING and text[end] in CLOSING:
            end += 1
        piece = text[begin:end]
        start = begin + len(piece) - len(piece.lstrip(LEADING))
        begin = end
        if start < (stripped := start + len(text[start:end].rstrip(" \t\r\n,;"))):
            yield start, stripped


def _goes_on(text: str, border: int) -> bool:
    """Whether the sentence goes on behind the border."""
    if text[border - 1] == ";":
        return not HEADING.match(text, border)
    behind = text[border : border + NEAR].lstrip()
    if text[border - 1] != "." or not behind or "\n\n" in text[border : border + 3]:
        return False
    near = text[max(0, border - NEAR) : border]
    return bool(
        ALWAYS.search(near)
        or (behind[0].isdigit() and BEFORE_NUMBER.search(near))
        or (behind[0].islower() and BEFORE_SMALL.search(near))
        or (behind[0].isupper() and BEFORE_CAPITAL.search(near))
    )


def _says_something(text: str) -> bool:
    heading = HEADING.match(text)
    words = WORD.findall(text, heading.end() if heading else 0)
    title = text.isupper() and text[-1] not in STOPS and len(words) <= LONGEST_TITLE
    return len(words) >= FEWEST_WORDS and not title
