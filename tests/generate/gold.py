"""Labels without a model: made-up sentences that have them, and a reader who gives them.

The sentences stand for those that experts labelled (gold). They are put together from other words
than those of examples/generation, and labels are as unequal as in real notes.
"""

import asyncio
import json
import re
import zlib
from pathlib import Path
from random import Random
from typing import Any

from auditor.generate import labelling, prompts, recordings, sentences, taxonomy
from auditor.generate.asking import Asker
from auditor.generate.caps import Caps, Spent
from auditor.generate.completion import Completion
from auditor.generate.directions.data_to_label import How
from auditor.generate.drafting import Drafted
from auditor.generate.labelling import Guide
from auditor.generate.request import Identity, Request
from auditor.generate.store import Store
from auditor.record import read

Row = dict[str, Any]

# Label -> how many of 200, and two lists of parts: what is said, and how it goes on.
PARTS: dict[str, tuple[int, list[str], list[str]]] = {
    "cognition": (
        56,
        ["STM impaired", "disoriented x2", "A&O to self only", "tangential and confused",
         "does not retain new information", "paraphasic errors throughout",
         "amnesia for recent events",
         "poor attention span", "forgets conversations", "executive dysfunction evident",
         "misplaces belongings daily", "lost driving a familiar route", "apraxic with utensils"],
        ["remote memory spared", "insight limited", "worse by evening", "fluctuates within the day",
         "of insidious onset", "thought process slowed", "cueing of little use",
         "progressive over 2 yrs",
         "language otherwise fluent", "cannot do serial subtraction", "agnosia suspected"],
    ),
    "assessment": (
        36,
        ["MMSE today 18", "MOCA total 15", "SLUMS 12", "GDS score 5", "CDR global 1",
         "FAST stage 6",
         "clock test abnormal", "neuropsych evaluation reviewed", "Katz ADL 4", "trails A slow"],
        ["was 22 in prior evaluation", "down 3 points", "missed orientation items",
         "0/3 recall items",
         "within moderate range", "consistent with dementia", "full report in chart",
         "refused remainder",
         "scaled score below 1st percentile"],
    ),
    "intervention": (
        30,
        ["continue Aricept 10", "Namenda 5 mg BID", "start Exelon", "d/c donepezil",
         "on memantine XR",
         "referral for cognitive therapy", "OT eval and treat", "SLP for language exercises",
         "enrolled in drug study"],
        ["titrate as tolerated", "GI upset with higher dose", "refill given", "benefits reviewed",
         "trial of 8 weeks", "target symptom memory", "monitor heart rate", "dose unchanged"],
    ),
    "diagnostics": (
        22,
        ["MRI brain w/o contrast", "head CT", "B12 and TSH", "CSF studies", "amyloid PET",
         "EEG done",
         "RPR nonreactive", "ApoE genotype"],
        ["shows atrophy", "negative for acute process", "wnl", "pending", "ordered for workup",
         "chronic microvascular changes", "findings suggest AD"],
    ),
    "assistance": (
        16,
        ["needs assist with ADLs", "max assist for transfers", "dependent in IADLs",
         "requires 24h care",
         "aide helps with grooming", "spouse manages meds", "total care at SNF"],
        ["feeds self after setup", "standby assist to ambulate", "unable to live independently",
         "family handles finances", "wears briefs changed by staff", "supervision for safety"],
    ),
    "concern": (
        12,
        ["family worried", "dtr reports changes", "per spouse", "brother noticed",
         "caregiver concerned",
         "son states"],
        ["pt is getting forgetful", "memory decline x1 yr", "not acting like usual self",
         "unsafe in kitchen", "unpaid bills piling up", "personality seems different"],
    ),
    "psychiatric": (
        12,
        ["depressed mood", "visual hallucinations", "paranoid delusions", "agitated with care",
         "apathetic", "combative at bedtime"],
        ["Seroquel PRN", "sundowning", "verbally aggressive", "anxious and tearful",
         "wandering the unit",
         "Zoloft for mood"],
    ),
    "physiology": (
        8,
        ["insomnia", "wt loss 10 lb", "unsteady gait", "incontinent of bladder", "dysphagia"],
        ["poor PO intake", "falls x2", "rigidity noted", "daytime somnolence", "aspiration risk"],
    ),
    "coping": (
        8,
        ["uses calendar as memory aid", "attends support group", "POA paperwork completed",
         "daily walks and crosswords", "leans on faith"],
        ["labels around the house", "sets phone reminders", "safety locks installed by family",
         "education materials read", "caregiver doing respite"],
    ),
}  # fmt: skip
OPENINGS = ["", "", "Pt: ", "Per chart, ", "Today ", "Since last seen, ", "HPI - ", "A/P: "]
ENDINGS = ["", "", ", f/u 3 mo", ", discussed", ", stable otherwise", ", will monitor"]
JOINTS = [", ", "; ", " - ", " and ", " with "]
SHARE = 0.6  # of the parts: two sets have some words in common, and each has its own
WITH_SECOND = 0.08  # share of the sentences that have two labels


def rows(name: str) -> list[Row]:
    """200 English sentences with their labels, always the same ones for a name."""
    rng = Random(f"gold {name}")
    parts = {
        label: [rng.sample(said, round(SHARE * len(said))) for said in lists]
        for label, (_, *lists) in PARTS.items()
    }
    labels = [label for label, (count, *_) in PARTS.items() for _ in range(count)]
    rng.shuffle(labels)
    made: dict[str, tuple[str, ...]] = {}
    for label in labels:
        second = (rng.choice(list(PARTS)),) if rng.random() < WITH_SECOND else ()
        told = tuple(dict.fromkeys((label, *second)))
        while (text := _text([said for one in told for said in parts[one]], rng)) in made:
            pass
        made[text] = told
    return [
        {"id": f"{name}-{i}", "text": text, "lang": "en", "label": list(told)}
        for i, (text, told) in enumerate(made.items())
    ]


def _text(parts: list[list[str]], rng: Random) -> str:
    halves = [rng.choice(said) for said in parts]
    told = rng.choice(OPENINGS) + rng.choice(JOINTS).join(halves) + rng.choice(ENDINGS)
    return f"{told[0].upper()}{told[1:]}."


KEYWORDS = {
    "cognition": r"forg[eo]t\w*|remember|memory|confus\w+|olvid\w+|desorient\w+",
    "concern": r"worr(?:y|ied)|noticed|preocupad[oa]",
    "assistance": r"help(?:s|ed)?|needs|ayuda\w*",
    "physiology": r"sle(?:ep|pt)\w*|weight|appetite|walk\w*|fe?ll|pain|duerme|apetito|peso",
    "assessment": r"scores?|tests?|MMSE",
    "intervention": r"medication\w*|milligrams?|therapy|donepezilo?",
    "diagnostics": r"MRI|CT|scans?|blood|x-rays?|resonancia",
    "coping": r"exercis\w+|diet|routine|diary|agenda",
    "psychiatric": r"anxi\w+|depress\w+|sad|mood|triste",
}
SENTENCE = re.compile(r'^"(?:[^"\\]|\\.)*"$', re.MULTILINE)
AGAIN = ("Earlier attempts were rejected", "Los intentos anteriores se rechazaron")
KINDS = 12  # of sentences, as the reader treats them; most of them well


class Reader:
    """A backend that labels by keyword, and errs at first on some sentences, the same always.

    ``gives_up``: of one kind, it never gives an answer that could be used.
    """

    identity = Identity("openai_compatible", "http://127.0.0.1/v1", "keyword-reader", "1")
    remote = False
    lasting = False

    def __init__(self, *, gives_up: bool = False) -> None:
        self.gives_up = gives_up

    async def ready(self) -> None:
        """Is always."""

    async def close(self) -> None:
        """Holds nothing."""

    async def complete(self, request: Request) -> Completion:
        """Labels in the form that the schema asks for."""
        told = request.messages[-1].content
        text = json.loads(SENTENCE.findall(told)[0])
        kind = zlib.crc32(text.encode()) % KINDS
        again = any(words in told for words in AGAIN)
        return Completion(self._answer(text, kind, "keep" in request.schema, again))

    def _answer(self, text: str, kind: int, second: bool, again: bool) -> str:
        marks = [
            (label, found[0])
            for label, pattern in KEYWORDS.items()
            if (found := re.search(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.IGNORECASE))
        ]
        key = "keep" if second else "labels"
        if self.gives_up and kind == 0:
            return "no labels here"
        if not again:
            match kind, second:
                case 1, False:
                    return '{"labels": [{"label": '
                case 2, False:
                    marks.append(("memory", text.split(maxsplit=1)[0]))  # no such label
                case (3, False) | (4, True):
                    marks.append(("cognition", f"{text} or so"))  # no such words
        if second and kind == 5:
            marks = marks[1:]
        if second and kind in (6, 7):
            marks.append(("concern", text.split(maxsplit=1)[0]))
        told = [{"label": label, "evidence": words} for label, words in marks]
        return json.dumps({key: told}, ensure_ascii=False)


def record(source: Path, to: Path, reader: Reader) -> Drafted:
    """The reader's answers on a source, for `auditor generate --direction data-to-label`."""
    found = sentences.split(read(str(source)))
    known, langs = taxonomy.load("alzheimer_signs"), {one.lang for one in found}
    caps = Caps()
    guide = Guide(
        {lang: tuple(known.label(code, lang) for code in known.codes) for lang in langs},
        {lang: (prompts.load("label", lang), prompts.load("verify", lang)) for lang in langs},
        How(max_tokens=4096, attempts=caps.attempts),
    )
    with Store(None) as store:
        asker = Asker(reader, store, Spent(caps))
        done = asyncio.run(labelling.label_all(found, guide, asker, 1, lambda *_: None))
        recordings.write(to, reader.identity, store.answers(reader.identity))
    return done
